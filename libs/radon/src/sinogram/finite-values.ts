import { RondelError, type TypedArray } from '@rondel/contracts';
import { indexAt } from '@rondel/reco';

/**
 * Throws `DATA_FORMAT` when an array holds NaN or infinite values: how many, and where the first one is.
 *
 * @param what names the array at the start of the sentence, e.g. `The sinogram`.
 */
export function requireFinite(values: TypedArray, shape: readonly number[], what: string): void {
  if (!(values instanceof Float32Array || values instanceof Float64Array)) return;
  // Of what is not finite the product with 0 is NaN, as the sum is then: no branch for each of many values.
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += (values[at] ?? 0) * 0;
  if (sum === 0) return;
  let count = 0;
  for (const value of values) count += Number.isFinite(value) ? 0 : 1;
  const first = values.findIndex((value) => !Number.isFinite(value));
  const index = indexAt(first, shape);
  throw new RondelError(
    'DATA_FORMAT',
    `${what} holds ${count} NaN or infinite value${count > 1 ? 's' : ''}, the first at index [${index.join(', ')}] counted from 0. Replace them before reconstructing.`,
    { details: { count, first: index } },
  );
}
