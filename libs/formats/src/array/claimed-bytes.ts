import { elementSize, type DType } from '@rondel/contracts';
import { formatError, tooLarge } from '../file/data-errors.js';
import { maximumRank } from '../file/limits.js';

/** A shape from a file, which may claim anything, and what it may cost. */
export interface ClaimedArray {
  readonly label: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly maxBytes: number;
}

/**
 * Bytes of an array that a file claims to hold.
 *
 * Throws `DATA_FORMAT` for a rank above 16 or an extent that is no count, `QUOTA_EXCEEDED` above `maxBytes`.
 */
export function claimedBytes({ label, shape, dtype, maxBytes }: ClaimedArray): number {
  if (shape.length > maximumRank) {
    throw formatError(label, `has ${shape.length} axes, at most ${maximumRank} are possible.`);
  }
  const wrong = shape.find((extent) => !Number.isSafeInteger(extent) || extent < 0);
  if (wrong !== undefined) throw formatError(label, `an axis has the impossible length ${wrong}.`);
  if (shape.includes(0)) return 0;
  const bytes = shape.reduce((product, extent) => product * extent, elementSize(dtype));
  // A product that leaves the exact integers is above every limit, so rounding cannot let it pass.
  if (bytes > maxBytes) throw tooLarge(label, bytes, maxBytes);
  return bytes;
}
