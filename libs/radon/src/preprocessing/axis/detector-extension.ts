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

/** Sinograms of so many values, with room behind them for the widest detector that `extendDetector` makes, for it to need no copy. */
export function extensible(length: number): Float32Array {
  return new Float32Array(Math.ceil(widest * length)).subarray(0, length);
}

/** Where the axis is at the edge, half of the detector is added; memory that nobody writes to costs nothing. */
const widest = 1.5;

/**
 * Extends the detector on the side that is shorter as seen from the axis, repeating the edge value of every row, so
 * that an image as wide as the original detector has its inscribed circle covered at every angle. Without this the rows
 * would end in a step there, which the ramp filter turns into a bright rim.
 *
 * @param data returned as it is when the axis is in the middle. Where there is room behind it, see `extensible`, it is
 *   overwritten.
 * @param center bins from 0.
 */
export function extendDetector(data: Float32Array, shape: SinogramShape, center: number): ExtendedSinogram {
  const { detectors } = shape;
  const front = Math.max(0, Math.ceil(middleOf(detectors) - center));
  const behind = Math.max(0, Math.ceil(center - middleOf(detectors)));
  if (front === 0 && behind === 0) return { data, shape, center };
  const width = front + detectors + behind;
  const rows = data.length / detectors;
  const hasRoom = data.buffer.byteLength - data.byteOffset >= rows * width * data.BYTES_PER_ELEMENT;
  const extended = hasRoom
    ? new Float32Array(data.buffer, data.byteOffset, rows * width)
    : new Float32Array(rows * width);
  if (!hasRoom) extended.set(data);
  // From the last row on: none is written to before it has moved.
  for (let row = rows - 1; row >= 0; row--) {
    const start = row * width;
    const behindAll = start + front + detectors;
    extended.copyWithin(start + front, row * detectors, (row + 1) * detectors);
    extended.fill(extended[start + front] ?? 0, start, start + front);
    extended.fill(extended[behindAll - 1] ?? 0, behindAll, start + width);
  }
  const measured = [front, front + detectors - 1] as const;
  return { data: extended, shape: { ...shape, detectors: width }, center: center + front, measured };
}
