import { RondelError, type TypedArray } from '@rondel/contracts';
import { indexAt, notFinite } from '@rondel/reco';

/**
 * Throws `DATA_FORMAT` when an array holds NaN or infinite values: how many, and where the first one is.
 *
 * @param what names the array at the start of the sentence, e.g. `The sinogram`.
 */
export function requireFinite(values: TypedArray, shape: readonly number[], what: string): void {
  const wrong = notFinite(values);
  if (wrong === undefined) return;
  const { count, first } = wrong;
  const index = indexAt(first, shape);
  throw new RondelError(
    'DATA_FORMAT',
    `${what} holds ${count} NaN or infinite value${count > 1 ? 's' : ''}, the first at index [${index.join(', ')}] counted from 0. Replace them before reconstructing.`,
    { details: { count, first: index } },
  );
}
