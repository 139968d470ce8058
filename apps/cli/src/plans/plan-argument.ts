import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Client } from '@rondel/client';
import { isRondelError, RondelError, toFailure, type Catalog, type Submission } from '@rondel/contracts';
import { parseAssignment, parsePlan, planLimits, toTree, type PlanFormat, type PlanNode } from '@rondel/plan';
import type { Registry } from '@rondel/reco';
import { sessionIdOf } from '../shell/short-id.js';

/** A PLAN argument: what it names, its tree, and the form in which it is submitted. */
export interface PlanArgument {
  /** File name, or name of a plan. */
  readonly label: string;
  readonly plan: PlanNode;
  readonly source: Submission['plan'];
}

const formats: Readonly<Record<string, PlanFormat>> = { '.toml': 'toml', '.json': 'json' };

/**
 * Reads a PLAN argument: a `.toml` or `.json` file, or the name of a plan that is built in or lies in a folder of plans.
 *
 * @param serverCatalog Asked for a name that no package of this machine has; without it such a name is refused.
 * Throws `PLAN_SYNTAX` with line and column, and `NOT_FOUND` with the names that there are.
 */
export async function readPlanArgument(
  argument: string,
  registry: Registry,
  serverCatalog?: () => Promise<Catalog>,
): Promise<PlanArgument> {
  const format = formats[extname(argument).toLowerCase()];
  if (format === undefined) return namedPlan(argument, registry, serverCatalog);
  const text = await readPlanFile(argument);
  try {
    const plan = parsePlan(text, { format });
    return { label: argument, plan, source: format === 'toml' ? text : sourceOf(plan) };
  } catch (error) {
    if (!isRondelError(error) || error.failure.problems !== undefined) throw error;
    const { code, message, ...rest } = error.failure;
    throw new RondelError(code, `${argument}: ${message}`, { ...rest, cause: error });
  }
}

const sessionPattern = /^session:([0-9A-HJKMNP-TV-Z]+)$/i;

/**
 * What a submission says of its plan: as `readPlanArgument`, or `session:ID` for a live plan as the server has it; the beginning
 * of the id will do. Throws as that and `sessionIdOf` do.
 */
export async function readPlanSource(
  argument: string,
  registry: Registry,
  { client, signal }: { readonly client: Client; readonly signal: AbortSignal },
): Promise<Submission['plan']> {
  const session = sessionPattern.exec(argument)?.[1];
  if (session !== undefined) return { session: await sessionIdOf(session, client, signal) };
  return (await readPlanArgument(argument, registry, () => client.catalog())).source;
}

/** `--set name=value`, repeated; of several values for one name the last one counts. */
export function readAssignments(texts: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(texts.map(parseAssignment).map(({ name, value }) => [name, value]));
}

async function namedPlan(
  name: string,
  { catalog: local, folderPlans }: Registry,
  serverCatalog: (() => Promise<Catalog>) | undefined,
): Promise<PlanArgument> {
  const found = findNamed(name, local);
  // A folder of this machine is nothing that the server needs to have.
  if (found) return folderPlans.has(name) ? { ...found.argument, source: found.toml } : found.argument;
  const server = await serverCatalog?.().catch((error: unknown) => {
    throw absentPlan(name, local, error);
  });
  const there = server && findNamed(name, server);
  if (there) return there.argument;
  throw absentPlan(name, server ?? local);
}

function findNamed(name: string, { plans }: Catalog): { argument: PlanArgument; toml: string } | undefined {
  const found = plans.find((plan) => plan.name === name);
  if (found === undefined) return undefined;
  const { toml } = found;
  return { argument: { label: name, plan: parsePlan(toml, { format: 'toml' }), source: { name } }, toml };
}

function absentPlan(name: string, { plans }: Catalog, cause?: unknown): RondelError {
  const known = plans.map((plan) => plan.name);
  const unasked = cause === undefined ? '' : ` The server could not be asked for more: ${toFailure(cause).message}`;
  return new RondelError(
    'NOT_FOUND',
    `"${name}" is neither a .toml or .json file nor a built-in plan. Built-in are ${known.join(', ')}; \`rondel plan types\` lists what plans are made of.${unasked}`,
    { details: { plans: known }, cause },
  );
}

function sourceOf(plan: PlanNode): Submission['plan'] {
  return { ...toTree(plan), _type: plan.type };
}

/** A plan that is too large is refused before it is read. */
async function readPlanFile(path: string): Promise<string> {
  const file = await open(path).catch((error: unknown) => {
    throw new RondelError('NOT_FOUND', `The plan file ${path} cannot be opened: ${reasonOf(error)}.`, { cause: error });
  });
  try {
    const { size } = await file.stat();
    if (size > planLimits.textLength) {
      throw new RondelError('PLAN_SYNTAX', `${path} has ${size} bytes; a plan has at most ${planLimits.textLength}.`);
    }
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && error.code === 'ENOENT' ? 'there is no such file' : error.message;
}
