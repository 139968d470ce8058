/** Half-open ranges of the last two axes. */
interface Bounds {
  readonly channel: readonly [start: number, stop: number];
  readonly entry: readonly [start: number, stop: number];
}

/** What is read in one go, and which entries of it belong to rows. */
export interface EntryBox extends Bounds {
  readonly wanted: WantedEntry[];
}

interface WantedEntry {
  readonly channel: number;
  readonly entry: number;
  readonly row: number;
}

interface PieceSize {
  /** Bytes of an entry over all frames and periods. */
  readonly entryBytes: number;
  /** Most bytes of a piece that has several entries. */
  readonly pieceBytes: number;
}

/** Reading as many bytes that nobody wants is cheaper than going to the file once more. */
const smallGapBytes = 4 * 2 ** 20;

/**
 * How to read some entries of some channels in few pieces.
 *
 * @param entries of each row, in any order.
 */
export function entryBoxes(
  entries: readonly { readonly channel: number; readonly entry: number }[],
  size: PieceSize,
): EntryBox[] {
  const sorted = entries
    .map(({ channel, entry }, row): WantedEntry => ({ channel, entry, row }))
    .sort((a, b) => a.channel - b.channel || a.entry - b.entry);
  const single = sorted.map((wanted): EntryBox => {
    const { channel, entry } = wanted;
    return { channel: [channel, channel + 1], entry: [entry, entry + 1], wanted: [wanted] };
  });
  // First the entries of each channel, then channels that want much the same.
  return joined(joined(single, size, true), size, false);
}

/** Boxes that follow each other as one, where that reads little more than both. */
function joined(boxes: readonly EntryBox[], size: PieceSize, withinChannels: boolean): EntryBox[] {
  const output: EntryBox[] = [];
  for (const box of boxes) {
    const last = output.at(-1);
    const same = last?.channel[0] === box.channel[0];
    const union = last !== undefined && same === withinChannels ? around(last, box) : undefined;
    const bytes = bytesOf(union, size);
    const isCheap = bytes - bytesOf(last, size) - bytesOf(box, size) <= smallGapBytes && bytes <= size.pieceBytes;
    if (last !== undefined && union !== undefined && isCheap) {
      // The list is handed on, as copies of it would take the square of the number of rows.
      for (const wanted of box.wanted) last.wanted.push(wanted);
      output[output.length - 1] = { ...union, wanted: last.wanted };
    } else output.push(box);
  }
  return output;
}

function around(a: Bounds, b: Bounds): Bounds {
  return {
    channel: [Math.min(a.channel[0], b.channel[0]), Math.max(a.channel[1], b.channel[1])],
    entry: [Math.min(a.entry[0], b.entry[0]), Math.max(a.entry[1], b.entry[1])],
  };
}

function bytesOf(box: Bounds | undefined, { entryBytes }: PieceSize): number {
  if (box === undefined) return 0;
  const { channel, entry } = box;
  return (channel[1] - channel[0]) * (entry[1] - entry[0]) * entryBytes;
}
