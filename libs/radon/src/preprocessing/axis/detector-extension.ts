import type { SinogramShape } from '../../sinogram/sinogram-shape.js';
import { middleOf } from '../../sinogram/rotation-axis.js';

export interface ExtendedSinogram {
  /** [frame, slice, angle, detector] */
  readonly data: Float32Array;
  readonly shape: SinogramShape;
  /** Rotation axis on the extended detector, bins from 0. */
  readonly center: number;
  /** First and last of the bins that were measured; absent where none was added. */
  readonly measured?: readonly [number, number];
}

/**
 * Extends the detector on the side that is shorter as seen from the axis, repeating the edge value of every row, so
 * that an image as wide as the original detector has its inscribed circle covered at every angle. Without this the rows
 * would end in a step there, which the ramp filter turns into a bright rim.
 *
 * @param data returned as it is when the axis is in the middle.
 * @param center bins from 0.
 */
export function extendDetector(data: Float32Array, shape: SinogramShape, center: number): ExtendedSinogram {
  const { detectors } = shape;
  const front = Math.max(0, Math.ceil(middleOf(detectors) - center));
  const behind = Math.max(0, Math.ceil(center - middleOf(detectors)));
  if (front === 0 && behind === 0) return { data, shape, center };
  const width = front + detectors + behind;
  const rows = data.length / detectors;
  const extended = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const source = data.subarray(row * detectors, (row + 1) * detectors);
    const target = extended.subarray(row * width, (row + 1) * width);
    target.fill(source[0] ?? 0, 0, front);
    target.set(source, front);
    target.fill(source[detectors - 1] ?? 0, front + detectors);
  }
  const measured = [front, front + detectors - 1] as const;
  return { data: extended, shape: { ...shape, detectors: width }, center: center + front, measured };
}
