import type { SinogramShape } from '../../sinogram/sinogram-shape.js';
import { shiftRow } from './spline-shift.js';

/** Where in a stack some slices lie. */
export interface WholeStack {
  readonly from: number;
  readonly extent: number;
}

/**
 * Moves the rows of every slice so that an axis which is tilted against the detector lies in one bin, that of the middle of the
 * stack, in place. Values in between are those of cubic splines; beyond the detector its edge values go on.
 *
 * @param lineIntegrals [frame, slice, angle, detector]
 * @param ends Of the axis in the first and in the last slice of the whole stack, bins from 0.
 * @param whole Which of its slices the first one is, and how many there are.
 * @returns where the axis is then.
 */
export function straightenAxis(
  lineIntegrals: Float32Array,
  { frames, slices, angles, detectors }: SinogramShape,
  [first, last]: readonly [number, number],
  { from, extent }: WholeStack,
): number {
  const center = (first + last) / 2;
  for (let entry = 0; entry < frames * slices; entry++) {
    const place = extent > 1 ? (from + (entry % slices)) / (extent - 1) : 0.5;
    const shift = center - (first + (last - first) * place);
    if (shift === 0) continue;
    for (let angle = 0; angle < angles; angle++) {
      const start = (entry * angles + angle) * detectors;
      const row = Float64Array.from(lineIntegrals.subarray(start, start + detectors));
      lineIntegrals.set(shiftRow(row, shift, 'edge'), start);
    }
  }
  return center;
}
