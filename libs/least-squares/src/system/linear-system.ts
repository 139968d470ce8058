import {
  openDenseRows,
  openPatchedRows,
  openSparseRows,
  reweightedRows,
  type PatchedRows,
  type PreparedSolver,
  type RowMatrix,
  type RowOptions,
  type SparseRows,
} from '@rondel/compute';
import type { solvers } from '@rondel/compute/solvers';
import type { NdArray } from '@rondel/contracts';
import { matrixScale } from './matrix-scale.js';
import { openPreparedSolvers } from './prepared-solvers.js';

/** A system of linear equations A x = b whose matrix lies in memory, for problem after problem. */
export interface LinearSystem {
  readonly rows: number;
  readonly columns: number;
  readonly complex: boolean;
  /** What the matrix takes in memory. */
  readonly bytes: number;
  /** Of each row, weights included. */
  readonly rowNormsSquared: Float64Array;
  /** Of each row; measurements are multiplied by them when the system is solved. */
  readonly weights: Float64Array;
  readonly matrix: RowMatrix;
  /** What a method of tensors needs of the system times its `matrixScale`, made once, of unknowns in one axis. */
  prepared(solver: keyof typeof solvers): Promise<PreparedSolver>;
  /** Frees the memory. The system cannot be used afterwards. */
  dispose(): void;
}

/** How a system is opened. `weights`, [row], not negative, multiply rows and measurements; left out, they are 1. */
export type SystemOptions = Pick<RowOptions, 'weights' | 'signal'>;

function linearSystem(matrix: RowMatrix): LinearSystem {
  const { rows, columns, complex, bytes, rowNormsSquared, weights } = matrix;
  const prepared = openPreparedSolvers(matrix, matrixScale(matrix));
  return {
    rows,
    columns,
    complex,
    bytes,
    rowNormsSquared,
    weights,
    matrix,
    prepared: (solver) => prepared.of(solver),
    dispose: () => {
      prepared.dispose();
      void matrix.dispose();
    },
  };
}

/**
 * The system of a matrix [row, column], real or complex, which is copied once; the array is not kept. Values are rounded to
 * float32.
 *
 * Throws DATA_SHAPE_MISMATCH, DATA_FORMAT for values or weights that are not finite, OUT_OF_MEMORY with both numbers for a
 * matrix of more than 4 GiB, CANCELLED.
 */
export async function denseSystem(matrix: NdArray, options: SystemOptions = {}): Promise<LinearSystem> {
  return linearSystem(await openDenseRows(matrix, options));
}

/** As `denseSystem`, of a matrix of which most values are 0. */
export async function sparseSystem(rows: SparseRows, options: SystemOptions = {}): Promise<LinearSystem> {
  return linearSystem(await openSparseRows(rows, options));
}

/**
 * The equations of a system with other weights, [row]; left out, they are 1. The matrix is shared, not copied: the result can be
 * used as long as `system`, and disposing of it frees only what it has of its own. Throws as `denseSystem` for weights.
 */
export function reweightedSystem({ matrix }: LinearSystem, weights?: Float32Array): LinearSystem {
  return linearSystem(reweightedRows(matrix, weights));
}

/**
 * As `denseSystem`, of patches that each see some of the unknowns: the rows of all patches, one patch after the other. A matrix
 * that several patches share is copied once.
 */
export async function patchedSystem(patches: PatchedRows, options: SystemOptions = {}): Promise<LinearSystem> {
  return linearSystem(await openPatchedRows(patches, options));
}
