import { randomUUID } from 'node:crypto';
import { Option, type Command } from 'commander';
import { given, lanes, quantity, type AlgorithmRecord, type Lane } from '@rondel/contracts';
import { planFromTree } from '@rondel/plan';
import type { Context } from '../../terminal/context.js';
import { dataOfSubmission, readDataArguments } from '../../data/data-argument.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import { followOwnJob } from '../../jobs/follow-job.js';
import { addImageOptions, finish, imageFile, reportAccepted, type ImageOptions } from '../../jobs/image-output.js';
import { readFileParameters } from '../../data/file-parameters.js';
import { localRegistry } from '../../plans/local-catalog.js';
import { readAssignments, readPlanSource } from '../../plans/plan-argument.js';
import { printTree } from '../../plans/plan-tree.js';
import { ageText } from '../../terminal/quantity.js';
import { collect, integerBetween, keyValuePairs, positiveNumber, type RunAction } from '../../shell/shell.js';
import { algorithmIdOf } from '../../shell/short-id.js';
import { tableOf, type Column } from '../../terminal/table.js';
import { uploadedReferences } from '../../data/upload.js';

interface NewOptions {
  readonly set: readonly string[];
  readonly label: readonly string[];
  readonly strict?: boolean;
  readonly pool?: string;
  readonly lane?: Lane;
  readonly priority?: number;
  readonly attempts?: number;
  readonly timeout?: number;
  readonly idle?: number;
  readonly detach?: boolean;
}

const idArgument = ['<id>', 'id of the algorithm, or its beginning'] as const;

export function addAlgorithms(program: Command, run: RunAction): void {
  const algorithms = program
    .command('algorithms')
    .description('list warm algorithms, oldest first: each stays built on one worker, for scan after scan')
    .action(() => run(list));
  addNew(algorithms, run);
  algorithms
    .command('show')
    .description('show the state of an algorithm, and its plan')
    .argument(...idArgument)
    .action((id: string) => run((context) => show(id, context)));
  const reconstruct = algorithms
    .command('reconstruct')
    .description('give data to an algorithm and wait for the image')
    .argument(...idArgument)
    .argument('<data...>', 'a file or a reference; name=REF where a plan takes several');
  addImageOptions(reconstruct).action((id: string, data: string[], options: ImageOptions) =>
    run((context) => reconstructWith({ id, data }, options, context)),
  );
  algorithms
    .command('empty')
    .description('forget the shared results of its steps (ProcessResultCache)')
    .argument(...idArgument)
    .option('--node <path>', 'only of steps in the node at this path of the plan')
    .action((id: string, options: { node?: string }) => run((context) => empty(id, options, context)));
  algorithms
    .command('close')
    .description('close algorithms; inputs that have not ended are cancelled, images stay')
    .argument('<ids...>', 'ids of algorithms, or their beginnings')
    .action((ids: string[]) => run((context) => close(ids, context)));
}

function addNew(algorithms: Command, run: RunAction): void {
  algorithms
    .command('new')
    .alias('create')
    .description('build the algorithm of a plan and keep it on one worker; prints the id once it is built')
    .argument('<plan>', 'a .toml or .json file, a built-in plan such as radon/fbp, or session:ID for a live plan')
    .option('--set <name=value>', 'set a property of the plan (repeatable)', collect, [])
    .option('--strict', 'fail an input at its first warning')
    .option('--pool <pool>', 'pool of its worker')
    .addOption(new Option('--lane <lane>', 'of its inputs, interactive unless given').choices(lanes))
    .option('--priority <n>', '1 to 1000, lower runs earlier', integerBetween(1, 1000))
    .option('--attempts <n>', 'attempts in all, where work is lost', integerBetween(1, 20))
    .option('--timeout <seconds>', 'computing time that one attempt may take', positiveNumber)
    .option('--label <key=value>', 'label of its inputs (repeatable)', collect, [])
    .option('--idle <seconds>', 'close it after this long without use, 3600 unless given', integerBetween(1, 86_400))
    .option('--detach', 'do not wait until it is built')
    .action((plan: string, options: NewOptions) => run((context) => create(plan, options, context)));
}

async function list(context: Context): Promise<ExitCode> {
  const algorithms = await context.client().algorithms(context);
  context.printJson({ algorithms });
  if (algorithms.length === 0) context.print('No warm algorithms.');
  else for (const line of tableOf(columns, algorithms, context.width)) context.print(line);
  return exitCodes.done;
}

const columns: readonly Column<AlgorithmRecord>[] = [
  { title: 'ID', cell: ({ id }) => id, whole: true },
  { title: 'STATE', cell: ({ state }) => state, whole: true },
  { title: 'PLAN', cell: ({ plan }) => plan.name ?? `plan ${plan.sha256.slice(0, 8)}` },
  { title: 'POOL', cell: ({ pool }) => pool },
  { title: 'WORKER', cell: ({ worker }) => worker },
  { title: 'PUT', cell: ({ put }) => String(put) },
  { title: 'PENDING', cell: ({ pending }) => String(pending) },
  { title: 'READY', cell: ({ ready }) => String(ready) },
  { title: 'AGE', cell: ({ createdAt }) => ageText(createdAt) },
];

async function create(name: string, options: NewOptions, context: Context): Promise<ExitCode> {
  const client = context.client();
  const { signal } = context;
  const { set, label, timeout, idle, detach, ...given } = options;
  const registry = await localRegistry(context.environment);
  const plan = await readPlanSource(name, registry, { client, signal });
  const parameters = await readFileParameters(readAssignments(set), registry.catalog, { client, context });
  const submission = {
    ...given,
    plan,
    parameters: await parameters.upload(client),
    labels: keyValuePairs(label, '--label'),
    ...(timeout !== undefined && { timeoutSeconds: timeout }),
    ...(idle !== undefined && { idleSeconds: idle }),
  };
  signal.throwIfAborted();
  // As a job, it is not left behind by an interruption without anybody knowing its id.
  const algorithm = await client.algorithm(submission, { idempotencyKey: randomUUID() });
  if (detach !== true) context.note(`Building algorithm ${algorithm.id}`);
  context.printJson(detach === true ? await algorithm.state({ signal }) : await algorithm.built({ signal }));
  context.print(algorithm.id);
  return exitCodes.done;
}

async function show(typed: string, context: Context): Promise<ExitCode> {
  const client = context.client();
  const { signal } = context;
  const algorithm = client.openAlgorithm(await algorithmIdOf(typed, client, signal));
  const [record, made, catalog] = await Promise.all([
    algorithm.state({ signal }),
    algorithm.plan({ signal }),
    client.catalog({ signal }),
  ]);
  context.printJson({ ...record, made });
  for (const line of tableOf(columns, [record], context.width)) context.print(line);
  if (record.error !== undefined) context.print(`${record.error.code} ${record.error.message}`);
  context.print(`It is closed on ${record.expiresAt} unless it is used before.`);
  printTree(planFromTree(made.tree), catalog, context);
  return exitCodes.done;
}

async function reconstructWith(
  { id: typed, data }: { readonly id: string; readonly data: readonly string[] },
  options: ImageOptions,
  context: Context,
): Promise<ExitCode> {
  const client = context.client();
  const { signal } = context;
  const file = await imageFile(options);
  const sources = await readDataArguments(data);
  const algorithm = client.openAlgorithm(await algorithmIdOf(typed, client, signal));
  const references = await uploadedReferences(sources, client, context);
  signal.throwIfAborted();
  const { job } = await algorithm.putOwn(dataOfSubmission(references), { idempotencyKey: randomUUID() });
  if (options.detach === true) return reportAccepted(await client.job(job, { signal }), context);
  context.note(`Job ${job}`);
  return finish(await followOwnJob(job, client, context), file, { client, context });
}

async function empty(typed: string, { node }: { readonly node?: string }, context: Context): Promise<ExitCode> {
  const client = context.client();
  const { signal } = context;
  const { plan } = await client.openAlgorithm(await algorithmIdOf(typed, client, signal)).plan({ signal });
  const answer = await client.emptyResults({ plan, ...given({ path: node }) }, { signal });
  context.printJson(answer);
  context.print(`Forgot ${quantity(answer.emptied, 'result')} of ${answer.steps.join(', ')}.`);
  return exitCodes.done;
}

async function close(typed: readonly string[], context: Context): Promise<ExitCode> {
  const client = context.client();
  const { signal } = context;
  const ids: string[] = [];
  for (const each of typed) ids.push(await algorithmIdOf(each, client, signal));
  const closed: AlgorithmRecord[] = [];
  for (const id of ids) closed.push(await client.openAlgorithm(id).close({ signal }));
  context.printJson({ closed });
  for (const { id } of closed) context.print(`Algorithm ${id} is closed.`);
  return exitCodes.done;
}
