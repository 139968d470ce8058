import { addWarnings, RondelError, type Dataset, type NdArray, type TypedArray } from '@rondel/contracts';
import type { Span } from '../node/parallel-axes.js';

/**
 * Cuts a dataset into blocks of `size` along an axis; the last one may be smaller. Companions that have the axis, with the
 * same extent, are cut too, all others belong to every block. A block that is contiguous in memory is a view.
 *
 * Throws `DATA_SHAPE_MISMATCH` when the main array has no such axis.
 */
export function divideDataset(dataset: Dataset, axis: string, size: number): Dataset[] {
  return blocksAlong({ axis, extent: extentAlong(dataset, axis), size }).map((block) => cutDataset(dataset, block));
}

/** Entries of an axis of the main array. Throws `DATA_SHAPE_MISMATCH` when it has no such axis. */
export function extentAlong({ data }: Pick<Dataset, 'data'>, axis: string): number {
  return data.shape[axisOf(data, axis)] ?? 0;
}

/** A range of a dataset as a dataset; see `divideDataset`. */
export function cutDataset(dataset: Dataset, range: Range): Dataset {
  const { axis } = range;
  const extent = extentAlong(dataset, axis);
  return {
    data: cut(dataset.data, range),
    companions: Object.fromEntries(
      Object.entries(dataset.companions).map(([name, array]) => [
        name,
        hasAxis(array, axis, extent) ? cut(array, range) : array,
      ]),
    ),
    attributes: dataset.attributes,
    ...warningsAt(range, dataset),
  };
}

/** Amounts add up when blocks are joined, so they go with the first block alone. */
function warningsAt({ start }: Range, { warnings = [] }: Dataset): Pick<Dataset, 'warnings'> {
  const own = start === 0 ? warnings : warnings.filter(({ amount }) => amount === undefined);
  return own.length > 0 ? { warnings: own } : {};
}

/** A range of an axis that is computed in one go, and the wider one that it is computed from. */
export interface Block extends Range {
  /** Entries of the whole axis. */
  readonly extent: number;
  /** What is read: `start` and `stop` moved apart as far as steps need neighbours and the axis goes. */
  readonly from: number;
  readonly to: number;
}

/** Cuts an axis into blocks of `size`, the last one may be smaller, each with `halo` neighbours on either side. */
export function blocksAlong({
  axis,
  extent,
  size,
  halo = 0,
}: {
  readonly axis: string;
  readonly extent: number;
  readonly size: number;
  readonly halo?: number;
}): Block[] {
  return Array.from({ length: Math.ceil(extent / size) }, (_, index) => {
    const start = index * size;
    return widened({ axis, extent, start, stop: Math.min(extent, start + size) }, halo);
  });
}

/** The block with `halo` neighbours on either side, fewer at the ends of the axis. */
export function widened({ axis, extent, start, stop }: Omit<Block, 'from' | 'to'>, halo: number): Block {
  return { axis, extent, start, stop, from: Math.max(0, start - halo), to: Math.min(extent, stop + halo) };
}

/**
 * Puts blocks together again in their order; the inverse of `divideDataset`. Companions and attributes are those of the
 * first block, except companions along the axis, which are joined. Warnings are those of all blocks, with
 * their amounts added.
 *
 * Throws `DATA_SHAPE_MISMATCH` for blocks that do not fit together.
 */
export function joinDatasets(blocks: readonly Dataset[], axis: string): Dataset {
  const [first] = blocks;
  if (first === undefined) throw new RondelError('DATA_SHAPE_MISMATCH', 'There are no blocks to join.');
  if (blocks.length === 1) return first;
  const extent = first.data.shape[axisOf(first.data, axis)] ?? 0;
  const warnings = addWarnings(...blocks.map((block) => block.warnings));
  return {
    ...(warnings.length > 0 && { warnings }),
    data: join(
      blocks.map(({ data }) => data),
      axis,
    ),
    companions: Object.fromEntries(
      Object.entries(first.companions).map(([name, array]) => [
        name,
        hasAxis(array, axis, extent) ? join(companionsNamed(blocks, name), axis) : array,
      ]),
    ),
    attributes: first.attributes,
  };
}

export interface Range extends Span {
  readonly axis: string;
}

function cut(array: NdArray, { axis, start, stop }: Range): NdArray {
  const at = axisOf(array, axis);
  const shape = array.shape.map((extent, index) => (index === at ? stop - start : extent));
  const { outer, inner, extent } = strides(array, at);
  if (outer === 1) return { ...array, shape, data: array.data.subarray(start * inner, stop * inner) };
  const length = (stop - start) * inner;
  const data = emptyLike(array.data, outer * length);
  for (let row = 0; row < outer; row += 1) {
    const from = (row * extent + start) * inner;
    data.set(array.data.subarray(from, from + length), row * length);
  }
  return { ...array, shape, data };
}

function join(arrays: readonly NdArray[], axis: string): NdArray {
  const [first] = arrays;
  if (first === undefined) throw new RondelError('DATA_SHAPE_MISMATCH', 'There are no arrays to join.');
  const at = axisOf(first, axis);
  const extents = arrays.map((array) => alike(array, first, at));
  const total = extents.reduce((sum, extent) => sum + extent, 0);
  const { outer, inner } = strides(first, at);
  const data = emptyLike(first.data, outer * total * inner);
  let offset = 0;
  for (const [index, array] of arrays.entries()) {
    const length = (extents[index] ?? 0) * inner;
    for (let row = 0; row < outer; row += 1) {
      data.set(array.data.subarray(row * length, (row + 1) * length), row * total * inner + offset);
    }
    offset += length;
  }
  return { ...first, shape: first.shape.map((extent, index) => (index === at ? total : extent)), data };
}

/** Extent along the axis of an array that fits the first one in everything else. */
function alike(array: NdArray, first: NdArray, at: number): number {
  const fits =
    array.dtype === first.dtype &&
    array.shape.length === first.shape.length &&
    array.shape.every((extent, index) => index === at || extent === first.shape[index]);
  if (fits) return array.shape[at] ?? 0;
  throw new RondelError(
    'DATA_SHAPE_MISMATCH',
    `A block of shape [${array.shape.join(', ')}] does not fit one of shape [${first.shape.join(', ')}].`,
  );
}

/** Elements before and after the axis; complex numbers are two values each. */
function strides(array: NdArray, at: number): { outer: number; inner: number; extent: number } {
  const outer = array.shape.slice(0, at).reduce((product, extent) => product * extent, 1);
  const extent = array.shape[at] ?? 0;
  return { outer, extent, inner: outer * extent === 0 ? 0 : array.data.length / (outer * extent) };
}

function emptyLike(data: TypedArray, length: number): TypedArray {
  const Kind = data.constructor as new (length: number) => TypedArray;
  return new Kind(length);
}

function axisOf(array: NdArray, axis: string): number {
  const at = array.axes?.indexOf(axis) ?? -1;
  if (at >= 0) return at;
  throw new RondelError(
    'DATA_SHAPE_MISMATCH',
    `The data cannot be split along "${axis}": its axes are [${array.axes?.join(', ') ?? 'not named'}].`,
  );
}

function hasAxis(array: NdArray, axis: string, extent: number): boolean {
  const at = array.axes?.indexOf(axis) ?? -1;
  return at >= 0 && array.shape[at] === extent;
}

function companionsNamed(blocks: readonly Dataset[], name: string): NdArray[] {
  return blocks.flatMap(({ companions }) => companions[name] ?? []);
}
