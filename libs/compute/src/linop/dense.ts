import {
  add,
  concat,
  dispose,
  keep,
  matMul,
  neg,
  reshape,
  slice,
  stack,
  sub,
  tensor,
  transpose,
  unstack,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { defineLinearOperator, type LinearOperator } from './linear-operator.js';

/** Some neighbouring rows of a matrix. */
export interface RowBlock {
  readonly rows: number;
  /** [row, column], or [part, row, column] of a complex matrix. */
  readonly values: Float32Array;
}

export interface DenseMatrix {
  readonly columns: number;
  readonly complex: boolean;
  /** One below the other; a device may bound what one of them may take. */
  readonly blocks: Iterable<RowBlock>;
}

/**
 * A dense matrix on the device: [column, batch] to [row, batch]; a complex one [part, column, batch] to [part, row, batch],
 * real parts before imaginary ones. Four real products make a complex one: (R + iJ)(x + iy) = Rx - Jy + i(Ry + Jx), and
 * the adjoint has R' and -J'.
 */
export function denseOperator({ columns, complex, blocks }: DenseMatrix): LinearOperator {
  const held = [...blocks].map(({ rows, values }) => ({
    rows,
    matrix: keep(tensor(values, [complex ? 2 * rows : rows, columns], 'float32')),
  }));
  const rows = held.reduce((sum, block) => sum + block.rows, 0);
  const axes = (extent: number) => (complex ? [2, extent, null] : [extent, null]);
  const rowAxis = complex ? 1 : 0;
  const multiply = complex ? complexProduct : realProduct;
  const multiplyAdjoint = complex ? complexAdjoint : (matrix: Tensor, y: Tensor) => matMul(matrix, y, true);
  return defineLinearOperator({
    name: 'Dense',
    inputShape: axes(columns),
    outputShape: axes(rows),
    apply: (x) => {
      const products = held.map(({ matrix }) => multiply(matrix, x));
      return concat(products, rowAxis);
    },
    adjoint: (y) => {
      let first = 0;
      const parts = held.map((block) => {
        const part = rowsOf(y, { axis: rowAxis, first, count: block.rows });
        first += block.rows;
        return multiplyAdjoint(block.matrix, part);
      });
      return parts.reduce((sum, part) => add(sum, part));
    },
    dispose: () => dispose(held.map(({ matrix }) => matrix)),
  });
}

function rowsOf(y: Tensor, { axis, first, count }: { axis: number; first: number; count: number }): Tensor {
  const begin = y.shape.map((_, index) => (index === axis ? first : 0));
  return slice(
    y,
    begin,
    y.shape.map((extent, index) => (index === axis ? count : extent)),
  );
}

function realProduct(matrix: Tensor, x: Tensor): Tensor {
  return matMul(matrix, x);
}

/** Matrix [R; J], so that one product with [x, y] side by side has all four. */
function complexProduct(matrix: Tensor, x: Tensor): Tensor {
  const [, columns = 0, batch = 0] = x.shape;
  const sideBySide = reshape(transpose(x, [1, 0, 2]), [columns, 2 * batch]);
  const rows = matrix.size / (2 * columns);
  const products = reshape(matMul(matrix, sideBySide), [2, rows, 2, batch]);
  const [real, imaginary] = pairOf(products);
  const [rx, ry] = pairOf(transpose(real, [1, 0, 2]));
  const [jx, jy] = pairOf(transpose(imaginary, [1, 0, 2]));
  return stack([sub(rx, jy), add(ry, jx)]);
}

/** [R; J]' times [x, y; y, -x], where y is the imaginary part: real part R'x + J'y beside imaginary part R'y - J'x. */
function complexAdjoint(matrix: Tensor, y: Tensor): Tensor {
  const [, rows = 0, batch = 0] = y.shape;
  const columns = matrix.size / (2 * rows);
  const [real, imaginary] = pairOf(y);
  const crossed = concat([imaginary, neg(real)], 0);
  const sideBySide = concat([reshape(y, [2 * rows, batch]), crossed], 1);
  const products = reshape(matMul(matrix, sideBySide, true), [columns, 2, batch]);
  return transpose(products, [1, 0, 2]);
}

function pairOf(tensors: Tensor): [Tensor, Tensor] {
  const [first, second] = unstack(tensors);
  if (first === undefined || second === undefined) throw new RangeError('a pair has two parts');
  return [first, second];
}
