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
});
