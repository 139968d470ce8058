import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import { elementSize, type NdArray } from '@rondel/contracts';
import { wholeOf, type Box, type BoxChoice } from '../array/axis-range.js';
import { allocateBytes, formatError } from '../file/data-errors.js';
import { fillBytes, type OpenedFile } from '../file/opened-file.js';
import { claimedBytes } from '../array/claimed-bytes.js';
import { swapBytes, typedView } from '../array/typed-array.js';
import { bareArrayReader, startsWith, type FormatReader } from '../format-reader.js';
import { readPages, type Strip, type TiffPage, type TiffStack } from './pages.js';
import { bigVersion, classicVersion } from './tags.js';

const unpack = promisify(inflate);

/** Byte order, then 42 or, in BigTIFF, 43. */
const signatures: readonly (readonly number[])[] = [
  [0x49, 0x49, classicVersion, 0],
  [0x4d, 0x4d, 0, classicVersion],
  [0x49, 0x49, bigVersion, 0],
  [0x4d, 0x4d, 0, bigVersion],
];

/** See `readTiff`. */
export const tiffReader: FormatReader = bareArrayReader({
  title: 'TIFF file',
  advice: 'a TIFF stack',
  recognises: (head) => signatures.some((signature) => startsWith(head, signature)),
  readBox: readTiff,
  describeArray: describeTiff,
});

/**
 * Reads a TIFF file, plain or BigTIFF: [y, x] of one page, [page, y, x] of several, or a box of it.
 *
 * Axes are unnamed, as of a `.npy` file: pages may be projections or sinograms. Pages that lie in the file as they do in
 * memory are read straight into the array, others a strip at a time. Throws `DATA_FORMAT` for a damaged file and what
 * `readPages` refuses, `QUOTA_EXCEEDED` above `maxBytes`, and what `choose` throws.
 */
export async function readTiff(file: OpenedFile, choose: BoxChoice = ({ shape }) => wholeOf(shape)): Promise<NdArray> {
  const stack = await readPages(file);
  const shape = shapeOf(stack);
  const { offset, count } = choose({ shape });
  const bytes = claimedBytes({ label: file.label, shape: count, dtype: stack.dtype, maxBytes: file.maxBytes });
  assertPresent(file, stack);
  const raw = new Uint8Array(allocateBytes(file.label, bytes));
  const [firstPage = 0, pages = 1] = shape.length === 3 ? [offset[0], count[0]] : [];
  const box = { offset: offset.slice(-2), count: count.slice(-2) };
  const bytesOfPage = bytes / pages;
  for (const [index, page] of stack.pages.slice(firstPage, firstPage + pages).entries()) {
    await readPage(file, { stack, page, box }, raw.subarray(index * bytesOfPage, (index + 1) * bytesOfPage));
  }
  swapBytes(raw, elementSize(stack.dtype), stack.littleEndian);
  const data = typedView(stack.dtype, raw.buffer, { length: bytes / elementSize(stack.dtype) });
  return { dtype: stack.dtype, shape: count, data };
}

/** Element type and shape of a TIFF file. Throws as `readTiff`. */
export async function describeTiff(file: OpenedFile): Promise<Pick<NdArray, 'dtype' | 'shape'>> {
  const stack = await readPages(file);
  assertPresent(file, stack);
  return { dtype: stack.dtype, shape: shapeOf(stack) };
}

function shapeOf({ pages, height, width }: TiffStack): readonly number[] {
  return pages.length === 1 ? [height, width] : [pages.length, height, width];
}

/** What is not compressed is all there, so that no small file claims much. */
function assertPresent(file: OpenedFile, { pages, width, height, dtype }: TiffStack): void {
  const plain = pages.filter(({ compression }) => compression === 'none').length;
  const bytes = plain * width * height * elementSize(dtype);
  if (bytes <= file.bytes) return;
  throw formatError(
    file.label,
    `is truncated: its pages take ${bytes} bytes, the file has ${file.bytes}. Copy it again.`,
  );
}

interface PagePart {
  readonly stack: TiffStack;
  readonly page: TiffPage;
  /** Of rows and columns. */
  readonly box: Box;
}

/** Reads a part of a page. */
async function readPage(
  file: OpenedFile,
  { stack: { width, height, dtype }, page, box }: PagePart,
  target: Uint8Array,
): Promise<void> {
  const size = elementSize(dtype);
  const [[firstRow = 0, firstColumn = 0], [rows = 0, columns = 0]] = [box.offset, box.count];
  const rowBytes = width * size;
  const strips = await page.strips();
  for (const [index, strip] of strips.entries()) {
    const start = index * page.rowsPerStrip;
    const from = Math.max(start, firstRow);
    const to = Math.min(start + page.rowsPerStrip, height, firstRow + rows);
    if (from >= to) continue;
    const into = target.subarray((from - firstRow) * columns * size, (to - firstRow) * columns * size);
    const stripRows = Math.min(page.rowsPerStrip, height - start);
    const skip = (from - start) * rowBytes;
    if (columns === width && page.compression === 'none') {
      await fillPlain(file, strip, { skip, needed: stripRows * rowBytes, into });
      continue;
    }
    const whole =
      page.compression === 'none'
        ? await plainRows(file, strip, { skip, needed: stripRows * rowBytes, length: (to - from) * rowBytes })
        : (await inflated(file, strip, stripRows * rowBytes)).subarray(skip, skip + (to - from) * rowBytes);
    for (let row = 0; row < to - from; row += 1) {
      const line = whole.subarray(row * rowBytes + firstColumn * size, row * rowBytes + (firstColumn + columns) * size);
      into.set(line, row * columns * size);
    }
  }
}

async function fillPlain(
  file: OpenedFile,
  strip: Strip,
  { skip, needed, into }: { readonly skip: number; readonly needed: number; readonly into: Uint8Array },
): Promise<void> {
  if (strip.bytes < needed) throw shortStrip(file, strip.bytes, needed);
  await fillBytes(file, into, strip.offset + skip);
}

async function plainRows(
  file: OpenedFile,
  strip: Strip,
  { length, ...part }: { readonly skip: number; readonly needed: number; readonly length: number },
): Promise<Uint8Array> {
  const into = new Uint8Array(allocateBytes(file.label, length));
  await fillPlain(file, strip, { ...part, into });
  return into;
}

/** Never more than the rows of the strip take, whatever the file makes of it. */
async function inflated(file: OpenedFile, strip: Strip, needed: number): Promise<Uint8Array> {
  if (!(strip.offset + strip.bytes <= file.bytes)) throw shortStrip(file, file.bytes - strip.offset, strip.bytes);
  claimedBytes({ label: file.label, shape: [needed], dtype: 'uint8', maxBytes: file.maxBytes });
  const packed = new Uint8Array(allocateBytes(file.label, strip.bytes));
  await fillBytes(file, packed, strip.offset);
  const plain = await unpack(packed, { maxOutputLength: needed }).catch((error: unknown) => {
    throw formatError(file.label, `has a strip that cannot be unpacked to its ${needed} bytes. Copy it again.`, error);
  });
  if (plain.byteLength < needed) throw shortStrip(file, plain.byteLength, needed);
  return plain;
}

function shortStrip({ label }: OpenedFile, bytes: number, needed: number): Error {
  return formatError(label, `is a damaged TIFF: a strip has ${Math.max(0, bytes)} bytes where ${needed} belong.`);
}
