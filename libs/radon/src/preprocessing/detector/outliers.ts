import type { TypedArray } from '@rondel/contracts';
import type { OutlierAxis } from '../../manifest/outlier-removal.js';
import type { SinogramShape } from '../../sinogram/sinogram-shape.js';
import { mirrored } from '../rings/running-median.js';

export interface OutlierOptions {
  /** Least difference to the median, in the unit of the data, > 0. */
  readonly dif: number;
  /** Width of the median's window along each of its axes, odd. */
  readonly size: number;
  /** `bright`: only what is above the median. */
  readonly mode: 'bright' | 'both';
}

/**
 * Replaces values that stand out from the median around them in one sinogram by it, in place, as `remove_outlier` of TomoPy along
 * axis 1; slices are independent.
 *
 * @param data [frame, slice, angle, detector]
 * @returns how many values were replaced.
 */
export function removeOutliers(data: Float32Array, shape: SinogramShape, options: OutlierOptions): number {
  const { frames, slices, angles, detectors } = shape;
  const size = angles * detectors;
  let replaced = 0;
  for (let entry = 0; entry < frames * slices; entry++) {
    const sinogram = data.subarray(entry * size, (entry + 1) * size);
    const own = { frames: 1, slices: 1, angles, detectors };
    replaced += replaceOutliers(sinogram.slice(), sinogram, own, { ...options, axis: 'sinograms' });
  }
  return replaced;
}

/**
 * out = where(x - median >= dif, median, x) with the median over a window in slices and bins, projections and bins, or all three,
 * whose edges are mirrored with their value repeated.
 *
 * @param source [frame, slice, angle, detector]
 * @param target A copy of it, whose outliers are replaced.
 * @returns how many were.
 */
export function replaceOutliers(
  source: TypedArray,
  target: TypedArray,
  shape: SinogramShape,
  options: OutlierOptions & { readonly axis: OutlierAxis },
): number {
  const { slices, angles, detectors } = shape;
  const half = (options.size - 1) / 2;
  const reach = { slices: options.axis === 'sinograms' ? 0 : half, angles: options.axis === 'projections' ? 0 : half };
  const clean = rowCleaner(source, target, detectors, options);
  let replaced = 0;
  for (let entry = 0; entry < shape.frames * slices; entry++) {
    const [frame, slice] = [Math.floor(entry / slices), entry % slices];
    for (let angle = 0; angle < angles; angle++) {
      const rows: number[] = [];
      for (let s = slice - reach.slices; s <= slice + reach.slices; s++) {
        for (let a = angle - reach.angles; a <= angle + reach.angles; a++) {
          rows.push(((frame * slices + mirrored(s, slices)) * angles + mirrored(a, angles)) * detectors);
        }
      }
      replaced += clean((entry * angles + angle) * detectors, rows);
    }
  }
  return replaced;
}

/** Cleans the row that begins at `start`, by the rows that begin at `rows`. */
function rowCleaner(source: TypedArray, target: TypedArray, detectors: number, { dif, size, mode }: OutlierOptions) {
  const half = (size - 1) / 2;
  let window = new Float64Array();
  return (start: number, rows: readonly number[]): number => {
    if (window.length !== rows.length * size) window = new Float64Array(rows.length * size);
    let replaced = 0;
    for (let bin = 0; bin < detectors; bin++) {
      const value = source[start + bin] ?? 0;
      let least = value;
      let most = value;
      let filled = 0;
      for (const row of rows) {
        for (let at = bin - half; at <= bin + half; at++) {
          const near = source[row + mirrored(at, detectors)] ?? 0;
          window[filled++] = near;
          if (near < least) least = near;
          if (near > most) most = near;
        }
      }
      // The median lies between the extremes, so most values are told apart without it.
      if (value - least < dif && (mode === 'bright' || most - value < dif)) continue;
      const median = window.sort()[(window.length - 1) / 2] ?? value;
      const difference = mode === 'both' ? Math.abs(value - median) : value - median;
      if (difference < dif) continue;
      target[start + bin] = median;
      replaced++;
    }
    return replaced;
  };
}
