import type { ParameterNode, Reach, Span, WholeInput } from '@rondel/reco';
import { onBinnedDetector } from './binned-detector.js';
import type { SeenGeometry } from './seen-geometry.js';
import { coneExtents } from './cone-extents.js';
import { coneParametersOf } from './cone-parameters.js';
import { fieldOfViewRadius, seenCorners } from './field-of-view.js';
import { curvedRows, flatGeometry } from './flat-geometry.js';
import { rowLines } from './row-lines.js';
import { viewFrames } from './view-frames.js';
import { viewVectors } from './view-vectors.js';

/** What of FDK's parameters decides which rows a slice needs. */
export interface SliceParameters {
  readonly geometry: ParameterNode;
  readonly circle: boolean;
  readonly findCenterShift: boolean;
  /** What a survey has found in place of that of the geometry. */
  readonly 'geometry.centerShift'?: unknown;
}

/** Where a slice needs more than this part of the rows, it is not worth dividing. */
const widestPart = 1 / 2;

/** Slices that are looked at for that. */
const slicesTried = 64;

/** Directions in which a circle of sources is looked at, whatever the angles of the scan. */
const directions = 180;

/** Rows more on either side, as corners lie between the directions that are looked at. */
const between = 1;

/**
 * Which rows slices need, in a volume with as many slices as the detector has rows: row i, as slice i is said with it, and all on which
 * some view sees a part of them. Undefined where the volume has another number of slices, or where each would need most of the detector.
 *
 * @param projections all of them.
 */
export function sliceReach(given: SliceParameters, { shape, attributes }: WholeInput): Reach | undefined {
  const [, binRows = 1, , bins = 1] = [1, 1, 1, 1, ...shape].slice(-4);
  const shift = given['geometry.centerShift'];
  const ofPlan = { ...coneParametersOf(given.geometry), ...(typeof shift === 'number' && { centerShift: shift }) };
  const measured = onBinnedDetector(ofPlan, { attributes, bins, binRows });
  const { parameters, bins: flatBins } = flatGeometry(measured, { bins, binRows });
  const volume = coneExtents(parameters, { bins: flatBins, binRows });
  if (volume?.slices !== binRows) return undefined;
  const vectors = viewsFromAllSides(parameters);
  const frames = viewFrames(vectors, flatBins, binRows);
  // Where the axis is is not known yet, and with it how far the circle reaches.
  const radius =
    given.circle && !given.findCenterShift
      ? fieldOfViewRadius({ frames, weights: { isDisplaced: true }, bins: flatBins })
      : Infinity;
  const half = (binRows * volume.voxel) / 2;
  const lines = rowLines(vectors, seenCorners(volume, radius), half);
  if (lines === undefined) return undefined;
  const middle = (binRows - 1) / 2;
  const reach: Reach = ({ start, stop }) => {
    const [lower, upper] = [start, stop].map((edge) => lines.at(edge * volume.voxel - half));
    const least = Math.min(lower?.least ?? -Infinity, upper?.least ?? -Infinity);
    const most = Math.max(lower?.most ?? Infinity, upper?.most ?? Infinity);
    const needed = {
      start: Math.min(start, Math.floor(least + middle) - between),
      stop: Math.max(stop, Math.ceil(most + middle) + 1 + between),
    };
    return within(curvedRows(measured, needed, { bins, binRows }), binRows);
  };
  return isWorthwhile(reach, binRows) ? reach : undefined;
}

function within({ start, stop }: Span, extent: number): Span {
  return { start: Math.max(0, start), stop: Math.min(extent, stop) };
}

function isWorthwhile(reach: Reach, binRows: number): boolean {
  const step = Math.ceil(binRows / slicesTried);
  for (let slice = 0; slice < binRows; slice += step) {
    const { start, stop } = reach({ start: slice, stop: slice + 1 });
    if (stop - start > widestPart * binRows) return false;
  }
  return true;
}

function viewsFromAllSides(parameters: SeenGeometry): Float64Array {
  if (parameters.vectors !== undefined) return Float64Array.from(parameters.vectors.flat());
  return viewVectors(
    parameters,
    Float64Array.from({ length: directions }, (_, at) => (2 * Math.PI * at) / directions),
  );
}

/** Whether blocks of slices can be computed apart: slice i belongs to row i then. Of no input nobody knows that. */
export function dividesSlices(parameters: SliceParameters, projections: WholeInput | undefined): boolean {
  return projections !== undefined && !parameters.findCenterShift && sliceReach(parameters, projections) !== undefined;
}
