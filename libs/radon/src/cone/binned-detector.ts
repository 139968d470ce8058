import { binningOf, RondelError, type BinnedAxis, type Dataset } from '@rondel/contracts';
import type { ConeParameters } from '../manifest/cone-beam.js';
import { coneExtents } from './cone-extents.js';
import type { SeenGeometry } from './seen-geometry.js';
import { viewFrames } from './view-frames.js';

/** Columns and rows of what was read. */
interface DetectorRead extends Pick<Dataset, 'attributes'> {
  readonly bins: number;
  readonly binRows: number;
}

/**
 * A geometry that a plan has for the bins of a file, for those that were read: larger ones, or a part of them, so that their middle is
 * elsewhere. A part of the rows sees another part of the axis, and the volume moves there by whole voxels, so that voxels are those of
 * the whole. Of vectors without a shape, voxels grow with the bins, as they do where the geometry tells them. A single row is taken for
 * the fan beam in the plane of the source that it nearly is. Throws `DATA_SHAPE_MISMATCH` where the rows of a cone beam were binned
 * otherwise than its columns, as the size of the volume follows from the plan alone.
 */
export function onBinnedDetector(parameters: ConeParameters, read: DetectorRead): SeenGeometry {
  const seen = readDetector(parameters, read);
  const { shape: [, , slices = 1] = [] } = parameters;
  return read.binRows === 1 && slices === 1 ? asFan(seen) : seen;
}

/** The same where a single row is still where it is. */
export function readDetector(parameters: ConeParameters, read: DetectorRead): SeenGeometry {
  const { detector, slice } = binningOf(read);
  const { binRows } = read;
  const isWhole = [detector, slice].every(
    ({ factor, before, leftOver }) => factor === 1 && before === 0 && leftOver === 0,
  );
  if (isWhole) return parameters;
  if (detector.factor !== slice.factor && binRows > 1) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `A cone beam takes rows of the detector that were binned as its columns were, but ${detector.factor} x ${slice.factor} (bins x slices) became one. Read the data with binning=${detector.factor}, or without.`,
    );
  }
  const moved = { columns: shiftOf(detector), rows: shiftOf(slice) };
  const seen = onLargerBins(parameters, { detector, slice, moved });
  const height = binRows > 1 ? heightOf(seen, parameters, { read, slice, rows: moved.rows }) : 0;
  if (height === 0) return seen;
  const lowered = seen.vectors?.map((view) => view.map((value, at) => (at === 2 || at === 5 ? value - height : value)));
  return lowered ? { ...seen, vectors: lowered } : { ...seen, height };
}

/** In the plane of the source, and upright. */
function asFan(seen: SeenGeometry): SeenGeometry {
  const { detectorOffset, vectors } = seen;
  const inPlane = (view: readonly number[]) => view.map((value, at) => (at % 3 === 2 ? 0 : value));
  return {
    ...seen,
    detectorOffset: [detectorOffset[0] ?? 0, 0],
    detectorTilt: 0,
    ...(vectors && {
      vectors: vectors.map((view) => [...inPlane(view.slice(0, 9)), 0, 0, Math.hypot(...view.slice(9))]),
    }),
  };
}

/** By how many bins of the file the middle of what was read lies behind that of the whole. */
function shiftOf({ before, leftOver }: BinnedAxis): number {
  return (before - leftOver) / 2;
}

interface BinsRead {
  readonly detector: BinnedAxis;
  readonly slice: BinnedAxis;
  /** In bins of the file. */
  readonly moved: { readonly columns: number; readonly rows: number };
}

function onLargerBins(parameters: ConeParameters, { detector, slice, moved }: BinsRead): ConeParameters {
  const { detectorPixel, detectorOffset, detectorTilt, vectors, voxel, shape } = parameters;
  const [pitch, rowPitch] = detectorPixel ?? [];
  const [offset = 0, rowOffset = 0] = detectorOffset;
  const [across, along] = [moved.columns * (pitch ?? 0), moved.rows * (rowPitch ?? 0)];
  const [cosine, sine] = [Math.cos(detectorTilt), Math.sin(detectorTilt)];
  return {
    ...parameters,
    ...(pitch !== undefined &&
      rowPitch !== undefined && {
        detectorPixel: [pitch * detector.factor, rowPitch * slice.factor],
        detectorOffset: [offset + across * cosine - along * sine, rowOffset + across * sine + along * cosine],
      }),
    ...(vectors && {
      ...(voxel !== undefined && shape === undefined && { voxel: voxel * detector.factor }),
      vectors: vectors.map((view) => {
        const at = (axis: number, from: number) => view[from + axis] ?? 0;
        const axes = [0, 1, 2];
        return [
          ...view.slice(0, 3),
          ...axes.map((axis) => at(axis, 3) + moved.columns * at(axis, 6) + moved.rows * at(axis, 9)),
          ...axes.map((axis) => at(axis, 6) * detector.factor),
          ...axes.map((axis) => at(axis, 9) * slice.factor),
        ];
      }),
    }),
  };
}

/** Where on the axis the rows that were read look, in mm; on the grid of the voxels that all rows would give. */
function heightOf(
  seen: ConeParameters,
  ofFile: ConeParameters,
  { read, slice, rows }: { readonly read: DetectorRead; readonly slice: BinnedAxis; readonly rows: number },
): number {
  const { bins, binRows } = read;
  const { factor, before, leftOver } = slice;
  const part = coneExtents(seen, { bins, binRows });
  const whole = coneExtents(seen, { bins, binRows: binRows + Math.floor((before + leftOver) / factor) });
  if (part === undefined || whole === undefined || before + leftOver < factor) return 0;
  const apart = (part.slices - whole.slices) / 2;
  const { voxel } = part;
  return voxel * (Math.round((rows * risePerRow(ofFile, read)) / voxel - apart) + apart);
}

/** mm along the axis that a row of the file sees above the one before it, on average. */
function risePerRow(
  { vectors, sourceOrigin = 1, sourceDetector = 1, detectorPixel: [, rowPitch = 0] = [], detectorTilt }: ConeParameters,
  { bins, binRows }: DetectorRead,
): number {
  if (vectors === undefined) return (rowPitch * Math.cos(detectorTilt) * sourceOrigin) / sourceDetector;
  const frames = viewFrames(Float64Array.from(vectors.flat()), bins, binRows);
  const rises = frames.map((frame, view) => ((vectors[view]?.[11] ?? 0) * frame.sourceOrigin) / frame.sourceDetector);
  return rises.reduce((sum, rise) => sum + rise, 0) / rises.length;
}
