import { elementSize, type NdArray } from '@rondel/contracts';
import type { Box } from '../array/axis-range.js';
import { allocateBytes, formatError } from '../file/data-errors.js';
import type { OpenedFile } from '../file/opened-file.js';
import { claimedBytes } from '../array/claimed-bytes.js';
import { typedView } from '../array/typed-array.js';
import { bareArrayReader, startsWith, type FormatReader, type OpenedArray } from '../format-reader.js';
import { readPage } from './page-reader.js';
import { readPages, type TiffStack } from './pages.js';
import { bigVersion, classicVersion } from './tags.js';

/** Byte order, then 42 or, in BigTIFF, 43. */
const signatures: readonly (readonly number[])[] = [
  [0x49, 0x49, classicVersion, 0],
  [0x4d, 0x4d, 0, classicVersion],
  [0x49, 0x49, bigVersion, 0],
  [0x4d, 0x4d, 0, bigVersion],
];

/** See `openTiff`. */
export const tiffReader: FormatReader = bareArrayReader({
  title: 'TIFF file',
  advice: 'a TIFF stack',
  hasImages: true,
  recognises: (head) => signatures.some((signature) => startsWith(head, signature)),
  open: openTiff,
});

/**
 * A TIFF file, plain or BigTIFF: [y, x] of one page, [page, y, x] of several.
 *
 * Axes are unnamed, as of a `.npy` file: pages may be projections or sinograms. Pages that lie in the file as they do in
 * memory are read straight into the array, others a strip or tile at a time. Throws `DATA_FORMAT` for a damaged file and what
 * `readPages` refuses; reading throws `QUOTA_EXCEEDED` above `maxBytes`.
 */
export async function openTiff(file: OpenedFile): Promise<OpenedArray> {
  const stack = await openPages(file);
  const { dtype, width, height, pages } = stack;
  const shape = pages.length === 1 ? [height, width] : [pages.length, height, width];
  return { facts: { dtype, shape }, readBox: (box) => readBox(file, stack, box) };
}

/** The pages of a file, all of which are there. Throws as `openTiff`. */
export async function openPages(file: OpenedFile): Promise<TiffStack> {
  const stack = await readPages(file);
  const { pages, width, height, stored } = stack;
  const plain = pages.filter(({ compression }) => compression === 'none').length;
  const bytes = plain * width * height * elementSize(stored);
  // So that no small file claims much.
  if (bytes <= file.bytes) return stack;
  throw formatError(
    file.label,
    `is truncated: its pages take ${bytes} bytes, the file has ${file.bytes}. Copy it again.`,
  );
}

async function readBox(file: OpenedFile, stack: TiffStack, { offset, count }: Box): Promise<NdArray> {
  const { dtype } = stack;
  const bytes = claimedBytes({ label: file.label, shape: count, dtype, maxBytes: file.maxBytes });
  const raw = new Uint8Array(allocateBytes(file.label, bytes));
  const [first = 0, pages = 1] = count.length === 3 ? [offset[0], count[0]] : [];
  const box = { offset: offset.slice(-2), count: count.slice(-2) };
  const bytesOfPage = bytes / pages;
  for (const [index, page] of stack.pages.slice(first, first + pages).entries()) {
    await readPage(file, { stack, page, box }, raw.subarray(index * bytesOfPage, (index + 1) * bytesOfPage));
  }
  return { dtype, shape: count, data: typedView(dtype, raw.buffer, { length: bytes / elementSize(dtype) }) };
}
