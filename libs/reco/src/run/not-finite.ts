import type { TypedArray } from '@rondel/contracts';

/** Values that are NaN or infinite: how many, and the place of the first. */
export interface NotFinite {
  readonly count: number;
  readonly first: number;
}

/** Undefined where all are finite, as integers are. */
export function notFinite(values: TypedArray): NotFinite | undefined {
  if (!(values instanceof Float32Array || values instanceof Float64Array)) return undefined;
  if (sumOfProducts(values) === 0) return undefined;
  let count = 0;
  for (const value of values) count += Number.isFinite(value) ? 0 : 1;
  return { count, first: values.findIndex((value) => !Number.isFinite(value)) };
}

/**
 * Of what is not finite the product with 0 is NaN, and a sum keeps it: no branch for each of many values. Four sums, as each addition
 * would wait for the one before.
 */
function sumOfProducts(values: Float32Array | Float64Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = values.length - (values.length % 4);
  for (let at = 0; at < whole; at += 4) {
    a += (values[at] ?? 0) * 0;
    b += (values[at + 1] ?? 0) * 0;
    c += (values[at + 2] ?? 0) * 0;
    d += (values[at + 3] ?? 0) * 0;
  }
  for (let at = whole; at < values.length; at++) a += (values[at] ?? 0) * 0;
  return a + b + c + d;
}
