import { createHash, type Hash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { elementCount, elementSize, RondelError, type DType } from '@rondel/contracts';

/** An array in a file, in C order and the byte order of this machine, that is one of several behind each other. */
export interface JoinedSection {
  readonly path: string;
  /** Position of its first byte in the file. */
  readonly start: number;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Hash that its bytes must have. */
  readonly sha256: string;
  /** What errors call it. */
  readonly label: string;
  /** The error for a section that is not what it was. */
  readonly damaged: (why: string) => Error;
}

/** Several arrays in files as one array, without holding it. */
export interface JoinedSections {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /**
   * The bytes of the values in C order, in pieces of whole elements; to be asked for once. A piece is overwritten when the
   * next is asked for. Reading holds the event loop up.
   *
   * Throws what `damaged` of a section makes when it is short, or at the end when it does not have its hash.
   */
  pieces(): Generator<Uint8Array<ArrayBuffer>>;
  close(): void;
}

interface OpenedSection extends JoinedSection {
  readonly file: number;
  readonly hash: Hash;
}

/** Bytes of a piece; twice that is all the memory that joining takes. */
const pieceBytes = 4 * 1024 ** 2;

/**
 * Opens arrays in files as one array.
 *
 * Throws `DATA_SHAPE_MISMATCH` when they do not fit together along axis number `at`, and what `damaged` makes of one that
 * cannot be opened.
 */
export function joinSections(sections: readonly JoinedSection[], at: number): JoinedSections {
  const [first] = sections;
  if (first === undefined) throw new RondelError('DATA_SHAPE_MISMATCH', 'There are no arrays to join.');
  for (const section of sections) assertFits(section, first, at);
  const total = sections.reduce((sum, { shape }) => sum + (shape[at] ?? 1), 0);
  const { dtype } = first;
  const shape = first.shape.map((extent, axis) => (axis === at ? total : extent));
  const opened: OpenedSection[] = [];
  const close = () => {
    for (const { file } of opened.splice(0)) closeSync(file);
  };
  try {
    for (const section of sections) opened.push(openSection(section));
  } catch (error) {
    close();
    throw error;
  }
  return { dtype, shape, pieces: () => piecesOf(opened, { dtype, shape, at }), close };
}

function openSection(section: JoinedSection): OpenedSection {
  try {
    return { ...section, file: openSync(section.path, 'r'), hash: createHash('sha256') };
  } catch (error) {
    throw section.damaged(`it cannot be opened (${error instanceof Error ? error.message : String(error)})`);
  }
}

function assertFits({ label, dtype, shape }: JoinedSection, first: JoinedSection, at: number): void {
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
function* piecesOf(
  sections: readonly OpenedSection[],
  { dtype, shape, at }: Joining,
): Generator<Uint8Array<ArrayBuffer>> {
  const rows = elementCount(shape.slice(0, at));
  const inner = elementCount(shape.slice(at + 1)) * elementSize(dtype);
  const rowBytes = (shape[at] ?? 0) * inner;
  const strips = sections.map((section) => ({ section, bytes: (section.shape[at] ?? 0) * inner }));
  if (rowBytes > 0) yield* rowBytes > pieceBytes ? longRows(strips, rows) : shortRows(strips, { rows, rowBytes });
  for (const { sha256, hash, damaged } of sections) {
    if (hash.digest('hex') !== sha256) throw damaged(`its values no longer have the SHA-256 ${sha256}`);
  }
}

/** What one section contributes to each row. */
interface Strip {
  readonly section: OpenedSection;
  readonly bytes: number;
}

function* longRows(strips: readonly Strip[], rows: number): Generator<Uint8Array<ArrayBuffer>> {
  const buffer = new Uint8Array(pieceBytes);
  for (let row = 0; row < rows; row += 1) {
    for (const { section, bytes } of strips) {
      for (let done = 0; done < bytes; done += pieceBytes) {
        const piece = buffer.subarray(0, Math.min(pieceBytes, bytes - done));
        readNext(section, piece, row * bytes + done);
        yield piece;
      }
    }
  }
}

function* shortRows(
  strips: readonly Strip[],
  { rows, rowBytes }: { readonly rows: number; readonly rowBytes: number },
): Generator<Uint8Array<ArrayBuffer>> {
  const atOnce = Math.min(rows, Math.floor(pieceBytes / rowBytes));
  const joined = new Uint8Array(atOnce * rowBytes);
  const buffer = new Uint8Array(atOnce * rowBytes);
  for (let first = 0; first < rows; first += atOnce) {
    const present = Math.min(atOnce, rows - first);
    let column = 0;
    for (const { section, bytes } of strips) {
      const own = buffer.subarray(0, present * bytes);
      readNext(section, own, first * bytes);
      for (let row = 0; row < present; row += 1) {
        joined.set(own.subarray(row * bytes, (row + 1) * bytes), row * rowBytes + column);
      }
      column += bytes;
    }
    yield joined.subarray(0, present * rowBytes);
  }
}

/** Every section is read from its first value to its last, so its hash grows along. */
function readNext({ file, start, hash, damaged }: OpenedSection, target: Uint8Array, position: number): void {
  for (let done = 0; done < target.byteLength;) {
    const read = readSync(file, target, done, target.byteLength - done, start + position + done);
    if (read === 0) throw damaged('it is shorter than it was');
    done += read;
  }
  hash.update(target);
}
