import { elementCount, type NdArray, type TypedArray } from '@rondel/contracts';
import type { Box } from '../../array/axis-range.js';
import { componentsOf } from '../../array/typed-array.js';
import { claimBox, describeDataset, emptyArray, readSlabs } from './array-reader.js';
import { decodedChunks } from './decoded-chunks.js';
import type { OpenedHdf5 } from './opened-hdf5.js';

/** Boxes of a dataset, each with as many axes as it has. */
export interface Hdf5Boxes {
  readonly path: string;
  readonly boxes: readonly Box[];
}

/** Consecutive values of box number `box` in C order; `start` counts real numbers from its first. `values` dies with the call. */
type BoxSink = (box: number, values: TypedArray, start: number) => void;

/**
 * Hands the values of boxes to `sink`, piece by piece. Boxes that lie in the same compressed chunks are read in one pass, as to
 * decompress a chunk takes longer than to read all of it: a scan whose chunks are projections has each of its slices in all of them.
 *
 * Throws as `readSlabs`.
 */
export function readBoxes(file: OpenedHdf5, { path, boxes }: Hdf5Boxes, sink: BoxSink): void {
  const { shape, element } = describeDataset(file, path);
  const chunks = boxes.length > 1 ? decodedChunks(file, path) : undefined;
  const components = componentsOf(element.dtype);
  for (const together of chunks && shape.length > 0 ? sharing(boxes, chunks) : boxes.map((_, index) => [index])) {
    const [only = 0] = together;
    if (together.length <= 1) {
      const box = boxes[only] ?? { offset: [], count: [] };
      readSlabs(file, { path, box }, (values, start) => sink(only, values, start));
      continue;
    }
    readSlabs(file, { path, box: around(together.flatMap((index) => boxes[index] ?? [])) }, (values, _, slab) => {
      for (const index of together) {
        const box = boxes[index];
        if (box) handRows(values, { slab, box, components }, (row, start) => sink(index, row, start));
      }
    });
  }
}

/** Boxes of a dataset as arrays of its own element type. Throws as `readPlainArray`. */
export function readPlainBoxes(file: OpenedHdf5, { path, boxes }: Hdf5Boxes): NdArray[] {
  const { element } = describeDataset(file, path);
  for (const box of boxes) claimBox(file, { path, box }, element.dtype);
  const arrays = boxes.map((box) => emptyArray(file, element.dtype, box));
  readBoxes(file, { path, boxes }, (index, values, start) => arrays[index]?.data.set(values, start));
  return arrays;
}

/** Which boxes, by their numbers, lie in the same chunks as others of a group. */
function sharing(boxes: readonly Box[], chunks: readonly number[]): number[][] {
  const inChunks = boxes.map(({ offset, count }) =>
    offset.map((first, axis): readonly [number, number] => {
      const length = chunks[axis] ?? 1;
      return [Math.floor(first / length), Math.floor((first + (count[axis] ?? 1) - 1) / length)];
    }),
  );
  const meet = (a: number, b: number) =>
    (inChunks[a] ?? []).every(([first, last], axis) => {
      const [otherFirst, otherLast] = inChunks[b]?.[axis] ?? [first, last];
      return first <= otherLast && otherFirst <= last;
    });
  let groups: number[][] = [];
  for (const index of boxes.keys()) {
    const met = groups.filter((group) => group.some((other) => meet(index, other)));
    groups = [...groups.filter((group) => !met.includes(group)), [...met.flat(), index]];
  }
  return groups;
}

/** The smallest box that has all of these in it. */
function around(boxes: readonly Box[]): Box {
  const offset = (boxes[0]?.offset ?? []).map((_, axis) => Math.min(...boxes.map((box) => box.offset[axis] ?? 0)));
  const count = offset.map(
    (first, axis) => Math.max(...boxes.map((box) => (box.offset[axis] ?? 0) + (box.count[axis] ?? 0))) - first,
  );
  return { offset, count };
}

/** Rows of what a box has in a slab: along the last axis, one after the other. */
function handRows(
  values: TypedArray,
  { slab, box, components }: { readonly slab: Box; readonly box: Box; readonly components: number },
  hand: (row: TypedArray, start: number) => void,
): void {
  const first = box.offset.map((start, axis) => Math.max(start, slab.offset[axis] ?? 0));
  const extents = first.map(
    (start, axis) =>
      Math.min((box.offset[axis] ?? 0) + (box.count[axis] ?? 0), (slab.offset[axis] ?? 0) + (slab.count[axis] ?? 0)) -
      start,
  );
  if (extents.some((extent) => extent <= 0)) return;
  const last = first.length - 1;
  const length = (extents[last] ?? 1) * components;
  const rows = elementCount(extents.slice(0, last));
  const at = [...first];
  for (let row = 0; row < rows; row += 1) {
    const from = placeIn(slab, at) * components;
    hand(values.subarray(from, from + length), placeIn(box, at) * components);
    for (let axis = last - 1; axis >= 0; axis -= 1) {
      const next = (at[axis] ?? 0) + 1;
      const start = first[axis] ?? 0;
      at[axis] = next < start + (extents[axis] ?? 1) ? next : start;
      if (at[axis] !== start) break;
    }
  }
}

/** Where an element of the dataset lies in a box of it, in C order. */
function placeIn({ offset, count }: Box, at: readonly number[]): number {
  return at.reduce((place, index, axis) => place * (count[axis] ?? 1) + index - (offset[axis] ?? 0), 0);
}
