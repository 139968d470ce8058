import {
  denseOperator,
  rowsOperator,
  rowValues,
  takingTurns,
  type LinearOperator,
  type PreparedSolver,
  type RowBlock,
  type RowMatrix,
} from '@rondel/compute';
import { solvers } from '@rondel/compute/solvers';
import { getBackend } from '@tensorflow/tfjs-core';

/** Bytes of a tensor with rows of the matrix: devices bound what a buffer may have. */
const blockBytes = 64 * 1024 * 1024;

export interface PreparedSolvers {
  of(solver: keyof typeof solvers): Promise<PreparedSolver>;
  dispose(): void;
}

/**
 * What methods of tensors need of a matrix times a scale: its operator and what each of them makes of that, made when it is first
 * asked for. Unknowns have one axis, however many their image has: engines know few axes, webgpu four of some operations.
 */
export function openPreparedSolvers(matrix: RowMatrix, scale: number): PreparedSolvers {
  const prepared = new Map<keyof typeof solvers, PreparedSolver>();
  let operator: LinearOperator | undefined;
  return {
    async of(solver) {
      const held = prepared.get(solver);
      if (held !== undefined) return held;
      operator ??= await operatorOf(matrix, scale);
      const method = await solvers[solver].load();
      const { apply, adjoint } = operator;
      const made = method.prepare({ apply, adjoint }, [...(matrix.complex ? [2] : []), matrix.columns]);
      prepared.set(solver, made);
      return made;
    },
    dispose() {
      for (const one of prepared.values()) one.dispose();
      prepared.clear();
      operator?.dispose();
      operator = undefined;
    },
  };
}

/** On a device of its own a whole matrix is worth its copy; else rows are multiplied where they are. */
async function operatorOf(matrix: RowMatrix, scale: number): Promise<LinearOperator> {
  if (matrix.layout !== 'whole' || getBackend() === 'wasm') return rowsOperator(matrix, scale);
  const { columns, complex } = matrix;
  const blocks: RowBlock[] = [];
  const turn = takingTurns();
  const most = Math.max(1, Math.floor(blockBytes / (columns * (complex ? 8 : 4))));
  for (let first = 0; first < matrix.rows; first += most) {
    const rows = Math.min(most, matrix.rows - first);
    blocks.push({ rows, values: inPlanes(rowValues(matrix, first, rows, scale), complex) });
    await turn();
  }
  return denseOperator({ columns, complex, blocks });
}

/** Real parts before imaginary ones. */
function inPlanes(pairs: Float32Array, complex: boolean): Float32Array {
  if (!complex) return pairs;
  const half = pairs.length / 2;
  return Float32Array.from(pairs, (_, at) => pairs[at < half ? 2 * at : 2 * (at - half) + 1] ?? NaN);
}
