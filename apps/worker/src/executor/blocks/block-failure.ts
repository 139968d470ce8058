import { isRondelError, RondelError, type FailureCode } from '@rondel/contracts';
import type { Block } from '@rondel/reco';

/** Failures whose words may name places in the data. */
const aboutData: readonly FailureCode[] = ['DATA_FORMAT', 'DATA_SHAPE_MISMATCH'];

/** What a run on a block failed with: a step counts extents and entries within the block, so that is said. */
export function inBlock(error: unknown, { axis, extent, from, to }: Block): unknown {
  if (!isRondelError(error) || !aboutData.includes(error.failure.code)) return error;
  const { code, message, ...rest } = error.failure;
  const where = `This counts within a block, entries ${from} to ${to - 1} (from 0) of ${extent} along ${axis}.`;
  return new RondelError(code, `${message} ${where}`, { ...rest, cause: error });
}
