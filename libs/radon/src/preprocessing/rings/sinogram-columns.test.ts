import { describe, expect, it } from 'vitest';
import { sortColumns } from './sinogram-columns.js';

/** Many equal ones: the squares' remainders are few. */
function column(length: number): Float32Array {
  return Float32Array.from({ length }, (_, row) => (7 * row * row) % Math.floor(length / 3));
}

function orderOf(values: Float32Array): Uint32Array {
  return sortColumns({ values, angles: values.length, detectors: 1 }).rows;
}

describe('the order of a column', () => {
  // Sum of rank times row, ranks from 1, of numpy.argsort(column) of NumPy 2.4 on a processor with AVX-512.
  it.each([
    [200, 2_000_808],
    [900, 182_415_861],
    [3000, 6_752_147_324],
  ])('has %i values with equal ones as NumPy has them', (length, sum) => {
    const order = orderOf(column(length));
    expect(order.reduce((total, row, rank) => total + (rank + 1) * row, 0)).toBe(sum);
  });

  it.each([1, 2, 255, 256, 257, 1000, 40_000])('is one of %i values, each once', (length) => {
    const values = Float32Array.from({ length }, (_, row) => Math.sin(row * row) * (row % 3 === 0 ? 0 : 1));
    const order = orderOf(values);
    expect(new Set(order).size).toBe(length);
    const sorted = values.slice().sort();
    expect(order.every((row, rank) => values[row] === sorted[rank])).toBe(true);
  });

  // The same sums of NumPy 2.4.6, of columns that the sort takes by other ways: one network or several, uneven parts, few ranks.
  it.each<[string, (row: number, length: number) => number, Record<number, number>]>([
    ['one value', () => 3, { 2: 2, 255: 5_527_040, 256: 5_592_320 }],
    ['two values', (row) => Math.floor(row ** 3 / 7) % 2, { 300: 6_838_136, 1500: 837_607_187 }],
    ['ramps', (row) => row % 37, { 1500: 845_746_397, 4000: 16_038_098_319 }],
    ['a rise and a fall', (row, length) => Math.min(row, length - row), { 1500: 844_316_007, 4000: 16_003_967_070 }],
    [
      'remainders',
      (row, length) => (7 * row * row) % Math.floor(length / 3),
      { 255: 4_165_818, 256: 4_199_688, 257: 4_233_179, 1500: 844_272_689, 32_767: 8_795_291_136_566 },
    ],
  ])('is that of NumPy of columns with %s', (_, value, sums) => {
    for (const [rows, sum] of Object.entries(sums)) {
      const length = Number(rows);
      const order = orderOf(Float32Array.from({ length }, (__, row) => value(row, length)));
      expect([length, order.reduce((total, row, rank) => total + (rank + 1) * row, 0)]).toEqual([length, sum]);
    }
  });

  it('is that of the rows among equal values of more than 32,768', () => {
    const order = orderOf(Float32Array.from({ length: 32_769 }, (_, row) => row % 2));
    expect(order.every((row, rank) => row === (rank < 16_385 ? 2 * rank : 2 * (rank - 16_385) + 1))).toBe(true);
  });
});
