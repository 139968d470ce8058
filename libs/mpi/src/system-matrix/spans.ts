/** Consecutive entries of the last axis that are read in one go, and which of them belong to rows. */
export interface EntrySpan {
  readonly channel: number;
  readonly start: number;
  readonly stop: number;
  readonly wanted: readonly { readonly entry: number; readonly row: number }[];
}

/** Reading as many bytes that nobody wants is cheaper than going to the file once more. */
const smallGapBytes = 4 * 2 ** 20;

/**
 * How to read some entries of each channel in few pieces.
 *
 * @param entries of each row, in any order.
 * @param entryBytes Bytes of an entry over all frames and periods.
 * @param pieceBytes Most bytes of a piece that has several entries.
 */
export function entrySpans(
  entries: readonly { readonly channel: number; readonly entry: number }[],
  { entryBytes, pieceBytes }: { readonly entryBytes: number; readonly pieceBytes: number },
): EntrySpan[] {
  const sorted = entries
    .map(({ channel, entry }, row) => ({ channel, entry, row }))
    .sort((a, b) => a.channel - b.channel || a.entry - b.entry);
  const spans: (Omit<EntrySpan, 'wanted' | 'stop'> & { stop: number; wanted: { entry: number; row: number }[] })[] = [];
  for (const { channel, entry, row } of sorted) {
    const last = spans.at(-1);
    const isNear = last?.channel === channel && (entry - last.stop) * entryBytes <= smallGapBytes;
    if (last !== undefined && isNear && (entry + 1 - last.start) * entryBytes <= pieceBytes) {
      last.stop = entry + 1;
      last.wanted.push({ entry, row });
    } else spans.push({ channel, start: entry, stop: entry + 1, wanted: [{ entry, row }] });
  }
  return spans;
}
