import type { DType, NdArray } from './array.js';

/** What is looked at of complex numbers where only one real number has room; `phase` in radians, above -pi and up to pi. */
export const imageParts = ['magnitude', 'phase', 'real', 'imaginary'] as const;
export type ImagePart = (typeof imageParts)[number];

export function isComplex(dtype: string): dtype is 'complex64' | 'complex128' {
  return dtype === 'complex64' || dtype === 'complex128';
}

/** Element type of a part of complex numbers. */
export function partDtype(dtype: DType): DType {
  if (dtype === 'complex64') return 'float32';
  return dtype === 'complex128' ? 'float64' : dtype;
}

const readers: Readonly<Record<ImagePart, (real: number, imaginary: number) => number>> = {
  magnitude: Math.hypot,
  phase: (real, imaginary) => Math.atan2(imaginary, real),
  real: (real) => real,
  imaginary: (_, imaginary) => imaginary,
};

/** One part of interleaved complex numbers. */
export function partOfValues(values: ArrayLike<number>, part: ImagePart, into: Float32Array | Float64Array): void {
  const read = readers[part];
  for (let index = 0; index < into.length; index++) {
    into[index] = read(values[2 * index] ?? Number.NaN, values[2 * index + 1] ?? Number.NaN);
  }
}

/** One part of a complex array, real; an array of real numbers as it is. */
export function partOf(array: NdArray, part: ImagePart): NdArray {
  if (!isComplex(array.dtype)) return array;
  const dtype = partDtype(array.dtype);
  const elements = array.data.length / 2;
  const data = dtype === 'float32' ? new Float32Array(elements) : new Float64Array(elements);
  partOfValues(array.data, part, data);
  return { ...array, dtype, data };
}
