import { elementCount, quantity, RondelError, type Dataset } from '@rondel/contracts';
import type { BuiltStep } from '../build/build.js';
import { notFinite } from './not-finite.js';

/**
 * Throws `STEP_FAILED` where a step returns NaN or infinite values, with how many and where the first is: no image is right
 * that holds them, and steps refuse data that does.
 */
export function requireFiniteOutput({ data }: Dataset, { path, definition }: BuiltStep): void {
  const wrong = notFinite(data.data);
  if (wrong === undefined) return;
  const { count, first } = wrong;
  const components = data.data.length / elementCount(data.shape);
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
