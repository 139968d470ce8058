import { elementCount, type NdArray } from '@rondel/contracts';
import { assertFilled } from '../npy/writer.js';
import { magnitudeReader } from './magnitude.js';

export interface Summary {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** False when any element is NaN or infinite; those are left out of the other figures. */
  readonly finite: boolean;
}

/**
 * Extremes and mean in one pass in float64; of magnitudes for a complex array.
 *
 * All three are NaN when no element is finite. Throws `DATA_SHAPE_MISMATCH` when the values do not fill the shape.
 */
export function summarize(array: NdArray): Summary {
  assertFilled(array);
  return summarizeRange(array, { start: 0, count: elementCount(array.shape) });
}

/** `summarize` over `count` elements from element `start` on. */
export function summarizeRange(array: NdArray, range: { start: number; count: number }): Summary {
  const summary = openSummary();
  summary.add(array, range);
  return summary.result();
}

/** A summary of values that come one piece after the other; the same as of all at once. */
export interface OpenSummary {
  readonly add: (
    values: Pick<NdArray, 'dtype' | 'data'>,
    range: { readonly start: number; readonly count: number },
  ) => void;
  readonly result: () => Summary;
}

export function openSummary(): OpenSummary {
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  let used = 0;
  let seen = 0;
  return {
    add(values, { start, count }) {
      const valueAt = magnitudeReader(values);
      seen += count;
      for (let index = start; index < start + count; index++) {
        const value = valueAt(index);
        // False for NaN and both infinities.
        if (!(Math.abs(value) < Infinity)) continue;
        if (value < min) min = value;
        if (value > max) max = value;
        sum += value;
        used += 1;
      }
    },
    result() {
      if (used === 0) return { min: Number.NaN, max: Number.NaN, mean: Number.NaN, finite: seen === 0 };
      return { min, max, mean: sum / used, finite: used === seen };
    },
  };
}
