import { elementCount, RondelError, type NdArray } from '@rondel/contracts';
import type { LinearSystem } from './linear-system.js';

/**
 * Measurements [entry, row] or [row] as float32, pairs of real and imaginary part where the system is complex; a view where
 * they are that already.
 *
 * Throws DATA_SHAPE_MISMATCH for another number of rows and for complex measurements of a real system, DATA_FORMAT for values
 * that are not finite.
 */
export function measurementValues({ rows, complex }: LinearSystem, b: NdArray): Float32Array {
  const given = `${b.dtype} [${b.shape.join(', ')}]`;
  if (b.shape.length < 1 || b.shape.length > 2 || b.shape.at(-1) !== rows || elementCount(b.shape) === 0) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `Measurements must have the axes entry and row with ${rows} rows, as the system matrix has, got ${given}.`,
    );
  }
  const pairs = b.dtype === 'complex64' || b.dtype === 'complex128';
  if (pairs && !complex) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `A real system matrix needs real measurements, got ${given}: load both as real or both as complex.`,
    );
  }
  const values = b.data instanceof Float32Array ? b.data : Float32Array.from(b.data);
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    const at = pairs ? Math.floor(wrong / 2) : wrong;
    throw new RondelError(
      'DATA_FORMAT',
      `Row ${at % rows} of measurement ${Math.floor(at / rows)} holds ${String(values[wrong])}, which is not finite.`,
    );
  }
  return complex && !pairs ? withImaginaryZeros(values) : values;
}

function withImaginaryZeros(values: Float32Array): Float32Array {
  const pairs = new Float32Array(2 * values.length);
  values.forEach((value, index) => (pairs[2 * index] = value));
  return pairs;
}

/** Unknowns or rows as an array [entry, extent], complex64 or float32. */
export function arrayOf(values: Float32Array, complex: boolean, extent: number, axis: string): NdArray<Float32Array> {
  const entries = values.length / (extent * (complex ? 2 : 1));
  return { dtype: complex ? 'complex64' : 'float32', data: values, shape: [entries, extent], axes: ['entry', axis] };
}
