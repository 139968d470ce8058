/** Bounds of the pauses between tries, in milliseconds. */
export interface RetryPauses {
  readonly first: number;
  readonly longest: number;
}

/** Between the attempts at a sub-job: what was wrong with the machine may need a while. */
export const attemptPauses: RetryPauses = { first: 1000, longest: 30_000 };
/** Between the calls to a Redis that is away. */
export const redisPauses: RetryPauses = { first: 250, longest: 2000 };

/**
 * Twice as long after every failure, up to the longest; of that between a half and the whole by chance, so that those who
 * failed together don't come back together.
 *
 * @param failures At least 1.
 * @param chance From 0 to 1.
 */
export function retryDelayMs(failures: number, { first, longest }: RetryPauses, chance = Math.random()): number {
  const whole = Math.min(longest, first * 2 ** (Math.max(1, failures) - 1));
  return Math.round((whole * (1 + chance)) / 2);
}
