import type { ConeExtents } from './cone-extents.js';
import type { ConeScan } from './cone-scan.js';
import { rowPlace } from './row-place.js';
import { vectorNumbers } from './view-vectors.js';
import type { ViewFrame } from './view-frames.js';

interface SeenBy {
  readonly frames: readonly ViewFrame[];
  readonly weights: { readonly isDisplaced: boolean };
  readonly bins: number;
}

/** mm from the axis up to which all views together see every ray: the wider side of a detector that is displaced. */
export function fieldOfViewRadius({ frames, weights, bins }: SeenBy): number {
  return frames.reduce((least, { first, pitch, sourceDetector, sourceOrigin, axisShift }) => {
    const distance = Math.hypot(sourceOrigin, axisShift);
    const axis = Math.atan(axisShift / sourceOrigin);
    const low = distance * Math.sin(axis - Math.atan(first[0] / sourceDetector));
    const high = distance * Math.sin(Math.atan((first[0] + (bins - 1) * pitch[0]) / sourceDetector) - axis);
    return Math.min(least, weights.isDisplaced ? Math.max(low, high) : Math.min(low, high));
  }, Infinity);
}

/** Sets what is outside the field of view to 0 in volumes [entry, slice, y, x], in place. */
export function maskOutside(volumes: Float32Array, { rows, columns, voxel }: ConeExtents, seen: SeenBy): void {
  const mask = coneMask({ rows, columns, voxel }, seen);
  mask.forEach((inside, pixel) => {
    if (inside === 1) return;
    for (let at = pixel; at < volumes.length; at += mask.length) volumes[at] = 0;
  });
}

/** 1 inside the field of view, 0 outside; [y, x]. */
export function coneMask(
  { rows, columns, voxel }: Pick<ConeExtents, 'rows' | 'columns' | 'voxel'>,
  seen: SeenBy,
): Float32Array {
  const radius = fieldOfViewRadius(seen) / voxel;
  return Float32Array.from({ length: rows * columns }, (_, pixel) => {
    const x = (pixel % columns) - (columns - 1) / 2;
    const y = (rows - 1) / 2 - Math.floor(pixel / columns);
    return x * x + y * y <= radius * radius ? 1 : 0;
  });
}

/** Sides of the polygon that stands for a circle. */
const sides = 16;

/** mm: corners around everything in a slice that is within `radius` of the axis. */
export function seenCorners(
  { rows, columns, voxel }: Pick<ConeExtents, 'rows' | 'columns' | 'voxel'>,
  radius: number,
): (readonly [x: number, y: number])[] {
  const [x, y] = [(columns * voxel) / 2, (rows * voxel) / 2];
  const around = (radius + voxel) / Math.cos(Math.PI / sides);
  if (!(around < Math.hypot(x, y))) return [-x, x].flatMap((cx) => [-y, y].map((cy) => [cx, cy] as const));
  return Array.from({ length: sides }, (_, corner) => {
    const angle = (2 * Math.PI * corner) / sides;
    return [around * Math.cos(angle), around * Math.sin(angle)] as const;
  });
}

/** Rows of the detector that some slices need, in any view, as far as they are within `radius` of the axis, mm. */
export function rowsOfSlices(
  { vectors, binRows, volume }: ConeScan,
  {
    firstSlice,
    count,
    radius = Infinity,
  }: { readonly firstSlice: number; readonly count: number; readonly radius?: number },
): { firstRow: number; binRows: number } {
  const { slices, voxel } = volume;
  const heights = [firstSlice - slices / 2, firstSlice + count - slices / 2].map((slice) => slice * voxel);
  const corners = seenCorners(volume, radius);
  let [least, most] = [Infinity, -Infinity];
  for (let at = 0; at < vectors.length; at += vectorNumbers) {
    const place = rowPlace(vectors.subarray(at, at + vectorNumbers));
    for (const [x, y] of corners) {
      for (const z of heights) {
        const row = place.of([x, y, z]);
        [least, most] = [Math.min(least, row), Math.max(most, row)];
      }
    }
  }
  const middle = (binRows - 1) / 2;
  const firstRow = Math.max(0, Math.min(binRows, Math.floor(least + middle)));
  const last = Math.min(binRows - 1, Math.ceil(most + middle));
  return { firstRow, binRows: Math.max(0, last - firstRow + 1) };
}
