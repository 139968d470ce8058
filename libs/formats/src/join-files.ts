import { elementSize, type DType } from '@rondel/contracts';
import { openSummary, type Summary } from './image/summary.js';
import { joinNpyFiles, type JoinedPart } from './npy/joined-files.js';
import { npyHeader } from './npy/writer.js';
import { componentsOf, typedView } from './typed-array.js';

/** A `.npy` file on its way, and what is known of its values at the end. */
export interface JoiningFile {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** The new file's bytes; a piece is overwritten when the next is asked for. */
  readonly bytes: () => AsyncGenerator<Uint8Array>;
  /** As `summarize` of the joined array, once all bytes have been taken. */
  readonly summary: () => Summary;
}

/**
 * Joins `.npy` files along axis number `at` to one, in memory that depends neither on the files nor on their number, and
 * hands it to `use`. What `use` has taken counts only when `bytes` has ended without an error.
 *
 * Throws `DATA_SHAPE_MISMATCH` for files that do not fit together, `CONFLICT` for one that does not have its hash.
 */
export async function joinFiles<T>(
  parts: readonly JoinedPart[],
  at: number,
  use: (file: JoiningFile) => Promise<T>,
): Promise<T> {
  const joined = await joinNpyFiles(parts, at);
  const { dtype, shape } = joined;
  const summary = openSummary();
  async function* bytes() {
    yield npyHeader(joined);
    for await (const piece of joined.pieces()) {
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
    await joined.close();
  }
}
