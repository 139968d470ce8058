import type { JsonValue } from '@rondel/contracts';
import { isList, isNothing, isRange, isTuple, type PlanNode, type PlanValue } from '../value/plan-value.js';
import { typeTag } from '../value/type-name.js';

type JsonTable = Readonly<Record<string, JsonValue>>;

/**
 * A plan as plain JSON: the tables of the TOML file as objects, tags included. `1.0` becomes `1`, since JSON numbers have
 * one kind; numbers that JSON can't write are tagged as `planFromTree` reads them; *nothing* is `null`. The inverse of `planFromTree`
 * but for the kind of numbers.
 */
export function toTree(plan: PlanNode): JsonTable {
  return Object.fromEntries(tableEntries(plan).map(([key, value]) => [key, valueToTree(value)]));
}

/** One value of a plan as plain JSON, as `toTree` does it. */
export function valueToTree(value: PlanValue): JsonValue {
  if (typeof value === 'bigint') return integerToTree(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : { _type: 'Float64', _value: nonFinite(value) };
  if (typeof value !== 'object') return value;
  if (isList(value)) return value.map(valueToTree);
  if (isNothing(value)) return null;
  return Object.fromEntries(tableEntries(value).map(([key, entry]) => [key, valueToTree(entry)]));
}

function integerToTree(value: bigint): JsonValue {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : { _type: 'Int64', _value: value.toString() };
}

/** `nan`, `inf` or `-inf`, as TOML writes them. */
export function nonFinite(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  return value > 0 ? 'inf' : '-inf';
}

/** Keys and values of the table that stands for a value in files, `_module` and `_type` first. */
export function tableEntries(
  value: Exclude<PlanValue, boolean | string | number | bigint | readonly PlanValue[]>,
): readonly (readonly [string, PlanValue])[] {
  switch (value.kind) {
    case 'table':
      return [...value.entries];
    case 'node':
      return [...tag('_module', value.module), ['_type', typeTag(value)], ...value.properties];
    case 'type':
      return [...tag('_module', value.module), ['_type', 'Type'], ['_value', value.name]];
    case 'union':
      return [
        ...tag('_module', value.module),
        ...tag('_type', value.type),
        ...tag('_unionmodule', value.unionModule),
        ...tag('_uniontype', value.unionType),
        ...contentEntries(value),
      ];
  }
}

function contentEntries(value: Extract<PlanValue, { kind: 'union' }>): readonly (readonly [string, PlanValue])[] {
  if (isTuple(value)) return tupleEntries(value.value);
  return (isRange(value) ? rangeEntries(value.value) : undefined) ?? [['_value', value.value]];
}

/** Of integers at even distances. */
function rangeEntries(items: PlanValue): readonly (readonly [string, PlanValue])[] | undefined {
  const integers = isList(items) ? items.filter((item) => typeof item === 'bigint') : [];
  if (!isList(items) || integers.length < items.length) return undefined;
  const [start = 1n, second = start + 1n] = integers;
  const step = second - start;
  if (!integers.every((item, index) => item === start + BigInt(index) * step)) return undefined;
  const ends = [['start', start] as const, ['stop', integers.at(-1) ?? 0n] as const];
  return step === 1n ? ends : [...ends, ['step', step]];
}

function tupleEntries(items: PlanValue): readonly (readonly [string, PlanValue])[] {
  return isList(items) ? items.map((item, index) => [String(index + 1), item]) : [];
}

function tag(name: string, value: string | undefined): readonly (readonly [string, PlanValue])[] {
  return value === undefined ? [] : [[name, value]];
}
