import type { SinogramShape } from '../../sinogram/sinogram-shape.js';
import { cutMedian } from '../rings/running-median.js';
import { sortColumns, unsortColumns, type Sinogram } from '../rings/sinogram-columns.js';
import { changesObject } from './broad-change.js';

/**
 * Removes stripes from sinograms, in place: every detector column is sorted along the angles, each row of equal ranks is
 * smoothed by a median across the detector, and the columns are put back into their order. A stripe shifts all ranks of
 * its column alike and stands out after sorting, the object does not.
 *
 * Vo, Atwood, Drakopoulos, "Superior techniques for eliminating ring artifacts in X-ray micro-tomography", Optics
 * Express 26 (2018) 28396, algorithm 3.
 *
 * @param lineIntegrals [frame, slice, angle, detector]
 * @param window width of the median, odd, bins.
 * @returns the number of sinograms that it has changed by more than stripes: over several bins side by side.
 */
export function suppressRings(lineIntegrals: Float32Array, shape: SinogramShape, window: number): number {
  const { frames, slices, angles, detectors } = shape;
  const size = angles * detectors;
  let overcorrected = 0;
  for (let entry = 0; entry < frames * slices; entry++) {
    const sinogram = lineIntegrals.subarray(entry * size, (entry + 1) * size);
    const before = sinogram.slice();
    smoothSorted({ values: sinogram, angles, detectors }, window);
    if (changesObject(before, sinogram, detectors)) overcorrected++;
  }
  return overcorrected;
}

function smoothSorted(sinogram: Sinogram, window: number): void {
  const { values, rows } = sortColumns(sinogram);
  for (let start = 0; start < values.length; start += sinogram.detectors) {
    const rank = values.subarray(start, start + sinogram.detectors);
    rank.set(cutMedian(rank, window));
  }
  unsortColumns(values, rows, sinogram);
}
