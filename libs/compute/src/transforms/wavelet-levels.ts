import { RondelError } from '@rondel/contracts';

const root3 = Math.sqrt(3);

/** Low-pass filter of Daubechies' orthonormal wavelet with two vanishing moments (1988, Comm. Pure Appl. Math. 41), `db2`. */
export const scalingFilter = [1 + root3, 3 + root3, 3 - root3, 1 - root3].map((value) => value / (4 * Math.SQRT2)) as [
  number,
  number,
  number,
  number,
];

/**
 * Levels of a periodic wavelet transform along axes of these lengths: as often as all can be halved, as Wavelets.jl has it.
 *
 * Throws `PLAN_INVALID_VALUE` at `at` where one of them is odd, where the transform would leave the image as it is.
 */
export function waveletLevels(extents: readonly number[], at = 'reg'): number {
  const levels = Math.min(...extents.map(halvings));
  if (levels > 0) return levels;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `Wavelet halves every axis that it acts along, and an image of ${extents.join(' x ')} has an odd one: make it even, leave it out, or take DCT-II, which takes any size.`,
    { at },
  );
}

function halvings(extent: number): number {
  return extent > 1 && extent % 2 === 0 ? 1 + halvings(extent / 2) : 0;
}
