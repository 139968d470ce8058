import { RondelError, type NdArray } from '@rondel/contracts';
import { sinogramAxes } from '../manifest/axes.js';

export interface SinogramShape {
  readonly frames: number;
  readonly slices: number;
  readonly angles: number;
  readonly detectors: number;
}

/**
 * Reads an array as a series of sinogram stacks: [angle, detector], [slice, angle, detector] or
 * [frame, slice, angle, detector]; missing leading axes have extent 1.
 *
 * Throws `DATA_SHAPE_MISMATCH` for other ranks, other axis names or an empty axis, `DATA_FORMAT` for complex values.
 */
export function sinogramShape({ shape, axes, dtype }: NdArray): SinogramShape {
  if (dtype === 'complex64' || dtype === 'complex128') {
    throw new RondelError('DATA_FORMAT', `A sinogram must be real, but the data is ${dtype}.`);
  }
  const expected = sinogramAxes.slice(-shape.length);
  const fits =
    shape.length >= 2 &&
    shape.length <= 4 &&
    shape.every((extent) => extent > 0) &&
    (axes === undefined || axes.every((name, axis) => name === expected[axis]));
  if (!fits) throw notASinogram(shape, axes);
  const [frames = 1, slices = 1, angles = 1, detectors = 1] = [...[1, 1, 1, 1].slice(shape.length), ...shape];
  return { frames, slices, angles, detectors };
}

/** The shape in the order of its axes: [frame, slice, angle, detector]. */
export function extents({ frames, slices, angles, detectors }: SinogramShape): [number, number, number, number] {
  return [frames, slices, angles, detectors];
}

function notASinogram(shape: readonly number[], axes: readonly string[] | undefined): RondelError {
  const named = axes ? ` with axes [${axes.join(', ')}]` : '';
  return new RondelError(
    'DATA_SHAPE_MISMATCH',
    `A sinogram must be [angle, detector], [slice, angle, detector] or [frame, slice, angle, detector] and not empty, but the data has shape [${shape.join(', ')}]${named}.`,
    { details: { shape: [...shape], ...(axes && { axes: [...axes] }) } },
  );
}
