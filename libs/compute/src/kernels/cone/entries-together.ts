/** Entries that each operation computes with: some twenty arrays of this length live at a time. */
const entryBounds = [2 ** 18, 2 ** 21] as const;
const composedArrays = 24;
const float32Bytes = 4;

/**
 * How many entries core operations compute together where the largest array has so many values: of large arrays an eighth, so
 * that what is computed on the way stays in proportion.
 */
export function entriesTogether(largest: number): number {
  const [least, most] = entryBounds;
  return Math.min(most, Math.max(least, largest / 8));
}

/** Bytes of what core operations compute on the way from projections of a cone beam to a volume, or back. */
export function composedConeBytes(largest: number): number {
  return composedArrays * float32Bytes * entriesTogether(largest);
}
