import { elementCount, elementSize, type NdArray, type TypedArray } from '@rondel/contracts';
import { wholeOf, type Box } from '../array/axis-range.js';
import { allocateBytes, formatError } from '../file/data-errors.js';
import { integers64ToFloat64 } from '../array/integer64.js';
import { planeOfShape, type PlaneChoice } from '../array/plane.js';
import { fillBytes, type OpenedFile, type ReadHandle } from '../file/opened-file.js';
import { claimedBytes } from '../array/claimed-bytes.js';
import { componentsOf, hostIsLittleEndian, swapBytes, typedView } from '../array/typed-array.js';
import { bareArrayReader, startsWith, type FormatReader, type OpenedArray } from '../format-reader.js';
import { readBox } from './box-reader.js';
import { fortranToC } from './fortran-order.js';
import { npyMagic, npyPreambleBytes, parseNpyHeader, parseNpyPreamble, type NpyHeader } from './header.js';

/** Header of a `.npy` file, and where its values begin. */
export interface NpyLayout {
  readonly header: NpyHeader;
  readonly dataStart: number;
}

/**
 * Reads a NumPy `.npy` file (versions 1 to 3), or a box of it, straight into the array's own memory.
 *
 * Axes are unnamed, in the order of the file; Fortran order is turned into C order, bool becomes uint8, 64-bit integers
 * become float64. Throws `DATA_FORMAT` for a truncated or malformed file, one with bytes after the array, and 64-bit
 * integers from 2^53 on; `QUOTA_EXCEEDED` above `maxBytes`.
 */
export async function readNpy(file: OpenedFile): Promise<NdArray> {
  const { facts, readBox } = await openNpy(file);
  return readBox(wholeOf(facts.shape));
}

/** A `.npy` file, of which the header has been read. Throws as `readNpy`. */
export async function openNpy(file: OpenedFile): Promise<OpenedArray> {
  const layout = await readHeader(file);
  const { element, shape } = layout.header;
  return {
    facts: { dtype: element.dtype, shape },
    requireWhole: () => {
      assertComplete(file, layout);
    },
    readBox: (box) => readPart(file, layout, box),
  };
}

async function readPart(file: OpenedFile, layout: NpyLayout, { offset, count }: Box): Promise<NdArray> {
  const { label } = file;
  const { element, shape, fortranOrder } = layout.header;
  const bytes = claimedBytes({ label, shape: count, dtype: element.dtype, maxBytes: file.maxBytes });
  assertComplete(file, layout);
  const raw = new Uint8Array(allocateBytes(label, bytes));
  // Fortran order is C order with the axes in reverse.
  const inFile = (extents: readonly number[]) => (fortranOrder ? extents.toReversed() : extents);
  await readBox(file, raw, {
    start: layout.dataStart,
    shape: inFile(shape),
    offset: inFile(offset),
    count: inFile(count),
    elementBytes: elementSize(element.dtype),
  });
  const data = decode(raw, { ...layout.header, shape: count }, label);
  return { dtype: element.dtype, shape: count, data };
}

/** Whether the values lie in the file as they do in memory: in C order, in the byte order of this machine. */
export function isNative({ header: { element, fortranOrder } }: NpyLayout): boolean {
  const width = elementSize(element.dtype) / componentsOf(element.dtype);
  const swapped = width > 1 && element.bigEndian === hostIsLittleEndian();
  return !fortranOrder && !swapped && element.integer64 === undefined;
}

/** Throws `DATA_FORMAT` when the file has not exactly the bytes that its header promises. */
export function assertComplete(file: OpenedFile, { header, dataStart }: NpyLayout): void {
  const { label } = file;
  const bytes = claimedBytes({ label, shape: header.shape, dtype: header.element.dtype, maxBytes: Infinity });
  const present = file.bytes - dataStart;
  if (present < bytes) {
    throw formatError(
      label,
      `is truncated: its header promises ${bytes} bytes of data, ${present} are there. Copy it again.`,
    );
  }
  if (present > bytes) {
    throw formatError(label, `has ${present - bytes} bytes after its array. Save one array per file with numpy.save.`);
  }
}

/**
 * Reads one plane [y, x] of a `.npy` file, from C order no more than that. Throws as `readNpy` and `findPlane`; also
 * `DATA_FORMAT` for Fortran order, in which a plane lies scattered.
 */
export async function readNpyPlane(file: OpenedFile, choice: PlaneChoice): Promise<NdArray> {
  const { header, dataStart } = await readHeader(file);
  const { element, fortranOrder } = header;
  const { label } = file;
  if (fortranOrder) throw formatError(label, 'is in Fortran order. Save it again with numpy.ascontiguousarray.');
  const { width, height, start } = planeOfShape(header.shape, choice);
  const shape = [height, width];
  const bytes = claimedBytes({ label, shape, dtype: element.dtype, maxBytes: file.maxBytes });
  const raw = new Uint8Array(allocateBytes(label, bytes));
  await fillBytes(file, raw, dataStart + start * elementSize(element.dtype));
  return { dtype: element.dtype, shape, data: decode(raw, { ...header, shape }, label) };
}

export async function readHeader({ handle, label }: OpenedFile): Promise<NpyLayout> {
  const preamble = parseNpyPreamble(await readSome(handle, 0, npyPreambleBytes), label);
  const text = await readSome(handle, preamble.textStart, preamble.textLength);
  if (text.byteLength < preamble.textLength) {
    throw formatError(label, 'is a truncated .npy file: it ends inside the header. Copy it again.');
  }
  const header = parseNpyHeader(new TextDecoder('latin1').decode(text), label);
  return { header, dataStart: preamble.textStart + preamble.textLength };
}

async function readSome(handle: ReadHandle, position: number, length: number): Promise<Uint8Array> {
  const { bytesRead, buffer } = await handle.read(new Uint8Array(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

function decode(raw: Uint8Array<ArrayBuffer>, header: NpyHeader, label: string): TypedArray {
  const { element, shape, fortranOrder } = header;
  const components = componentsOf(element.dtype);
  swapBytes(raw, elementSize(element.dtype) / components, !element.bigEndian);
  if (element.integer64) {
    const misfit = integers64ToFloat64(raw, element.integer64 === 'signed');
    if (misfit !== undefined) {
      throw formatError(label, `holds the 64-bit integer ${misfit.toString()}, which float64 cannot hold exactly.`);
    }
  }
  const source = typedView(element.dtype, raw.buffer, { length: elementCount(shape) * components });
  if (!fortranOrder || shape.length < 2) return source;
  const target = typedView(element.dtype, allocateBytes(label, raw.byteLength), { length: source.length });
  fortranToC({ source, target, shape, components });
  return target;
}

/** See `readNpy`. */
export const npyReader: FormatReader = bareArrayReader({
  title: '.npy file',
  advice: 'NumPy .npy',
  recognises: (head) => startsWith(head, npyMagic),
  open: openNpy,
});
