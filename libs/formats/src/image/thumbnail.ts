import type { NdArray } from '@rondel/contracts';
import { magnitudeReader } from './magnitude.js';
import { findPlane, type PlaneChoice } from '../array/plane.js';

/** A small plane: real values, rows from the top. */
export interface Thumbnail {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/**
 * One plane of an image, made smaller until neither side is longer than `side` pixels: every pixel is the mean of the
 * finite values of a rectangle of the plane, NaN where there is none. A plane that fits is copied. Complex values count
 * with their magnitude.
 *
 * Throws as `findPlane`.
 */
export function makeThumbnail(array: NdArray, side: number, choice: PlaneChoice = {}): Thumbnail {
  const plane = findPlane(array, choice);
  const factor = Math.max(1, plane.width / side, plane.height / side);
  const width = Math.max(1, Math.floor(plane.width / factor));
  const height = Math.max(1, Math.floor(plane.height / factor));
  const valueAt = magnitudeReader(array);
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const rows = rangeOf(y, height, plane.height);
    for (let x = 0; x < width; x++) {
      const columns = rangeOf(x, width, plane.width);
      values[y * width + x] = meanOf(valueAt, { rows, columns, start: plane.start, stride: plane.width });
    }
  }
  return { width, height, values };
}

type Range = readonly [from: number, to: number];

function rangeOf(index: number, count: number, extent: number): Range {
  return [Math.floor((index * extent) / count), Math.floor(((index + 1) * extent) / count)];
}

interface Rectangle {
  readonly rows: Range;
  readonly columns: Range;
  readonly start: number;
  readonly stride: number;
}

function meanOf(valueAt: (index: number) => number, { rows, columns, start, stride }: Rectangle): number {
  let sum = 0;
  let used = 0;
  for (let row = rows[0]; row < rows[1]; row++) {
    for (let column = columns[0]; column < columns[1]; column++) {
      const value = valueAt(start + row * stride + column);
      if (!Number.isFinite(value)) continue;
      sum += value;
      used += 1;
    }
  }
  return used === 0 ? Number.NaN : sum / used;
}

/**
 * One window for several pictures: percentiles of all their finite values together, between the two nearest ranks the
 * lower one. Undefined when no value is finite.
 *
 * @param percentiles Each 0 to 100, low < high.
 */
export function commonWindow(
  thumbnails: readonly Thumbnail[],
  percentiles: readonly [low: number, high: number],
): readonly [low: number, high: number] | undefined {
  const count = thumbnails.reduce((sum, { values }) => sum + values.length, 0);
  const all = new Float32Array(count);
  let used = 0;
  for (const { values } of thumbnails) {
    for (const value of values) if (Number.isFinite(value)) all[used++] = value;
  }
  if (used === 0) return undefined;
  const sorted = all.subarray(0, used).sort();
  const at = (percent: number) => sorted[Math.floor((percent / 100) * (used - 1))] ?? Number.NaN;
  return [at(percentiles[0]), at(percentiles[1])];
}
