import { RondelError } from '@rondel/contracts';
import { takingTurns } from '../../runtime/turns.js';
import { entriesPerTask, type RowMatrix } from './row-matrix.js';
import { unknownsAt } from './unknowns.js';
import type { ValueOrder } from './value-order.js';

/** Bytes of rows that one piece of a sweep reads for every thread, which takes some 10 to 50 ms. */
const bytesPerPiece = 256 * 1024 * 1024;
const fewestRowsPerPiece = 16;
const recordBytes = 64;
const recordDoubles = recordBytes / 8;
const misfitDouble = 2;

export interface SweepOptions {
  /** Weight of lambda ||x||^2, one for all right-hand sides or one for each; >= 0. */
  readonly lambda: number | Float64Array;
  /** The rows to sweep over, in this order; by default all of them. Rows of zeros are left out. */
  readonly rows?: Uint32Array | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Right-hand sides of a matrix with their unknowns, which begin at 0, while sweeps over the rows change them. */
export interface RowSweeps {
  readonly entries: number;
  /**
   * One Kaczmarz sweep, by which x tends to the minimum of ||W (A x - b)||^2 + lambda ||x||^2: for each row i in order
   * alpha = (w (b_i - a_i x) - sqrt(lambda) v_i) / (w^2 ||a_i||^2 + lambda), x += alpha w conj(a_i), v_i += alpha sqrt(lambda)
   * (Kaczmarz 1937, on the augmented system as by Dax 1993). Lets messages in and out while it works; throws CANCELLED.
   */
  sweep(options: SweepOptions): Promise<void>;
  /** Drops imaginary parts, and for `positive` negative values too. */
  project(onto: 'real' | 'positive'): void;
  /** By default [entry, column], pairs of real and imaginary part where the matrix is complex; a copy. */
  unknowns(order?: ValueOrder): Float32Array;
  setUnknowns(values: Float32Array, order?: ValueOrder): void;
  /** v [entry, row], in the same form; a copy. */
  multipliers(): Float32Array;
  setMultipliers(values: Float32Array): void;
  /** ||W (b - A x)|| of each right-hand side, every row at the moment when the last sweep came to it. */
  misfits(): Float64Array;
  /** Gives the memory back. */
  close(): void;
}

interface Places {
  readonly unknowns: number;
  readonly local: number;
  readonly data: number;
  readonly multipliers: number;
  readonly records: number;
  readonly order: number;
}

/** Bytes that a right-hand side takes beside the matrix while sweeps change it. */
export function sweepBytes(matrix: RowMatrix): number {
  const { rows, complex, unknownBytes, localBytes } = matrix;
  return unknownBytes + localBytes + 2 * rows * (complex ? 8 : 4) + recordBytes + 6;
}

function takePlaces(matrix: RowMatrix, entries: number): Places {
  const { rows, complex, unknownBytes, localBytes, held } = matrix;
  const perRow = complex ? 8 : 4;
  const unknowns = matrix.take(entries * unknownBytes);
  const { memory } = held;
  try {
    return {
      unknowns,
      local: memory.allocate(entries * localBytes),
      data: memory.allocate(entries * rows * perRow),
      multipliers: memory.allocate(entries * rows * perRow),
      records: memory.allocate(entries * recordBytes),
      order: memory.allocate(4 * rows),
    };
  } catch (error) {
    matrix.giveBack();
    throw error;
  }
}

function usedRows({ rowNormsSquared, rows }: RowMatrix, chosen: Uint32Array | undefined): Uint32Array {
  const wrong = chosen?.find((row) => row >= rows);
  if (wrong !== undefined) {
    throw new RondelError('INTERNAL', `a sweep was asked to visit row ${wrong} of a system with ${rows} rows`);
  }
  const all = chosen ?? Uint32Array.from({ length: rows }, (_, row) => row);
  return all.filter((row) => (rowNormsSquared[row] ?? 0) > 0);
}

/** How many right-hand sides a thread takes through each row, and how many rows it does in one piece. */
function shares(matrix: RowMatrix, entries: number) {
  const { rows, bytes, held } = matrix;
  const perTask = entriesPerTask(matrix, entries);
  const tasks = Math.ceil(entries / perTask);
  const perRow = (bytes / rows) * perTask * Math.ceil(tasks / held.threads);
  return { perTask, tasks, rowsPerPiece: Math.max(fewestRowsPerPiece, Math.floor(bytesPerPiece / perRow)) };
}

/** @param b [entry, row], pairs where the matrix is complex. */
export function openRowSweeps(matrix: RowMatrix, b: Float32Array): RowSweeps {
  const { rows, complex, unknownBytes, tables, layout, held } = matrix;
  const entries = b.length / (rows * (complex ? 2 : 1));
  if (!Number.isInteger(entries) || entries < 1) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `${b.length} numbers are no whole number of measurements of ${rows} ${complex ? 'complex' : 'real'} rows.`,
    );
  }
  const { memory } = held;
  const share = shares(matrix, entries);
  const places = takePlaces(matrix, entries);
  memory.float32(places.data, b.length).set(b);
  memory.bytes(places.multipliers, b.byteLength).fill(0);
  memory.bytes(places.unknowns, entries * unknownBytes).fill(0);
  const records = new Float64Array(memory.shared.buffer, places.records, recordDoubles * entries);
  const piece = (first: number, last: number) =>
    held.run({
      kind: layout === 'indexed' ? 'sweepIndexedRows' : 'sweepPaddedRows',
      parameters: [
        ...[places.order, first, last, rows, entries, share.perTask, tables.rows, tables.norms, matrix.placeWeights()],
        ...[places.records, places.unknowns, unknownBytes, places.data, places.multipliers],
        ...[Number(complex), places.local, matrix.localBytes, Number(matrix.isFar)],
      ],
      tasks: share.tasks,
    });
  const turn = takingTurns();
  const unknowns = unknownsAt(matrix, places.unknowns, entries);
  return {
    entries,
    async sweep({ lambda, rows: chosen, signal }) {
      const order = usedRows(matrix, chosen);
      await held.prepare(share.tasks, entries * matrix.bytes);
      for (let entry = 0; entry < entries; entry++) {
        const weight = typeof lambda === 'number' ? lambda : (lambda[entry] ?? NaN);
        if (!(weight >= 0 && Number.isFinite(weight))) {
          throw new RondelError('PLAN_INVALID_VALUE', `λ must be a finite number >= 0, got ${weight}.`);
        }
        records.set([weight, Math.sqrt(weight), 0], recordDoubles * entry);
      }
      for (let begin = 0; begin < order.length; begin += rows) {
        const part = order.subarray(begin, begin + rows);
        memory.uint32(places.order, part.length).set(part);
        for (let first = 0; first < part.length; first += share.rowsPerPiece) {
          piece(first, Math.min(part.length, first + share.rowsPerPiece));
          await turn(signal);
        }
      }
    },
    project: (onto) => unknowns.project(onto),
    unknowns: (order) => unknowns.read(order),
    setUnknowns: (values, order) => unknowns.write(values, order),
    multipliers: () => memory.float32(places.multipliers, b.length).slice(),
    setMultipliers: (values) => memory.float32(places.multipliers, b.length).set(values),
    misfits: () =>
      Float64Array.from({ length: entries }, (_, e) => Math.sqrt(records[recordDoubles * e + misfitDouble] ?? NaN)),
    close: once(() => matrix.giveBack()),
  };
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (!done) action();
    done = true;
  };
}
