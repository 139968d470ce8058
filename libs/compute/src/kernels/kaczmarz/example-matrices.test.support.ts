import type { NdArray } from '@rondel/contracts';
import { randomNumbers } from './kaczmarz-reference.test.support.js';
import type { PatchedRows, SparseRows } from './row-layouts.js';

export function denseExample(rows: number, columns: number, complex: boolean, seed = 1): NdArray<Float32Array> {
  const data = randomNumbers(rows * columns * (complex ? 2 : 1), seed);
  return { dtype: complex ? 'complex64' : 'float32', shape: [rows, columns], data };
}

/** A sparse matrix, and the same with its zeros: rows have 0 to `columns` values, even and odd numbers of them. */
export function sparseExample(rows: number, columns: number, complex: boolean): { sparse: SparseRows; dense: NdArray } {
  const parts = complex ? 2 : 1;
  const chance = randomNumbers(rows * columns, 7);
  const whole = denseExample(rows, columns, complex, 8);
  const columnIndices: number[] = [];
  const values: number[] = [];
  const rowStarts = new Uint32Array(rows + 1);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      const kept = row !== 2 && (chance[at] ?? 1) < -0.4;
      if (kept) columnIndices.push(column);
      for (let part = 0; part < parts; part++) {
        if (kept) values.push(whole.data[at * parts + part] ?? NaN);
        else whole.data[at * parts + part] = 0;
      }
    }
    rowStarts[row + 1] = columnIndices.length;
  }
  const sparse = { rows, columns, complex, rowStarts, columnIndices: Uint32Array.from(columnIndices) };
  return { sparse: { ...sparse, values: Float32Array.from(values) }, dense: whole };
}

/** Three overlapping patches of two matrices, columns in any order, and the same as one matrix. */
export function patchedExample(complex: boolean): { patched: PatchedRows; dense: NdArray } {
  const columns = 23;
  const matrices = [denseExample(9, 10, complex, 3), denseExample(6, 13, complex, 4)];
  const patches = [
    { matrix: 0, columns: Uint32Array.from({ length: 10 }, (_, at) => (7 * at + 2) % columns) },
    { matrix: 1, columns: Uint32Array.from({ length: 13 }, (_, at) => at + 5) },
    { matrix: 0, columns: Uint32Array.from({ length: 10 }, (_, at) => 22 - 2 * at) },
  ];
  const parts = complex ? 2 : 1;
  const rows = 24;
  const data = new Float32Array(rows * columns * parts);
  let first = 0;
  for (const { matrix, columns: places } of patches) {
    const own = matrices[matrix];
    const [count = 0, width = 0] = own?.shape ?? [];
    for (let row = 0; row < count; row++) {
      places.forEach((column, at) => {
        for (let part = 0; part < parts; part++) {
          data[((first + row) * columns + column) * parts + part] = own?.data[(row * width + at) * parts + part] ?? NaN;
        }
      });
    }
    first += count;
  }
  const dense: NdArray = { dtype: complex ? 'complex64' : 'float32', shape: [rows, columns], data };
  return { patched: { columns, matrices, patches }, dense };
}
