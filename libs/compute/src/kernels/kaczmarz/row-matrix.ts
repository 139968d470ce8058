import { RondelError } from '@rondel/contracts';
import type { RowMemory } from './row-memory.js';

/** How rows lie in memory: whole, whole but for a part of the columns, or value by value with the column of each. */
export type RowLayout = 'whole' | 'patches' | 'indexed';

/** A matrix whose rows lie in a memory of their own, for sweeps over rows and for products. */
export interface RowMatrix {
  readonly layout: RowLayout;
  readonly rows: number;
  readonly columns: number;
  readonly complex: boolean;
  /** Bytes that the matrix takes, without what sweeps take beside it. */
  readonly bytes: number;
  /** Squared norm of each row, weights included. */
  readonly rowNormsSquared: Float64Array;
  /** The same without weights. */
  readonly ownNormsSquared: Float64Array;
  /** Factor of each row and of its measurements. */
  readonly weights: Float64Array;
  /**
   * Puts the weights where kernels read them, and returns that place. For right before work on the rows: others that share them
   * have weights of their own.
   */
  placeWeights(): number;
  /** Bytes of the unknowns of one right-hand side. */
  readonly unknownBytes: number;
  /** Bytes of a copy of those that a patch has; 0 where there are no patches. */
  readonly localBytes: number;
  /** Whether it is too large to stay in a cache from one pass over its rows to the next. */
  readonly isFar: boolean;
  readonly tables: { readonly rows: number; readonly norms: number; readonly weights: number };
  readonly held: RowMemory;
  /** Takes bytes beside the matrix; all are given back when the last who took some gives back. */
  take(bytes: number): number;
  giveBack(): void;
  /** The matrix cannot be used afterwards. */
  dispose(): Promise<void>;
}

/** Rows as they lie in memory: three words each, see `assembly/shared/sweep-block.ts`. */
export interface PlacedRows {
  readonly layout: RowLayout;
  readonly rows: number;
  readonly columns: number;
  readonly complex: boolean;
  readonly localBytes: number;
  readonly table: Uint32Array;
}

const measuredPerTask = 16;
/** With the staging area, which every memory has. */
const cachedMatrixBytes = 24 * 1024 * 1024;
/** Bytes of unknowns of one thread's right-hand sides that stay in its cache from one row to the next. */
const cachedBytes = 256 * 1024;
const fewestPerTask = 4;

/** How many right-hand sides a thread takes through each row. */
export function entriesPerTask(matrix: RowMatrix, entries: number): number {
  const { unknownBytes, localBytes, held } = matrix;
  const cached = Math.floor(cachedBytes / (localBytes || unknownBytes));
  return Math.min(Math.ceil(entries / held.threads), Math.max(fewestPerTask, cached));
}

function checkedWeights(weights: Float32Array | undefined, rows: number): Float64Array {
  if (weights === undefined) return new Float64Array(rows).fill(1);
  if (weights.length !== rows) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `The system has ${rows} rows and ${weights.length} weights: give one weight for each row.`,
    );
  }
  const wrong = weights.findIndex((weight) => !(Number.isFinite(weight) && weight >= 0));
  if (wrong >= 0) {
    throw new RondelError(
      'DATA_FORMAT',
      `Weights must be finite and not negative, that of row ${wrong} is ${String(weights[wrong])}.`,
    );
  }
  return Float64Array.from(weights);
}

function copyToMemory({ memory }: RowMemory, values: Uint32Array): number {
  const address = memory.allocate(values.byteLength);
  memory.bytes(address, values.byteLength).set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return address;
}

/** Squared norms without weights. */
function measure(held: RowMemory, placed: PlacedRows, tables: { rows: number; norms: number }): Float64Array {
  const { rows, layout, complex } = placed;
  const parameters = [0, 0, 0, 0, Number(complex), rows, measuredPerTask, tables.rows, Number(layout === 'indexed')];
  held.run({
    kind: 'measureRows',
    parameters: [...parameters, tables.norms],
    tasks: Math.ceil(rows / measuredPerTask),
  });
  const { memory } = held;
  return new Float64Array(memory.bytes(tables.norms, 8 * rows).slice().buffer);
}

type Weighing = Pick<RowMatrix, 'ownNormsSquared' | 'rowNormsSquared' | 'weights' | 'placeWeights'>;

function weighing(
  { held, tables, ownNormsSquared }: Pick<RowMatrix, 'held' | 'tables' | 'ownNormsSquared'>,
  weights: Float64Array,
): Weighing {
  return {
    ownNormsSquared,
    rowNormsSquared: ownNormsSquared.map((norm, row) => norm * (weights[row] ?? NaN) ** 2),
    weights,
    placeWeights() {
      new Float64Array(held.memory.shared.buffer, tables.weights, weights.length).set(weights);
      return tables.weights;
    },
  };
}

/**
 * The same rows with other weights, [row], for as long as the rows are there; they are not copied. Throws DATA_FORMAT or
 * DATA_SHAPE_MISMATCH when the weights do not fit.
 */
export function reweightedRows(matrix: RowMatrix, weights: Float32Array | undefined): RowMatrix {
  const factors = checkedWeights(weights, matrix.rows);
  // The rows go with the matrix that they were opened for.
  return { ...matrix, ...weighing(matrix, factors), dispose: () => Promise.resolve() };
}

/**
 * Makes a matrix of rows that lie in its memory already. Throws DATA_FORMAT when a value is not finite, or when the weights do
 * not fit.
 */
export function rowMatrix(held: RowMemory, placed: PlacedRows, weights?: Float32Array): RowMatrix {
  const { rows, columns, complex, layout, localBytes } = placed;
  const factors = checkedWeights(weights, rows);
  const tables = {
    rows: copyToMemory(held, placed.table),
    weights: held.memory.allocate(8 * rows),
    norms: held.memory.allocate(8 * rows),
  };
  const norms = measure(held, placed, tables);
  const wrong = norms.findIndex((norm) => !Number.isFinite(norm));
  if (wrong >= 0) {
    throw new RondelError('DATA_FORMAT', `Row ${wrong} of the system matrix holds a value that is not finite.`);
  }
  const top = held.memory.allocate(0);
  const unit = layout === 'indexed' ? (complex ? 8 : 4) * columns : complex ? Math.ceil(columns / 4) * 32 : 4 * columns;
  let takers = 0;
  return {
    layout,
    rows,
    columns,
    complex,
    bytes: top,
    ...weighing({ held, tables, ownNormsSquared: norms }, factors),
    unknownBytes: Math.ceil(unit / 32) * 32,
    localBytes,
    isFar: top > cachedMatrixBytes,
    tables,
    held,
    take(bytes) {
      const address = held.memory.allocate(bytes);
      takers += 1;
      return address;
    },
    giveBack() {
      takers -= 1;
      if (takers === 0) held.memory.release(top);
    },
    dispose: () => held.dispose(),
  };
}
