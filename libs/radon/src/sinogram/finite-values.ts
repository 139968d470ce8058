import { RondelError, type TypedArray } from '@rondel/contracts';

/**
 * Throws `DATA_FORMAT` when an array holds NaN or infinite values: how many, and where the first one is.
 *
 * @param what names the array at the start of the sentence, e.g. `The sinogram`.
 */
export function requireFinite(values: TypedArray, shape: readonly number[], what: string): void {
  if (!(values instanceof Float32Array || values instanceof Float64Array)) return;
  const first = values.findIndex((value) => !Number.isFinite(value));
  if (first < 0) return;
  let count = 0;
  for (const value of values) count += Number.isFinite(value) ? 0 : 1;
  const index = indexOf(first, shape);
  throw new RondelError(
    'DATA_FORMAT',
    `${what} holds ${count} NaN or infinite value${count > 1 ? 's' : ''}, the first at index [${index.join(', ')}] counted from 0. Replace them before reconstructing.`,
    { details: { count, first: index } },
  );
}

function indexOf(offset: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = offset;
  for (const extent of [...shape].reverse()) {
    index.unshift(rest % extent);
    rest = Math.floor(rest / extent);
  }
  return index;
}
