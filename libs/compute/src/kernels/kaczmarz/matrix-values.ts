import { elementCount, RondelError, type NdArray, type TypedArray } from '@rondel/contracts';
import { stagingBytes, type KernelMemory } from '../../runtime/kernel-memory.js';
import type { RowMemory } from './row-memory.js';

const paddedPerTask = 8;

/** A matrix [row, column] as it is handed over. */
export interface MatrixShape {
  readonly rows: number;
  readonly columns: number;
  readonly complex: boolean;
}

/** Throws DATA_SHAPE_MISMATCH unless the array has two axes with something along each. */
export function matrixShape(matrix: NdArray, label: string): MatrixShape {
  const [rows = 0, columns = 0] = matrix.shape;
  const complex = matrix.dtype === 'complex64' || matrix.dtype === 'complex128';
  if (matrix.shape.length !== 2 || rows < 1 || columns < 1) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `${label} must have the axes row and column with at least one entry each, got ${matrix.dtype} [${matrix.shape.join(', ')}].`,
    );
  }
  const expected = elementCount(matrix.shape) * (complex ? 2 : 1);
  if (matrix.data.length !== expected) {
    throw new RondelError(
      'INTERNAL',
      `${label} holds ${matrix.data.length} numbers where its shape asks for ${expected}`,
    );
  }
  return { rows, columns, complex };
}

/** Bytes of a row in memory. */
export function paddedBytes({ columns, complex }: Pick<MatrixShape, 'columns' | 'complex'>): number {
  return Math.ceil(columns / (complex ? 4 : 8)) * 32;
}

/** Throws OUT_OF_MEMORY, with both numbers, when rows and what belongs to them do not fit into one memory. */
export function requireRoom(memory: KernelMemory, bytes: number, what: string): void {
  if (bytes <= memory.capacity) return;
  throw new RondelError(
    'OUT_OF_MEMORY',
    `${what} takes ${bytes} bytes in memory, and a system matrix may take at most ${memory.capacity}: select fewer rows or a coarser grid.`,
    { details: { wanted: bytes, limit: memory.capacity } },
  );
}

/** Copies a matrix into memory as padded rows, a piece at a time. Values that are not float32 are rounded to it. */
export async function placeRows(held: RowMemory, matrix: NdArray, turn: () => Promise<void>): Promise<number> {
  const { memory } = held;
  const shape = matrixShape(matrix, 'A system matrix');
  const rowBytes = paddedBytes(shape);
  const perRow = shape.columns * (shape.complex ? 2 : 1);
  const address = memory.allocate(rowBytes * shape.rows);
  const most = Math.max(1, Math.floor(stagingBytes / (4 * perRow)));
  if (4 * perRow > stagingBytes) {
    throw new RondelError(
      'OUT_OF_MEMORY',
      `A row of a system matrix may take at most ${stagingBytes} bytes, those of ${shape.columns} columns take ${4 * perRow}: use a coarser grid.`,
      { details: { wanted: 4 * perRow, limit: stagingBytes } },
    );
  }
  for (let begin = 0; begin < shape.rows; begin += most) {
    const count = Math.min(most, shape.rows - begin);
    memory.float32(memory.staging, count * perRow).set(part(matrix.data, begin * perRow, count * perRow));
    const to = address + begin * rowBytes;
    const parameters = [memory.staging, to, shape.columns, rowBytes, Number(shape.complex), count, paddedPerTask];
    held.run({ kind: 'padRows', parameters, tasks: Math.ceil(count / paddedPerTask) });
    await turn();
  }
  return address;
}

function part(values: TypedArray, begin: number, count: number): TypedArray {
  return values.subarray(begin, begin + count);
}
