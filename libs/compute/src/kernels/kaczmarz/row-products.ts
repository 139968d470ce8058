import type { RowMatrix } from './row-matrix.js';
import { unknownsAt } from './unknowns.js';
import { planesOf } from './value-order.js';

/** Rows whose products one task makes. */
const rowsPerTask = 64;
/** Bytes of x that one task adds to: a few tiles of the kernel, or all where a task is a whole entry. */
const bytesPerTask = 65536;

/** Threads must be there for as many entries before products are made, as making them does not wait. */
export async function prepareProducts(matrix: RowMatrix): Promise<void> {
  await matrix.held.prepare(matrix.held.threads);
}

interface Places {
  readonly unknowns: number;
  readonly local: number;
  readonly data: number;
}

function withPlaces<T>(matrix: RowMatrix, entries: number, use: (places: Places) => T): T {
  const { rows, complex, unknownBytes, localBytes, held } = matrix;
  const unknowns = matrix.take(entries * unknownBytes);
  try {
    const local = held.memory.allocate(entries * localBytes);
    const data = held.memory.allocate(entries * rows * (complex ? 8 : 4));
    return use({ unknowns, local, data });
  } finally {
    matrix.giveBack();
  }
}

function parametersOf(
  matrix: RowMatrix,
  entries: number,
  { unknowns, local, data }: Places,
  weighted = true,
): number[] {
  const { rows, complex, unknownBytes, localBytes, tables, layout } = matrix;
  return [
    ...[0, 0, rows, rows, entries, 0, tables.rows, tables.norms, weighted ? tables.weights : 0],
    ...[0, unknowns, unknownBytes, data, 0, Number(complex), local, localBytes, 0],
    ...[layout === 'patches' ? rows : rowsPerTask, Number(layout === 'indexed'), bytesPerTask],
  ];
}

/** Rows [entry, row] in memory, complex ones as pairs, to or from planes. */
function eachRow(matrix: RowMatrix, entries: number, visit: (held: number, plane: number) => void): void {
  const { rows, complex } = matrix;
  const parts = complex ? 2 : 1;
  for (let entry = 0; entry < entries; entry++) {
    for (let row = 0; row < rows; row++) {
      const held = (entry * rows + row) * parts;
      visit(held, row * entries + entry);
      if (complex) visit(held + 1, (rows + row) * entries + entry);
    }
  }
}

/**
 * W A x of planes [column, entry], complex ones [part, column, entry]; returns the same of rows. Unless `weighted`, it is A x.
 */
export function multiplyByRows(matrix: RowMatrix, x: Float32Array, entries: number, weighted = true): Float32Array {
  const { rows, columns, complex, layout, held } = matrix;
  return withPlaces(matrix, entries, (places) => {
    unknownsAt(matrix, places.unknowns, entries).write(x, planesOf(columns, entries));
    const parts = layout === 'patches' ? 1 : Math.ceil(rows / rowsPerTask);
    held.run({
      kind: 'multiplyRows',
      parameters: parametersOf(matrix, entries, places, weighted),
      tasks: entries * parts,
    });
    const size = entries * rows * (complex ? 2 : 1);
    const from = held.memory.float32(places.data, size);
    const products = new Float32Array(size);
    eachRow(matrix, entries, (inMemory, plane) => (products[plane] = from[inMemory] ?? NaN));
    return products;
  });
}

/** A^H W y of planes of rows; returns planes of columns. */
export function addUpRows(matrix: RowMatrix, y: Float32Array, entries: number): Float32Array {
  const { rows, columns, complex, layout, unknownBytes, held } = matrix;
  return withPlaces(matrix, entries, (places) => {
    const to = held.memory.float32(places.data, entries * rows * (complex ? 2 : 1));
    eachRow(matrix, entries, (inMemory, plane) => (to[inMemory] = y[plane] ?? NaN));
    held.memory.bytes(places.unknowns, entries * unknownBytes).fill(0);
    const whole = layout === 'whole';
    held.run({
      kind: whole ? 'addPaddedRows' : 'addListedRows',
      parameters: parametersOf(matrix, entries, places),
      tasks: entries * (whole ? Math.ceil(unknownBytes / bytesPerTask) : 1),
    });
    return unknownsAt(matrix, places.unknowns, entries).read(planesOf(columns, entries));
  });
}
