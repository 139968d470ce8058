import {
  elementCount,
  RondelError,
  type ArrayFacts,
  type Dataset,
  type DatasetFacts,
  type NdArray,
  type TypedArray,
} from '@rondel/contracts';
import { describeInOrder, putInOrder, storedBox, type StoredAxes } from '../../array/axis-order.js';
import { boxOf, mainBoxOf, wholeOf, type AxisRange, type Box } from '../../array/axis-range.js';
import { boxOfSpans, takeBox, type ArrayPart } from '../../array/axis-spans.js';
import { countOfRuns, partOfRuns, type Run } from '../../array/runs.js';
import { allocateBytes, noSuchArray, tooLarge } from '../../file/data-errors.js';
import { describeDataset } from '../library/array-reader.js';
import { readBoxes, readPlainBoxes } from '../library/read-boxes.js';
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

/** What `readScans` would return of all of it, without its values. */
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
 * Reads a scan: `data` float32 [frame = 1, slice, angle, detector], fields float32 [slice, sample, detector], angles; for each
 * range, of all that has the axis only the entries asked for. What several ranges have in the same chunks is read once.
 *
 * Throws `QUOTA_EXCEEDED` before anything is read when all of it is above the limit.
 */
export function readScans(
  file: OpenedHdf5,
  layout: ScanLayout,
  ranges: readonly (AxisRange | undefined)[],
): readonly Dataset[] {
  const facts = describeScan(layout);
  for (const range of ranges) mainBoxOf(file.label, facts.data, range);
  const boxed = [...layout.fields, ['data', layout.data] as const].map(([name, array]) => ({
    name,
    array,
    boxes: ranges.map((range) => boxOf({ shape: inOrder(array), axes: axesInOrder(array) }, range)),
  }));
  claimTotal(
    file,
    boxed.flatMap(({ boxes }) => boxes),
  );
  const read = new Map(boxed.map(({ name, array, boxes }) => [name, readStored(array, boxes)]));
  const angles = layout.angles && { ...layout.angles.facts, data: layout.angles.read() };
  return ranges.map((range, index) => {
    const data = read.get('data')?.[index] ?? { dtype: 'float32', shape: [0, 0, 0], data: new Float32Array(0) };
    const companions: Record<string, NdArray> = {};
    for (const [name, arrays] of read) {
      const array = arrays[index];
      if (name !== 'data' && array) companions[name] = { ...array, axes: fieldAxes };
    }
    if (angles) companions['angles'] = takeBox(file.label, angles, boxOf(angles, range));
    return {
      data: { ...facts.data, ...data, shape: [1, ...data.shape] },
      companions,
      attributes: facts.attributes,
    };
  });
}

/**
 * Reads arrays of a scan, or boxes of them; those of one array in one pass. Throws as `readScans`, `boxOfSpans` and
 * `placesInOrder`, and `DATA_NOT_FOUND` for an array that is not there.
 */
export function readScanArrays(file: OpenedHdf5, layout: ScanLayout, parts: readonly ArrayPart[]): readonly NdArray[] {
  const { data, companions } = describeScan(layout);
  const placed = parts.map(({ name, spans, order }, at) => {
    const facts = name === 'data' ? data : companions[name];
    if (facts === undefined) throw noSuchArray(file.label, name, Object.keys(companions));
    const array = name === 'data' ? layout.data : layout.fields.get(name);
    return { at, name, facts, array, order, box: boxOfSpans(file.label, facts, spans) };
  });
  const read: NdArray[] = [];
  for (const name of new Set(parts.map((part) => part.name))) {
    const own = placed.filter((part) => part.name === name);
    const arrays = readBoxesOf(file, layout, own);
    own.forEach(({ at, facts, box, order }, index) => {
      const array = { ...facts, ...arrays[index], shape: box.count } as NdArray;
      read[at] = takeBox(file.label, array, wholeOf(box.count), order);
    });
  }
  return read;
}

interface PlacedPart {
  readonly facts: ArrayFacts;
  /** Absent: the angles. */
  readonly array: StoredArray | undefined;
  /** Of [slice, angle or sample, detector], whatever axes it has before them, or of the angles. */
  readonly box: Box;
}

/** Boxes of one array. */
function readBoxesOf(file: OpenedHdf5, { angles }: ScanLayout, parts: readonly PlacedPart[]): readonly NdArray[] {
  const [first] = parts;
  if (first?.array === undefined) {
    const all = angles && { ...angles.facts, data: angles.read() };
    return all === undefined ? [] : parts.map(({ box }) => takeBox(file.label, all, box));
  }
  const boxes = parts.map(({ box: { offset, count } }) => ({ offset: offset.slice(-3), count: count.slice(-3) }));
  for (const box of boxes) claimTotal(file, [box]);
  return readStored(first.array, boxes);
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

/** A box of the dataset, and where its values go: row number `done` and those after it of [slice, rows, detector]. */
interface StoredRun {
  readonly box: Box;
  readonly data: Float32Array;
  readonly rows: number;
  readonly done: number;
}

/** Reads boxes of [slice, angle or sample, detector] as float32. */
function readStored(array: StoredArray, boxes: readonly Box[]): readonly NdArray[] {
  const read = boxes.map(({ count }) => ({
    dtype: 'float32' as const,
    shape: count,
    data: new Float32Array(allocateBytes(array.file.label, 4 * elementCount(count))),
  }));
  readRuns(
    array,
    boxes.flatMap((box, index) => runsOf(array, box, read[index]?.data ?? new Float32Array(0))),
  );
  return read;
}

/** What a box has of each run of the entries that are read. */
function runsOf(array: StoredArray, { offset, count }: Box, data: Float32Array): StoredRun[] {
  const [slice = 0, first = 0, detector = 0] = offset;
  const [slices = 0, rows = 0, detectors = 0] = count;
  const wanted = { start: first, stop: first + rows };
  let done = 0;
  return (array.entries ? partOfRuns(array.entries, wanted) : [wanted]).map(({ start, stop }) => {
    const box = { offset: [slice, start, detector], count: [slices, stop - start, detectors] };
    const run = { box: storedBox(box, array), data, rows, done };
    done += stop - start;
    return run;
  });
}

function readRuns(array: StoredArray, runs: readonly StoredRun[]): void {
  const { file, path, stored } = array;
  const boxes = runs.map(({ box }) => boxInFile(array, box));
  if (stored.names[1] === 'slice' && stored.names[2] === 'detector' && stored.reversed.length === 0) {
    readBoxes(file, { path, boxes }, (index, values, start) => {
      const run = runs[index];
      if (run) putBySlice(run, values, start);
    });
    return;
  }
  readPlainBoxes(file, { path, boxes }).forEach((plain, index) => {
    const run = runs[index];
    if (run) putStored(run, putInOrder({ ...plain, shape: run.box.count }, stored, file.label));
  });
}

/** Puts an array [slice, angle or sample, detector] where its values go. */
function putStored({ data: target, rows: all, done }: StoredRun, { data, shape }: NdArray): void {
  const [slices = 0, rows = 0, detectors = 0] = shape;
  for (let slice = 0; slice < slices; slice += 1) {
    const part = data.subarray(slice * rows * detectors, (slice + 1) * rows * detectors);
    target.set(part, (slice * all + done) * detectors);
  }
}

/** Puts values of a box [n, slice, detector], from number `start` on, where they go. */
function putBySlice({ box, data, rows, done }: StoredRun, values: TypedArray, start: number): void {
  const [, slices = 0, detectors = 0] = box.count;
  for (let taken = 0; taken < values.length;) {
    const row = Math.floor((start + taken) / detectors);
    const column = (start + taken) % detectors;
    const length = Math.min(detectors - column, values.length - taken);
    const target = ((row % slices) * rows + done + Math.floor(row / slices)) * detectors + column;
    data.set(values.subarray(taken, taken + length), target);
    taken += length;
  }
}

export function mismatch(file: OpenedHdf5, problem: string): RondelError {
  return new RondelError('DATA_SHAPE_MISMATCH', `${file.label}: ${problem}.`);
}
