import type { SinogramShape } from '../../sinogram/sinogram-shape.js';
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
    smoothSorted(sinogram, angles, window);
    if (changesObject(before, sinogram, detectors)) overcorrected++;
  }
  return overcorrected;
}

function smoothSorted(sinogram: Float32Array, angles: number, window: number): void {
  const detectors = sinogram.length / angles;
  const orders = Array.from({ length: detectors }, (_, bin) => sortingOrder(sinogram, bin, detectors));
  const row = new Float32Array(detectors);
  for (let rank = 0; rank < angles; rank++) {
    for (let bin = 0; bin < detectors; bin++) row[bin] = sinogram[(orders[bin]?.[rank] ?? 0) * detectors + bin] ?? 0;
    const smooth = medianFilter(row, window);
    orders.forEach((order, bin) => {
      sinogram[(order[rank] ?? 0) * detectors + bin] = smooth[bin] ?? 0;
    });
  }
}

/** Row numbers of one column by ascending value; equal values keep their order. */
function sortingOrder(sinogram: Float32Array, bin: number, detectors: number): Uint32Array {
  const order = Uint32Array.from({ length: sinogram.length / detectors }, (_, row) => row);
  const value = (row: number) => sinogram[row * detectors + bin] ?? 0;
  return order.sort((a, b) => value(a) - value(b) || a - b);
}

/** Running median; at the edges the window is cut to what is there. */
function medianFilter(row: Float32Array, window: number): Float32Array {
  const half = Math.floor(window / 2);
  return row.map((_, bin) => {
    const neighbours = row.slice(Math.max(0, bin - half), bin + half + 1).sort();
    return neighbours[Math.floor(neighbours.length / 2)] ?? 0;
  });
}
