import { appendFileSync } from 'node:fs';
import { expect } from 'vitest';
import { engineName } from './engine-under-test.js';
import { relativeError } from './reference.js';

/** What users are promised of the same computation on different engines, relative to the largest value of the result. */
export const promised = 1e-4;

/** Expects that two results agree, and notes by how much they differ where `run.mjs` collects that. */
export function expectAgreement(
  name: string,
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  most = promised,
): void {
  const error = relativeError(found, expected);
  const notes = process.env.RONDEL_CONFORMANCE_NOTES;
  if (notes !== undefined) appendFileSync(notes, `${JSON.stringify({ name, engine: engineName, error, most })}\n`);
  expect(error, name).toBeLessThanOrEqual(most);
}

/** Expects the same bits; quicker than `toEqual`, which looks at every value as if it were an object. */
export function expectSameBits(found: Float32Array, expected: Float32Array): void {
  expect(found).toHaveLength(expected.length);
  const first = found.findIndex((value, at) => !Object.is(value, expected[at]));
  expect(first, `values ${found[first]} and ${expected[first]}`).toBe(-1);
}
