import {
  isRondelError,
  joinWarnings,
  RondelError,
  throwProblems,
  toFailure,
  type JsonValue,
  type NdArray,
  type ResolvedRemote,
  type Warning,
} from '@rondel/contracts';
import { checkPlan, parseSlice, planFromTree, planLimits, sliceField, slicePositions } from '@rondel/plan';
import { isTable, stepsOf, type PlanTree } from './plan-steps.js';
import type { ExecutableRegistry } from '../node/registry.js';
import { nestedNumbers, valueHash } from './remote-values-describe.js';
import type { RemoteSource, ResolverContext } from '../remote/remote-values.js';

/** Values that one remote table may stand for: as many as could be written into a plan. */
export const mostRemoteValues = planLimits.arrayNumbers;
/** Remote tables in one plan. */
const mostRemoteTables = 256;

/** A plan with numbers in place of its `_remote` tables. */
export interface ResolvedPlan {
  readonly tree: PlanTree;
  /** What was put in, in the order of the plan. */
  readonly values: readonly ResolvedRemote[];
  /** What the resolvers had to assume; absent: nothing. */
  readonly warnings?: readonly Warning[];
}

export interface ResolveOptions {
  readonly registry: ExecutableRegistry;
  readonly source: RemoteSource;
  /** Paths of the steps that run here; the tables of others are for their workers and stay as they are. */
  readonly steps: readonly string[];
}

/**
 * Puts what they stand for in place of the `_remote` tables of the given steps, and holds the plan against the catalog as
 * if the numbers had been written into it.
 *
 * Throws with the path of the property: the code of a resolver that fails, else `PLAN_INVALID_VALUE`, also for values that
 * the property does not take and for more than `mostRemoteValues`.
 */
export async function resolveRemoteValues(tree: PlanTree, options: ResolveOptions): Promise<ResolvedPlan> {
  const tables = stepsOf(tree, options.registry)
    .filter(({ path }) => options.steps.includes(path))
    .flatMap((step) => remoteTables(step.tree, step.path));
  if (tables.length === 0) return { tree, values: [] };
  checkCount(tables);
  const replacements = new Map<PlanTree, JsonValue>();
  const values: ResolvedRemote[] = [];
  const warnings: Warning[] = [];
  for (const remote of tables) {
    const array = await resolveOne(remote, options, (warning) => warnings.push(warning));
    const { shape, dtype } = array;
    replacements.set(remote.table, nestedNumbers(array));
    values.push({ path: remote.path, resolver: remote.resolver, shape: [...shape], dtype, sha256: valueHash(array) });
  }
  const resolved = replaceTables(tree, replacements);
  // Links were followed and checked where the plan was accepted, by whoever has their functions.
  const { linkFunctions: _, ...catalog } = options.registry.catalog;
  throwProblems(checkPlan(planFromTree(resolved), catalog));
  return { tree: resolved, values, ...(warnings.length > 0 && { warnings: joinWarnings(warnings) }) };
}

/** A `_remote` table and where in the plan it stands. */
export interface PlacedRemote {
  readonly path: string;
  readonly table: PlanTree;
}

/** What one `_remote` table stands for, without regard to the property it stands in. Throws as `resolveRemoteValues` does. */
export function readRemoteValue(
  { path, table }: PlacedRemote,
  options: Pick<ResolveOptions, 'registry' | 'source'>,
): Promise<NdArray> {
  const { _remote: resolver } = table;
  return resolveOne({ path, table, resolver: typeof resolver === 'string' ? resolver : '' }, options);
}

interface RemoteTable {
  readonly path: string;
  readonly resolver: string;
  readonly table: PlanTree;
}

function remoteTables(value: JsonValue | undefined, path: string): RemoteTable[] {
  if (value !== undefined && isList(value)) {
    return value.flatMap((item, index) =>
      typeof item === 'object' ? remoteTables(item, `${path}[${index + 1}]`) : [],
    );
  }
  if (!isTable(value)) return [];
  if (typeof value._remote === 'string') return [{ path, resolver: value._remote, table: value }];
  return Object.entries(value).flatMap(([key, child]) => remoteTables(child, `${path}.${key}`));
}

function checkCount(tables: readonly RemoteTable[]): void {
  const beyond = tables[mostRemoteTables];
  if (beyond === undefined) return;
  throw new RondelError('PLAN_INVALID_VALUE', `A plan has at most ${mostRemoteTables} _remote tables.`, {
    at: beyond.path,
  });
}

async function resolveOne(
  { path, resolver, table }: RemoteTable,
  { registry, source }: Pick<ResolveOptions, 'registry' | 'source'>,
  onWarning: (warning: Warning) => void = () => undefined,
): Promise<NdArray> {
  const { _remote: _, [sliceField]: slice, ...fields } = table;
  const context: ResolverContext = {
    read: (reference, choice) => source.read(reference, choice),
    warn: (code, message) => onWarning({ code, message, path }),
  };
  let array: NdArray;
  try {
    array = await registry.remoteResolver(resolver)(fields, context);
    if (slice !== undefined) array = sliced(array, slice);
  } catch (error) {
    throw failureAt(path, resolver, error);
  }
  if (array.dtype === 'complex64' || array.dtype === 'complex128') {
    throw new RondelError('PLAN_INVALID_VALUE', `${path} stands for complex numbers, which no plan can hold.`, {
      at: path,
    });
  }
  if (array.data.length <= mostRemoteValues) return array;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `${path} stands for ${array.data.length} values; a remote value has at most ${mostRemoteValues}.`,
    { at: path },
  );
}

/** The items of the first axis that a slice names. Throws `PLAN_INVALID_VALUE` when it leads beyond them. */
function sliced(array: NdArray, text: JsonValue): NdArray {
  const [length, ...rest] = array.shape;
  const slice = parseSlice(text);
  const positions = length === undefined || slice === undefined ? undefined : slicePositions(slice, length);
  if (positions === undefined) {
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `slice = ${JSON.stringify(text)} takes nothing out of ${length === undefined ? 'a single number' : `${length} items`}, or more than there is.`,
    );
  }
  const stride = rest.reduce((product, extent) => product * extent, 1);
  const data = array.data.slice(0, positions.length * stride);
  for (const [index, position] of positions.entries()) {
    data.set(array.data.subarray(position * stride, (position + 1) * stride), index * stride);
  }
  return { ...array, shape: [positions.length, ...rest], data };
}

function failureAt(path: string, resolver: string, error: unknown): RondelError {
  if (!isRondelError(error)) {
    const message = `${path} could not be resolved by "${resolver}": ${toFailure(error).message}`;
    return new RondelError('PLAN_INVALID_VALUE', message, { at: path, cause: error });
  }
  const { code, message, details, retryable } = error.failure;
  return new RondelError(code, `${path}: ${message}`, { at: path, details, retryable, cause: error });
}

function replaceTables(tree: PlanTree, replacements: ReadonlyMap<PlanTree, JsonValue>): PlanTree {
  const replaced = (value: JsonValue): JsonValue => {
    if (isList(value)) return value.some((item) => typeof item === 'object') ? value.map(replaced) : value;
    if (!isTable(value)) return value;
    return replacements.get(value) ?? replaceTables(value, replacements);
  };
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, replaced(value)]));
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
