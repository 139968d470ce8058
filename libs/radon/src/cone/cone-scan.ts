import type { FdkGeometry } from '@rondel/compute';
import { quantity, RondelError, type Dataset } from '@rondel/contracts';
import type { StepContext } from '@rondel/reco';
import type { ConeParameters } from '../manifest/cone-beam.js';
import type { SeenGeometry } from './seen-geometry.js';
import { projectionAngles } from '../sinogram/projection-angles.js';
import { carriedImageSize } from '../sinogram/rotation-axis.js';
import type { SinogramShape } from '../sinogram/sinogram-shape.js';
import { coneExtents, type ConeExtents } from './cone-extents.js';
import { vectorNumbers, viewVectors } from './view-vectors.js';

/** A scan of a fan or cone beam: each view and the volume that is to be made of them. */
export interface ConeScan {
  /** [view, 12], mm: source, middle of the detector, step from column to column, from row to row; the origin on the axis. */
  readonly vectors: Float64Array;
  readonly bins: number;
  readonly binRows: number;
  readonly volume: ConeExtents;
}

/**
 * The scan that the plan and the data describe together.
 *
 * Throws as `projectionAngles` does, `DATA_SHAPE_MISMATCH` where there are not as many vectors as projections or preprocessing has
 * widened the detector, and `PLAN_INVALID_VALUE` for a volume that contains the source.
 */
export function coneScan(
  parameters: SeenGeometry,
  {
    dataset,
    shape,
    angles: ofPlan,
  }: { dataset: Dataset; shape: SinogramShape; angles?: readonly number[] | undefined },
  warn: StepContext['warn'],
): ConeScan {
  const { detectors: bins, slices: binRows, angles: projections } = shape;
  requireMeasured(dataset, bins);
  const volume = coneExtents(parameters, { bins, binRows });
  if (volume === undefined) throw new RondelError('INTERNAL', 'A checked geometry has no voxels.');
  const { vectors: given } = parameters;
  if (given !== undefined && given.length !== projections) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `vectors has ${quantity(given.length, 'view')}, but the data has ${quantity(projections, 'projection')}: there must be one for each.`,
      { at: 'geometry.vectors', details: { views: given.length, projections } },
    );
  }
  const vectors =
    given === undefined
      ? viewVectors(parameters, projectionAngles(parameters.angles ?? ofPlan, { projections, dataset }, warn))
      : Float64Array.from(given.flat());
  const scan = { vectors, bins, binRows, volume };
  requireOutside(scan);
  sayUnlikely(scan, parameters, warn);
  return scan;
}

/** The views in voxels of (part of) the volume and bins of (part of) the detector, as kernels take them. */
export function coneGeometry(
  { vectors, bins, binRows, volume }: ConeScan,
  part: {
    readonly firstSlice?: number;
    readonly slices?: number;
    readonly firstRow?: number;
    readonly binRows?: number;
  } = {},
): FdkGeometry {
  const { firstSlice = 0, slices = volume.slices, firstRow = 0, binRows: rowsOfPart = binRows } = part;
  const { voxel, rows, columns } = volume;
  const views = new Float64Array(vectors.length);
  for (let at = 0; at < vectors.length; at += vectorNumbers) {
    const number = (index: number) => (vectors[at + index] ?? 0) / voxel;
    const place = (x: number, y: number, z: number): [number, number, number] => [
      x + (columns - 1) / 2,
      (rows - 1) / 2 - y,
      z + (volume.slices - 1) / 2,
    ];
    const [across, along] = [0.5 * (bins - 1), 0.5 * (binRows - 1)];
    const first = (axis: number) => number(3 + axis) - across * number(6 + axis) - along * number(9 + axis);
    views.set(place(number(0), number(1), number(2)), at);
    views.set(place(first(0), first(1), first(2)), at + 3);
    views.set([number(6), -number(7), number(8), number(9), -number(10), number(11)], at + 6);
  }
  const of = { firstSlice, slices: volume.slices, firstRow, rows: binRows };
  return { shape: [rows, columns, slices], detector: [bins, rowsOfPart], views, part: of };
}

/** Rows that were made longer to put an axis into their middle are no longer those of the geometry. */
function requireMeasured(dataset: Dataset, bins: number): void {
  const measured = carriedImageSize(dataset, bins) ?? bins;
  if (measured === bins) return;
  throw new RondelError(
    'DATA_SHAPE_MISMATCH',
    `Preprocessing has widened the detector from ${measured} to ${bins} bins, as for a parallel beam. Set beam = "cone" of TransmissionPreprocessingParameters, and where the axis is as centerShift of the geometry.`,
    { at: 'geometry', details: { measured, bins } },
  );
}

/** A voxel at the source would be infinitely magnified. */
function requireOutside({ vectors, volume: { rows, columns, voxel } }: ConeScan): void {
  const radius = (Math.max(rows, columns) * voxel) / 2;
  for (let at = 0; at < vectors.length; at += vectorNumbers) {
    const distance = Math.hypot(vectors[at] ?? 0, vectors[at + 1] ?? 0);
    if (distance > radius) continue;
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `The source is ${distance.toPrecision(4)} mm from the axis, inside the volume, which reaches ${radius.toPrecision(4)} mm: set sourceOrigin, voxel (${voxel.toPrecision(4)} mm) and shape in the same unit, mm.`,
      { at: 'geometry.voxel', details: { distance, radius } },
    );
  }
}

/** Fans of more than this half angle, rad, are those of mixed units. */
const widestFan = 1.2;

/** Voxels that differ more than this from the bins' shadow at the axis. */
const unlikelyMagnification = 4;

/** Fans of less than this half angle, rad, are those of mixed units too. */
const narrowestFan = 2e-4;

/** mm. No detector has such bins so near to a source: voxels of half a micrometre come from a far detector of larger bins. */
const tiny = { bin: 1e-3, voxel: 1e-3, sourceDetector: 10 };

function sayUnlikely(scan: ConeScan, parameters: ConeParameters, warn: StepContext['warn']): void {
  const { sourceOrigin, sourceDetector, detectorPixel: [pitch = 1] = [], vectors } = parameters;
  if (vectors !== undefined || sourceOrigin === undefined || sourceDetector === undefined) return;
  const half = (scan.bins * pitch) / 2;
  if (half > Math.tan(widestFan) * sourceDetector) {
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `The detector is ${(2 * half).toPrecision(4)} mm wide at ${sourceDetector} mm from the source, which no beam covers: detectorPixel (${pitch}) and sourceDetector must both be in mm.`,
      { at: 'geometry.detectorPixel' },
    );
  }
  sayUnits({ sourceOrigin, sourceDetector, pitch, half, voxel: scan.volume.voxel }, warn);
  const seen = (pitch * sourceOrigin) / sourceDetector;
  const ratio = scan.volume.voxel / seen;
  if (ratio > unlikelyMagnification || ratio < 1 / unlikelyMagnification) {
    warn(
      'GEOMETRY_SUSPECT',
      `A voxel of ${scan.volume.voxel.toPrecision(4)} mm is ${ratio.toPrecision(2)} times what a bin sees at the axis, ${seen.toPrecision(4)} mm (detectorPixel x sourceOrigin / sourceDetector): the magnification may be wrong.`,
      { property: 'geometry.voxel' },
    );
  }
}

/** Lengths in metres, all of them or those of the detector. */
function sayUnits(
  lengths: Record<'sourceOrigin' | 'sourceDetector' | 'pitch' | 'half' | 'voxel', number>,
  warn: StepContext['warn'],
): void {
  const { sourceOrigin, sourceDetector, pitch, half, voxel } = lengths;
  const isTiny = pitch < tiny.bin && voxel < tiny.voxel && sourceDetector < tiny.sourceDetector;
  if (!isTiny && half > narrowestFan * sourceDetector) return;
  const mm = (length: number) => `${Number(length.toPrecision(4))} mm`;
  warn(
    'GEOMETRY_SUSPECT',
    `A voxel of ${mm(voxel)}, from bins of ${mm(pitch)} on a detector ${mm(2 * half)} wide, ${mm(sourceDetector)} from the source, which is ${mm(sourceOrigin)} from the axis: lengths are in mm, and these look like metres. Values are attenuation per mm of them.`,
    { property: 'geometry.detectorPixel' },
  );
}
