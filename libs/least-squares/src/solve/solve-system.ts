import { solverParameters } from '@rondel/compute/solvers';
import { RondelError, type NdArray } from '@rondel/contracts';
import type { LinearSystem } from '../system/linear-system.js';
import { arrayOf, measurementValues } from '../system/measurements.js';
import { solveDirectly } from './direct.js';
import { solveByKaczmarz } from './kaczmarz.js';
import type { SolveOptions } from './solve-options.js';
import { solveByTensors } from './tensor-solvers.js';

/**
 * Solves A x = b in the sense of the solver and its terms, for each measurement [entry, row] or [row] by itself. Weights of the
 * system multiply rows and measurements.
 *
 * @returns x [entry, column], complex64 where the system is complex, else float32. Throws PLAN_INVALID_VALUE,
 * DATA_SHAPE_MISMATCH, DATA_FORMAT, OUT_OF_MEMORY, CANCELLED, STEP_FAILED.
 */
export async function solveSystem(
  system: LinearSystem,
  b: NdArray,
  options: SolveOptions,
): Promise<NdArray<Float32Array>> {
  const values = measurementValues(system, b);
  const x = await solutionOf(system, values, options);
  return arrayOf(x, system.complex, system.columns, 'column');
}

function solutionOf(system: LinearSystem, b: Float32Array, options: SolveOptions): Promise<Float32Array> {
  const { solver, parameters = {}, transform } = options;
  if (transform !== undefined && !system.complex) {
    throw new RondelError('INTERNAL', 'unknowns that are coefficients of an image are those of a complex system');
  }
  switch (solver) {
    case 'Kaczmarz':
      return solveByKaczmarz(system, b, options, { ...solverParameters.Kaczmarz, ...parameters });
    case 'DirectSolver':
    case 'PseudoInverse':
      return solveDirectly(system, b, options);
    default:
      return solveByTensors(solver, system, b, options);
  }
}
