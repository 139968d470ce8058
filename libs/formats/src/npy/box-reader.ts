import { elementCount } from '@rondel/contracts';
import type { Box } from '../array/axis-range.js';
import { throwIfCancelled } from '../file/data-errors.js';
import { fillBytes, type OpenedFile } from '../file/opened-file.js';

/** A box of an array that lies in a file in C order. */
export interface StoredBox extends Box {
  /** Position of the array's first byte. */
  readonly start: number;
  /** Of the whole array. */
  readonly shape: readonly number[];
  readonly elementBytes: number;
}

/** Rows of up to this many bytes are read whole, since asking for parts of them one by one would take longer. */
const shortRowBytes = 256 * 1024;
/** Read at once where whole rows are. */
const pieceBytes = 4 * 1024 ** 2;

/** A box that is cut along one axis, as bytes: `rows` rows of `rowBytes`, of each `length` bytes from `skip` on. */
interface Cut {
  readonly start: number;
  readonly rows: number;
  readonly rowBytes: number;
  readonly skip: number;
  readonly length: number;
}

/**
 * Fills `target` with a box of the array. Reads no more than the box where what it takes of the array lies in long pieces,
 * and never more than 4 MiB besides it.
 */
export async function readBox(file: OpenedFile, target: Uint8Array, box: StoredBox): Promise<void> {
  if (target.byteLength === 0) return;
  const cutAxes = box.shape.flatMap((extent, axis) => (extent === box.count[axis] ? [] : [axis]));
  const [at = 0] = cutAxes;
  if (cutAxes.length < 2) await readCut(file, target, cutOf(box, at));
  else await readEntries(file, target, { box, at });
}

/** Reads the boxes of the entries along the first axis that is cut, one after the other. */
async function readEntries(
  file: OpenedFile,
  target: Uint8Array,
  { box, at }: { readonly box: StoredBox; readonly at: number },
): Promise<void> {
  const { start, shape, offset, count, elementBytes } = box;
  const [extent = 1, first = 0, entries = 1] = [shape[at], offset[at], count[at]];
  const rows = elementCount(shape.slice(0, at));
  const rest = { shape: shape.slice(at + 1), offset: offset.slice(at + 1), count: count.slice(at + 1), elementBytes };
  const entryBytes = elementCount(rest.shape) * elementBytes;
  const bytes = target.byteLength / (rows * entries);
  for (let done = 0; done < rows * entries; done += 1) {
    const entry = Math.floor(done / entries) * extent + first + (done % entries);
    const part = target.subarray(done * bytes, (done + 1) * bytes);
    await readBox(file, part, { ...rest, start: start + entry * entryBytes });
  }
}

async function readCut(file: OpenedFile, target: Uint8Array, cut: Cut): Promise<void> {
  if (cut.length === cut.rowBytes || cut.rows === 1) {
    await fillBytes(file, target, cut.start + cut.skip);
  } else if (cut.rowBytes > shortRowBytes) {
    for (let row = 0; row < cut.rows; row += 1) {
      const part = target.subarray(row * cut.length, (row + 1) * cut.length);
      await fillBytes(file, part, cut.start + row * cut.rowBytes + cut.skip);
    }
  } else await readShortRows(file, target, cut);
}

function cutOf({ start, shape, offset, count, elementBytes }: StoredBox, at: number): Cut {
  const inner = elementCount(shape.slice(at + 1)) * elementBytes;
  return {
    start,
    rows: elementCount(shape.slice(0, at)),
    rowBytes: (shape[at] ?? 1) * inner,
    skip: (offset[at] ?? 0) * inner,
    length: (count[at] ?? 1) * inner,
  };
}

async function readShortRows(file: OpenedFile, target: Uint8Array, cut: Cut): Promise<void> {
  const { rows, rowBytes, skip, length } = cut;
  const atOnce = Math.max(1, Math.floor(pieceBytes / rowBytes));
  const piece = new Uint8Array(Math.min(atOnce, rows) * rowBytes);
  for (let first = 0; first < rows; first += atOnce) {
    throwIfCancelled(file.signal, file.label);
    const present = Math.min(atOnce, rows - first);
    await fillBytes(file, piece.subarray(0, present * rowBytes), cut.start + first * rowBytes);
    for (let row = 0; row < present; row += 1) {
      const from = row * rowBytes + skip;
      target.set(piece.subarray(from, from + length), (first + row) * length);
    }
  }
}
