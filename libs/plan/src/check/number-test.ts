import { isSchema, numberIn, type JsonSchema } from './json-schema.js';
import type { PlanValue } from '../value/plan-value.js';

/** Turns a number into the kind the schema wants; `undefined` when the schema refuses it. */
export type NumberTest = (value: PlanValue) => PlanValue | undefined;

const annotations = ['description', 'title', 'default', 'examples', '~kind'];
const numberKeywords: ReadonlySet<string> = new Set([
  ...annotations,
  'type',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
]);
const arrayKeywords: ReadonlySet<string> = new Set([...annotations, 'type', 'items', 'minItems', 'maxItems']);

/**
 * A schema of plain numbers with nothing but bounds as one quick test, for arrays of a million of them; `undefined` for
 * any other schema.
 */
export function numberTest(schema: JsonSchema): NumberTest | undefined {
  const integer = schema.type === 'integer';
  if (!(integer || schema.type === 'number') || !onlyKeywords(schema, numberKeywords)) return undefined;
  const least = numberIn(schema, 'minimum') ?? -Infinity;
  const most = numberIn(schema, 'maximum') ?? Infinity;
  const above = numberIn(schema, 'exclusiveMinimum') ?? -Infinity;
  const below = numberIn(schema, 'exclusiveMaximum') ?? Infinity;
  return (value) => {
    if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
    const number = Number(value);
    if (!(number >= least && number <= most && number > above && number < below)) return undefined;
    if (!integer) return Number.isFinite(number) ? number : undefined;
    if (typeof value === 'bigint') return value;
    return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  };
}

/** Whether a schema is an array that `numberTest` and the bounds on its length cover entirely. */
export function isNumberArray(schema: JsonSchema): boolean {
  if (schema.type !== 'array' || !isSchema(schema.items)) return false;
  return onlyKeywords(schema, arrayKeywords) && numberTest(schema.items) !== undefined;
}

function onlyKeywords(schema: JsonSchema, known: ReadonlySet<string>): boolean {
  return Object.keys(schema).every((keyword) => known.has(keyword));
}
