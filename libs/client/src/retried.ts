import pRetry, { type Options } from 'p-retry';

interface RetryOptions extends Pick<Options, 'retries' | 'minTimeout' | 'maxTimeout'> {
  /** Whether trying again may help; any other error ends it. */
  readonly isPassing: (error: unknown) => boolean;
  /** Gives it up; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Does something until it works, with pauses from `minTimeout` on that double up to `maxTimeout`, in milliseconds. Throws the
 * last error when `retries` are used up.
 *
 * @param work Gets the number of the attempt, from 1 on.
 */
export async function retried<T>(
  work: (attempt: number) => Promise<T>,
  { isPassing, signal, ...pauses }: RetryOptions,
): Promise<T> {
  try {
    return await pRetry(work, {
      ...pauses,
      shouldRetry: ({ error }) => signal?.aborted !== true && isPassing(error),
      ...(signal && { signal }),
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
