import { elementCount, type TypedArray } from '@rondel/contracts';
import type { Box } from '../../array/axis-range.js';
import { provideDecoders } from '../library/decoders.js';
import { readSlab } from '../library/read-slab.js';
import type { SharedRun, VirtualPart } from '../library/opened-hdf5.js';

/** Reads a box of a virtual dataset, in C order. `components` are the real numbers of an element. */
export function readVirtualBox(
  parts: readonly VirtualPart[],
  box: Box,
  { target, components }: { readonly target: TypedArray; readonly components: number },
): void {
  for (const part of parts) {
    const runs = part.runs.map((each, axis) => within(each, box.offset[axis] ?? 0, box.count[axis] ?? 0));
    if (runs.some((each) => each.length === 0)) continue;
    provideDecoders(part.file, part.path);
    for (const piece of piecesOf(runs)) readPiece(part, piece, { box, target, components });
  }
}

/** What of the runs lies in a box, counted from its beginning. */
function within(runs: readonly SharedRun[], offset: number, count: number): SharedRun[] {
  return runs.flatMap(({ start, stop, from }) => {
    const [first, last] = [Math.max(start, offset), Math.min(stop, offset + count)];
    return first < last ? [{ start: first - offset, stop: last - offset, from: from + first - start }] : [];
  });
}

/** One run of each axis, in order. */
function* piecesOf(runs: readonly (readonly SharedRun[])[]): Generator<readonly SharedRun[]> {
  const [first, ...rest] = runs;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const run of first) for (const tail of piecesOf(rest)) yield [run, ...tail];
}

interface Target {
  readonly box: Box;
  readonly target: TypedArray;
  readonly components: number;
}

function readPiece(
  { file, path, element, sourceAxes }: VirtualPart,
  piece: readonly SharedRun[],
  { box, target, components }: Target,
): void {
  const offset = sourceAxes.map((source) => ('entry' in source ? source.entry : (piece[source.axis]?.from ?? 0)));
  const lengths = piece.map(({ start, stop }) => stop - start);
  const count = sourceAxes.map((source) => ('entry' in source ? 1 : (lengths[source.axis] ?? 1)));
  readSlab(file, { path, element, slab: { offset, count } }, (values) => {
    const row = (lengths.at(-1) ?? 1) * components;
    for (let done = 0, index = 0; done < values.length; done += row, index += 1) {
      target.set(values.subarray(done, done + row), placeOf(index, { piece, lengths, box }) * components);
    }
  });
}

/** Where row number `index` of a piece begins in its box. */
function placeOf(
  index: number,
  {
    piece,
    lengths,
    box,
  }: { readonly piece: readonly SharedRun[]; readonly lengths: readonly number[]; readonly box: Box },
): number {
  let [left, place] = [index, piece.at(-1)?.start ?? 0];
  for (let axis = piece.length - 2; axis >= 0; axis -= 1) {
    const length = lengths[axis] ?? 1;
    place += ((piece[axis]?.start ?? 0) + (left % length)) * elementCount(box.count.slice(axis + 1));
    left = Math.floor(left / length);
  }
  return place;
}
