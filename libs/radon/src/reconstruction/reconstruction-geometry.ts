import type { ParallelGeometry } from '@rondel/compute';
import { float32Array, quantity, RondelError, type Dataset } from '@rondel/contracts';
import type { StepContext } from '@rondel/reco';
import { warnOfOtherAngles, warnOfOtherAxis } from '../sinogram/centre-of-mass.js';
import { isOrderSuspect, projectionAngles } from '../sinogram/projection-angles.js';
import { axisAttributes, carriedCenter, carriedImageSize, middleOf } from '../sinogram/rotation-axis.js';
import type { SinogramShape } from '../sinogram/sinogram-shape.js';

/** Parameters that all reconstruction steps share. */
export interface GeometryChoice {
  /** rad */
  readonly angles?: readonly number[] | undefined;
  /** [x, y] or [x, y, slices], pixels. */
  readonly shape?: readonly number[] | undefined;
}

/**
 * The geometry of a reconstruction from the plan and what the data carries.
 *
 * Throws as `projectionAngles` does, and `DATA_SHAPE_MISMATCH` when the plan asks for fewer slices than there are.
 */
export function reconstructionGeometry(
  choice: GeometryChoice,
  { dataset, shape }: { dataset: Dataset; shape: SinogramShape },
  warn: StepContext['warn'],
): ParallelGeometry {
  const { slices, detectors, angles: projections } = shape;
  const size = carriedImageSize(dataset, detectors) ?? detectors;
  const [columns = size, rows = size, requestedSlices = slices] = choice.shape ?? [];
  // A block of a larger volume has fewer slices than the plan's shape says, so only too many are wrong.
  if (slices > requestedSlices) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `shape asks for ${quantity(requestedSlices, 'slice')}, but the data has ${slices}. Leave the third number out or set it to ${slices}.`,
      { at: 'shape', details: { requested: requestedSlices, slices } },
    );
  }
  const angles = projectionAngles(
    dataset.attributes[axisAttributes.stitched] === true ? undefined : choice.angles,
    { projections, dataset },
    warn,
  );
  const isWarned = (sinogram: Float32Array) => isOrderSuspect(float32Array(sinogram, [projections, detectors]), angles);
  warnOfOtherAngles(dataset.data.data, shape, { angles, isWarned }, (message, amount) =>
    warn('ANGLES_SUSPECT', message, { property: 'angles', amount }),
  );
  const carried = carriedCenter(dataset, detectors);
  const center = carried ?? middleOf(detectors);
  if (carried === undefined) {
    warnOfOtherAxis(dataset.data.data, shape, { angles, center, because: 'the middle' }, (message, amount) =>
      warn('AXIS_UNCERTAIN', message, { amount }),
    );
  }
  return { shape: [rows, columns], angles, detectors, center };
}

/** Whether two geometries describe the same rays and pixels. */
export function sameGeometry(a: ParallelGeometry, b: ParallelGeometry): boolean {
  return (
    a.shape[0] === b.shape[0] &&
    a.shape[1] === b.shape[1] &&
    a.detectors === b.detectors &&
    a.center === b.center &&
    a.angles.length === b.angles.length &&
    a.angles.every((angle, index) => angle === b.angles[index])
  );
}

/**
 * Radius, in pixels around the rotation axis, within which the detector sees every pixel at every angle.
 */
export function fieldOfViewRadius({ detectors, center }: ParallelGeometry): number {
  return Math.min(center, detectors - 1 - center);
}

/** 1 inside the field of view, 0 outside; [y, x] in C order, the axis at pixel size // 2. */
export function fieldOfViewMask(geometry: ParallelGeometry): Float32Array {
  const [rows, columns] = geometry.shape;
  const radius = fieldOfViewRadius(geometry);
  return Float32Array.from({ length: rows * columns }, (_, pixel) => {
    const x = (pixel % columns) - middleOf(columns);
    const y = middleOf(rows) - Math.floor(pixel / columns);
    return x * x + y * y <= radius * radius ? 1 : 0;
  });
}
