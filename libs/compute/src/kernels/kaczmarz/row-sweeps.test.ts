import { type NdArray } from '@rondel/contracts';
import { afterAll, describe, expect, it } from 'vitest';
import { kaczmarzReference, relativeDifference, randomNumbers } from './kaczmarz-reference.test.support.js';
import { openDenseRows } from './row-layouts.js';
import type { RowMatrix } from './row-matrix.js';
import { openRowSweeps } from './row-sweeps.js';

const opened: RowMatrix[] = [];
const keep = async (matrix: Promise<RowMatrix>): Promise<RowMatrix> => {
  opened.push(await matrix);
  return matrix;
};
afterAll(async () => {
  for (const matrix of opened) await matrix.dispose();
});

const matrixOf = (rows: number, columns: number, complex: boolean, seed: number): NdArray => ({
  dtype: complex ? 'complex64' : 'float32',
  shape: [rows, columns],
  data: randomNumbers(rows * columns * (complex ? 2 : 1), seed),
});

describe.each([
  ['complex', 925, 400, true],
  ['complex and underdetermined', 300, 1000, true],
  ['real', 201, 77, false],
] as const)('a %s matrix', (_, rows, columns, complex) => {
  const matrix = matrixOf(rows, columns, complex, 1);
  const parts = complex ? 2 : 1;

  it.each([0, 40])('ten sweeps with lambda = %i are those of straight loops in float64', async (lambda) => {
    const held = await keep(openDenseRows(matrix, { threads: 2 }));
    const entries = 2;
    const b = randomNumbers(entries * rows * parts, 2);
    const sweeps = await openRowSweeps(held, b);
    for (let i = 0; i < 10; i++) await sweeps.sweep({ lambda });
    const expected = kaczmarzReference({ matrix, b, lambda, iterations: 10 });
    expect(relativeDifference(sweeps.unknowns(), expected.unknowns)).toBeLessThan(1e-4);
    sweeps.close();
  });
});
