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
  // An object may all but fill the detector, so few bins are its edge; their noise is told from more.
  const outermost = Math.max(1, Math.floor(detectors / 256));
  const width = Math.max(3, Math.floor(detectors / 64));
  if (!(large > 0) || detectors < 4 * width) return false;
  const rows = Array.from({ length: angles }, (_, angle) => start + angle * detectors);
  return [1, -1].some((inwards) => {
    const edges = rows.map((row) => {
      const values = Array.from({ length: width }, (_, bin) =>
        Number(lineIntegrals[inwards > 0 ? row + bin : row + detectors - 1 - bin]),
      );
      return edgeOf(values, outermost);
    });
    const noise = medianOf(edges.map((edge) => edge.noise));
    const allowed = backgroundPart * large + (chance * noise) / Math.sqrt(outermost);
    return edges.filter(({ mean }) => mean > allowed).length > leastProjections * angles;
  });
}

/** Mean of the outermost bins, and what bins vary by from one to the next; `values` begin at the edge. */
function edgeOf(values: readonly number[], outermost: number) {
  const mean = values.slice(0, outermost).reduce((sum, value) => sum + value, 0) / outermost;
  const differences = values.slice(1).reduce((sum, value, index) => sum + (value - (values[index] ?? 0)) ** 2, 0);
  return { mean, noise: Math.sqrt(differences / (2 * (values.length - 1))) };
}
