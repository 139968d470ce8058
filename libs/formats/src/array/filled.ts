import { elementCount, RondelError, type NdArray } from '@rondel/contracts';
import { componentsOf } from './typed-array.js';

/** Throws `DATA_SHAPE_MISMATCH` when the values do not fill the shape. */
export function assertFilled({ dtype, shape, data }: NdArray): void {
  const expected = elementCount(shape) * componentsOf(dtype);
  if (data.length === expected) return;
  throw new RondelError(
    'DATA_SHAPE_MISMATCH',
    `An array of ${dtype} [${shape.join(', ')}] needs ${expected} numbers, got ${data.length}.`,
  );
}
