import { RondelError } from '@rondel/contracts';

/** `DATA_FORMAT` about the file that the caller calls `label`. */
export function formatError(label: string, problem: string, cause?: unknown): RondelError {
  return new RondelError('DATA_FORMAT', `${label}: ${problem}`, { cause });
}

/** `QUOTA_EXCEEDED` for data that would take more memory than allowed. */
export function tooLarge(label: string, bytes: number, maxBytes: number): RondelError {
  return new RondelError(
    'QUOTA_EXCEEDED',
    `${label}: needs ${bytes} bytes in memory, the limit is ${maxBytes}. Reduce the data or raise the limit.`,
    { details: { bytes, maxBytes } },
  );
}

/** Throws `CANCELLED` once `signal` is aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined, label: string): void {
  if (signal?.aborted) throw new RondelError('CANCELLED', `${label}: reading was cancelled.`);
}

/** Zeroed memory. Throws `OUT_OF_MEMORY` when there is not enough. */
export function allocateBytes(label: string, bytes: number): ArrayBuffer {
  try {
    return new ArrayBuffer(bytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RondelError('OUT_OF_MEMORY', `${label}: there is no memory for ${bytes} bytes. Reduce the data.`, {
      cause: error,
    });
  }
}

/** `DATA_NOT_FOUND` for an array that a file does not hold beside its data. */
export function noSuchArray(label: string, name: string, companions: readonly string[]): RondelError {
  return new RondelError(
    'DATA_NOT_FOUND',
    `${label}: holds no array "${name.slice(0, 60)}". It has ${['data', ...companions].join(', ')}.`,
  );
}
