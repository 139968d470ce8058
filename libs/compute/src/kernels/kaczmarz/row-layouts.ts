import { RondelError, type NdArray } from '@rondel/contracts';
import { takingTurns } from '../../runtime/turns.js';
import { matrixShape, paddedBytes, placeRows, requireRoom } from './matrix-values.js';
import { createRowMemory, type RowMemory } from './row-memory.js';
import { rowMatrix, type RowMatrix } from './row-matrix.js';

export interface RowOptions {
  /** Not negative, [row]; rows and measurements are multiplied by it. Default: 1. */
  readonly weights?: Float32Array | undefined;
  /** 1 to 64; default: those of the open engine. */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const recordWords = 3;
/** Bytes that each row takes beside its values: record, norm and weight. */
const tableBytes = 12 + 8 + 8;

function turnsOf({ signal }: RowOptions): () => Promise<void> {
  const turn = takingTurns();
  return () => turn(signal);
}

/** Opens a memory and fills it; when that fails, the memory is given back. */
async function inNewMemory(
  options: RowOptions,
  fill: (held: RowMemory) => RowMatrix | Promise<RowMatrix>,
): Promise<RowMatrix> {
  const held = await createRowMemory(options.threads);
  try {
    return await fill(held);
  } catch (error) {
    await held.dispose();
    throw error;
  }
}

/**
 * Copies a matrix [row, column], complex or real, into a memory of its own.
 *
 * Throws DATA_SHAPE_MISMATCH, DATA_FORMAT for values or weights that are not finite, OUT_OF_MEMORY beyond 4 GiB, CANCELLED.
 */
export async function openDenseRows(matrix: NdArray, options: RowOptions = {}): Promise<RowMatrix> {
  const shape = matrixShape(matrix, 'A system matrix');
  const rowBytes = paddedBytes(shape);
  return inNewMemory(options, async (held) => {
    const { rows } = shape;
    requireRoom(held.memory, rows * (rowBytes + tableBytes), `A system matrix of ${rows} x ${shape.columns}`);
    const address = await placeRows(held, matrix, turnsOf(options));
    const table = new Uint32Array(recordWords * rows);
    for (let row = 0; row < rows; row++) table.set([address + row * rowBytes, 0, rowBytes], recordWords * row);
    return rowMatrix(held, { ...shape, layout: 'whole', localBytes: 0, table }, options.weights);
  });
}

/** A matrix of which most values are 0, row by row (compressed sparse rows). */
export interface SparseRows {
  readonly rows: number;
  readonly columns: number;
  readonly complex: boolean;
  /** Where the values of each row begin among all, and where the last one's end: [row + 1]. */
  readonly rowStarts: Uint32Array;
  /** Column of each value, from 0 and ascending within a row. */
  readonly columnIndices: Uint32Array;
  /** Pairs of real and imaginary part where the matrix is complex. */
  readonly values: Float32Array;
}

function refuse(message: string): never {
  throw new RondelError('DATA_SHAPE_MISMATCH', `A sparse system matrix ${message}.`);
}

function checkSparse({ rows, columns, complex, rowStarts, columnIndices, values }: SparseRows): void {
  const count = columnIndices.length;
  if (rows < 1 || columns < 1) refuse(`must have at least one row and one column, got ${rows} x ${columns}`);
  if (values.length !== count * (complex ? 2 : 1)) {
    refuse(`has ${count} columns of values and ${values.length} numbers${complex ? ', which must be pairs' : ''}`);
  }
  if (rowStarts.length !== rows + 1 || rowStarts[0] !== 0 || rowStarts[rows] !== count) {
    refuse(`of ${rows} rows must have ${rows + 1} row starts, from 0 to ${count}`);
  }
  for (let row = 0; row < rows; row++) {
    const [begin = 0, end = 0] = rowStarts.subarray(row, row + 2);
    if (end < begin) refuse(`has a row ${row} that ends before it begins`);
    let last = -1;
    for (let at = begin; at < end; at++) {
      const column = columnIndices[at] ?? columns;
      if (column <= last || column >= columns) {
        refuse(`must have ascending columns below ${columns} in each row, row ${row} has ${column} after ${last}`);
      }
      last = column;
    }
  }
}

/** As `openDenseRows`, of a sparse matrix. */
export async function openSparseRows(sparse: SparseRows, options: RowOptions = {}): Promise<RowMatrix> {
  checkSparse(sparse);
  const { rows, columns, complex, rowStarts, columnIndices, values } = sparse;
  return inNewMemory(options, (held) => {
    const { memory } = held;
    const wanted = values.byteLength + columnIndices.byteLength + rows * tableBytes;
    requireRoom(memory, wanted, `A sparse system matrix of ${columnIndices.length} values`);
    const valueBytes = complex ? 8 : 4;
    const place = memory.allocate(values.byteLength);
    memory.float32(place, values.length).set(values);
    const list = memory.allocate(columnIndices.byteLength);
    const offsets = memory.uint32(list, columnIndices.length);
    columnIndices.forEach((column, at) => (offsets[at] = column * valueBytes));
    const table = new Uint32Array(recordWords * rows);
    for (let row = 0; row < rows; row++) {
      const [begin = 0, end = 0] = rowStarts.subarray(row, row + 2);
      table.set([place + begin * valueBytes, list + begin * 4, end - begin], recordWords * row);
    }
    return rowMatrix(held, { rows, columns, complex, layout: 'indexed', localBytes: 0, table }, options.weights);
  });
}

/** Matrices that each see a part of the unknowns; the rows of all patches, one patch after the other, are the system's. */
export interface PatchedRows {
  /** Of all unknowns. */
  readonly columns: number;
  /** [row, column]; several patches may share one. All complex or all real. */
  readonly matrices: readonly NdArray[];
  readonly patches: readonly {
    /** Index among `matrices`. */
    readonly matrix: number;
    /** For each column of the matrix the unknown that it belongs to; no unknown twice. */
    readonly columns: Uint32Array;
  }[];
}

function checkPatches({ columns, matrices, patches }: PatchedRows): void {
  const refused = (message: string) => new RondelError('DATA_SHAPE_MISMATCH', `A system of patches ${message}.`);
  if (patches.length === 0) throw refused('must have at least one patch');
  const kinds = new Set(matrices.map((matrix) => matrixShape(matrix, 'The matrix of a patch').complex));
  if (kinds.size > 1) throw refused('must have matrices that are all complex or all real');
  patches.forEach((patch, index) => {
    const matrix = matrices[patch.matrix];
    if (matrix === undefined) throw refused(`has ${matrices.length} matrices, patch ${index} names ${patch.matrix}`);
    if (patch.columns.length !== matrix.shape[1]) {
      throw refused(
        `needs an unknown for each column of a patch's matrix: patch ${index} has ${patch.columns.length} for ${matrix.shape[1]}`,
      );
    }
    const seen = new Set<number>();
    for (const column of patch.columns) {
      if (column >= columns || seen.has(column)) {
        throw refused(`must place the columns of patch ${index} on different unknowns below ${columns}, got ${column}`);
      }
      seen.add(column);
    }
  });
}

/** List of a patch's columns as the kernels read it: their number, and the byte offset of each among the unknowns. */
function placeList({ memory }: RowMemory, columns: Uint32Array, complex: boolean): number {
  const address = memory.allocate(4 * (columns.length + 1));
  const words = memory.uint32(address, columns.length + 1);
  words[0] = columns.length;
  columns.forEach((column, at) => {
    words[at + 1] = complex ? Math.floor(column / 4) * 32 + (column % 4) * 4 : column * 4;
  });
  return address;
}

/** As `openDenseRows`, of patches; each matrix is copied once, however many patches share it. */
export async function openPatchedRows(system: PatchedRows, options: RowOptions = {}): Promise<RowMatrix> {
  checkPatches(system);
  const { columns, matrices, patches } = system;
  const shapes = matrices.map((matrix) => matrixShape(matrix, 'The matrix of a patch'));
  const rowsOf = (patch: { matrix: number }) => shapes[patch.matrix]?.rows ?? 0;
  const rows = patches.reduce((sum, patch) => sum + rowsOf(patch), 0);
  const complex = shapes[0]?.complex ?? false;
  return inNewMemory(options, async (held) => {
    const values = shapes.reduce((sum, shape) => sum + shape.rows * paddedBytes(shape), 0);
    const lists = patches.reduce((sum, patch) => sum + 4 * (patch.columns.length + 1), 0);
    requireRoom(held.memory, values + lists + rows * tableBytes, `A system of ${patches.length} patches`);
    const turn = turnsOf(options);
    const places: number[] = [];
    for (const matrix of matrices) places.push(await placeRows(held, matrix, turn));
    const table = new Uint32Array(recordWords * rows);
    let row = 0;
    for (const patch of patches) {
      const shape = shapes[patch.matrix];
      const rowBytes = shape === undefined ? 0 : paddedBytes(shape);
      const list = placeList(held, patch.columns, complex);
      for (let own = 0; own < rowsOf(patch); own++, row++) {
        table.set([(places[patch.matrix] ?? 0) + own * rowBytes, list, rowBytes], recordWords * row);
      }
    }
    const localBytes = Math.max(...shapes.map(paddedBytes));
    return rowMatrix(held, { rows, columns, complex, layout: 'patches', localBytes, table }, options.weights);
  });
}
