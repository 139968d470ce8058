import type { SinogramShape } from '../../sinogram/sinogram-shape.js';

/**
 * Divides every row by the straight line through the means of its outermost bins, which see nothing but air, in place; a mean that
 * is not above 0 counts as 1. As `normalize_bg` of TomoPy.
 *
 * @param transmission [frame, slice, angle, detector]
 * @param air Bins at either edge, at least 1.
 */
export function normalizeAir(transmission: Float32Array, { detectors }: SinogramShape, air: number): void {
  for (let start = 0; start < transmission.length; start += detectors) {
    const row = transmission.subarray(start, start + detectors);
    const [left, right] = [airOf(row.subarray(0, air)), airOf(row.subarray(detectors - air))];
    const slope = detectors > 1 ? (right - left) / (detectors - 1) : 0;
    for (let bin = 0; bin < detectors; bin++) row[bin] = (row[bin] ?? 0) / (left + slope * bin);
  }
}

function airOf(bins: Float32Array): number {
  const mean = bins.reduce((sum, value) => sum + value, 0) / bins.length;
  return mean > 0 ? mean : 1;
}
