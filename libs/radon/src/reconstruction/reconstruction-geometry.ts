import type { ParallelGeometry, RayGeometry } from '@rondel/compute';
import { binningOf, float32Array, quantity, RondelError, type Dataset } from '@rondel/contracts';
import type { ParameterNode, StepContext } from '@rondel/reco';
import { warnOfOtherAngles, warnOfOtherAxis } from '../sinogram/centre-of-mass.js';
import { isOrderSuspect, projectionAngles } from '../sinogram/projection-angles.js';
import {
  axisAttributes,
  carriedCenter,
  carriedImageSize,
  carriedMeasured,
  middleOf,
} from '../sinogram/rotation-axis.js';
import type { SinogramShape } from '../sinogram/sinogram-shape.js';
import { circleRays, parallelRays, type CircleRays } from './circle-rays.js';

/** Parameters that all reconstruction steps share. */
export interface GeometryChoice {
  /** rad */
  readonly angles?: readonly number[] | undefined;
  /** [x, y] or [x, y, slices], pixels. */
  readonly shape?: readonly number[] | undefined;
  readonly geometry?: ParameterNode | undefined;
  readonly projector?: 'linear' | 'line' | undefined;
}

/** Where the rays run and which pixels are computed. */
export interface ReconstructionGeometry extends ParallelGeometry {
  /** The rays of a view where the plan says; then `center` counts only for those that are evenly spaced. */
  readonly circle?: CircleRays;
  /** Where the axis is in the image where it is not in the middle of pixel size // 2; pixels from the middle of the first one. */
  readonly origin?: readonly [row: number, column: number];
}

/** The rays that the kernels of any rays take, where the plan says which. */
export function raysOf({ shape, angles, circle, origin }: ReconstructionGeometry): RayGeometry | undefined {
  if (circle === undefined) return undefined;
  const { tilts, offsets, weights } = circle;
  return { shape, angles, tilts, offsets, weights, ...(origin && { origin }) };
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
): ReconstructionGeometry {
  const { slices, detectors, angles: projections } = shape;
  const circle = choice.geometry && checkedCircle(choice.geometry, { dataset, detectors });
  const size = choice.geometry
    ? Number(choice.geometry.parameters['N'])
    : (carriedImageSize(dataset, detectors) ?? detectors);
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
  if (isOneDirection(angles)) {
    warn(
      'ANGLES_INCOMPLETE',
      `The data has ${quantity(projections, 'projection')} from one direction only: nothing tells where along the rays a value belongs, so the image is what was seen, smeared along them.`,
      { property: 'angles' },
    );
  }
  const where = { shape: [rows, columns] as const, angles, detectors };
  if (circle !== undefined) return { ...where, center: middleOf(detectors), circle };
  const isWarned = (sinogram: Float32Array) => isOrderSuspect(float32Array(sinogram, [projections, detectors]), angles);
  warnOfOtherAngles(dataset.data.data, shape, { angles, isWarned }, (message, amount) =>
    warn('ANGLES_SUSPECT', message, { property: 'angles', amount }),
  );
  const carried = carriedCenter(dataset, detectors);
  const center = carried ?? middleOf(detectors);
  if (carried === undefined) {
    const bins = binningOf(dataset).detector;
    warnOfOtherAxis(dataset.data.data, shape, { angles, center, because: 'the middle', bins }, (message, amount) =>
      warn('AXIS_UNCERTAIN', message, { amount }),
    );
  }
  if (choice.projector !== 'line') return { ...where, center };
  const measured = carriedMeasured(dataset, detectors);
  const rays = parallelRays(detectors, { center, measured });
  return { ...where, center, circle: rays, origin: [(rows - 1) / 2, (columns - 1) / 2] };
}

/** Angles closer than this are one direction, rad. */
const sameDirection = 1e-6;

/** Whether all projections look along the same lines, from either side. */
function isOneDirection(angles: Float64Array): boolean {
  const [first = 0] = angles;
  return angles.every((angle) => Math.abs(Math.sin(angle - first)) < sameDirection);
}

/** The rays of the plan. Throws `DATA_SHAPE_MISMATCH` unless there is one for each detector. */
function checkedCircle(
  node: ParameterNode,
  { dataset, detectors }: { readonly dataset: Dataset; readonly detectors: number },
): CircleRays {
  const circle = circleRays(node);
  const rays = circle.tilts.length;
  if (rays === detectors) return circle;
  const measured = carriedImageSize(dataset, detectors) ?? detectors;
  const widened = `Preprocessing has widened the detector from ${measured} to put the axis into its middle; set centerOfRotation of TransmissionPreprocessingParameters to ${middleOf(measured)}, as the heights of the rays say where the axis is.`;
  throw new RondelError(
    'DATA_SHAPE_MISMATCH',
    `geometry has ${quantity(rays, 'ray')}, but the data has ${quantity(detectors, 'detector')}: there must be one ray for each. ${measured === rays ? widened : 'Give in_height, out_height and weights as many numbers.'}`,
    { at: 'geometry', details: { rays, detectors } },
  );
}

/** Whether two geometries describe the same rays and pixels. */
export function sameGeometry(a: ReconstructionGeometry, b: ReconstructionGeometry): boolean {
  return (
    a.shape[0] === b.shape[0] &&
    a.shape[1] === b.shape[1] &&
    a.detectors === b.detectors &&
    a.center === b.center &&
    a.angles.length === b.angles.length &&
    a.angles.every((angle, index) => angle === b.angles[index]) &&
    (a.origin === undefined) === (b.origin === undefined) &&
    sameCircle(a.circle, b.circle)
  );
}

function sameCircle(a: CircleRays | undefined, b: CircleRays | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const same = (one: Float64Array, other: Float64Array) => one.every((value, ray) => value === other[ray]);
  return a.radius === b.radius && same(a.tilts, b.tilts) && same(a.offsets, b.offsets) && same(a.weights, b.weights);
}

/**
 * Radius, in pixels around the rotation axis, within which the detector sees every pixel at every angle; with rays of the
 * plan that of their circle, or of the ray that passes the axis farthest off.
 */
export function fieldOfViewRadius({ detectors, center, circle }: ReconstructionGeometry): number {
  if (circle !== undefined) {
    return circle.offsets.reduce((most, offset) => Math.min(circle.radius, Math.max(most, Math.abs(offset))), 0);
  }
  return Math.min(center, detectors - 1 - center);
}

/** 1 inside the field of view, 0 outside; [y, x] in C order, the axis at pixel size // 2 or at `origin`. */
export function fieldOfViewMask(geometry: ReconstructionGeometry): Float32Array {
  const [rows, columns] = geometry.shape;
  const [originRow, originColumn] = geometry.origin ?? [middleOf(rows), middleOf(columns)];
  const radius = fieldOfViewRadius(geometry);
  const mask = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const y = originRow - row;
    const isInside = (column: number) => {
      const x = column - originColumn;
      return x * x + y * y <= radius * radius;
    };
    // About where the circle crosses the row; which pixels it holds is asked of those beside.
    const half = Math.sqrt(Math.max(0, radius * radius - y * y));
    let first = Math.max(0, Math.floor(originColumn - half) - 1);
    let end = Math.min(columns, Math.ceil(originColumn + half) + 2);
    while (first < end && !isInside(first)) first++;
    while (end > first && !isInside(end - 1)) end--;
    if (first < end) mask.fill(1, row * columns + first, row * columns + end);
  }
  return mask;
}
