import { elementCount, elementSize, RondelError, type ArrayFacts, type NdArray } from '@rondel/contracts';
import { allocateBytes } from '../file/data-errors.js';
import type { Box } from './axis-range.js';
import { copyStrided, stridesOf } from './strided-copy.js';
import { componentsOf, typedView } from './typed-array.js';

/** Entries `[start, stop)` from 0 to be read of each axis that is named, instead of all; 0 <= start < stop <= extent. */
export type AxisSpans = Readonly<Record<string, readonly [start: number, stop: number]>>;

/** A part of one of the arrays of a dataset. */
export interface ArrayPart {
  /** `data`, or the name of a companion. */
  readonly name: string;
  /** Of all axes that are not named, all entries. */
  readonly spans: AxisSpans;
  /** Axes of the result, slowest first; as the array is described unless told. */
  readonly order?: readonly string[] | undefined;
}

/**
 * The box that spans cut out of an array.
 *
 * Throws `DATA_SHAPE_MISMATCH` for an axis that the array does not have, `INVALID_REQUEST` for a span that is none.
 *
 * @param label What errors call the array.
 */
export function boxOfSpans(label: string, { shape, axes = [] }: ArrayFacts, spans: AxisSpans): Box {
  const missing = Object.keys(spans).find((axis) => !axes.includes(axis));
  if (missing !== undefined) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `${label}: has no axis "${missing.slice(0, 60)}": its axes are [${axes.join(', ') || 'not named'}].`,
    );
  }
  const cut = shape.map((extent, at): readonly [number, number] => {
    const axis = axes[at] ?? '';
    if (!Object.hasOwn(spans, axis)) return [0, extent];
    const [start, stop] = spans[axis] ?? [0, extent];
    if (Number.isSafeInteger(start) && Number.isSafeInteger(stop) && start >= 0 && start < stop && stop <= extent) {
      return [start, stop];
    }
    throw new RondelError(
      'INVALID_REQUEST',
      `${label}: ${start} to ${stop} are no entries of the axis "${axis}", which has ${extent}.`,
    );
  });
  return { offset: cut.map(([start]) => start), count: cut.map(([start, stop]) => stop - start) };
}

/** For each axis of the result, which of those of an array it is. Throws `INVALID_REQUEST` unless each comes once. */
export function placesInOrder(label: string, axes: readonly string[], order: readonly string[]): number[] {
  const places = order.map((axis) => axes.indexOf(axis));
  if (places.length === axes.length && new Set(places).size === axes.length && !places.includes(-1)) return places;
  throw new RondelError(
    'INVALID_REQUEST',
    `${label}: [${order.join(', ').slice(0, 200)}] is no order of its axes [${axes.join(', ')}].`,
  );
}

/** A box of an array, its axes in another order where one is given: a copy, or the array itself where that is all. */
export function takeBox(label: string, array: NdArray, { offset, count }: Box, order?: readonly string[]): NdArray {
  const { axes, spacing } = array;
  const places = order && axes ? placesInOrder(label, axes, order) : array.shape.map((_, at) => at);
  const moved = <V>(list: readonly V[]) => places.flatMap((place) => list.slice(place, place + 1));
  const shape = moved(count);
  const facts = { ...array, shape, ...(axes && { axes: moved(axes) }), ...(spacing && { spacing: moved(spacing) }) };
  const isWhole = array.shape.every((extent, at) => extent === count[at]);
  if (isWhole && places.every((place, at) => place === at)) return facts;
  const strides = stridesOf(array);
  const elements = elementCount(shape);
  const data = typedView(array.dtype, allocateBytes(label, elements * elementSize(array.dtype)), {
    length: elements * componentsOf(array.dtype),
  });
  const start = offset.reduce((sum, first, at) => sum + first * (strides[at] ?? 0), 0);
  copyStrided(array.data, data, { shape, steps: moved(strides), start, components: componentsOf(array.dtype) });
  return { ...facts, data };
}
