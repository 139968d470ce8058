import {
  elementCount,
  RondelError,
  type ArrayFacts,
  type Dataset,
  type DatasetFacts,
  type NdArray,
} from '@rondel/contracts';
import { describeInOrder, putInOrder, storedBox, type StoredAxes } from '../../array/axis-order.js';
import { boxOf, mainBoxOf, wholeOf, type AxisRange, type Box } from '../../array/axis-range.js';
import { boxOfSpans, takeBox, type ArrayPart } from '../../array/axis-spans.js';
import { countOfRuns, partOfRuns, type Run } from '../../array/runs.js';
import { allocateBytes, noSuchArray, tooLarge } from '../../file/data-errors.js';
import { describeDataset, readPlainArray, readSlabs } from '../library/array-reader.js';
import type { Hdf5Element } from '../library/element-type.js';
import type { Located } from '../library/links.js';
import type { OpenedHdf5 } from '../library/opened-hdf5.js';

/** An array of projections or of a field, as it lies in a file. */
export interface StoredArray extends Located {
  readonly shape: readonly number[];
  readonly stored: StoredAxes;
  readonly element: Hdf5Element;
  /** One image, [slice, detector] in the file, of which `shape` says that it is [1, slice, detector]. */
  readonly isImage?: boolean;
  /** What is read of the axis `angle` or `sample`, in this order; all of it unless told. */
  readonly entries?: readonly Run[];
}

/** All of a scan but its values. */
export interface ScanLayout {
  readonly data: StoredArray;
  /** `white` and `dark`, as far as they are there. */
  readonly fields: ReadonlyMap<string, StoredArray>;
  /** Angles in radians, float64 [angle], and how they are read. */
  readonly angles?: { readonly facts: ArrayFacts; readonly read: () => Float64Array } | undefined;
  readonly attributes: Dataset['attributes'];
  /** Of neighbouring slices and detectors, in mm. */
  readonly pixel?: readonly [slice: number, detector: number] | undefined;
}

const fieldAxes = ['slice', 'sample', 'detector'];

/** What `readScan` would return, without its values. */
export function describeScan({ data, fields, angles, attributes, pixel }: ScanLayout): DatasetFacts {
  const [slices = 0, projections = 0, detectors = 0] = inOrder(data);
  const described = [...fields].map(([name, field]): [string, ArrayFacts] => [
    name,
    { dtype: 'float32', shape: inOrder(field), axes: fieldAxes },
  ]);
  return {
    data: {
      dtype: 'float32',
      shape: [1, slices, projections, detectors],
      axes: ['frame', 'slice', 'angle', 'detector'],
      ...(pixel && { spacing: [1, pixel[0], 1, pixel[1]], spacingUnit: 'mm' }),
    },
    companions: { ...Object.fromEntries(described), ...(angles && { angles: angles.facts }) },
    attributes,
  };
}

/** Extents [slice, angle or sample, detector] of what is read. */
export function inOrder({ path, shape, stored, entries }: StoredArray): readonly number[] {
  const [slices = 0, all = 0, detectors = 0] = describeInOrder({ dtype: 'float32', shape }, stored, path).shape;
  return [slices, entries ? countOfRuns(entries) : all, detectors];
}

/**
 * Reads a scan: `data` float32 [frame = 1, slice, angle, detector], fields float32 [slice, sample, detector], angles; with a
 * `range`, of all that has the axis only the entries asked for.
 *
 * Throws `QUOTA_EXCEEDED` before anything is read when all of it is above the limit.
 */
export function readScan(file: OpenedHdf5, layout: ScanLayout, range: AxisRange | undefined): Dataset {
  const facts = describeScan(layout);
  mainBoxOf(file.label, facts.data, range);
  const boxes = [...layout.fields, ['data', layout.data] as const].map(([name, array]) => ({
    name,
    array,
    box: boxOf({ shape: inOrder(array), axes: axesInOrder(array) }, range),
  }));
  claimTotal(
    file,
    boxes.map(({ box }) => box),
  );
  const companions: Record<string, NdArray> = {};
  let data: NdArray = { dtype: 'float32', shape: [0, 0, 0], data: new Float32Array(0) };
  for (const { name, array, box } of boxes) {
    const read = readStored(array, box);
    if (name === 'data') data = read;
    else companions[name] = { ...read, axes: fieldAxes };
  }
  if (layout.angles) {
    const { facts: described, read } = layout.angles;
    companions['angles'] = takeBox(file.label, { ...described, data: read() }, boxOf(described, range));
  }
  return {
    data: { ...facts.data, ...data, shape: [1, ...data.shape] },
    companions,
    attributes: facts.attributes,
  };
}

/**
 * Reads one array of a scan, or a box of it. Throws as `readScan`, `boxOfSpans` and `placesInOrder`, and `DATA_NOT_FOUND` for an
 * array that is not there.
 */
export function readScanArray(file: OpenedHdf5, layout: ScanLayout, { name, spans, order }: ArrayPart): NdArray {
  const { data, companions } = describeScan(layout);
  const facts = name === 'data' ? data : companions[name];
  if (facts === undefined) throw noSuchArray(file.label, name, Object.keys(companions));
  const box = boxOfSpans(file.label, facts, spans);
  const array = name === 'data' ? layout.data : layout.fields.get(name);
  const read =
    array === undefined && layout.angles
      ? takeBox(file.label, { ...facts, data: layout.angles.read() }, box)
      : readBoxOf(file, array ?? layout.data, box);
  return takeBox(file.label, { ...facts, ...read, shape: box.count }, wholeOf(box.count), order);
}

/** A box of [slice, angle or sample, detector], whatever axes it has before them. */
function readBoxOf(file: OpenedHdf5, array: StoredArray, { offset, count }: Box): NdArray {
  const box = { offset: offset.slice(-3), count: count.slice(-3) };
  claimTotal(file, [box]);
  return readStored(array, box);
}

/** Throws `QUOTA_EXCEEDED` before anything is read when all that is to be read is above the limit. */
function claimTotal(file: OpenedHdf5, boxes: readonly Box[]): void {
  const bytes = boxes.reduce((total, box) => total + 4 * elementCount(box.count), 0);
  if (bytes > file.maxBytes) throw tooLarge(file.label, bytes, file.maxBytes);
}

function axesInOrder({ stored }: StoredArray): readonly string[] {
  return ['slice', stored.names.includes('sample') ? 'sample' : 'angle', 'detector'];
}

/** The facts of an array of three axes. Throws `DATA_SHAPE_MISMATCH` for any other, an empty or a complex one. */
export function describeStored(file: OpenedHdf5, path: string): Omit<StoredArray, 'stored'> {
  const { shape, element } = describeDataset(file, path);
  if (shape.length !== 3 || elementCount(shape) === 0) {
    throw mismatch(
      file,
      `${path} must be [angle, slice, detector] with no empty axis, has shape [${shape.join(', ')}]`,
    );
  }
  if (element.dtype.startsWith('complex')) throw mismatch(file, `${path} must be real, is ${element.dtype}`);
  return { file, path, shape, element };
}

/** The same for images of a field, of which one may be stored as [slice, detector]. */
export function describeImages(file: OpenedHdf5, path: string): Omit<StoredArray, 'stored'> {
  const { shape, element } = describeDataset(file, path);
  if (elementCount(shape) === 0) {
    throw mismatch(file, `${path} holds no image. Give the field in a file of its own, as in white=flats.npy`);
  }
  const isImage = shape.length === 2 && !element.dtype.startsWith('complex');
  return isImage ? { file, path, shape: [1, ...shape], element, isImage } : describeStored(file, path);
}

/** The box of the dataset itself. */
function boxInFile({ isImage = false }: StoredArray, { offset, count }: Box): Box {
  return isImage ? { offset: offset.slice(1), count: count.slice(1) } : { offset, count };
}

/** Where values go that are read: row number `done` and those after it of [slice, rows, detector]. */
interface Target {
  readonly data: Float32Array;
  readonly rows: number;
  readonly done: number;
}

/** Reads a box of [slice, angle or sample, detector] as float32. */
function readStored(array: StoredArray, { offset, count }: Box): NdArray {
  const [slice = 0, first = 0, detector = 0] = offset;
  const [slices = 0, rows = 0, detectors = 0] = count;
  const data = new Float32Array(allocateBytes(array.file.label, 4 * elementCount(count)));
  let done = 0;
  const wanted = { start: first, stop: first + rows };
  for (const { start, stop } of array.entries ? partOfRuns(array.entries, wanted) : [wanted]) {
    const box = { offset: [slice, start, detector], count: [slices, stop - start, detectors] };
    readRun(array, storedBox(box, array), { data, rows, done });
    done += stop - start;
  }
  return { dtype: 'float32', shape: count, data };
}

function readRun(array: StoredArray, box: Box, target: Target): void {
  const { names, reversed } = array.stored;
  if (names[1] === 'slice' && names[2] === 'detector' && reversed.length === 0) {
    readBySlice(array, box, target);
    return;
  }
  const read = { ...readPlainArray(array.file, array.path, boxInFile(array, box)), shape: box.count };
  const { data, shape } = putInOrder(read, array.stored, array.file.label);
  const [slices = 0, rows = 0, detectors = 0] = shape;
  for (let slice = 0; slice < slices; slice += 1) {
    const part = data.subarray(slice * rows * detectors, (slice + 1) * rows * detectors);
    target.data.set(part, (slice * target.rows + target.done) * detectors);
  }
}

/** Reads a box of [n, slice, detector]. */
function readBySlice(array: StoredArray, box: Box, { data, rows, done }: Target): void {
  const [, slices = 0, detectors = 0] = box.count;
  readSlabs(array.file, { path: array.path, box: boxInFile(array, box) }, (values, start) => {
    for (let taken = 0; taken < values.length;) {
      const row = Math.floor((start + taken) / detectors);
      const column = (start + taken) % detectors;
      const length = Math.min(detectors - column, values.length - taken);
      const target = ((row % slices) * rows + done + Math.floor(row / slices)) * detectors + column;
      data.set(values.subarray(taken, taken + length), target);
      taken += length;
    }
  });
}

export function mismatch(file: OpenedHdf5, problem: string): RondelError {
  return new RondelError('DATA_SHAPE_MISMATCH', `${file.label}: ${problem}.`);
}
