import type { Command } from 'commander';
import { isConflictError } from '@rondel/client';
import { RondelError, type SessionSummary } from '@rondel/contracts';
import { planFromTree } from '@rondel/plan';
import type { Context } from '../../terminal/context.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import { readFileParameters } from '../../data/file-parameters.js';
import { localRegistry } from '../../plans/local-catalog.js';
import { readAssignments, readPlanArgument } from '../../plans/plan-argument.js';
import { printTree } from '../../plans/plan-tree.js';
import { ageText } from '../../terminal/quantity.js';
import { integerBetween, type RunAction } from '../../shell/shell.js';
import { sessionIdOf } from '../../shell/short-id.js';
import { tableOf, type Column } from '../../terminal/table.js';

interface PageOptions {
  readonly limit: number;
  readonly cursor?: string;
}

interface SetOptions {
  readonly ifVersion?: number;
}

export function addSessions(program: Command, run: RunAction): void {
  const sessions = program
    .command('sessions')
    .description('list the live plans of the server, newest first; submit one as session:ID')
    .option('--limit <n>', 'live plans per page', integerBetween(1, 100), 20)
    .option('--cursor <cursor>', 'continue after an earlier page')
    .action((options: PageOptions) => run((context) => list(options, context)));
  sessions
    .command('new')
    .description('make a plan live; prints the id')
    .argument('<plan>', 'a .toml or .json file, or a built-in plan such as radon/fbp')
    .action((plan: string) => run((context) => create(plan, context)));
  sessions
    .command('show')
    .description('print a live plan as a tree')
    .argument('<id>', 'id of the session, or its beginning')
    .action((id: string) => run((context) => show(id, context)));
  sessions
    .command('set')
    .description('set properties of a live plan, all or none')
    .argument('<id>', 'id of the session, or its beginning')
    .argument('<name=value...>', 'a bare name is set on every node that has it, a path in one place')
    .option('--if-version <n>', 'only if it is still at this version', integerBetween(0, 1e15))
    .action((id: string, values: string[], options: SetOptions) =>
      run((context) => set({ id, values }, options, context)),
    );
  sessions
    .command('end')
    .description('end a session; jobs that were submitted from it go on')
    .argument('<id>', 'id of the session, or its beginning')
    .action((id: string) => run((context) => end(id, context)));
}

async function list({ limit, cursor }: PageOptions, context: Context): Promise<ExitCode> {
  const page = await context.client().sessions({ limit, cursor, signal: context.signal });
  context.printJson(page);
  if (page.sessions.length === 0) context.print('No live plans.');
  else for (const line of tableOf(columns, page.sessions, context.width)) context.print(line);
  if (page.cursor !== undefined) context.print(`More with: rondel sessions --cursor ${page.cursor}`);
  return exitCodes.done;
}

const columns: readonly Column<SessionSummary>[] = [
  { title: 'ID', cell: ({ id }) => id, whole: true },
  { title: 'VERSION', cell: ({ version }) => String(version) },
  { title: 'AGE', cell: ({ createdAt }) => ageText(createdAt) },
  { title: 'PLAN', cell: ({ plan }) => plan.name ?? plan.type },
];

async function create(name: string, context: Context): Promise<ExitCode> {
  const client = context.client();
  const { source } = await readPlanArgument(name, await localRegistry(context.environment), () => client.catalog());
  const { signal } = context;
  const plan = await client.plan(typeof source === 'string' ? { toml: source } : source, { signal });
  context.printJson(await plan.session({ signal }));
  context.print(plan.id);
  return exitCodes.done;
}

async function show(typed: string, context: Context): Promise<ExitCode> {
  const client = context.client();
  const { signal } = context;
  const plan = await client.plan({ session: await sessionIdOf(typed, client, signal) }, { signal });
  const [tree, catalog] = await Promise.all([plan.tree({ signal }), client.catalog({ signal })]);
  context.printJson(tree);
  printTree(planFromTree(tree), catalog, context);
  context.print(context.colors.dim(`version ${plan.version}`));
  return exitCodes.done;
}

async function set(
  { id, values }: { readonly id: string; readonly values: readonly string[] },
  { ifVersion }: SetOptions,
  context: Context,
): Promise<ExitCode> {
  const { signal } = context;
  const client = context.client();
  const { catalog } = await localRegistry(context.environment);
  const parameters = await readFileParameters(readAssignments(values), catalog, { client, context });
  const plan = await client.plan({ session: await sessionIdOf(id, client, signal) }, { signal });
  try {
    const change = await plan.setAll(await parameters.upload(client), { ifVersion, signal });
    context.printJson(change);
    context.print(`Version ${change.version}: ${change.changed.join(', ')}`);
    return exitCodes.done;
  } catch (error) {
    if (!isConflictError(error)) throw error;
    const { code, message, details } = error.failure;
    throw new RondelError(code, `${message} \`rondel sessions show ${id}\` shows what it is now.`, {
      details,
      cause: error,
    });
  }
}

async function end(typed: string, context: Context): Promise<ExitCode> {
  const { signal } = context;
  const client = context.client();
  const id = await sessionIdOf(typed, client, signal);
  const plan = await client.plan({ session: id }, { signal });
  await plan.close({ signal });
  context.printJson({ id, ended: true });
  context.print(`Session ${id} has ended.`);
  return exitCodes.done;
}
