import type { Work } from '../../runtime/thread-pool.js';
import { entriesPerTask, type RowMatrix } from './row-matrix.js';
import { unknownsAt } from './unknowns.js';
import { planesOf } from './value-order.js';

/** Rows whose products one task makes. */
const rowsPerTask = 64;
/** Bytes of x that one task adds to: less than fill the first cache, and more than a few cache lines. */
const bytesPerTask = { least: 2048, most: 16384 };

/** Starts threads where they are worth it; to be awaited before products, which do not wait. */
export function prepareProducts(matrix: RowMatrix): Promise<void> {
  return matrix.held.prepare(matrix.held.threads, matrix.bytes);
}

/** What the matrix is multiplied by in a product. */
export interface ProductFactors {
  /** A number of float32; default 1. */
  readonly scale?: number;
  /** Whether rows have their weights; default true. */
  readonly weighted?: boolean;
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
    // Sweeps that are open keep what they took before, and nothing is taken meanwhile.
    held.memory.release(unknowns);
  }
}

type ProductKind = 'multiplyRows' | 'addPaddedRows' | 'addListedRows';

function bitsOf(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0] ?? 0;
}

/** Work on so many entries: `parts` are tasks for each group of entries. */
function workOf(
  matrix: RowMatrix,
  entries: number,
  {
    places,
    kind,
    scale = 1,
    weighted = true,
  }: ProductFactors & { readonly places: Places; readonly kind: ProductKind },
): Work {
  const { rows, complex, unknownBytes, localBytes, tables, layout, held, isFar } = matrix;
  const perTask = entriesPerTask(matrix, entries);
  const rowsEach = layout === 'patches' ? rows : rowsPerTask;
  const share = Math.ceil(unknownBytes / (2 * held.threads) / 32) * 32;
  const bytesEach = Math.min(bytesPerTask.most, Math.max(bytesPerTask.least, share));
  const parts = kind === 'multiplyRows' ? Math.ceil(rows / rowsEach) : Math.ceil(unknownBytes / bytesEach);
  const alone = kind === 'addListedRows';
  return {
    kind,
    parameters: [
      ...[
        0,
        0,
        rows,
        rows,
        entries,
        alone ? 1 : perTask,
        tables.rows,
        tables.norms,
        weighted ? matrix.placeWeights() : 0,
      ],
      ...[0, places.unknowns, unknownBytes, places.data, 0, Number(complex), places.local, localBytes, Number(isFar)],
      ...[rowsEach, Number(layout === 'indexed'), bytesEach, bitsOf(scale)],
    ],
    tasks: alone ? entries : parts * Math.ceil(entries / perTask),
  };
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
 * W A x of planes [column, entry], complex ones [part, column, entry]; returns the same of rows. W includes the scale.
 */
export function multiplyByRows(
  matrix: RowMatrix,
  x: Float32Array,
  entries: number,
  factors: ProductFactors = {},
): Float32Array {
  const { rows, columns, complex, held } = matrix;
  return withPlaces(matrix, entries, (places) => {
    unknownsAt(matrix, places.unknowns, entries).write(x, planesOf(columns, entries));
    held.run(workOf(matrix, entries, { ...factors, places, kind: 'multiplyRows' }));
    const size = entries * rows * (complex ? 2 : 1);
    const from = held.memory.float32(places.data, size);
    const products = new Float32Array(size);
    eachRow(matrix, entries, (inMemory, plane) => (products[plane] = from[inMemory] ?? NaN));
    return products;
  });
}

/** A^H W y of planes of rows; returns planes of columns. */
export function addUpRows(
  matrix: RowMatrix,
  y: Float32Array,
  entries: number,
  factors: ProductFactors = {},
): Float32Array {
  const { rows, columns, complex, layout, unknownBytes, held } = matrix;
  return withPlaces(matrix, entries, (places) => {
    const to = held.memory.float32(places.data, entries * rows * (complex ? 2 : 1));
    eachRow(matrix, entries, (inMemory, plane) => (to[inMemory] = y[plane] ?? NaN));
    held.memory.bytes(places.unknowns, entries * unknownBytes).fill(0);
    const kind = layout === 'whole' ? 'addPaddedRows' : 'addListedRows';
    held.run(workOf(matrix, entries, { ...factors, places, kind }));
    return unknownsAt(matrix, places.unknowns, entries).read(planesOf(columns, entries));
  });
}
