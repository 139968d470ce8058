import { createHash, type Hash } from 'node:crypto';
import { elementCount, elementSize, RondelError, type DType } from '@rondel/contracts';
import { formatError } from '../data-errors.js';
import { fillBytes, openRegularFile, type OpenedFile } from '../opened-file.js';
import { assertComplete, isNative, readHeader } from './reader.js';

/** A `.npy` file that is one of several behind each other along an axis. */
export interface JoinedPart {
  readonly path: string;
  /** What errors call it. */
  readonly label: string;
  /** Hash that the whole file must have. */
  readonly sha256: string;
}

/** Several array files as one array, without holding it. */
export interface JoinedFiles {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /**
   * The bytes of the values in C order, in pieces of whole elements; to be asked for once. A piece is overwritten when the
   * next is asked for.
   *
   * Throws `CONFLICT` at its end when a part did not have the bytes that its hash says.
   */
  pieces(): AsyncGenerator<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}

interface OpenedPart extends OpenedFile {
  readonly sha256: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly dataStart: number;
  readonly hash: Hash;
}

/** Bytes of a piece; twice that is all the memory that joining takes. */
const pieceBytes = 4 * 1024 ** 2;

/**
 * Opens `.npy` files in C order and the byte order of this machine, as Rondel writes them, as one array.
 *
 * Throws `DATA_SHAPE_MISMATCH` when they do not fit together along axis number `at`, and as `readDataset`.
 */
export async function joinNpyFiles(parts: readonly JoinedPart[], at: number): Promise<JoinedFiles> {
  const opened: OpenedPart[] = [];
  const close = async () => {
    await Promise.all(opened.map(({ handle }) => handle.close()));
  };
  try {
    for (const part of parts) opened.push(await openPart(part));
    const [first] = opened;
    if (first === undefined) throw new RondelError('DATA_SHAPE_MISMATCH', 'There are no files to join.');
    for (const part of opened) assertFits(part, first, at);
    const total = opened.reduce((sum, { shape }) => sum + (shape[at] ?? 1), 0);
    const { dtype } = first;
    const shape = first.shape.map((extent, axis) => (axis === at ? total : extent));
    return { dtype, shape, pieces: () => piecesOf(opened, { dtype, shape, at }), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openPart({ path, label, sha256 }: JoinedPart): Promise<OpenedPart> {
  const file = { ...(await openRegularFile(path, label)), label, maxBytes: Infinity };
  try {
    const layout = await readHeader(file);
    assertComplete(file, layout);
    const { header, dataStart } = layout;
    if (!isNative(layout)) {
      throw formatError(label, 'is no array as Rondel writes them, so it cannot be joined with others.');
    }
    const start = new Uint8Array(dataStart);
    await fillBytes(file, start, 0);
    const hash = createHash('sha256').update(start);
    return { ...file, sha256, dtype: header.element.dtype, shape: header.shape, dataStart, hash };
  } catch (error) {
    await file.handle.close();
    throw error;
  }
}

function assertFits({ label, dtype, shape }: OpenedPart, first: OpenedPart, at: number): void {
  const fits =
    dtype === first.dtype &&
    shape.length === first.shape.length &&
    at < shape.length &&
    shape.every((extent, axis) => axis === at || extent === first.shape[axis]);
  if (fits) return;
  throw new RondelError(
    'DATA_SHAPE_MISMATCH',
    `${label}: ${dtype} [${shape.join(', ')}] does not fit ${first.dtype} [${first.shape.join(', ')}] of ${first.label}.`,
  );
}

interface Joining {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly at: number;
}

/** A row is all that the whole has under one index of the axes before the one that is joined. */
async function* piecesOf(
  parts: readonly OpenedPart[],
  { dtype, shape, at }: Joining,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const rows = elementCount(shape.slice(0, at));
  const inner = elementCount(shape.slice(at + 1)) * elementSize(dtype);
  const rowBytes = (shape[at] ?? 0) * inner;
  const strips = parts.map((part) => ({ part, bytes: (part.shape[at] ?? 0) * inner }));
  if (rowBytes > 0) yield* rowBytes > pieceBytes ? longRows(strips, rows) : shortRows(strips, { rows, rowBytes });
  for (const { label, sha256, hash } of parts) {
    if (hash.digest('hex') === sha256) continue;
    throw new RondelError('CONFLICT', `${label} is damaged: it no longer has the SHA-256 ${sha256}.`);
  }
}

/** What one part contributes to each row. */
interface Strip {
  readonly part: OpenedPart;
  readonly bytes: number;
}

async function* longRows(strips: readonly Strip[], rows: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const buffer = new Uint8Array(pieceBytes);
  for (let row = 0; row < rows; row += 1) {
    for (const { part, bytes } of strips) {
      for (let done = 0; done < bytes; done += pieceBytes) {
        const piece = buffer.subarray(0, Math.min(pieceBytes, bytes - done));
        await readNext(part, piece, row * bytes + done);
        yield piece;
      }
    }
  }
}

async function* shortRows(
  strips: readonly Strip[],
  { rows, rowBytes }: { readonly rows: number; readonly rowBytes: number },
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const atOnce = Math.min(rows, Math.floor(pieceBytes / rowBytes));
  const joined = new Uint8Array(atOnce * rowBytes);
  const buffer = new Uint8Array(atOnce * rowBytes);
  for (let first = 0; first < rows; first += atOnce) {
    const present = Math.min(atOnce, rows - first);
    let column = 0;
    for (const { part, bytes } of strips) {
      const own = buffer.subarray(0, present * bytes);
      await readNext(part, own, first * bytes);
      for (let row = 0; row < present; row += 1) {
        joined.set(own.subarray(row * bytes, (row + 1) * bytes), row * rowBytes + column);
      }
      column += bytes;
    }
    yield joined.subarray(0, present * rowBytes);
  }
}

/** Every part is read from its first value to its last, so its hash grows along. */
async function readNext(part: OpenedPart, target: Uint8Array, position: number): Promise<void> {
  await fillBytes(part, target, part.dataStart + position);
  part.hash.update(target);
}
