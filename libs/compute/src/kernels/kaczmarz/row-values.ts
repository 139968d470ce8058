import type { RowMatrix } from './row-matrix.js';

/**
 * Values of some neighbouring rows [row, column], complex ones as pairs, with their weights, times a scale, and with the zeros of
 * columns that they do not have; a copy.
 */
export function rowValues(matrix: RowMatrix, first: number, count: number, scale = 1): Float32Array {
  const { columns, complex } = matrix;
  const perRow = columns * (complex ? 2 : 1);
  const values = new Float32Array(count * perRow);
  for (let row = 0; row < count; row++) {
    const weight = scale * (matrix.weights[first + row] ?? NaN);
    readRow(matrix, { row: first + row, weight }, values.subarray(row * perRow, (row + 1) * perRow));
  }
  return values;
}

function readRow(
  { complex, columns, layout, held, tables }: RowMatrix,
  { row, weight }: { readonly row: number; readonly weight: number },
  to: Float32Array,
): void {
  const { memory } = held;
  const [address = 0, list = 0, extent = 0] = memory.uint32(tables.rows + 12 * row, 3);
  const parts = complex ? 2 : 1;
  if (layout === 'indexed') {
    const from = memory.float32(address, extent * parts);
    memory.uint32(list, extent).forEach((offset, at) => {
      for (let part = 0; part < parts; part++) to[offset / 4 + part] = weight * (from[at * parts + part] ?? NaN);
    });
    return;
  }
  const from = memory.float32(address, extent / 4);
  const [count = columns] = list === 0 ? [] : memory.uint32(list, 1);
  const offsets = list === 0 ? undefined : memory.uint32(list + 4, count);
  for (let at = 0; at < count; at++) {
    const column = columnOf(offsets?.[at], at, complex);
    const held = complex ? 8 * (at >> 2) + (at & 3) : at;
    for (let part = 0; part < parts; part++) to[column * parts + part] = weight * (from[held + 4 * part] ?? NaN);
  }
}

/** Column that stands at a byte offset of the unknowns, see `row-layouts.ts`; without offsets they are as they come. */
function columnOf(offset: number | undefined, at: number, complex: boolean): number {
  if (offset === undefined) return at;
  return complex ? 4 * Math.floor(offset / 32) + (offset % 32) / 4 : offset / 4;
}
