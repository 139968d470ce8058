/** The median; of an even number of values the mean of the two in the middle. 0 for none. The values are left as they are. */
export function medianOf(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const { length } = sorted;
  const upper = sorted[Math.floor(length / 2)] ?? 0;
  return length % 2 === 1 ? upper : ((sorted[length / 2 - 1] ?? 0) + upper) / 2;
}
