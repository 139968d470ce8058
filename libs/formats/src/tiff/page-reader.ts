import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import { elementSize } from '@rondel/contracts';
import { claimedBytes } from '../array/claimed-bytes.js';
import { swapBytes } from '../array/typed-array.js';
import type { Box } from '../array/axis-range.js';
import { allocateBytes, formatError } from '../file/data-errors.js';
import { fillBytes, type OpenedFile } from '../file/opened-file.js';
import { widenHalves } from './half.js';
import { unpackLzw } from './lzw.js';
import { unpackBits } from './pack-bits.js';
import type { Segment, TiffPage, TiffStack } from './pages.js';
import { undoPredictor } from './predictor.js';

const unpackDeflate = promisify(inflate);
const unpack = { lzw: unpackLzw, PackBits: unpackBits };

/** A part of a page. */
export interface PagePart {
  readonly stack: Pick<TiffStack, 'width' | 'height' | 'dtype' | 'stored' | 'littleEndian'>;
  readonly page: TiffPage;
  /** Of rows and columns. */
  readonly box: Box;
}

/** Rows and columns of a page, half-open. */
interface Area {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** Reads a part of a page, in the byte order of this machine. Throws `DATA_FORMAT` for damaged segments. */
export async function readPage(file: OpenedFile, part: PagePart, target: Uint8Array<ArrayBuffer>): Promise<void> {
  const { dtype, stored } = part.stack;
  if (dtype === stored) {
    await readStored(file, part, target);
    return;
  }
  const values = new Float32Array(target.buffer, target.byteOffset, target.byteLength / 4);
  const halves = new Uint8Array(allocateBytes(file.label, 2 * values.length));
  await readStored(file, part, halves);
  widenHalves(new Uint16Array(halves.buffer), values);
}

async function readStored(file: OpenedFile, part: PagePart, target: Uint8Array): Promise<void> {
  const { page, box } = part;
  const { width, height } = part.stack;
  const [[top = 0, left = 0], [rows = 0, columns = 0]] = [box.offset, box.count];
  const wanted: Area = { top, left, bottom: top + rows, right: left + columns };
  const segments = await page.segments();
  const across = Math.ceil(width / page.segment.width);
  for (const [index, segment] of segments.entries()) {
    const [row, column] = [Math.floor(index / across) * page.segment.height, (index % across) * page.segment.width];
    const area: Area = {
      top: row,
      left: column,
      bottom: Math.min(height, row + page.segment.height),
      right: Math.min(width, column + page.segment.width),
    };
    const common: Area = {
      top: Math.max(area.top, wanted.top),
      left: Math.max(area.left, wanted.left),
      bottom: Math.min(area.bottom, wanted.bottom),
      right: Math.min(area.right, wanted.right),
    };
    if (common.top >= common.bottom || common.left >= common.right) continue;
    await readSegment(file, part, { segment, area, common, wanted }, target);
  }
}

interface SegmentPart {
  readonly segment: Segment;
  /** What of the page the segment has, and what of that is wanted. */
  readonly area: Area;
  readonly common: Area;
  /** All that is wanted of the page. */
  readonly wanted: Area;
}

async function readSegment(
  file: OpenedFile,
  part: PagePart,
  { segment, area, common, wanted }: SegmentPart,
  target: Uint8Array,
): Promise<void> {
  const { page, stack } = part;
  const size = elementSize(stack.stored);
  const { width: segmentWidth, isTile } = page.segment;
  const lineBytes = segmentWidth * size;
  const needed = (isTile ? page.segment.height : area.bottom - area.top) * lineBytes;
  const wantedBytes = (wanted.right - wanted.left) * size;
  const skip = (common.top - area.top) * lineBytes;
  const length = (common.bottom - common.top) * lineBytes;
  if (page.compression === 'none' && page.predictor === 'none' && lineBytes === wantedBytes && !isTile) {
    const first = (common.top - wanted.top) * wantedBytes;
    const into = target.subarray(first, first + length);
    await fillPlain(file, segment, { skip, needed, into });
    swapBytes(into, size, stack.littleEndian);
    return;
  }
  const lines = await unpackedLines(file, segment, { page, skip, needed, length });
  undoPredictor({ ...stack, dtype: stack.stored, bytes: lines, width: segmentWidth }, page.predictor);
  const [from, bytes] = [(common.left - area.left) * size, (common.right - common.left) * size];
  for (let row = common.top; row < common.bottom; row += 1) {
    const start = (row - common.top) * lineBytes + from;
    const place = (row - wanted.top) * wantedBytes + (common.left - wanted.left) * size;
    target.set(lines.subarray(start, start + bytes), place);
  }
}

interface Lines {
  readonly page: TiffPage;
  /** Bytes before the lines that are wanted, theirs, and those of the whole segment. */
  readonly skip: number;
  readonly length: number;
  readonly needed: number;
}

/** Lines of a segment from an address of their own. */
async function unpackedLines(
  file: OpenedFile,
  segment: Segment,
  { page: { compression }, skip, length, needed }: Lines,
): Promise<Uint8Array<ArrayBuffer>> {
  const into = new Uint8Array(allocateBytes(file.label, length));
  if (compression === 'none') await fillPlain(file, segment, { skip, needed, into });
  else into.set((await unpacked(file, segment, { compression, needed })).subarray(skip, skip + length));
  return into;
}

async function fillPlain(
  file: OpenedFile,
  segment: Segment,
  { skip, needed, into }: { readonly skip: number; readonly needed: number; readonly into: Uint8Array },
): Promise<void> {
  if (segment.bytes < needed) throw shortSegment(file, segment.bytes, needed);
  await fillBytes(file, into, segment.offset + skip);
}

/** Never more than the rows of the segment take, whatever the file makes of it. */
async function unpacked(
  file: OpenedFile,
  segment: Segment,
  { compression, needed }: { readonly compression: Exclude<TiffPage['compression'], 'none'>; readonly needed: number },
): Promise<Uint8Array> {
  if (!(segment.offset + segment.bytes <= file.bytes)) {
    throw shortSegment(file, file.bytes - segment.offset, segment.bytes);
  }
  claimedBytes({ label: file.label, shape: [needed], dtype: 'uint8', maxBytes: file.maxBytes });
  const packed = new Uint8Array(allocateBytes(file.label, segment.bytes));
  await fillBytes(file, packed, segment.offset);
  const damaged = (cause?: unknown) =>
    formatError(
      file.label,
      `has a strip or tile that cannot be unpacked to its ${needed} bytes. Copy it again.`,
      cause,
    );
  const plain =
    compression !== 'deflate'
      ? unpack[compression](packed, needed)
      : await unpackDeflate(packed, { maxOutputLength: needed }).catch((error: unknown) => {
          throw damaged(error);
        });
  if (plain === undefined) throw damaged();
  if (plain.byteLength < needed) throw shortSegment(file, plain.byteLength, needed);
  return plain;
}

function shortSegment({ label }: OpenedFile, bytes: number, needed: number): Error {
  return formatError(
    label,
    `is a damaged TIFF: a strip or tile has ${Math.max(0, bytes)} bytes where ${needed} belong.`,
  );
}
