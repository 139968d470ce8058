import { RondelError, type Catalog } from '@rondel/contracts';
import { isList, isRemote, type PlanValue } from '../value/plan-value.js';
import { bareTypeName } from '../value/type-name.js';
import { valueWords } from '../text/value-words.js';

/**
 * What a link makes of the value it follows. Gets and returns a value of a plan: `bigint` is an integer, `number` a float.
 * Throws to refuse; the change that led here is then refused as a whole.
 */
export type LinkFunction = (value: PlanValue) => PlanValue;

/**
 * The functions that links may name, and no others: a plan comes from a stranger. The key is a name as in `_type` of the
 * file (`length`), or one with its module (`MPIReco.defaultParameterMinFreq`), which is looked up first.
 */
export type LinkFunctions = ReadonlyMap<string, LinkFunction>;

/** Functions of Julia's `Base` that make sense between properties; packages add their own. */
export const baseLinkFunctions: LinkFunctions = new Map<string, LinkFunction>([
  ['identity', (value) => value],
  ['length', (value) => BigInt(typeof value === 'string' ? Array.from(value).length : listOf('length', value).length)],
  ['first', (value) => itemOf('first', value, 0)],
  ['last', (value) => itemOf('last', value, -1)],
  ['minimum', (value) => extreme('minimum', value, (a, b) => a < b)],
  ['maximum', (value) => extreme('maximum', value, (a, b) => a > b)],
]);

/**
 * Stands for every function that needs the data, which only the worker has. A property that follows through one is left open,
 * and the step takes for it what the data says.
 */
const onWorker: LinkFunction = () => {
  throw new RondelError('INTERNAL', 'A link function of the worker was called before there was one.');
};

/** The functions, and those that the catalog says only the worker can call. */
export function withWorkerFunctions(
  functions: LinkFunctions,
  { workerLinkFunctions = [] }: Pick<Catalog, 'workerLinkFunctions'>,
): LinkFunctions {
  if (workerLinkFunctions.length === 0) return functions;
  return new Map([...functions, ...workerLinkFunctions.map((name) => [name, onWorker] as const)]);
}

/** Whether only the worker can call a function. */
export function isOnWorker(apply: LinkFunction): boolean {
  return apply === onWorker;
}

function listOf(name: string, value: PlanValue): readonly PlanValue[] {
  if (isList(value)) return value;
  const got = isRemote(value) ? 'a _remote value, which only the worker that runs the step knows' : valueWords(value);
  throw new RondelError('PLAN_INVALID_VALUE', `${name} takes an array, got ${got}.`);
}

function itemOf(name: string, value: PlanValue, position: number): PlanValue {
  const item = listOf(name, value).at(position);
  if (item !== undefined) return item;
  throw new RondelError('PLAN_INVALID_VALUE', `${name} takes an array with items, got an empty one.`);
}

function extreme(name: string, value: PlanValue, better: (a: number | bigint, b: number | bigint) => boolean) {
  let best = number(name, itemOf(name, value, 0));
  for (const item of listOf(name, value)) {
    const candidate = number(name, item);
    if (better(candidate, best)) best = candidate;
  }
  return best;
}

function number(name: string, value: PlanValue): number | bigint {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  throw new RondelError('PLAN_INVALID_VALUE', `${name} takes an array of numbers, got one with ${valueWords(value)}.`);
}

/** Names of functions, whether they can be called here or not. */
export type KnownFunctions = ReadonlyMap<string, unknown> | ReadonlySet<string>;

interface FunctionName {
  readonly module?: string | undefined;
  readonly name: string;
}

/**
 * The key under which a function that a listener names is registered; `undefined` when it is not. A module may be qualified
 * as Julia prints it (`Main.OurRadonReco`). Another module's `length` is not that of `Base`.
 */
export function linkFunctionKey(functions: KnownFunctions, { module, name }: FunctionName): string | undefined {
  const qualified = module === undefined ? [] : [`${module}.${name}`, `${bareTypeName(module)}.${name}`];
  const found = qualified.find((key) => functions.has(key));
  if (found !== undefined || !functions.has(name)) return found;
  if (module === undefined || juliaModules.has(module)) return name;
  const elsewhere = baseLinkFunctions.has(name) || [...functions.keys()].some((key) => key.endsWith(`.${name}`));
  return elsewhere ? undefined : name;
}

/** Modules whose functions files name without a package. */
const juliaModules: ReadonlySet<string> = new Set(['Base', 'Core']);

/** The function that a listener names, `undefined` when it is not registered. */
export function resolveLinkFunction(functions: LinkFunctions, wanted: FunctionName): LinkFunction | undefined {
  const key = linkFunctionKey(functions, wanted);
  return key === undefined ? undefined : functions.get(key);
}
