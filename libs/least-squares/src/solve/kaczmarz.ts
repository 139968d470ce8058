import { openRowSweeps, sweepBytes, type RowSweeps } from '@rondel/compute';
import type { SolverParameters } from '@rondel/compute/solvers';
import { float32Array, RondelError } from '@rondel/contracts';
import type { Checkpoint } from '@rondel/reco';
import type { LinearSystem } from '../system/linear-system.js';
import { arrayOf } from '../system/measurements.js';
import { squaredNormTerms, type SquaredNormTerms } from './squared-norm-terms.js';
import { normalizationFactors } from './normalization.js';
import { rowOrder } from './row-order.js';
import type { SolveOptions, UnknownsTransform } from './solve-options.js';

const usualBytesAtWork = 256 * 1024 * 1024;

type KaczmarzParameters = Pick<
  SolverParameters,
  'iterations' | 'randomized' | 'greedy_randomized' | 'subMatrixFraction' | 'shuffleRows' | 'seed' | 'theta'
>;

interface Problem {
  readonly system: LinearSystem;
  readonly parameters: KaczmarzParameters;
  readonly terms: SquaredNormTerms;
  /** [entry], normalized. */
  readonly lambdas: Float64Array;
  readonly options: SolveOptions;
  readonly order: (iteration: number) => Uint32Array | undefined;
}

/** Some of the measurements, one after the other. */
interface Part {
  readonly b: Float32Array;
  readonly first: number;
  readonly index: number;
  readonly count: number;
  /** Values of x of the parts before. */
  readonly finished: Float32Array;
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
 * Kaczmarz' method (see `RowSweeps.sweep`) on measurements [entry, row], and after every iteration the projections. Returns x
 * [entry, column].
 */
export async function solveByKaczmarz(
  system: LinearSystem,
  b: Float32Array,
  options: SolveOptions,
  parameters: KaczmarzParameters,
): Promise<Float32Array> {
  checkParameters(parameters);
  const terms = squaredNormTerms('Kaczmarz', options.terms);
  const factors = normalizationFactors(options.normalization ?? 'NoNormalization', system, b);
  const lambdas = factors.map((factor) => factor * terms.lambda);
  const problem = { system, parameters, terms, lambdas, options, order: rowOrder(system, parameters) };
  const perEntry = system.rows * (system.complex ? 2 : 1);
  const entries = b.length / perEntry;
  const most = Math.max(1, Math.floor((options.bytesAtWork ?? usualBytesAtWork) / sweepBytes(system.matrix)));
  const unknowns = system.columns * (system.complex ? 2 : 1);
  const all = new Float32Array(entries * unknowns);
  const begun = await options.checkpoint?.restore();
  const count = Math.ceil(entries / most);
  const firstPart = begun?.numbers['part'] ?? 0;
  if (begun !== undefined) all.set(begun.arrays['finished']?.data ?? []);
  for (let index = firstPart; index < count; index++) {
    const first = index * most;
    const part = {
      b: b.subarray(first * perEntry, (first + most) * perEntry),
      first,
      index,
      count,
      finished: all.subarray(0, first * unknowns),
    };
    all.set(await solvePart(problem, part, index === firstPart ? begun : undefined), first * unknowns);
  }
  return all;
}

async function solvePart(problem: Problem, part: Part, begun: Checkpoint | undefined): Promise<Float32Array> {
  const { system, parameters, terms, options, order } = problem;
  const sweeps = await openRowSweeps(system.matrix, part.b);
  try {
    const lambda = problem.lambdas.subarray(part.first, part.first + sweeps.entries);
    const norms = measurementNorms(system, part.b);
    const start = begun === undefined ? 0 : resume(sweeps, begun);
    for (let iteration = start; iteration < parameters.iterations; iteration++) {
      await sweeps.sweep({ lambda, rows: order(iteration), signal: options.signal });
      project(sweeps, terms, options.transform);
      const residuals = sweeps.misfits().map((misfit, entry) => misfit / (norms[entry] || 1));
      const counted = part.index * parameters.iterations + iteration + 1;
      const iterations = part.count * parameters.iterations;
      const residual = Math.max(...residuals);
      if (!Number.isFinite(residual)) throw tooLarge();
      await options.onIteration?.({
        iteration: counted,
        iterations,
        residual,
        firstEntry: part.first,
        x: () => arrayOf(sweeps.unknowns(), system.complex, system.columns, 'column'),
      });
      await options.checkpoint?.save(() => ({
        iteration: counted,
        iterations,
        numbers: { part: part.index, done: iteration + 1 },
        arrays: {
          finished: flat(part.finished),
          unknowns: flat(sweeps.unknowns()),
          multipliers: flat(sweeps.multipliers()),
        },
      }));
    }
    return sweeps.unknowns();
  } finally {
    sweeps.close();
  }
}

/** Applies the projections to x, or to what x are the coefficients of. */
function project(sweeps: RowSweeps, { projections }: SquaredNormTerms, transform: UnknownsTransform | undefined): void {
  if (transform === undefined) {
    for (const projection of projections) sweeps.project(projection);
    return;
  }
  if (projections.length === 0) return;
  const values = sweeps.unknowns();
  transform.forward(values);
  const isPositive = projections.includes('positive');
  for (let at = 0; at < values.length; at += 2) {
    if (isPositive) values[at] = Math.max(0, values[at] ?? 0);
    values[at + 1] = 0;
  }
  transform.adjoint(values);
  sweeps.setUnknowns(values);
}

function flat(values: Float32Array) {
  return float32Array(values, [values.length]);
}

function tooLarge(): RondelError {
  return new RondelError(
    'STEP_FAILED',
    'Kaczmarz: the residual is not finite. The measurement or the system matrix holds values too large for float32.',
  );
}

/** Puts the state of a lost attempt back; returns how many iterations it has done. */
function resume(sweeps: RowSweeps, { numbers, arrays }: Checkpoint): number {
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
