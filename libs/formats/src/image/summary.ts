import { elementCount, type NdArray, type TypedArray } from '@rondel/contracts';
import { assertFilled } from '../array/filled.js';
import { componentsOf } from '../array/typed-array.js';
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
  let all = { min: Infinity, max: -Infinity, sum: 0, used: 0 };
  let seen = 0;
  return {
    add(values, { start, count }) {
      seen += count;
      const range = { start, end: start + count };
      const { data, dtype } = values;
      all = componentsOf(dtype) === 1 ? addReal(all, data, range) : addComplex(all, values, range);
    },
    result() {
      const { min, max, sum, used } = all;
      if (used === 0) return { min: Number.NaN, max: Number.NaN, mean: Number.NaN, finite: seen === 0 };
      return { min, max, mean: sum / used, finite: used === seen };
    },
  };
}

interface Totals {
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  /** How many values were finite. */
  readonly used: number;
}

/** All values of an image pass here: a loop over local variables takes a fraction of one that calls a function for each. */
function addReal(
  before: Totals,
  data: TypedArray,
  { start, end }: { readonly start: number; readonly end: number },
): Totals {
  let { min, max, sum, used } = before;
  for (let index = start; index < end; index++) {
    const value = data[index] ?? Number.NaN;
    // False for NaN and both infinities.
    if (!(Math.abs(value) < Infinity)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
    used += 1;
  }
  return { min, max, sum, used };
}

/** Magnitudes that are computed at a time. */
const magnitudesAtOnce = 4096;

function addComplex(
  before: Totals,
  values: Pick<NdArray, 'dtype' | 'data'>,
  { start, end }: { readonly start: number; readonly end: number },
): Totals {
  const magnitudeAt = magnitudeReader(values);
  let all = before;
  for (let first = start; first < end; first += magnitudesAtOnce) {
    const length = Math.min(magnitudesAtOnce, end - first);
    const magnitudes = Float64Array.from({ length }, (_, index) => magnitudeAt(first + index));
    all = addReal(all, magnitudes, { start: 0, end: length });
  }
  return all;
}
