import { openRowSweeps, type SweepOptions } from '@rondel/compute';
import type { NdArray } from '@rondel/contracts';
import type { LinearSystem } from '../system/linear-system.js';
import { arrayOf, measurementValues } from '../system/measurements.js';

/** Kaczmarz' method sweep by sweep, for who decides after each how the next one is to be. x begins at 0. */
export interface KaczmarzSweeps {
  readonly entries: number;
  /**
   * One sweep over the rows, in the order in which they are given, or over all. `lambda` is the weight of ||x||^2 in it,
   * not normalized, one for all measurements or one for each. Throws CANCELLED, PLAN_INVALID_VALUE.
   */
  sweep(options: SweepOptions): Promise<void>;
  /** Drops imaginary parts, and for `positive` negative values too. */
  project(onto: 'real' | 'positive'): void;
  /** x [entry, column]; a copy. */
  x(): NdArray<Float32Array>;
  /** Goes on from another x, of the shape and type of `x`. */
  setX(x: NdArray<Float32Array>): void;
  /** v [entry, row]: residual W (b - A x) over sqrt(lambda) in the limit, where lambda > 0; a copy. */
  multipliers(): NdArray<Float32Array>;
  /** ||W (b - A x)|| of each measurement, every row at the moment when the last sweep came to it. */
  misfits(): Float64Array;
  /** Frees what the method holds; the system stays. */
  close(): void;
}

/**
 * Opens the method for measurements [entry, row] or [row]; weights of the system are applied to them. All share each pass over
 * the matrix, and each one's x is bit for bit what it would be alone.
 *
 * Throws DATA_SHAPE_MISMATCH, DATA_FORMAT, OUT_OF_MEMORY.
 */
export function openKaczmarz(system: LinearSystem, b: NdArray): KaczmarzSweeps {
  const { matrix, complex, rows, columns } = system;
  const sweeps = openRowSweeps(matrix, measurementValues(system, b));
  return {
    entries: sweeps.entries,
    sweep: (options) => sweeps.sweep(options),
    project: (onto) => sweeps.project(onto),
    x: () => arrayOf(sweeps.unknowns(), complex, columns, 'column'),
    setX: ({ data }) => sweeps.setUnknowns(data),
    multipliers: () => arrayOf(sweeps.multipliers(), complex, rows, 'row'),
    misfits: () => sweeps.misfits(),
    close: () => sweeps.close(),
  };
}
