import { basename } from 'node:path';
import { RondelError, type Dataset, type DatasetFacts, type NdArray } from '@rondel/contracts';
import type { AxisRange } from './array/axis-range.js';
import { boxOfSpans, takeBox, type AxisSpans } from './array/axis-spans.js';
import { formatError, throwIfCancelled } from './file/data-errors.js';
import { foreignFormat } from './file/foreign-format.js';
import { defaultLimits, type ReadLimits } from './file/limits.js';
import { openRegularFile, type OpenedFile, type SmallFiles } from './file/opened-file.js';
import type { FormatReader, FormatReading, StackedFile, StoredChunk } from './format-reader.js';
import { isSelection, selectingReader, type Selection } from './selection/selecting-reader.js';
import { fileStackReader, type FileStack } from './tiff/file-stack.js';
import { detectFormat, formatsAdvised, readableFormats, type ReadableFormat } from './readable-formats.js';

export interface ReadDatasetOptions extends Omit<FormatReading, 'maxSeconds'>, Selection {
  /** What errors call the file, e.g. the data reference. @default its name without folders */
  readonly label?: string | undefined;
  /** What reading may take; 4 GiB and 600 s for what is left out. @default `defaultLimits` */
  readonly limits?: Partial<ReadLimits> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How the calling process waits for the disk. @default it does not */
  readonly smallFiles?: SmallFiles | undefined;
}

/** A dataset and the format it was stored in. */
export type ReadDataset = Dataset & { readonly format: ReadableFormat };

/** A dataset without its values, and the format it is stored in. */
export type DescribedData = DatasetFacts & { readonly format: ReadableFormat };

/**
 * Reads a raw data file; its format is told from its content.
 *
 * - `.npy`: the array as it is, C order, axes unnamed; see `readNpy`
 * - TIFF: [y, x] of one page, [page, y, x] of a stack, axes unnamed; see `openTiff`
 * - a stack of TIFF files, one image each: [slice, angle, detector], each file a projection unless `axes` say otherwise; see
 *   `fileStackReader`
 * - HDF5 with `/exchange/data` (DXchange): float32 [frame = 1, slice, angle, detector] with `dark` and `white`
 *   [slice, sample, detector] and `angles` in radians; see `dxchangeLayout`
 * - HDF5 with tomography in NeXus (NXtomo and its variants): the same arrays; see `nexusLayout`
 * - HDF5 in the Magnetic Particle Imaging Data Format (MDF), version 2: float32 [frame, period, channel, sample] or complex64
 *   [frame, period, channel, frequency], with what belongs to it; see `readMdf`
 * - HDF5 with `/image` as Rondel writes it, or any numeric dataset named by `dataset`: the array as it is, but axes of
 *   projections that the file names in the order [frame, slice, angle, sample, detector] (see `axesOfFile`), and lists of
 *   angles in radians where the file says degrees; `/exchange/theta` is in degrees unless it says otherwise
 *
 * `attributes.quantity` is what the file says that its values are, `counts` for integers of DXchange without white fields.
 *
 * With a `range`, arrays that have the axis are read from there on as if the file held no more; see `AxisRange`.
 *
 * Integers keep their type, except 64-bit ones, which become float64, and those in DXchange, which become float32.
 *
 * Throws `DATA_NOT_FOUND` (no such file), `DATA_FORBIDDEN` (unreadable, or values that lie in another file),
 * `DATA_FORMAT` (unknown, truncated or damaged), `DATA_SHAPE_MISMATCH` (DXchange arrays that do not belong together, no such axis or another extent than the range says),
 * `QUOTA_EXCEEDED` (above a limit) and `CANCELLED`.
 */
export async function readDataset(path: string, options: ReadDatasetOptions = {}): Promise<ReadDataset> {
  return withFile(path, options, readOpened);
}

/**
 * As `readDataset` for several ranges, one dataset for each. Of a compressed file of HDF5 what they have in the same chunks is
 * decompressed once. The limits hold for all of them together. Arrays that are not cut may be the same in several datasets.
 */
export async function readRanges(
  path: string,
  ranges: readonly AxisRange[],
  options: Omit<ReadDatasetOptions, 'range'> = {},
): Promise<readonly ReadDataset[]> {
  return withFile(path, options, async (file, { reader, format }, reading) => {
    if (reader.readRanges) return (await reader.readRanges(file, reading, ranges)).map((one) => ({ ...one, format }));
    const datasets: ReadDataset[] = [];
    let left = file.maxBytes;
    for (const range of ranges) {
      const dataset = await reader.read({ ...file, maxBytes: Math.max(1, left) }, { ...reading, range });
      left -= [dataset.data, ...Object.values(dataset.companions)].reduce((sum, { data }) => sum + data.byteLength, 0);
      datasets.push({ ...dataset, format });
    }
    return datasets;
  });
}

/** What `readDataset` would return, without reading its values and for any size. Throws as it. */
export async function describeData(
  path: string,
  options: Omit<ReadDatasetOptions, 'range'> = {},
): Promise<DescribedData> {
  return withFile(path, options, describeOpened);
}

/**
 * The chunks that the main array of a compressed file is stored in, of all that it holds, whatever part of it the options take;
 * undefined where each part costs no more than itself, or nothing says what the axes are. Throws as `readDataset`.
 */
export async function chunkOf(
  path: string,
  options: Omit<ReadDatasetOptions, 'range'> = {},
): Promise<StoredChunk | undefined> {
  return withFile(path, options, async (file, { reader }, reading) => reader.chunkOf?.(file, reading));
}

/** Which part of an array is read. */
export interface ArrayRanges {
  /** By axis name, half-open from 0; of the other axes all entries. */
  readonly ranges?: AxisSpans | undefined;
  /**
   * Axes of the result, slowest first; unless told in the order in which the array is described. What is asked for in the
   * order in which the file has it, is not moved in memory.
   */
  readonly order?: readonly string[] | undefined;
}

export interface ReadArrayOptions extends Omit<ReadDatasetOptions, 'range' | 'without'>, ArrayRanges {}

/**
 * Reads one array of a file, `data` or one of the companions that `describeData` names, or a box of it, and no more of the
 * file than that, what shares its chunks and what tells where it lies.
 *
 * Throws as `readDataset`; `DATA_NOT_FOUND` for an array that the file does not hold, `DATA_SHAPE_MISMATCH` for ranges of axes
 * that it does not have, `INVALID_REQUEST` for ranges and orders that are none.
 */
export async function readArray(
  path: string,
  name: string,
  { ranges = {}, order, ...options }: ReadArrayOptions = {},
): Promise<NdArray> {
  const [array] = await readArrays(path, { [name]: { ranges, order } }, options);
  if (array === undefined) throw new RondelError('INTERNAL', `${options.label ?? basename(path)}: nothing was read.`);
  return array;
}

/** As `readArray` for several arrays by name, in their order: of HDF5 at the cost of one. The limits hold for each. */
export async function readArrays(
  path: string,
  wanted: Readonly<Record<string, ArrayRanges>>,
  options: Omit<ReadDatasetOptions, 'range' | 'without'> = {},
): Promise<readonly NdArray[]> {
  const parts = Object.entries(wanted).map(([name, { ranges = {}, order }]) => ({ name, spans: ranges, order }));
  return withFile(path, options, (file, { reader }, reading) => reader.readArrays(file, reading, parts));
}

/**
 * A part of an array that has been read, as `readArray` would have given it: a copy, or the array itself where that is all of
 * it. Throws as that.
 */
export function partOfArray(label: string, array: NdArray, { ranges = {}, order }: ArrayRanges): NdArray {
  return takeBox(label, array, boxOfSpans(label, array, ranges), order);
}

async function withFile<T>(
  path: string,
  options: ReadDatasetOptions,
  use: (file: OpenedFile, found: FoundReader, reading: FormatReading) => Promise<T>,
): Promise<T> {
  const label = options.label ?? basename(path);
  const { maxBytes, maxSeconds } = checkedLimits({ ...defaultLimits, ...options.limits });
  throwIfCancelled(options.signal, label);
  const { handle, bytes } = await openRegularFile(path, label, options.smallFiles);
  try {
    const file: OpenedFile = { handle, bytes, label, maxBytes, signal: options.signal };
    const { dataset, range, axes, unit, without, linked, stack } = options;
    const reading = { dataset, range, axes, unit, without, linked, stack, maxSeconds };
    const found = await readerFor(file, reading, options.smallFiles);
    const reader = isSelection(options) ? selectingReader(found.reader, options) : found.reader;
    return await use(file, { ...found, reader }, reading);
  } finally {
    await handle.close();
  }
}

async function readOpened(
  file: OpenedFile,
  { reader, format }: FoundReader,
  reading: FormatReading,
): Promise<ReadDataset> {
  return { ...(await reader.read(file, reading)), format };
}

async function describeOpened(
  file: OpenedFile,
  { reader, format }: FoundReader,
  reading: FormatReading,
): Promise<DescribedData> {
  return { ...(await reader.describe(file, reading)), format };
}

interface FoundReader {
  readonly reader: FormatReader;
  readonly format: ReadableFormat;
}

async function readerFor(
  file: OpenedFile,
  { stack }: FormatReading,
  smallFiles: SmallFiles | undefined,
): Promise<FoundReader> {
  if (stack !== undefined) return { reader: fileStackReader(openedInTurn(file, stack, smallFiles)), format: 'tiff' };
  const format = await formatOf(file);
  return { reader: readableFormats[format], format };
}

function openedInTurn(
  { label, maxBytes, signal }: OpenedFile,
  stack: readonly StackedFile[],
  smallFiles: SmallFiles | undefined,
): FileStack {
  return {
    names: stack.map(({ name }) => name),
    async withFile(index, use) {
      const { name = '', path = '' } = stack[index] ?? {};
      const each = `${label}: ${name}`;
      const { handle, bytes } = await openRegularFile(path, each, smallFiles);
      try {
        return await use({ handle, bytes, label: each, maxBytes, signal });
      } finally {
        await handle.close();
      }
    },
  };
}

async function formatOf(file: OpenedFile): Promise<ReadableFormat> {
  const format = await detectFormat(file);
  if (format === undefined) throw await unknownFormat(file);
  return format;
}

async function unknownFormat(file: OpenedFile): Promise<RondelError> {
  const { label, bytes } = file;
  if (bytes === 0) return formatError(label, 'is empty. Copy it again.');
  const foreign = await foreignFormat(file);
  if (foreign !== undefined) return formatError(label, foreign);
  return formatError(label, `is in no format that is known from its content. Store it as ${formatsAdvised()}.`);
}

function checkedLimits(limits: ReadLimits): ReadLimits {
  for (const [name, value] of Object.entries(limits)) {
    if (typeof value === 'number' && value > 0) continue;
    throw new RondelError('INVALID_REQUEST', `limits.${name} must be a number > 0, got ${String(value)}.`);
  }
  return limits;
}
