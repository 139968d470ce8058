import { elementSize, type DType } from '@rondel/contracts';
import { openSummary, type Summary } from '../image/summary.js';
import { joinSections, type JoinedSection } from './joined-sections.js';
import { npyHeader } from '../npy/encoder.js';
import { componentsOf, typedView } from '../array/typed-array.js';

/** A `.npy` file on its way, and what is known of its values at the end. */
export interface JoiningFile {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** The new file's bytes; a piece is overwritten when the next is asked for. */
  readonly bytes: () => Generator<Uint8Array>;
  /** As `summarize` of the joined array, once all bytes have been taken. */
  readonly summary: () => Summary;
}

/**
 * Joins arrays that lie in files along axis number `at` to one `.npy` file, in memory that depends neither on the arrays
 * nor on their number, and hands it to `use`. What `use` has taken counts only when `bytes` has ended without an error.
 *
 * Throws `DATA_SHAPE_MISMATCH` for arrays that do not fit together, what `damaged` makes of one that is not what it was.
 */
export async function joinFiles<T>(
  sections: readonly JoinedSection[],
  at: number,
  use: (file: JoiningFile) => Promise<T>,
): Promise<T> {
  const joined = joinSections(sections, at);
  const { dtype, shape } = joined;
  const summary = openSummary();
  function* bytes() {
    yield npyHeader(joined);
    for (const piece of joined.pieces()) {
      const count = piece.byteLength / elementSize(dtype);
      const data = typedView(dtype, piece.buffer, {
        byteOffset: piece.byteOffset,
        length: count * componentsOf(dtype),
      });
      summary.add({ dtype, data }, { start: 0, count });
      yield piece;
    }
  }
  try {
    return await use({ dtype, shape, bytes, summary: summary.result });
  } finally {
    joined.close();
  }
}
