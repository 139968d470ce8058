import { tensor } from '@tensorflow/tfjs-core';
import type { RowMatrix } from '../kernels/kaczmarz/row-matrix.js';
import { addUpRows, multiplyByRows } from '../kernels/kaczmarz/row-products.js';
import { defineLinearOperator, type LinearOperator } from './linear-operator.js';

/**
 * A matrix whose rows lie in a memory of their own, weights included, times a scale: [column, batch] to [row, batch], where the matrix is
 * complex [part, column, batch] to [part, row, batch]. It is computed on the processor, whatever the engine, on as many threads as
 * `prepareProducts` has started. The matrix stays the caller's.
 */
export function rowsOperator(matrix: RowMatrix, scale = 1): LinearOperator {
  const { rows, columns, complex } = matrix;
  const shapeOf = (extent: number) => (complex ? [2, extent] : [extent]);
  return defineLinearOperator({
    name: 'Rows',
    inputShape: [...shapeOf(columns), null],
    outputShape: [...shapeOf(rows), null],
    apply: (x) => {
      const batch = x.shape.at(-1) ?? 1;
      return tensor(multiplyByRows(matrix, x.dataSync<'float32'>(), batch, { scale }), [...shapeOf(rows), batch]);
    },
    adjoint: (y) => {
      const batch = y.shape.at(-1) ?? 1;
      return tensor(addUpRows(matrix, y.dataSync<'float32'>(), batch, { scale }), [...shapeOf(columns), batch]);
    },
  });
}
