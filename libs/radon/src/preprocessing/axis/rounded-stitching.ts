import { RondelError } from '@rondel/contracts';
import type { SinogramShape } from '../../sinogram/sinogram-shape.js';
import type { FoundOverlap } from './overlap-center.js';
import type { StitchedSinogram } from './stitching.js';

/**
 * Sets the first half of the projections beside the mirrored second, as `sino_360_to_180` of TomoPy: the overlap is rounded to
 * whole bins, over which weights go from 1 to 0 at its first and last bin, projections belong together by their order alone, and
 * the last of an odd number is left out.
 *
 * @param data [frame, slice, angle, detector]
 * @param angles rad, one per projection, rising or falling evenly over a full turn.
 */
export function stitchRounded(
  data: Float32Array,
  shape: SinogramShape,
  { overlap: exact, side, angles }: FoundOverlap & { readonly angles: Float64Array },
): StitchedSinogram {
  const { detectors } = shape;
  requireOpposites(angles);
  const overlap = Math.min(detectors, Math.round(exact));
  const half = Math.floor(shape.angles / 2);
  const width = 2 * detectors - overlap;
  const entries = shape.frames * shape.slices;
  const stitched = new Float32Array(entries * half * width);
  const offset = side === 'right' ? 0 : detectors - overlap;
  for (let entry = 0; entry < entries; entry++) {
    for (let angle = 0; angle < half; angle++) {
      const start = (entry * shape.angles + angle) * detectors;
      const own = data.subarray(start, start + detectors);
      const opposite = data.subarray(start + half * detectors, start + (half + 1) * detectors);
      const row = stitched.subarray((entry * half + angle) * width, (entry * half + angle + 1) * width);
      for (let bin = 0; bin < width; bin++) {
        const at = bin - offset;
        // Mirrored at the middle of the wide row.
        const mirrored = width - 1 - bin - offset;
        const weight = ownWeight(at, { detectors, overlap, side });
        row[bin] = weight * (own[at] ?? 0) + (1 - weight) * (opposite[mirrored] ?? 0);
      }
    }
  }
  return {
    data: stitched,
    shape: { ...shape, angles: half, detectors: width },
    angles: angles.slice(0, half),
    center: (width - 1) / 2,
  };
}

/** Usual distances of projections by which opposite ones may miss half a turn. */
const farthest = 2;

/** Throws `PLAN_INVALID_VALUE` unless half of all projections further on the scan looks from the other side. */
function requireOpposites(angles: Float64Array): void {
  const half = Math.floor(angles.length / 2);
  const allowed = (farthest * 2 * Math.PI) / angles.length;
  const isOpposite = (at: number) =>
    Math.abs(Math.abs((angles[at + half] ?? 0) - (angles[at] ?? 0)) - Math.PI) <= allowed;
  if (Array.from({ length: half }, (_, at) => at).every(isOpposite)) return;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    'stitching must not be "rounded" for this scan: the projection half of all behind another one does not look from the opposite side. Leave it out: opposite ones are found by their angles then.',
    { at: 'stitching' },
  );
}

/** Weight of the projection itself at a bin of its own, which may lie beyond its ends. */
function ownWeight(bin: number, { detectors, overlap, side }: FoundOverlap & { readonly detectors: number }): number {
  if (bin < 0 || bin >= detectors) return 0;
  const inside = side === 'right' ? detectors - 1 - bin : bin;
  if (inside >= overlap) return 1;
  return overlap > 1 ? inside / (overlap - 1) : 0.5;
}
