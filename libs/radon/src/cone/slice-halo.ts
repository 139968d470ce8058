import type { ParameterNode, WholeInput } from '@rondel/reco';
import { onBinnedDetector } from './binned-detector.js';
import type { SeenGeometry } from './seen-geometry.js';
import { coneExtents, type ConeExtents } from './cone-extents.js';
import { coneParametersOf } from './cone-parameters.js';
import { fieldOfViewRadius, seenCorners } from './field-of-view.js';
import { viewFrames } from './view-frames.js';
import { rowPlace } from './row-place.js';
import { vectorNumbers, viewVectors } from './view-vectors.js';

/** What of FDK's parameters decides which rows a slice needs. */
export interface SliceParameters {
  readonly geometry: ParameterNode;
  readonly circle: boolean;
  readonly findCenterShift: boolean;
}

/** Blocks that need more than this part of the detector beside their own rows are not worth dividing for. */
const widestPart = 1 / 3;

/** Directions in which a circle of sources is looked at, whatever the angles of the scan. */
const directions = 720;

/**
 * Rows on either side of row i that slice i needs, for every slice of a volume with as many slices as the detector has rows: a voxel
 * towards the source is seen farther out. Undefined where the volume has another number of slices, or that would be most of the
 * detector.
 *
 * @param projections all of them.
 */
export function sliceHalo(given: SliceParameters, { shape, attributes }: WholeInput): number | undefined {
  const [, binRows = 1, , bins = 1] = [1, 1, 1, 1, ...shape].slice(-4);
  const parameters = onBinnedDetector(coneParametersOf(given.geometry), { attributes, bins, binRows });
  const volume = coneExtents(parameters, { bins, binRows });
  // Rows of a curved detector lie elsewhere on the flat one.
  if (volume?.slices !== binRows || parameters.detectorShape === 'curved') return undefined;
  const vectors = viewsFromAllSides(parameters);
  const frames = viewFrames(vectors, bins, binRows);
  // Where the axis is is not known yet, and with it how far the circle reaches.
  const radius =
    given.circle && !given.findCenterShift
      ? fieldOfViewRadius({ frames, weights: { isDisplaced: true }, bins })
      : Infinity;
  const halo = haloOf(vectors, volume, seenCorners(volume, radius));
  return halo <= widestPart * binRows ? halo : undefined;
}

function viewsFromAllSides(parameters: SeenGeometry): Float64Array {
  if (parameters.vectors !== undefined) return Float64Array.from(parameters.vectors.flat());
  return viewVectors(
    parameters,
    Float64Array.from({ length: directions }, (_, at) => (2 * Math.PI * at) / directions),
  );
}

/** One row more on either side, as corners lie between the directions that are looked at. */
function haloOf(
  vectors: Float64Array,
  { slices, voxel }: ConeExtents,
  corners: readonly (readonly [x: number, y: number])[],
): number {
  const half = (slices * voxel) / 2;
  let farthest = 0;
  for (let at = 0; at < vectors.length; at += vectorNumbers) {
    const place = rowPlace(vectors.subarray(at, at + vectorNumbers));
    for (const [x, y] of corners) {
      for (const z of [-half, half, ...place.turnsAlong(x, y, voxel)]) {
        if (Math.abs(z) > half) continue;
        // The faces of slice i are at heights i and i + 1, its middle between them.
        farthest = Math.max(farthest, Math.abs(place.of([x, y, z]) - z / voxel) + 0.5);
      }
    }
  }
  return Number.isFinite(farthest) ? Math.ceil(farthest) + 2 : Infinity;
}

/** Whether blocks of slices can be computed apart: slice i belongs to row i then. Of no input nobody knows that. */
export function dividesSlices(parameters: SliceParameters, projections: WholeInput | undefined): boolean {
  return projections !== undefined && !parameters.findCenterShift && sliceHalo(parameters, projections) !== undefined;
}
