import { medianOf } from './median.js';
import type { SinogramShape } from './sinogram-shape.js';

/** Above this part of the largest values an edge is no background any more. */
const backgroundPart = 0.1;

/** In more than this part of the projections the object must reach the edge. */
const leastProjections = 0.05;

/** Where the largest values are told from single ones. */
const largeQuantile = 0.98;

/** Standard deviations of the noise that an edge may be high by chance. */
const chance = 4;

/** Values of a sinogram that are looked at, at most. */
const mostValues = 2 ** 16;

/**
 * Whether an object goes past the detector: its projections do not fall to about zero at both edges. A background of up to a
 * tenth of the largest line integrals is none. Looks at one slice, the middle one of the first frame.
 *
 * @param lineIntegrals [frame, slice, angle, detector]
 */
export function isTruncated(lineIntegrals: ArrayLike<number>, { slices, angles, detectors }: SinogramShape): boolean {
  const start = Math.floor(slices / 2) * angles * detectors;
  const end = start + angles * detectors;
  const stride = Math.max(1, Math.floor((angles * detectors) / mostValues));
  const values: number[] = [];
  for (let index = start; index < end; index += stride) values.push(Math.abs(lineIntegrals[index] ?? 0));
  const large = values.sort((a, b) => a - b)[Math.floor(largeQuantile * (values.length - 1))] ?? 0;
  const width = Math.max(3, Math.floor(detectors / 64));
  if (!(large > 0) || detectors < 4 * width) return false;
  const edges = [0, detectors - width].map((first) =>
    Array.from({ length: angles }, (_, angle) => edgeOf(lineIntegrals, start + angle * detectors + first, width)),
  );
  return edges.some((all) => {
    const allowed = backgroundPart * large + (chance * medianOf(all.map(({ noise }) => noise))) / Math.sqrt(width);
    return all.filter(({ mean }) => mean > allowed).length > leastProjections * angles;
  });
}

/** Mean of some bins, and what they vary by from one to the next. */
function edgeOf(values: ArrayLike<number>, first: number, width: number) {
  let sum = 0;
  let differences = 0;
  for (let bin = 0; bin < width; bin++) {
    const value = values[first + bin] ?? 0;
    sum += value;
    if (bin > 0) differences += (value - (values[first + bin - 1] ?? 0)) ** 2;
  }
  return { mean: sum / width, noise: Math.sqrt(differences / (2 * (width - 1))) };
}
