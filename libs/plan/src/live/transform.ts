import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { isList, unwrapUnion, type PlanValue } from '../value/plan-value.js';
import { tableEntries } from '../text/tree-writer.js';
import { printValue } from './exact-text.js';

/** What can be told of a value instead of the value itself. */
export type ValueTransform = 'length' | 'shape' | 'hash';

/**
 * A short fact about a value of any size.
 *
 * - `length`: items of a list, characters of a string, entries of a table, 1 for a number
 * - `shape`: extents of a list, slowest axis first, down to where its items differ in length; empty for what is no list
 * - `hash`: SHA-256 of its exact text, 64 hex digits
 */
export function transformValue(value: PlanValue, transform: ValueTransform): number | number[] | string {
  switch (transform) {
    case 'length':
      return lengthOf(unwrapUnion(value));
    case 'shape':
      return shapeOf(unwrapUnion(value));
    case 'hash':
      return bytesToHex(sha256(utf8ToBytes(printValue(value))));
  }
}

function lengthOf(value: PlanValue): number {
  if (typeof value === 'string') return Array.from(value).length;
  if (typeof value !== 'object') return 1;
  if (isList(value)) return value.length;
  return value.kind === 'node' ? value.properties.size : tableEntries(value).length;
}

function shapeOf(value: PlanValue): number[] {
  if (!isList(value)) return [];
  const [first] = value;
  if (!isList(first)) return [value.length];
  const inner = shapeOf(first);
  const alike = value.every((item) => sameShape(shapeOf(item), inner));
  return alike ? [value.length, ...inner] : [value.length];
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}
