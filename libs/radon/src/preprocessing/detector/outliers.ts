import type { SinogramShape } from '../../sinogram/sinogram-shape.js';

export interface OutlierOptions {
  /** Least difference to the median, in the unit of the data, > 0. */
  readonly dif: number;
  /** Width of the median's window in angle and detector, odd. */
  readonly size: number;
  /** `bright`: only what is above the median. */
  readonly mode: 'bright' | 'both';
}

/**
 * Replaces values that stand out from the median around them by it, in place: out = where(x - median >= dif, median, x), as
 * `remove_outlier` of TomoPy along axis 1. The window lies in one sinogram, [angle, detector], whose edges are mirrored, so
 * slices are independent.
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
    replaced += cleanSinogram(sinogram, { angles, detectors, ...options });
  }
  return replaced;
}

function cleanSinogram(
  sinogram: Float32Array,
  { angles, detectors, dif, size, mode }: OutlierOptions & { readonly angles: number; readonly detectors: number },
): number {
  const source = sinogram.slice();
  const half = (size - 1) / 2;
  const window = new Float32Array(size * size);
  let replaced = 0;
  for (let angle = 0; angle < angles; angle++) {
    const rows = Array.from({ length: size }, (_, at) => mirrored(angle + at - half, angles) * detectors);
    for (let bin = 0; bin < detectors; bin++) {
      const value = source[angle * detectors + bin] ?? 0;
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
      sinogram[angle * detectors + bin] = median;
      replaced++;
    }
  }
  return replaced;
}

/** Index inside an axis whose edges are mirrored, the edge value repeated: -1 is 0, `extent` is extent - 1. */
function mirrored(index: number, extent: number): number {
  if (index >= 0 && index < extent) return index;
  const period = 2 * extent;
  const folded = ((index % period) + period) % period;
  return folded < extent ? folded : period - 1 - folded;
}
