/** Consecutive entries of the last axis that are read in one go, and which of them belong to rows. */
export interface EntrySpan {
  readonly channel: number;
  readonly start: number;
  readonly stop: number;
  readonly wanted: readonly { readonly entry: number; readonly row: number }[];
}

/** Reading an entry that nobody wants is cheaper than going to the file once more for fewer than so many. */
const smallGap = 16;

/**
 * How to read some entries of each channel in few pieces, none of which has more than `most` entries.
 *
 * @param entries of each row, in any order.
 */
export function entrySpans(
  entries: readonly { readonly channel: number; readonly entry: number }[],
  most: number,
): EntrySpan[] {
  const sorted = entries
    .map(({ channel, entry }, row) => ({ channel, entry, row }))
    .sort((a, b) => a.channel - b.channel || a.entry - b.entry);
  const spans: (Omit<EntrySpan, 'wanted' | 'stop'> & { stop: number; wanted: { entry: number; row: number }[] })[] = [];
  for (const { channel, entry, row } of sorted) {
    const last = spans.at(-1);
    if (last?.channel === channel && entry - last.stop < smallGap && entry < last.start + most) {
      last.stop = entry + 1;
      last.wanted.push({ entry, row });
    } else spans.push({ channel, start: entry, stop: entry + 1, wanted: [{ entry, row }] });
  }
  return spans;
}
