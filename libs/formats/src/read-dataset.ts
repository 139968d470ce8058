import { basename } from 'node:path';
import { RondelError, type Dataset, type DatasetFacts } from '@rondel/contracts';
import { describeInOrder, putInOrder, storedAxes, storedRange } from './axis-order.js';
import { namedAxes, type AxisRange } from './axis-range.js';
import { formatError, throwIfCancelled } from './data-errors.js';
import { detectFormat, type ReadableFormat } from './file-format.js';
import { describeHdf5File, readHdf5File } from './hdf5/reader.js';
import { defaultLimits, type ReadLimits } from './limits.js';
import { foreignFormat } from './foreign-format.js';
import { describeNpy, readNpy } from './npy/reader.js';
import { describeInRadians, inRadians } from './radians.js';
import { openRegularFile, type OpenedFile, type SmallFiles } from './opened-file.js';
import { describeTiff, readTiff } from './tiff/reader.js';

export interface ReadOptions {
  /** Path of one dataset inside a container file, from its root, e.g. `/entry/data`; by default the layout decides. */
  readonly dataset?: string | undefined;
  /**
   * Axes of the array as it is stored, slowest first, where the file does not say or says otherwise; see `storedAxes`. Axes
   * of projections come in the order frame, slice, angle, sample, detector.
   */
  readonly axes?: readonly string[] | undefined;
  /** Unit in which angles are stored, whatever the file says; degrees become radians. */
  readonly unit?: 'rad' | 'deg' | undefined;
  /** Companions that the caller has from elsewhere: they are neither read nor checked. */
  readonly without?: readonly string[] | undefined;
  /** What errors call the file, e.g. the data reference; by default its name without folders. */
  readonly label?: string | undefined;
  readonly limits?: Partial<ReadLimits> | undefined;
  /** Reads only these entries of an axis; the limits hold for what is read. */
  readonly range?: AxisRange | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Unless told, the process does not wait for the disk. */
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
 * - TIFF: [y, x] of one page, [page, y, x] of a stack, axes unnamed; see `readTiff`
 * - HDF5 with `/exchange/data` (DXchange): float32 [frame = 1, slice, angle, detector] with `dark` and `white`
 *   [slice, sample, detector] and `angles` in radians; see `readDxchange`
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
export async function readDataset(path: string, options: ReadOptions = {}): Promise<ReadDataset> {
  return withFile(path, options, readOpened);
}

/** What `readDataset` would return, without reading its values and for any size. Throws as it. */
export async function describeData(path: string, options: Omit<ReadOptions, 'range'> = {}): Promise<DescribedData> {
  return withFile(path, options, describeOpened);
}

type ReadingOptions = Pick<ReadOptions, 'dataset' | 'range' | 'axes' | 'unit' | 'without'> & {
  readonly maxSeconds: number;
};

async function withFile<T>(
  path: string,
  options: ReadOptions,
  use: (file: OpenedFile, options: ReadingOptions) => Promise<T>,
): Promise<T> {
  const label = options.label ?? basename(path);
  const { maxBytes, maxSeconds } = checkedLimits({ ...defaultLimits, ...options.limits });
  throwIfCancelled(options.signal, label);
  const { handle, bytes } = await openRegularFile(path, label, options.smallFiles);
  try {
    const file: OpenedFile = { handle, bytes, label, maxBytes, signal: options.signal };
    const { dataset, range, axes, unit, without } = options;
    return await use(file, { dataset, range, axes, unit, without, maxSeconds });
  } finally {
    await handle.close();
  }
}

async function readOpened(file: OpenedFile, options: ReadingOptions): Promise<ReadDataset> {
  const format = await formatOf(file, options);
  if (format === 'hdf5') return { ...(await readHdf5File(file, options)), format };
  const read = format === 'tiff' ? readTiff : readNpy;
  const { range, unit } = options;
  const stored = options.axes && storedAxes(options.axes);
  if (stored !== undefined) {
    const data = await read(file, range && storedRange(range, stored));
    return { data: inRadians(putInOrder(data, stored, file.label), unit), ...besideArray, format };
  }
  const data = inRadians(await read(file, range), unit);
  const axes = range === undefined ? undefined : namedAxes(data, range);
  return { data: { ...data, ...(axes && { axes }) }, ...besideArray, format };
}

async function describeOpened(file: OpenedFile, options: ReadingOptions): Promise<DescribedData> {
  const format = await formatOf(file, options);
  if (format === 'hdf5') return { ...(await describeHdf5File(file, options)), format };
  const described = await (format === 'tiff' ? describeTiff : describeNpy)(file);
  const facts = describeInRadians(described, options.unit);
  const data = options.axes ? describeInOrder(facts, storedAxes(options.axes), file.label) : facts;
  return { data, ...besideArray, format };
}

/** Such files hold one array and no words about it. */
const besideArray = { companions: {}, attributes: { layout: 'plain' } } as const;

async function formatOf(file: OpenedFile, { dataset }: ReadingOptions): Promise<ReadableFormat> {
  const format = await detectFormat(file);
  if (format === undefined) throw await unknownFormat(file);
  if (format !== 'hdf5' && dataset !== undefined) {
    throw formatError(
      file.label,
      `is a ${format === 'npy' ? '.npy' : 'TIFF'} file, which holds one array and no dataset ${dataset.slice(0, 200)}. Leave "#/..." out.`,
    );
  }
  return format;
}

async function unknownFormat(file: OpenedFile): Promise<RondelError> {
  const { label, bytes } = file;
  if (bytes === 0) return formatError(label, 'is empty. Copy it again.');
  const foreign = await foreignFormat(file);
  if (foreign !== undefined) return formatError(label, foreign);
  return formatError(
    label,
    'is in no format that is known from its content. Store it as HDF5 (DXchange, or a dataset), NumPy .npy or a TIFF stack.',
  );
}

function checkedLimits(limits: ReadLimits): ReadLimits {
  for (const [name, value] of Object.entries(limits)) {
    if (typeof value === 'number' && value > 0) continue;
    throw new RondelError('INVALID_REQUEST', `limits.${name} must be a number > 0, got ${String(value)}.`);
  }
  return limits;
}
