import { quantity, RondelError } from '@rondel/contracts';
import { dateValue } from '../value/date-value.js';
import { planLimits } from '../value/limits.js';
import { appendSegment, placeName } from '../value/path.js';
import { isNode, nothing, type PlanNode, type PlanValue } from '../value/plan-value.js';
import { canonicalName } from '../value/property-name.js';
import { taggedValue } from '../value/tagged-value.js';
import { cut, quote } from '../value/text.js';

/**
 * How numbers of the tree are meant. `exact`: a `bigint` is an integer and a `number` a float, as the file readers give
 * them. `json`: JavaScript knows one kind, so a `number` without fraction is an integer.
 */
export type NumberKinds = 'exact' | 'json';

interface Reading {
  readonly numbers: NumberKinds;
  values: number;
  nodes: number;
  arrayNumbers: number;
}

interface Place {
  readonly path: string;
  readonly depth: number;
}

const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const loneSurrogate = /\p{Surrogate}/u;
const int64 = { smallest: -(2n ** 63n), largest: 2n ** 63n - 1n };

/**
 * Reads a plan given as plain objects: the tables of the TOML file as JSON has them. `null` is *nothing*, as is `{}`;
 * `bigint` may be used for integers. What JSON can't say is tagged: `{ _type: "Float64", _value: "nan" }` (`inf`, `-inf`),
 * `{ _type: "Int64", _value: "9007199254740993" }`. A node that is one already may stand inside.
 *
 * Throws `PLAN_SYNTAX` for what no plan can hold: more than `planLimits` allows, keys such as `__proto__`, a property
 * given twice as `λ` and `lambda`, values that are not JSON, a root without `_type`.
 */
export function planFromTree(tree: unknown, numbers: NumberKinds = 'json'): PlanNode {
  const value = valueFromTree(tree, { numbers });
  if (isNode(value)) return value;
  const old = isRecord(tree) && Object.hasOwn(tree, '.type');
  throw new RondelError(
    'PLAN_SYNTAX',
    old
      ? 'The plan uses the tags ".type" and ".module" of an old format. Rename them to _type and _module.'
      : 'The plan has no _type at its root. Begin with the algorithm: _type = "RecoPlan{...}".',
  );
}

/** Reads one value of a plan; `path` is where it belongs, for messages. Throws `PLAN_SYNTAX` like `planFromTree`. */
export function valueFromTree(tree: unknown, options: { path?: string; numbers?: NumberKinds } = {}): PlanValue {
  const reading: Reading = { numbers: options.numbers ?? 'json', values: 0, nodes: 0, arrayNumbers: 0 };
  return readValue(reading, tree, { path: options.path ?? '', depth: 1 });
}

function readValue(reading: Reading, tree: unknown, place: Place): PlanValue {
  reading.values += 1;
  if (reading.values > planLimits.values) throw tooManyValues(place);
  if (tree === null) return nothing;
  if (isPlanNode(tree)) return tree;
  if (Array.isArray(tree)) return readList(reading, tree, place);
  const date = tree instanceof Date && reading.numbers !== 'json' ? readDate(tree) : undefined;
  if (date !== undefined) return date;
  if (isRecord(tree)) return readTable(reading, tree, place);
  return readScalar(reading, tree, place);
}

function tooManyValues(place: Place): RondelError {
  return new RondelError('PLAN_SYNTAX', `A plan has at most ${planLimits.values} values.`, {
    at: cut(place.path, planLimits.pathLength),
  });
}

function readScalar(reading: Reading, tree: unknown, place: Place): PlanValue {
  switch (typeof tree) {
    case 'boolean':
      return tree;
    case 'string':
      return checkText(tree, place);
    case 'bigint':
      return checkInteger(tree, place);
    case 'number':
      return reading.numbers === 'json' && Number.isSafeInteger(tree) && !Object.is(tree, -0) ? BigInt(tree) : tree;
    default:
      throw new RondelError(
        'PLAN_SYNTAX',
        `${placeName(place.path)} holds ${foreignName(tree)}, which no plan can. Use a number, a string, true or false, an array or a table.`,
        { at: cut(place.path, planLimits.pathLength) },
      );
  }
}

/** A date of TOML, which says itself whether it is a day, a time or both; milliseconds only where there are any. */
function readDate(date: Date): PlanValue | undefined {
  return dateValue(date.toISOString().replace(/\.000(?=Z|[+-]|$)/, ''));
}

function foreignName(tree: unknown): string {
  if (tree instanceof Date) return 'a date of JavaScript';
  return typeof tree === 'object' ? 'an object that is not a plain table' : `a value of type ${typeof tree}`;
}

function readList(reading: Reading, items: readonly unknown[], place: Place): PlanValue {
  checkDepth(place);
  const numbers = items.reduce<number>((count, item) => count + (isNumber(item) ? 1 : 0), 0);
  checkNumbers(reading, numbers, place);
  return items.map((item, index) =>
    isNumber(item)
      ? readScalar(reading, item, place)
      : readValue(reading, item, { path: appendSegment(place.path, index + 1), depth: place.depth + 1 }),
  );
}

function checkNumbers(reading: Reading, numbers: number, place: Place): void {
  reading.arrayNumbers += numbers;
  const { arrayNumbers, allArrayNumbers } = planLimits;
  if (numbers <= arrayNumbers && reading.arrayNumbers <= allArrayNumbers) return;
  const rule =
    numbers > arrayNumbers
      ? `one array of a plan holds at most ${arrayNumbers}`
      : `all arrays of a plan hold at most ${allArrayNumbers} together`;
  throw new RondelError(
    'PLAN_SYNTAX',
    `${placeName(place.path)} holds an array of ${quantity(numbers, 'number')}; ${rule}. Refer to large values with a _remote table.`,
    { at: cut(place.path, planLimits.pathLength) },
  );
}

function readTable(reading: Reading, table: Readonly<Record<string, unknown>>, place: Place): PlanValue {
  checkDepth(place);
  if (reading.values + Object.keys(table).length > planLimits.values) throw tooManyValues(place);
  const entries = new Map<string, PlanValue>();
  for (const [key, value] of Object.entries(table)) {
    checkKey(key, place);
    const path = appendSegment(place.path, key);
    entries.set(key, readValue(reading, value, { path, depth: place.depth + 1 }));
  }
  if (entries.size === 0) return nothing;
  const value = taggedValue(entries, place.path);
  if (isNode(value)) checkNode(reading, value, place);
  return value;
}

function checkDepth(place: Place): void {
  if (place.depth <= planLimits.depth) return;
  throw new RondelError('PLAN_SYNTAX', `A plan has at most ${planLimits.depth} tables and arrays inside each other.`, {
    at: cut(place.path, planLimits.pathLength),
  });
}

function checkKey(key: string, place: Place): void {
  checkText(key, place);
  if (!forbiddenKeys.has(key)) return;
  throw new RondelError('PLAN_SYNTAX', `${placeName(place.path)} has a key ${key}, which no plan may use.`, {
    at: cut(place.path, planLimits.pathLength),
  });
}

function checkText(text: string, place: Place): string {
  if (!loneSurrogate.test(text)) return text;
  throw new RondelError(
    'PLAN_SYNTAX',
    `${placeName(place.path)} holds text that is not valid Unicode: ${quote(text)}.`,
    {
      at: cut(place.path, planLimits.pathLength),
    },
  );
}

function checkInteger(value: bigint, place: Place): bigint {
  if (value >= int64.smallest && value <= int64.largest) return value;
  throw new RondelError('PLAN_SYNTAX', `${placeName(place.path)} holds an integer that does not fit into 64 bits.`, {
    at: cut(place.path, planLimits.pathLength),
  });
}

function checkNode(reading: Reading, node: PlanNode, place: Place): void {
  reading.nodes += 1;
  if (reading.nodes > planLimits.nodes) {
    throw new RondelError('PLAN_SYNTAX', `A plan has at most ${planLimits.nodes} nodes.`, {
      at: cut(place.path, planLimits.pathLength),
    });
  }
  checkSpellings(node, place);
}

function checkSpellings(node: PlanNode, place: Place): void {
  const seen = new Map<string, string>();
  for (const key of node.properties.keys()) {
    const name = canonicalName(key);
    const other = seen.get(name);
    if (other !== undefined) {
      throw new RondelError(
        'PLAN_SYNTAX',
        `${placeName(place.path)} gives the same property twice, as ${quote(other)} and as ${quote(key)}. Keep one.`,
        { at: cut(place.path, planLimits.pathLength) },
      );
    }
    seen.set(name, key);
  }
}

/** Told from plain objects by its map of properties, which JSON can't make. */
function isPlanNode(value: object | string | number | bigint | boolean | undefined | symbol): value is PlanNode {
  return typeof value === 'object' && 'properties' in value && value.properties instanceof Map;
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** Whether a value is a plain object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
