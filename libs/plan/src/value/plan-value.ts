import { bareTypeName } from './type-name.js';

/**
 * The tree of a plan. All of it is immutable: an edit returns a new tree that shares what did not change, so `===` tells
 * whether a subtree is still the same.
 *
 * - `bigint` is a TOML integer (64 bit), `number` a TOML float: `1` and `1.0` stay apart.
 * - An absent property is *missing*; an empty table is *nothing*.
 */
export type PlanValue =
  boolean | string | number | bigint | readonly PlanValue[] | PlanTable | PlanNode | TypeReference | UnionValue;

/** A table with a `_type`: an algorithm, parameters of a step, a struct, a listener or a function's name. */
export interface PlanNode {
  readonly kind: 'node';
  /** `_module` as written; an absent one is that of the nearest node above that has one and is no wrapper. */
  readonly module?: string | undefined;
  /** `_type` as written, without `RecoPlan{}`. */
  readonly type: string;
  /** Whether `_type` was written as `RecoPlan{type}`. */
  readonly wrapped: boolean;
  /** In the order written, but keys that are whole numbers come first. Names that start with `_`, such as `_listener`, are tags: kept, but not properties. */
  readonly properties: ReadonlyMap<string, PlanValue>;
}

/** A table without `_type`, e.g. a remote value. */
export interface PlanTable {
  readonly kind: 'table';
  readonly entries: ReadonlyMap<string, PlanValue>;
}

/** `{ _module = "...", _type = "Type", _value = "CGNR" }`: a type as a value. */
export interface TypeReference {
  readonly kind: 'type';
  readonly module?: string | undefined;
  readonly name: string;
}

/**
 * A value in the tags that Julia writes around it: `_value` of a field that is declared as a union, with the tags that tell
 * which member it is, a tuple, written as a table with its items under `1`, `2`, ..., or a date. The tags say nothing of the value.
 */
export interface UnionValue {
  readonly kind: 'union';
  readonly module?: string | undefined;
  readonly type?: string | undefined;
  /** A list for a tuple and for a range, the text of a date. */
  readonly value: PlanValue;
  /** `_uniontype`, e.g. `Float64`; absent for a tuple, a range and a date. */
  readonly unionType?: string | undefined;
  readonly unionModule?: string | undefined;
}

/** Type of a table that stands for a tuple. */
export const tupleType = 'Tuple';

/** Types of tables that stand for the integers of a range. */
const rangeTypes: ReadonlySet<string> = new Set(['UnitRange', 'StepRange', 'OneTo']);

export function isRangeType(type: string | undefined): boolean {
  return type !== undefined && rangeTypes.has(bareTypeName(type));
}

/** Julia's `nothing`: an empty table. */
export const nothing: PlanTable = { kind: 'table', entries: new Map() };

export function isList(value: PlanValue | undefined): value is readonly PlanValue[] {
  return Array.isArray(value);
}

export function isNode(value: PlanValue | undefined): value is PlanNode {
  return typeof value === 'object' && !isList(value) && value.kind === 'node';
}

export function isTable(value: PlanValue | undefined): value is PlanTable {
  return typeof value === 'object' && !isList(value) && value.kind === 'table';
}

export function isTypeReference(value: PlanValue | undefined): value is TypeReference {
  return typeof value === 'object' && !isList(value) && value.kind === 'type';
}

export function isUnion(value: PlanValue | undefined): value is UnionValue {
  return typeof value === 'object' && !isList(value) && value.kind === 'union';
}

/** Whether a value is a tuple in its tags. */
export function isTuple(value: PlanValue | undefined): value is UnionValue & { readonly unionType: undefined } {
  return isUnion(value) && value.unionType === undefined && isList(value.value) && !isRangeType(value.type);
}

/** Whether a value is a range in its tags. */
export function isRange(value: PlanValue | undefined): value is UnionValue & { readonly unionType: undefined } {
  return isUnion(value) && value.unionType === undefined && isRangeType(value.type);
}

export function isNothing(value: PlanValue | undefined): boolean {
  return isTable(value) && value.entries.size === 0;
}

/** Whether the value is a table that a worker resolves where it runs: `{ _remote = "npy", uri = "..." }`. */
export function isRemote(value: PlanValue | undefined): value is PlanTable {
  return isTable(value) && typeof value.entries.get('_remote') === 'string';
}

/** The value without the tags of a union field. */
export function unwrapUnion(value: PlanValue): PlanValue {
  return isUnion(value) ? unwrapUnion(value.value) : value;
}
