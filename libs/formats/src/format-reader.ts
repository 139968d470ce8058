import type { ArrayFacts, Dataset, DatasetFacts, DType, NdArray } from '@rondel/contracts';
import { describeInOrder, putInOrder, storedAxes, storedBox, storedRange } from './array/axis-order.js';
import { mainBoxOf, namedAxes, wholeOf, type AxisRange, type Box } from './array/axis-range.js';
import { describeInRadians, inRadians } from './array/radians.js';
import { boxOfSpans, takeBox, type ArrayPart } from './array/axis-spans.js';
import { formatError, noSuchArray } from './file/data-errors.js';
import type { OpenedFile } from './file/opened-file.js';

/** Bytes of a file's beginning that readers are shown. */
export const headBytes = 16;

/** One file of a stack. */
export interface StackedFile {
  /** As errors call it. */
  readonly name: string;
  readonly path: string;
}

/** What is asked of a file. */
export interface FormatReading {
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
  /** Reads only these entries of an axis; the limits hold for what is read. */
  readonly range?: AxisRange | undefined;
  /** Paths of files that links of this one may lead to, by the names that the links have; `*` for any name, `*` and a name for any folder. Of HDF5. */
  readonly linked?: Readonly<Record<string, string>> | undefined;
  /** Files that are read as one array, of which the file is the first, see `fileStackReader`. */
  readonly stack?: readonly StackedFile[] | undefined;
  /** Seconds that decoding may take. */
  readonly maxSeconds: number;
}

/** How the main array of a file is stored where a part of a chunk costs as much as all of it, as it is compressed. */
export interface StoredChunk {
  /** Of the values as they are stored. */
  readonly dtype: DType;
  /** Entries of a chunk along each axis, by name. */
  readonly extents: Readonly<Record<string, number>>;
}

/** How files of one format are known and read; `readableFormats` has them all. */
export interface FormatReader {
  /** How data may be stored in this format, as errors advise it: `NumPy .npy`. */
  readonly advice: string;
  /** Whether its arrays are images, one after the other. */
  readonly hasImages?: boolean;
  /** Whether the content is of this format; `head` is the beginning, of `headBytes` or all that there is. */
  readonly recognises: (head: Uint8Array, file: Pick<OpenedFile, 'handle' | 'bytes'>) => boolean | PromiseLike<boolean>;
  /** Throws as `readDataset`. */
  readonly read: (file: OpenedFile, reading: FormatReading) => Promise<Dataset>;
  /**
   * What `read` would return for each of several ranges; the limits hold for all of them together. Absent: they cost no less than one
   * after the other.
   */
  readonly readRanges?:
    | ((file: OpenedFile, reading: FormatReading, ranges: readonly AxisRange[]) => Promise<readonly Dataset[]>)
    | undefined;
  /** What `read` would return of the whole file, without its values. Throws as `readDataset`. */
  readonly describe: (file: OpenedFile, reading: FormatReading) => Promise<DatasetFacts>;
  /** Absent, or undefined of an array: each part is read at the cost of its own. */
  readonly chunkOf?: ((file: OpenedFile, reading: FormatReading) => Promise<StoredChunk | undefined>) | undefined;
  /**
   * Parts of the arrays that `read` would return, one for each that is asked for; the limits hold for each. Throws as `read`,
   * `boxOfSpans` and `placesInOrder`, and `DATA_NOT_FOUND` for an array that the file does not hold.
   */
  readonly readArrays: (
    file: OpenedFile,
    reading: FormatReading,
    parts: readonly ArrayPart[],
  ) => Promise<readonly NdArray[]>;
}

/** An array of a file that is open. */
export interface OpenedArray {
  readonly facts: ArrayFacts;
  readonly warnings?: Dataset['warnings'];
  /** Beside those of every such file. */
  readonly attributes?: Dataset['attributes'];
  /** Throws `DATA_FORMAT` where the file has not all that its facts promise, as far as opening has not looked at that. */
  readonly requireWhole?: () => void;
  /** Throws `QUOTA_EXCEEDED` above the limit of the file. */
  readonly readBox: (box: Box) => Promise<NdArray>;
}

/** A format whose files hold one array and no words about it. */
export interface BareArrayFormat extends Pick<FormatReader, 'advice' | 'hasImages' | 'recognises'> {
  /** What errors call such a file: `.npy file`. */
  readonly title: string;
  /** Names of the axes as they are stored, unless the caller gives other ones. */
  readonly axes?: readonly string[];
  readonly open: (file: OpenedFile) => Promise<OpenedArray>;
}

/** A reader of such a format: axes, unit and the names of a range are those that the caller gives. */
export function bareArrayReader({ title, axes: usual, open, ...known }: BareArrayFormat): FormatReader {
  const refuseDataset = ({ label }: OpenedFile, dataset: string | undefined) => {
    if (dataset === undefined) return;
    const named = dataset.slice(0, 200);
    throw formatError(label, `is a ${title}, which holds one array and no dataset ${named}. Leave "#/..." out.`);
  };
  return {
    ...known,
    async read(file, { dataset, range, axes = usual, unit }) {
      refuseDataset(file, dataset);
      const { facts, readBox, ...opened } = await open(file);
      const beside = besideArray(opened);
      const stored = axes && storedAxes(axes);
      const asStored = range && stored ? storedRange(range, stored) : range;
      const read = await readBox(mainBoxOf(file.label, facts, asStored));
      if (stored) return { data: inRadians(putInOrder(read, stored, file.label), unit), ...beside };
      const data = inRadians(read, unit);
      const named = range && namedAxes(data, range);
      return { data: { ...data, ...(named && { axes: named }) }, ...beside };
    },
    async readArrays(file, { dataset, axes = usual, unit }, parts) {
      refuseDataset(file, dataset);
      const array = await open(file);
      const arrays: NdArray[] = [];
      for (const part of parts) arrays.push(await readPart(array, { label: file.label, axes, unit }, part));
      return arrays;
    },
    async describe(file, { dataset, axes = usual, unit }) {
      refuseDataset(file, dataset);
      const { facts, requireWhole, ...opened } = await open(file);
      requireWhole?.();
      const inUnit = describeInRadians(facts, unit);
      const data = axes ? describeInOrder(inUnit, storedAxes(axes), file.label) : inUnit;
      return { data, ...besideArray(opened) };
    },
  };
}

async function readPart(
  { facts, readBox }: OpenedArray,
  { label, axes: words, unit }: Pick<FormatReading, 'axes' | 'unit'> & Pick<OpenedFile, 'label'>,
  { name, spans, order }: ArrayPart,
): Promise<NdArray> {
  if (name !== 'data') throw noSuchArray(label, name, []);
  const stored = words ? storedAxes(words) : undefined;
  const box = boxOfSpans(label, stored ? describeInOrder(facts, stored, label) : facts, spans);
  const read = await readBox(stored ? storedBox(box, { shape: facts.shape, stored }) : box);
  const data = inRadians(stored ? putInOrder(read, stored, label) : read, unit);
  return takeBox(label, data, wholeOf(data.shape), order);
}

function besideArray({ attributes, warnings }: Pick<OpenedArray, 'attributes' | 'warnings'>) {
  return { companions: {}, attributes: { layout: 'plain', ...attributes }, ...(warnings && { warnings }) };
}

/** Whether bytes begin with a format's signature. */
export function startsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, index) => bytes[index] === byte);
}
