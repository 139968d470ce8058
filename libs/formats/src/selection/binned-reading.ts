import { elementCount, elementSize, type ArrayFacts, type NdArray } from '@rondel/contracts';
import type { Box } from '../array/axis-range.js';
import { claimedBytes } from '../array/claimed-bytes.js';
import { typedView } from '../array/typed-array.js';
import { allocateBytes } from '../file/data-errors.js';
import type { OpenedFile } from '../file/opened-file.js';
import { binArray } from './binning.js';

/** What is read at once before it is binned, about. */
const pieceBytes = 128 * 2 ** 20;

interface Binned {
  /** Of the whole array, binned. */
  readonly facts: ArrayFacts;
  /** Of an element as it is stored. */
  readonly elementBytes: number;
  /** By axis. */
  readonly factors: readonly number[];
  /** What is read of it, in binned entries. */
  readonly box: Box;
}

/** Reads a box in pieces of which no more is held than one and the result. Pieces are some projections, or samples of fields. */
export async function readBinned(
  { label, maxBytes }: Pick<OpenedFile, 'label' | 'maxBytes'>,
  { facts, elementBytes, factors, box }: Binned,
  read: (box: Box) => Promise<NdArray>,
): Promise<NdArray> {
  const { dtype, axes = [] } = facts;
  const bytes = claimedBytes({ label, shape: box.count, dtype, maxBytes });
  const data = typedView(dtype, allocateBytes(label, bytes), { length: elementCount(box.count) });
  const at = Math.max(axes.indexOf('angle'), axes.indexOf('sample'), 0);
  const extent = box.count[at] ?? 1;
  const stored = bytes * (elementBytes / elementSize(dtype)) * factors.reduce((product, factor) => product * factor, 1);
  const size = Math.max(1, Math.floor((extent * Math.min(pieceBytes, maxBytes)) / Math.max(1, stored)));
  const inner = elementCount(box.count.slice(at + 1));
  for (let start = 0; start < extent; start += size) {
    const count = Math.min(size, extent - start);
    const raw = {
      offset: box.offset.map((first, axis) => (first + (axis === at ? start : 0)) * (factors[axis] ?? 1)),
      count: box.count.map((entries, axis) => (axis === at ? count : entries) * (factors[axis] ?? 1)),
    };
    const piece = binArray(await read(raw), facts, factors);
    for (let row = 0; row * count * inner < piece.data.length; row++) {
      const from = row * count * inner;
      data.set(piece.data.subarray(from, from + count * inner), (row * extent + start) * inner);
    }
  }
  return { ...facts, shape: box.count, data };
}
