import type { RowMatrix } from '@rondel/compute';

/** Scales stay where float32 has them and their products. */
const largestExponent = 100;

/** 2^-e of a value of 2^e to 2^(e + 1), read from its bits: exact. 1 for 0. */
export function inverseScale(value: number): number {
  if (!(value > 0)) return 1;
  const [, high = 0] = new Uint32Array(Float64Array.of(value).buffer);
  const exponent = ((high >>> 20) & 0x7ff) - 1023;
  return 2 ** -Math.max(-largestExponent, Math.min(largestExponent, exponent));
}

/** By what a matrix is multiplied so that its columns have norms of about 1. */
export function matrixScale({ rowNormsSquared, columns }: Pick<RowMatrix, 'rowNormsSquared' | 'columns'>): number {
  return inverseScale(Math.sqrt(rowNormsSquared.reduce((sum, norm) => sum + norm, 0) / columns));
}
