import type { ConeExtents } from './cone-extents.js';
import type { ConeScan } from './cone-scan.js';
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

/** Rows of the detector that some slices need, in any view. */
export function rowsOfSlices(
  { vectors, binRows, volume: { rows, columns, slices, voxel } }: ConeScan,
  firstSlice: number,
  count: number,
): { firstRow: number; binRows: number } {
  const [x, y] = [(columns * voxel) / 2, (rows * voxel) / 2];
  const heights = [firstSlice - slices / 2, firstSlice + count - slices / 2].map((slice) => slice * voxel);
  const corners = [-x, x].flatMap((cx) => [-y, y].flatMap((cy) => heights.map((z) => [cx, cy, z] as const)));
  let [least, most] = [Infinity, -Infinity];
  for (let at = 0; at < vectors.length; at += vectorNumbers) {
    for (const corner of corners) {
      const row = rowOf(vectors.subarray(at, at + vectorNumbers), corner);
      [least, most] = [Math.min(least, row), Math.max(most, row)];
    }
  }
  const middle = (binRows - 1) / 2;
  const firstRow = Math.max(0, Math.min(binRows, Math.floor(least + middle)));
  const last = Math.min(binRows - 1, Math.ceil(most + middle));
  return { firstRow, binRows: Math.max(0, last - firstRow + 1) };
}

type Vector = readonly [number, number, number];

/** The row, counted from the middle of the detector, in which a point is seen. */
function rowOf(view: Float64Array, point: Vector): number {
  const number = (index: number) => view[index] ?? 0;
  const vector = (index: number): Vector => [number(3 * index), number(3 * index + 1), number(3 * index + 2)];
  const [source, middle, u, v] = [vector(0), vector(1), vector(2), vector(3)];
  const minus = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
  const dot = (a: Vector, b: Vector) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  const cross = (a: Vector, b: Vector): Vector => [
    a[1] * b[2] - a[2] * b[1],
    a[2] * b[0] - a[0] * b[2],
    a[0] * b[1] - a[1] * b[0],
  ];
  const [ray, away] = [minus(point, source), minus(middle, source)];
  return dot(ray, cross(away, u)) / dot(ray, cross(u, v));
}
