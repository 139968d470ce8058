import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import { elementCount, RondelError, type NdArray } from '@rondel/contracts';

/**
 * A complex array as tensors have complex numbers here: float32 [2, ...shape], all real parts before all imaginary parts. Real
 * arrays have imaginary parts of 0. The caller disposes it.
 *
 * @param array complex64, complex128 or real, of any shape.
 */
export function pairsOfComplex({ dtype, shape, data }: NdArray): Tensor {
  const elements = elementCount(shape);
  const pairs = new Float32Array(2 * elements);
  if (dtype === 'complex64' || dtype === 'complex128') {
    for (let index = 0; index < elements; index++) {
      pairs[index] = data[2 * index] ?? 0;
      pairs[elements + index] = data[2 * index + 1] ?? 0;
    }
  } else pairs.set(data);
  return tensor(pairs, [2, ...shape], 'float32');
}

/**
 * The values of pairs [2, ...shape] as a complex64 array of this shape. The tensor stays the caller's.
 *
 * Throws `DATA_SHAPE_MISMATCH` for a tensor whose first axis does not hold the two parts.
 */
export async function complexOfPairs(pairs: Tensor): Promise<NdArray<Float32Array>> {
  const [parts, ...shape] = pairs.shape;
  if (parts !== 2) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `Pairs of real and imaginary parts must have shape [2, ...], got [${pairs.shape.join(', ')}].`,
    );
  }
  const values = await pairs.data<'float32'>();
  const elements = elementCount(shape);
  const data = new Float32Array(2 * elements);
  for (let index = 0; index < elements; index++) {
    data[2 * index] = values[index] ?? 0;
    data[2 * index + 1] = values[elements + index] ?? 0;
  }
  return { dtype: 'complex64', shape, data };
}
