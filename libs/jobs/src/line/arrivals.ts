/** What came so long ago counts for a third of what comes now. */
export const arrivalSeconds = 120;

/**
 * How many come a second, as an exponential average. Those that have come at times t are kept as one number, the
 * logarithm of the sum of exp(t / arrivalSeconds), so adding one needs no time of the last one, and nothing has to be
 * lowered as time goes by.
 *
 * It is less by the spread of such a count, so that one or two that came are not taken for a flood.
 *
 * @param sum What `oneMore` of `line/line.lua` has left; null where none has come.
 * @param now Milliseconds since 1970, by the clock of Redis.
 */
export function arrivalRate(sum: string | null, now: number): number {
  if (sum === null) return 0;
  const count = Math.exp(Number(sum) - now / 1000 / arrivalSeconds);
  return Math.max(0, count - Math.sqrt(count)) / arrivalSeconds;
}
