import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine, type Engine } from '../index.js';
import { denseExample, patchedExample, sparseExample } from '../kernels/kaczmarz/example-matrices.test.support.js';
import { randomNumbers, relativeDifference } from '../kernels/kaczmarz/kaczmarz-reference.test.support.js';
import { openDenseRows, openPatchedRows, openSparseRows } from '../kernels/kaczmarz/row-layouts.js';
import type { RowMatrix } from '../kernels/kaczmarz/row-matrix.js';
import { prepareProducts } from '../kernels/kaczmarz/row-products.js';
import { rowValues } from '../kernels/kaczmarz/row-values.js';
import { denseOperator, type DenseMatrix } from './dense.js';
import { describeLinOpLaws, randomTensor } from './linear-operator-laws.test.support.js';
import type { LinearOperator } from './linear-operator.js';
import { rowsOperator } from './rows.js';

let engine: Engine | undefined;
const opened: RowMatrix[] = [];

beforeAll(async () => {
  engine = await openEngine('wasm', { threads: 2 });
});

afterAll(async () => {
  for (const matrix of opened) await matrix.dispose();
  await engine?.dispose();
});

/** [row, column] as real parts above imaginary parts, in blocks of so many rows. */
function blocksOf(data: ArrayLike<number>, columns: number, complex: boolean, size: number): DenseMatrix {
  const parts = complex ? 2 : 1;
  const all = data.length / (columns * parts);
  const blocks = Array.from({ length: Math.ceil(all / size) }, (_, index) => {
    const rows = Math.min(size, all - index * size);
    const values = new Float32Array(rows * columns * parts);
    for (let at = 0; at < rows * columns; at++) {
      for (let part = 0; part < parts; part++) {
        values[part * rows * columns + at] = data[(index * size * columns + at) * parts + part] ?? NaN;
      }
    }
    return { rows, values };
  });
  return { columns, complex, blocks };
}

const denseOf = (rows: number, columns: number, complex: boolean, size: number): LinearOperator =>
  denseOperator(blocksOf(denseExample(rows, columns, complex).data, columns, complex, size));

/** On two threads, as if the matrix were large. */
async function operatorOf(matrix: Promise<RowMatrix>): Promise<LinearOperator> {
  const opening = await matrix;
  opened.push(opening);
  await prepareProducts({ ...opening, bytes: 2 ** 40 });
  return rowsOperator(opening);
}

describeLinOpLaws('a complex dense matrix', { make: () => denseOf(19, 11, true, 100), batch: 3 });
describeLinOpLaws('a real dense matrix in blocks', { make: () => denseOf(19, 11, false, 8), batch: 1 });
describeLinOpLaws('complex rows', { make: () => operatorOf(openDenseRows(denseExample(150, 31, true))) });
describeLinOpLaws('real rows', { make: () => operatorOf(openDenseRows(denseExample(70, 29, false))) });
describeLinOpLaws('sparse complex rows', {
  make: () => operatorOf(openSparseRows(sparseExample(40, 33, true).sparse)),
});
describeLinOpLaws('sparse real rows', { make: () => operatorOf(openSparseRows(sparseExample(40, 33, false).sparse)) });
describeLinOpLaws('patches of complex rows with weights', {
  make: () =>
    operatorOf(openPatchedRows(patchedExample(true).patched, { weights: randomNumbers(24, 5).map(Math.abs) })),
});
describeLinOpLaws('patches of real rows', { make: () => operatorOf(openPatchedRows(patchedExample(false).patched)) });

describe.each([true, false])('operators of one matrix, complex: %s', (complex) => {
  const sparse = sparseExample(40, 33, complex);
  const patched = patchedExample(complex);
  const cases = {
    whole: () => [openDenseRows(sparse.dense), sparse.dense] as const,
    sparse: () => [openSparseRows(sparse.sparse), sparse.dense] as const,
    patched: () => [openPatchedRows(patched.patched), patched.dense] as const,
  };

  it.each(Object.entries(cases))('agree, rows being %s, in blocks on the device or not', async (_, make) => {
    const [matrix, { data, shape }] = make();
    const [rows = 0, columns = 0] = shape;
    expect(rowValues(await matrix, 0, rows)).toEqual(data);
    const operators = [
      await operatorOf(matrix),
      denseOperator(blocksOf(data, columns, complex, rows)),
      denseOperator(blocksOf(data, columns, complex, 7)),
    ];
    const x = randomTensor([...(complex ? [2] : []), columns, 3], 6);
    const y = randomTensor([...(complex ? [2] : []), rows, 3], 7);
    const products = operators.map((operator) => operator.apply(x).dataSync());
    const sums = operators.map((operator) => operator.adjoint(y).dataSync());
    for (const results of [products, sums]) {
      // Sums of some tens of float32 products in another order.
      for (const other of results.slice(1)) expect(relativeDifference(other, results[0] ?? [])).toBeLessThan(1e-6);
    }
    operators.forEach((operator) => operator.dispose());
  });
});
