import {
  multiplyByRows,
  openRowSweeps,
  planesOf,
  sweepBytes,
  type RowSweeps,
  type SweepOptions,
} from '@rondel/compute';
import type { SolverParameters } from '@rondel/compute/solvers';
import { RondelError } from '@rondel/contracts';
import type { LinearSystem } from '../system/linear-system.js';
import { arrayOf } from '../system/measurements.js';
import { openGreedyRows, type GreedyRows } from './greedy-rows.js';
import { normalizationFactors } from './normalization.js';
import { countedIterations, flat, partCheckpoint, solveInParts, type Part, type PartState } from './parts.js';
import { numbersOf, rowOrder, rowsOfIteration } from './row-order.js';
import type { SolveOptions } from './solve-options.js';
import { sweepTerms, type SweepTerms } from './sweep-terms.js';

const usualBytesAtWork = 256 * 1024 * 1024;

type KaczmarzParameters = Pick<
  SolverParameters,
  'iterations' | 'randomized' | 'greedy_randomized' | 'subMatrixFraction' | 'shuffleRows' | 'seed' | 'theta'
>;

/** That of the method before it was relaxed. */
const usualTheta = 0.5;

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
  /** Where each row is chosen by what the ones before have left. */
  readonly greedy: GreedyRows | undefined;
}

function checkParameters(parameters: KaczmarzParameters): void {
  const { iterations, greedy_randomized, randomized, shuffleRows, theta = usualTheta } = parameters;
  const refuse = (rule: string, at: keyof KaczmarzParameters) => {
    throw new RondelError('PLAN_INVALID_VALUE', `Kaczmarz: ${rule}.`, { at });
  };
  if (!(Number.isInteger(iterations) && iterations >= 1)) {
    refuse(`iterations must be an integer >= 1, got ${iterations}`, 'iterations');
  }
  if (!greedy_randomized) return;
  if (randomized || shuffleRows)
    refuse('greedy_randomized is an order by itself: set the others to false', 'greedy_randomized');
  if (!(theta >= 0 && theta <= 1)) refuse(`theta of greedy_randomized must be at most 1, got ${theta}`, 'theta');
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
  const fitting = Math.max(1, Math.floor((options.bytesAtWork ?? usualBytesAtWork) / sweepBytes(system.matrix)));
  const greedy = parameters.greedy_randomized ? await openGreedyRows(system, options.signal) : undefined;
  // Which rows a measurement takes depends on its residuals.
  const most = greedy === undefined ? fitting : 1;
  const problem = { system, b, parameters, terms, factors, options, greedy, order: rowOrder(system, parameters) };
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
      const misfits =
        problem.greedy === undefined
          ? await sweptOver(sweeps, { lambda, rows: order(iteration), signal: options.signal })
          : await sweptGreedily(sweeps, problem, { greedy: problem.greedy, b, lambda: lambda[0] ?? 0, iteration });
      for (const step of terms.steps) step(sweeps, { factors, iteration });
      const residual = Math.max(...misfits.map((misfit, entry) => misfit / (norms[entry] || 1)));
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

async function sweptOver(sweeps: RowSweeps, options: SweepOptions): Promise<Float64Array> {
  await sweeps.sweep(options);
  return sweeps.misfits();
}

interface GreedySweep {
  readonly greedy: GreedyRows;
  /** Of the one measurement at work. */
  readonly b: Float32Array;
  readonly lambda: number;
  readonly iteration: number;
}

/** Steps along rows that are chosen one by one, as many as an iteration takes. Returns the misfit at its beginning. */
async function sweptGreedily(
  sweeps: RowSweeps,
  { system, parameters, options: { signal } }: Problem,
  { greedy, b, lambda, iteration }: GreedySweep,
): Promise<Float64Array> {
  const { theta = usualTheta, seed, subMatrixFraction } = parameters;
  const misfit = misfitOf(system, b, sweeps);
  const root = Math.sqrt(lambda);
  const multipliers = sweeps.multipliers();
  greedy.restart(misfit.map((value, at) => value - root * (multipliers[at] ?? NaN)));
  const choice = { lambda, theta, next: numbersOf(seed, iteration) };
  for (let step = 0; step < rowsOfIteration(system, subMatrixFraction); step++) {
    const row = greedy.next(choice);
    if (row === undefined) break;
    await sweeps.sweep({ lambda, rows: Uint32Array.of(row), signal });
  }
  return Float64Array.of(Math.sqrt(misfit.reduce((sum, value) => sum + value * value, 0)));
}

/** W (b - A x) of the one measurement at work. */
function misfitOf({ matrix, rows, columns, complex, weights }: LinearSystem, b: Float32Array, sweeps: RowSweeps) {
  const parts = complex ? 2 : 1;
  const products = multiplyByRows(matrix, sweeps.unknowns(planesOf(columns, 1)), 1);
  return Float64Array.from(b, (value, at) => {
    const [row, part] = [Math.floor(at / parts), at % parts];
    return (weights[row] ?? NaN) * value - (products[part * rows + row] ?? NaN);
  });
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
