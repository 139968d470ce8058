import type { CarriedWarning } from '../warning/carried-warning.js';

/** Element types an array can have, named as NumPy names them. `complex64` interleaves real and imaginary parts. */
export const dtypes = [
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'float32',
  'float64',
  'complex64',
  'complex128',
] as const;

export type DType = (typeof dtypes)[number];

export type TypedArray =
  Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | Float32Array | Float64Array;

/**
 * A dense array in host memory, C order (the last axis varies fastest).
 *
 * `data.length` is the product of `shape` (twice that for complex types).
 */
export interface NdArray<T extends TypedArray = TypedArray> {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: T;
  /** One name per axis of `shape`, e.g. `['frame', 'slice', 'y', 'x']`; absent when the source does not say. */
  readonly axes?: readonly string[];
  /** Distance between neighbours along each axis, in the unit of `spacingUnit`. */
  readonly spacing?: readonly number[];
  /** e.g. `mm`; `1` when spacing counts elements. */
  readonly spacingUnit?: string;
}

export type Float32NdArray = NdArray<Float32Array> & { readonly dtype: 'float32' };

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * What a reader returns and what steps hand to each other: one main array, arrays that belong to it under the names of
 * the field (`dark`, `white`, `angles`), and small facts about it.
 */
export interface Dataset {
  readonly data: NdArray;
  readonly companions: Readonly<Record<string, NdArray>>;
  readonly attributes: Readonly<Record<string, JsonValue>>;
  /** Why what is computed from it may not be right. They go where the data goes: through steps, parts and caches. */
  readonly warnings?: readonly CarriedWarning[];
}

/**
 * The attribute under which values go with the data that steps found for properties the plan left open: path of the property
 * to value. A plan that has them gives the same image.
 */
const foundAttribute = 'found';

/** What was found on the way to a dataset, see `withFound`. */
export function foundIn({ attributes }: Pick<Dataset, 'attributes'>): Readonly<Record<string, JsonValue>> {
  const found = attributes[foundAttribute];
  return typeof found === 'object' && found !== null && !Array.isArray(found)
    ? (found as Readonly<Record<string, JsonValue>>)
    : {};
}

/** The dataset, or its facts, with what was found on the way to it: path of a property of the plan to value. */
export function withFound<T extends Pick<Dataset, 'attributes'>>(
  dataset: T,
  found: Readonly<Record<string, JsonValue>>,
): T {
  if (Object.keys(found).length === 0) return dataset;
  const attributes = { ...dataset.attributes, [foundAttribute]: { ...foundIn(dataset), ...found } };
  return { ...dataset, attributes };
}

/** An array without its values. */
export type ArrayFacts = Omit<NdArray, 'data'>;

/** A dataset without its values, as it can be told before they are read. */
export interface DatasetFacts {
  readonly data: ArrayFacts;
  readonly companions: Readonly<Record<string, ArrayFacts>>;
  readonly attributes: Dataset['attributes'];
  readonly warnings?: Dataset['warnings'];
}

const bytesPerElement: Record<DType, number> = {
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  float32: 4,
  float64: 8,
  complex64: 8,
  complex128: 16,
};

/** Bytes of one element; a complex number counts as one. */
export function elementSize(dtype: DType): number {
  return bytesPerElement[dtype];
}

/** Number of elements of an array of this shape; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** Wraps float32 values. Throws a `RangeError` when `data` and `shape` disagree. */
export function float32Array(
  data: Float32Array,
  shape: readonly number[],
  axes?: readonly string[],
  spacing?: readonly number[],
): Float32NdArray {
  if (data.length !== elementCount(shape)) {
    throw new RangeError(`${data.length} values do not fill shape [${shape.join(', ')}]`);
  }
  return { dtype: 'float32', data, shape, ...(axes && { axes }), ...(spacing && { spacing }) };
}
