import { elementCount, elementSize, type ArrayFacts, type NdArray, type TypedArray } from '@rondel/contracts';
import type { Box } from '../array/axis-range.js';
import { claimedBytes } from '../array/claimed-bytes.js';
import { typedView } from '../array/typed-array.js';
import { allocateBytes, tooLarge } from '../file/data-errors.js';
import type { OpenedFile } from '../file/opened-file.js';
import { binArray } from './binning.js';

/** What is read at once before it is binned, with what becomes of it, at most. */
const pieceBytes = 128 * 2 ** 20;

interface Binned {
  /** Of the whole array, binned. */
  readonly facts: ArrayFacts;
  /** Of an element as it is stored. */
  readonly elementBytes: number;
  /** By axis. */
  readonly factors: readonly number[];
  /** What is read of it, in binned entries. */
  readonly boxes: readonly Box[];
}

/**
 * Reads boxes in pieces of which no more is held than one and the results, and these together are within the limit of the file. Pieces
 * are some projections, or samples of fields. Throws `QUOTA_EXCEEDED` where there is no room for one of those beside the results.
 *
 * @param read Reads boxes as they are stored, and may take so many bytes.
 */
export async function readBinned(
  { label, maxBytes }: Pick<OpenedFile, 'label' | 'maxBytes'>,
  { facts, elementBytes, factors, boxes }: Binned,
  read: (boxes: readonly Box[], maxBytes: number) => Promise<readonly NdArray[]>,
): Promise<readonly NdArray[]> {
  const { dtype, axes = [] } = facts;
  const at = Math.max(axes.indexOf('angle'), axes.indexOf('sample'), 0);
  const all = boxes.map((box) => {
    const bytes = claimedBytes({ label, shape: box.count, dtype, maxBytes });
    const data = typedView(dtype, allocateBytes(label, bytes), { length: elementCount(box.count) });
    return { box, data, extent: box.count[at] ?? 1, inner: elementCount(box.count.slice(at + 1)) };
  });
  const extent = Math.max(...all.map((each) => each.extent));
  const bytes = all.reduce((sum, { data }) => sum + data.byteLength, 0);
  const stored = bytes * (elementBytes / elementSize(dtype)) * factors.reduce((product, factor) => product * factor, 1);
  const perEntry = Math.ceil((stored + bytes) / Math.max(1, extent));
  const left = maxBytes - bytes;
  if (perEntry > left) throw tooLarge(label, bytes + perEntry, maxBytes);
  const size = Math.max(1, Math.floor(Math.min(pieceBytes, left) / Math.max(1, perEntry)));
  for (let start = 0; start < extent; start += size) {
    const reached = all.filter((each) => start < each.extent);
    const raw = reached.map(({ box, extent: own }) => ({
      offset: box.offset.map((first, axis) => (first + (axis === at ? start : 0)) * (factors[axis] ?? 1)),
      count: box.count.map(
        (entries, axis) => (axis === at ? Math.min(size, own - start) : entries) * (factors[axis] ?? 1),
      ),
    }));
    (await read(raw, left)).forEach((values, index) => {
      const each = reached[index];
      if (each) putPiece(each, { piece: binArray(values, facts, factors), start, size });
    });
  }
  return all.map(({ box, data }) => ({ ...facts, shape: box.count, data }));
}

interface Filled {
  readonly data: TypedArray;
  /** Along the axis of the pieces. */
  readonly extent: number;
  /** Values of each of these entries. */
  readonly inner: number;
}

function putPiece(
  { data, extent, inner }: Filled,
  { piece, start, size }: { readonly piece: NdArray; readonly start: number; readonly size: number },
): void {
  const length = Math.min(size, extent - start) * inner;
  for (let row = 0; row * length < piece.data.length; row++)
    data.set(piece.data.subarray(row * length, (row + 1) * length), (row * extent + start) * inner);
}
