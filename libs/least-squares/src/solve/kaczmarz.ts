import { openRowSweeps, sweepBytes, type RowSweeps } from '@rondel/compute';
import type { SolverParameters } from '@rondel/compute/solvers';
import { RondelError } from '@rondel/contracts';
import type { LinearSystem } from '../system/linear-system.js';
import { arrayOf } from '../system/measurements.js';
import { normalizationFactors } from './normalization.js';
import { countedIterations, flat, partCheckpoint, solveInParts, type Part, type PartState } from './parts.js';
import { rowOrder } from './row-order.js';
import type { SolveOptions } from './solve-options.js';
import { sweepTerms, type SweepTerms } from './sweep-terms.js';

const usualBytesAtWork = 256 * 1024 * 1024;

type KaczmarzParameters = Pick<
  SolverParameters,
  'iterations' | 'randomized' | 'greedy_randomized' | 'subMatrixFraction' | 'shuffleRows' | 'seed' | 'theta'
>;

interface Problem {
  readonly system: LinearSystem;
  /** [entry, row], pairs where the system is complex. */
  readonly b: Float32Array;
  readonly parameters: KaczmarzParameters;
  readonly terms: SweepTerms;
  /** Of each measurement. */
  readonly factors: Float64Array;
  readonly options: SolveOptions;
  readonly order: (iteration: number) => Uint32Array | undefined;
}

function checkParameters({ iterations, greedy_randomized }: KaczmarzParameters): void {
  if (greedy_randomized) {
    const rule = 'greedy_randomized is not built here: set it to false, or take randomized or shuffleRows.';
    throw new RondelError('PLAN_INVALID_VALUE', `Kaczmarz: ${rule}`, { at: 'greedy_randomized' });
  }
  if (Number.isInteger(iterations) && iterations >= 1) return;
  throw new RondelError('PLAN_INVALID_VALUE', `Kaczmarz: iterations must be an integer >= 1, got ${iterations}.`, {
    at: 'iterations',
  });
}

/**
 * Kaczmarz' method (see `RowSweeps.sweep`) on measurements [entry, row]; after every iteration the constraints, and then the
 * proximal map of one further term. Returns x [entry, column].
 */
export async function solveByKaczmarz(
  system: LinearSystem,
  b: Float32Array,
  options: SolveOptions,
  parameters: KaczmarzParameters,
): Promise<Float32Array> {
  checkParameters(parameters);
  const factors = normalizationFactors(options.normalization ?? 'NoNormalization', system, b);
  const terms = sweepTerms(system, options);
  const problem = { system, b, parameters, terms, factors, options, order: rowOrder(system, parameters) };
  const most = Math.max(1, Math.floor((options.bytesAtWork ?? usualBytesAtWork) / sweepBytes(system.matrix)));
  const sizes = { entries: factors.length, most, unknowns: system.columns * (system.complex ? 2 : 1) };
  try {
    return await solveInParts(sizes, options, (part, begun) => solvePart(problem, part, begun));
  } finally {
    terms.dispose();
  }
}

async function solvePart(problem: Problem, part: Part, begun: PartState | undefined): Promise<Float32Array> {
  const { system, parameters, terms, options, order } = problem;
  const perEntry = system.rows * (system.complex ? 2 : 1);
  const b = problem.b.subarray(part.first * perEntry, (part.first + part.entries) * perEntry);
  const factors = problem.factors.subarray(part.first, part.first + part.entries);
  const lambda = factors.map((factor) => factor * terms.lambda);
  const sweeps = openRowSweeps(system.matrix, b);
  try {
    const norms = measurementNorms(system, b);
    const start = begun === undefined ? 0 : resume(sweeps, begun);
    for (let iteration = start; iteration < parameters.iterations; iteration++) {
      await sweeps.sweep({ lambda, rows: order(iteration), signal: options.signal });
      for (const step of terms.steps) step(sweeps, { factors, iteration });
      const residual = Math.max(...sweeps.misfits().map((misfit, entry) => misfit / (norms[entry] || 1)));
      if (!Number.isFinite(residual)) throw tooLarge();
      const counted = countedIterations(part, iteration + 1, parameters.iterations);
      await options.onIteration?.({
        ...{ ...counted, residual, firstEntry: part.first },
        x: () => arrayOf(sweeps.unknowns(), system.complex, system.columns, 'column'),
      });
      await options.checkpoint?.save(() => partCheckpoint(part, stateOf(sweeps, iteration + 1), counted));
    }
    return sweeps.unknowns();
  } finally {
    sweeps.close();
  }
}

function tooLarge(): RondelError {
  return new RondelError(
    'STEP_FAILED',
    'Kaczmarz: the residual is not finite. The measurement or the system matrix holds values too large for float32.',
  );
}

function stateOf(sweeps: RowSweeps, done: number): PartState {
  const arrays = { unknowns: flat(sweeps.unknowns()), multipliers: flat(sweeps.multipliers()) };
  return { numbers: { done }, arrays };
}

/** Puts the state of a lost attempt back; returns how many iterations it has done. */
function resume(sweeps: RowSweeps, { numbers, arrays }: PartState): number {
  const { unknowns, multipliers } = arrays;
  if (unknowns === undefined || multipliers === undefined) {
    throw new RondelError('STEP_FAILED', 'A checkpoint of Kaczmarz must have unknowns and multipliers.');
  }
  sweeps.setUnknowns(unknowns.data);
  sweeps.setMultipliers(multipliers.data);
  return numbers['done'] ?? 0;
}

/** ||W b|| of each measurement. */
function measurementNorms({ rows, complex, weights }: LinearSystem, b: Float32Array): Float64Array {
  const parts = complex ? 2 : 1;
  return Float64Array.from({ length: b.length / (rows * parts) }, (_, entry) => {
    const own = b.subarray(entry * rows * parts, (entry + 1) * rows * parts);
    return Math.sqrt(own.reduce((sum, value, at) => sum + ((weights[Math.floor(at / parts)] ?? NaN) * value) ** 2, 0));
  });
}
