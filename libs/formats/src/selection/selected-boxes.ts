import {
  elementCount,
  elementSize,
  RondelError,
  type ArrayFacts,
  type DatasetFacts,
  type NdArray,
} from '@rondel/contracts';
import type { Box } from '../array/axis-range.js';
import { takeBox, type ArrayPart, type AxisSpans } from '../array/axis-spans.js';
import { claimedBytes } from '../array/claimed-bytes.js';
import { partOfRuns, type Run } from '../array/runs.js';
import { componentsOf, typedView } from '../array/typed-array.js';
import { allocateBytes, noSuchArray, tooLarge } from '../file/data-errors.js';
import type { OpenedFile } from '../file/opened-file.js';
import type { FormatReader, FormatReading } from '../format-reader.js';
import { readBinned } from './binned-reading.js';
import type { ChosenEntries } from './spans.js';

/** Parts of an array are read in batches of about so many bytes, and of so many parts. */
const batchBytes = 64 * 2 ** 20;
const mostParts = 512;

/** An array as it is stored, and what of each axis is taken. */
export interface SelectedArray {
  readonly whole: ArrayFacts;
  readonly facts: ArrayFacts;
  readonly chosen: readonly ChosenEntries[];
}

export interface SelectedScan {
  readonly described: DatasetFacts;
  readonly arrays: ReadonlyMap<string, SelectedArray>;
  readonly reading: FormatReading;
  /** Angles that the file does not have. */
  readonly theta: NdArray | undefined;
}

/** Boxes of an array. */
interface WantedBoxes {
  readonly name: string;
  readonly boxes: readonly Box[];
}

/** Reads boxes of what is selected of an array. Throws `QUOTA_EXCEEDED` for all of them together. */
export async function readBoxes(
  reader: FormatReader,
  file: OpenedFile,
  { arrays, reading, theta }: SelectedScan,
  { name, boxes }: WantedBoxes,
): Promise<readonly NdArray[]> {
  if (name === 'angles' && theta !== undefined) return boxes.map((box) => takeBox(file.label, theta, box));
  const array = arrays.get(name);
  if (array === undefined) throw noSuchArray(file.label, name, [...arrays.keys()]);
  const { dtype } = array.facts;
  const bytes = boxes.reduce((sum, { count }) => sum + elementSize(dtype) * elementCount(count), 0);
  if (boxes.length > 1 && bytes > file.maxBytes) throw tooLarge(file.label, bytes, file.maxBytes);
  const factors = array.chosen.map(({ factor }) => factor);
  const read = (parts: readonly Box[], maxBytes = file.maxBytes) =>
    readChosen(reader, { ...file, maxBytes }, { reading, array }, { name, boxes: parts });
  if (factors.every((factor) => factor === 1)) return read(boxes);
  return readBinned(file, { facts: array.facts, elementBytes: elementSize(array.whole.dtype), factors, boxes }, read);
}

/** Reads boxes of what is selected, before neighbours become one: at once where each lies in one piece. */
async function readChosen(
  reader: FormatReader,
  file: OpenedFile,
  { reading, array }: { readonly reading: FormatReading; readonly array: SelectedArray },
  { name, boxes }: WantedBoxes,
): Promise<readonly NdArray[]> {
  // A file that does not name the axes of an array has nothing of it left out.
  if (array.whole.axes === undefined) {
    const [read] = await reader.readArrays(file, reading, [{ name, spans: {} }]);
    const whole = required(file, read);
    return boxes.map((box) => takeBox(file.label, whole, box));
  }
  const pieces = boxes.map((box) => piecesOf(array, name, box));
  if (pieces.every(({ parts }) => parts.length === 1)) {
    return reader.readArrays(
      file,
      reading,
      pieces.flatMap(({ parts }) => parts),
    );
  }
  const arrays: NdArray[] = [];
  for (const { parts, at, shape } of pieces)
    arrays.push(await joinParts(reader, file, { reading, parts, at, facts: { ...array.whole, shape } }));
  return arrays;
}

/** What a box is in the file: parts of an array that follow each other along axis number `at`. */
function piecesOf(array: SelectedArray, name: string, { offset, count: shape }: Box) {
  const runs = array.chosen.map((each, axis) => {
    const start = offset[axis] ?? 0;
    return partOfRuns(each.runs, { start, stop: start + (shape[axis] ?? 0) });
  });
  const at = Math.max(
    0,
    runs.findIndex((each) => each.length > 1),
  );
  return { at, shape, parts: (runs[at] ?? []).map((run) => partOf(array, { name, runs, at, run })) };
}

interface PartRequest {
  readonly name: string;
  /** By axis; several of one of them alone. */
  readonly runs: readonly (readonly Run[])[];
  /** Which of them has several, and the one of these that is read. */
  readonly at: number;
  readonly run: Run;
}

function partOf({ whole: { axes = [] } }: SelectedArray, { name, runs, at, run }: PartRequest): ArrayPart {
  const spans: AxisSpans = Object.fromEntries(
    axes.map((axis, index) => {
      const { start, stop } = index === at ? run : (runs[index]?.[0] ?? run);
      return [axis, [start, stop] as const];
    }),
  );
  return { name, spans };
}

interface Joining {
  readonly reading: FormatReading;
  readonly parts: readonly ArrayPart[];
  /** Axis along which they follow each other. */
  readonly at: number;
  /** Of all of them together. */
  readonly facts: ArrayFacts;
}

/** Reads parts, some at a time, into one array. */
async function joinParts(
  reader: FormatReader,
  file: OpenedFile,
  { reading, parts, at, facts }: Joining,
): Promise<NdArray> {
  const { shape, dtype } = facts;
  const bytes = claimedBytes({ label: file.label, shape, dtype, maxBytes: file.maxBytes });
  const components = componentsOf(dtype);
  const data = typedView(dtype, allocateBytes(file.label, bytes), { length: elementCount(shape) * components });
  const entry = elementCount(shape.slice(at + 1)) * components;
  const outer = elementCount(shape.slice(0, at));
  const row = (shape[at] ?? 0) * entry;
  // Beside the whole, which they become.
  const left = Math.min(batchBytes, file.maxBytes - bytes);
  const atOnce = Math.max(1, Math.min(mostParts, Math.floor((left * parts.length) / Math.max(1, bytes))));
  let done = 0;
  for (let first = 0; first < parts.length; first += atOnce) {
    for (const part of await reader.readArrays(file, reading, parts.slice(first, first + atOnce))) {
      const length = (part.shape[at] ?? 0) * entry;
      for (let place = 0; place < outer; place += 1) {
        data.set(part.data.subarray(place * length, (place + 1) * length), place * row + done);
      }
      done += length;
    }
  }
  if (done !== row) throw missing(file);
  return { ...facts, dtype, shape: [...shape], data };
}

export function required(file: Pick<OpenedFile, 'label'>, array: NdArray | undefined): NdArray {
  if (array === undefined) throw missing(file);
  return array;
}

export function missing({ label }: Pick<OpenedFile, 'label'>): RondelError {
  return new RondelError('INTERNAL', `${label}: not all that was asked for was read.`);
}
