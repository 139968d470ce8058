import { afterAll, describe, expect, it } from 'vitest';
import { denseExample, patchedExample, sparseExample } from './example-matrices.test.support.js';
import { kaczmarzReference, relativeDifference, randomNumbers } from './kaczmarz-reference.test.support.js';
import { openDenseRows, openPatchedRows, openSparseRows } from './row-layouts.js';
import type { RowMatrix } from './row-matrix.js';
import { openRowSweeps, type RowSweeps } from './row-sweeps.js';

const opened: RowMatrix[] = [];
const keep = async (matrix: Promise<RowMatrix>): Promise<RowMatrix> => {
  opened.push(await matrix);
  return matrix;
};
afterAll(async () => {
  for (const matrix of opened) await matrix.dispose();
});

const rowNumbers = (entries: number, { rows, complex }: { rows: number; complex: boolean }, seed: number) =>
  randomNumbers(entries * rows * (complex ? 2 : 1), seed);

async function swept(matrix: RowMatrix, b: Float32Array, { lambda = 0, iterations = 5 } = {}): Promise<RowSweeps> {
  const sweeps = openRowSweeps(matrix, b);
  for (let iteration = 0; iteration < iterations; iteration++) await sweeps.sweep({ lambda });
  return sweeps;
}

// float32 with sums in float64 per 4096 values: errors of 1e-6; what the project promises is 1e-4.
const tolerance = 1e-5;

describe.each([
  ['complex', 925, 400, true],
  ['complex and underdetermined', 300, 1000, true],
  ['real', 201, 77, false],
] as const)('a %s matrix', (_, rows, columns, complex) => {
  it('has after ten sweeps the unknowns and multipliers of straight loops in float64', async () => {
    const matrix = denseExample(rows, columns, complex);
    const held = await keep(openDenseRows(matrix, { threads: 2 }));
    const b = rowNumbers(1, held, 2);
    const lambda = 0.1 * columns;
    const sweeps = await swept(held, b, { lambda, iterations: 10 });
    const expected = kaczmarzReference({ matrix, b, lambda, iterations: 10 });
    expect(relativeDifference(sweeps.unknowns(), expected.unknowns)).toBeLessThan(tolerance);
    expect(relativeDifference(sweeps.multipliers(), expected.multipliers)).toBeLessThan(tolerance);
    sweeps.close();
  });
});

describe.each([true, false])('rows, complex: %s', (complex) => {
  const sparse = sparseExample(40, 33, complex);
  const patched = patchedExample(complex);
  const weightsOf = (rows: number) => randomNumbers(rows, 9).map((value) => Math.abs(value) + 0.1);
  const layouts = [
    ['whole', () => openDenseRows(sparse.dense, { weights: weightsOf(40), threads: 2 }), sparse.dense],
    ['sparse', () => openSparseRows(sparse.sparse, { weights: weightsOf(40), threads: 2 }), sparse.dense],
    ['in patches', () => openPatchedRows(patched.patched, { weights: weightsOf(24), threads: 2 }), patched.dense],
  ] as const;

  describe.each(layouts)('that are %s', (_name, open, matrix) => {
    it.each([0, 3])('are swept as straight loops do, lambda = %i, with weights and projections', async (lambda) => {
      const held = await keep(open());
      const { rows } = held;
      const b = rowNumbers(2, held, 2);
      const order = Array.from({ length: 2 * rows }, (_, index) => (7 * index + 3) % rows);
      const sweeps = openRowSweeps(held, b);
      for (let iteration = 0; iteration < 3; iteration++) {
        await sweeps.sweep({ lambda, rows: Uint32Array.from(order) });
        sweeps.project('positive');
      }
      const expected = kaczmarzReference({
        ...{ matrix, b, lambda, iterations: 3, rows: order, weights: weightsOf(rows) },
        project: (x) => x.forEach((value, at) => (x[at] = at % 2 === 0 ? Math.max(0, value) : 0)),
      });
      expect(relativeDifference(sweeps.unknowns(), expected.unknowns)).toBeLessThan(tolerance);
      sweeps.close();
    });

    it('give each right-hand side the bits that it has alone', async () => {
      const held = await keep(open());
      const b = rowNumbers(9, held, 3);
      const perEntry = b.length / 9;
      const together = await swept(held, b, { lambda: 2 });
      const unknowns = together.unknowns();
      together.close();
      for (const entry of [0, 4, 8]) {
        const alone = await swept(held, b.subarray(entry * perEntry, (entry + 1) * perEntry), { lambda: 2 });
        const size = unknowns.length / 9;
        expect(alone.unknowns()).toEqual(unknowns.subarray(entry * size, (entry + 1) * size));
        alone.close();
      }
    });

    it('go on from unknowns and multipliers that were put back, bit for bit', async () => {
      const held = await keep(open());
      const b = rowNumbers(2, held, 4);
      const begun = await swept(held, b, { lambda: 2, iterations: 2 });
      const resumed = openRowSweeps(held, b);
      resumed.setUnknowns(begun.unknowns());
      resumed.setMultipliers(begun.multipliers());
      await begun.sweep({ lambda: 2 });
      await resumed.sweep({ lambda: 2 });
      expect(resumed.unknowns()).toEqual(begun.unknowns());
      expect(resumed.multipliers()).toEqual(begun.multipliers());
      for (const sweeps of [begun, resumed]) sweeps.close();
    });
  });
});

describe('sweeps', () => {
  it('are the same in pieces and on several threads, between which messages come in', async () => {
    const held = await keep(openDenseRows(denseExample(33, 1000, true), { threads: 3 }));
    const b = rowNumbers(7, held, 5);
    const whole = await swept(held, b, { iterations: 2 });
    // As if rows were so large that 16 of them are one piece, and worth threads.
    const inPieces = await swept({ ...held, bytes: 2 ** 40 }, b, { iterations: 2 });
    expect(inPieces.unknowns()).toEqual(whole.unknowns());
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 1);
    const endless = async () => {
      for (;;) await whole.sweep({ lambda: 0, signal: controller.signal });
    };
    await expect(endless()).rejects.toMatchObject({ code: 'CANCELLED' });
    for (const sweeps of [whole, inPieces]) sweeps.close();
  });

  it('say how far the rows were off when they were met', async () => {
    const matrix = denseExample(1, 4, false);
    const held = await keep(openDenseRows(matrix, { weights: Float32Array.of(2) }));
    const sweeps = openRowSweeps(held, Float32Array.of(3, -5));
    await sweeps.sweep({ lambda: 0 });
    expect([...sweeps.misfits()]).toEqual([6, 10]);
    await sweeps.sweep({ lambda: 0 });
    // One row is solved by one step, up to float32.
    for (const misfit of sweeps.misfits()) expect(misfit).toBeLessThan(1e-5);
    sweeps.close();
  });

  it('leave rows of zeros out', async () => {
    const held = await keep(openDenseRows({ dtype: 'float32', shape: [2, 1], data: Float32Array.of(0, 2) }));
    const sweeps = await swept(held, Float32Array.of(5, 4), { iterations: 1 });
    expect([...sweeps.unknowns()]).toEqual([2]);
    sweeps.close();
  });

  it('refuse what they cannot use', async () => {
    const held = await keep(openDenseRows(denseExample(3, 2, false)));
    const sweeps = openRowSweeps(held, new Float32Array(3));
    await expect(sweeps.sweep({ lambda: -1 })).rejects.toThrow('λ must be a finite number >= 0, got -1.');
    await expect(sweeps.sweep({ lambda: 0, rows: Uint32Array.of(3) })).rejects.toThrow('row 3 of a system with 3 rows');
    sweeps.close();
    expect(() => openRowSweeps(held, new Float32Array(4))).toThrow('4 numbers are no whole number');
  });
});

describe('a matrix is refused', () => {
  const sparse = sparseExample(9, 8, false).sparse;
  it.each([
    [
      'a value that is not finite',
      () => openDenseRows({ dtype: 'float32', shape: [2, 1], data: Float32Array.of(1, NaN) }),
      'Row 1 of the system matrix holds a value that is not finite.',
    ],
    [
      'another number of axes',
      () => openDenseRows({ dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) }),
      'got float32 [2]',
    ],
    [
      'weights for other rows',
      () => openDenseRows(denseExample(2, 2, false), { weights: Float32Array.of(1) }),
      '2 rows and 1 weights',
    ],
    [
      'a negative weight',
      () => openDenseRows(denseExample(1, 2, false), { weights: Float32Array.of(-1) }),
      'that of row 0 is -1',
    ],
    [
      'more than a memory holds',
      () => openDenseRows({ dtype: 'float32', shape: [2 ** 15, 2 ** 15], data: { length: 2 ** 30 } as Float32Array }),
      'at most 42',
    ],
    [
      'columns that do not ascend',
      () => openSparseRows({ ...sparse, columnIndices: sparse.columnIndices.slice().reverse() }),
      'ascending columns below 8',
    ],
    [
      'row starts that do not end',
      () => openSparseRows({ ...sparse, rowStarts: new Uint32Array(10) }),
      'row starts, from 0 to',
    ],
    [
      'a patch with an unknown twice',
      () =>
        openPatchedRows({
          columns: 2,
          matrices: [denseExample(1, 2, false)],
          patches: [{ matrix: 0, columns: Uint32Array.of(1, 1) }],
        }),
      'different unknowns below 2, got 1',
    ],
    [
      'a patch without its matrix',
      () => openPatchedRows({ columns: 2, matrices: [], patches: [{ matrix: 0, columns: Uint32Array.of(1) }] }),
      'patch 0 names 0',
    ],
  ] as const)('for %s', async (_, open, message) => {
    await expect(open()).rejects.toThrow(message);
  });
});
