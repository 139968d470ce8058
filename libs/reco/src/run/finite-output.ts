import { elementCount, quantity, RondelError, type Dataset } from '@rondel/contracts';
import type { BuiltStep } from '../build/build.js';

/**
 * Throws `STEP_FAILED` where a step returns NaN or infinite values, with how many and where the first is: no image is right
 * that holds them, and steps refuse data that does.
 */
export function requireFiniteOutput({ data }: Dataset, { path, definition }: BuiltStep): void {
  const values = data.data;
  if (!(values instanceof Float32Array || values instanceof Float64Array)) return;
  // A product with 0 is NaN for what is not finite, and a sum keeps it: no branch for each of many values.
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += (values[index] ?? 0) * 0;
  if (sum === 0) return;
  const first = values.findIndex((value) => !Number.isFinite(value));
  let count = 0;
  for (const value of values) count += Number.isFinite(value) ? 0 : 1;
  const components = values.length / elementCount(data.shape);
  const index = indexAt(Math.floor(first / components), data.shape);
  throw new RondelError(
    'STEP_FAILED',
    `${path} (${definition.type}) made ${quantity(count, 'value')} that ${count === 1 ? 'is' : 'are'} NaN or infinite, the first at index [${index.join(', ')}] counted from 0${data.axes ? ` of [${data.axes.join(', ')}]` : ''}. Numbers have become too large, or parameters do not fit the data: look at the range of its values.`,
    { at: path, details: { count, first: index } },
  );
}

/** The index, one number per axis, of an element of an array in C order. */
export function indexAt(offset: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = offset;
  for (const extent of [...shape].reverse()) {
    index.unshift(rest % extent);
    rest = Math.floor(rest / extent);
  }
  return index;
}
