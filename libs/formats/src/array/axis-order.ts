import {
  elementCount,
  elementSize,
  projectionAxes,
  projectionAxis,
  RondelError,
  type ArrayFacts,
  type NdArray,
} from '@rondel/contracts';
import type { AxisRange, Box } from './axis-range.js';
import { allocateBytes } from '../file/data-errors.js';
import { copyStrided, stridesOf } from './strided-copy.js';
import { componentsOf, typedView } from './typed-array.js';

const order: readonly string[] = projectionAxes;

/** The axes of an array as it is stored. */
export interface StoredAxes {
  /** One for each, slowest first. */
  readonly names: readonly string[];
  /** Those that run against the direction in which they are counted. */
  readonly reversed: readonly string[];
}

/** Axes of images one behind the other, by what the images are. */
const imageOrders: Readonly<Record<string, readonly string[]>> = {
  projections: ['angle', 'slice', 'detector'],
  sinograms: ['slice', 'angle', 'detector'],
};

/**
 * Reads the names of axes as people and files write them: `theta` is an angle and `y` a slice where projections are
 * stored, and `-slice` are slices that lie in reverse; the one word `projections` or `sinograms` says what the images of a stack
 * are. Other names stay as they are.
 */
export function storedAxes(said: readonly string[]): StoredAxes {
  const words = imageOrders[said.join()] ?? said;
  const plain = words.map((word) => word.replace(/^-/, ''));
  const projected = plain.map((name) => projectionAxis(name) ?? name.toLowerCase());
  const isProjection = projected.some((name) => name === 'angle' || name === 'sample') && isSinogram(projected);
  const names = isProjection ? projected : plain;
  return { names, reversed: names.filter((_, index) => words[index]?.startsWith('-')) };
}

/** Whether these are axes of projections or of fields, each once. */
export function isSinogram(names: readonly string[]): boolean {
  return names.every((name) => order.includes(name)) && new Set(names).size === names.length;
}

/** How an array is described once its axes are in order. Throws `DATA_SHAPE_MISMATCH` when there is not one name for each. */
export function describeInOrder<T extends ArrayFacts>(facts: T, { names }: StoredAxes, label: string): T {
  if (names.length !== facts.shape.length) throw wrongRank(label, facts.shape, names);
  const from = placesOf(names);
  const moved = <V>(list: readonly V[] | undefined) => list && from.flatMap((place) => list.slice(place, place + 1));
  const { spacing } = facts;
  return {
    ...facts,
    shape: moved(facts.shape) ?? [],
    axes: moved(names) ?? [],
    ...(spacing && { spacing: moved(spacing) ?? [] }),
  };
}

/** The array with its axes in order, each in the direction in which it is counted. Throws as `describeInOrder`. */
export function putInOrder(array: NdArray, stored: StoredAxes, label: string): NdArray {
  const facts = describeInOrder(array, stored, label);
  const from = placesOf(stored.names);
  const isMoved = from.some((place, index) => place !== index);
  if (!isMoved && stored.reversed.length === 0) return facts;
  const strides = stridesOf(array);
  const steps = from.map((place) => {
    const stride = strides[place] ?? 0;
    return stored.reversed.includes(stored.names[place] ?? '') ? -stride : stride;
  });
  const start = steps.reduce((sum, step, axis) => sum + (step < 0 ? -step * ((facts.shape[axis] ?? 1) - 1) : 0), 0);
  const elements = elementCount(facts.shape);
  const data = typedView(array.dtype, allocateBytes(label, elements * elementSize(array.dtype)), {
    length: elements * componentsOf(array.dtype),
  });
  copyStrided(array.data, data, { shape: facts.shape, steps, start, components: componentsOf(array.dtype) });
  return { ...facts, data };
}

/** The entries to read where the axis that a range is about lies in reverse. */
export function storedRange(range: AxisRange, { names, reversed }: StoredAxes): AxisRange {
  const { start, stop, extent } = range;
  const turned = reversed.includes(range.axis) ? { start: extent - stop, stop: extent - start } : {};
  return { ...range, ...turned, unnamedAxes: names };
}

/** Where a box of an array whose axes are in order lies in the array as it is stored. */
export function storedBox(
  { offset, count }: Box,
  { shape, stored }: { readonly shape: readonly number[]; readonly stored: StoredAxes },
): Box {
  const { names, reversed } = stored;
  const places = placesOf(names);
  const extents = shape.map((_, axis) => count[places.indexOf(axis)] ?? 1);
  const starts = shape.map((extent, axis) => {
    const start = offset[places.indexOf(axis)] ?? 0;
    return reversed.includes(names[axis] ?? '') ? extent - start - (extents[axis] ?? 1) : start;
  });
  return { offset: starts, count: extents };
}

/** For each axis of the result, which of the stored ones it is. Axes that are not those of projections stay. */
function placesOf(names: readonly string[]): number[] {
  const places = names.map((_, index) => index);
  const rank = (place: number) => order.indexOf(names[place] ?? '');
  return isSinogram(names) ? places.sort((a, b) => rank(a) - rank(b)) : places;
}

function wrongRank(label: string, shape: readonly number[], names: readonly string[]): RondelError {
  return new RondelError(
    'DATA_SHAPE_MISMATCH',
    `${label}: has ${shape.length} axes, shape [${shape.join(', ')}], but ${names.length} are named: ${names.join(', ')}. Name each axis as it is stored, slowest first.`,
  );
}
