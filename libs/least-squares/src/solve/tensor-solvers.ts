import {
  disposeState,
  isDone,
  planesOf,
  pairsOf,
  prepareProducts,
  processorThreads,
  takingTurns,
  type PreparedSolver,
  type Solver,
  type SolverState,
  type Term,
} from '@rondel/compute';
import { solverParameters, solvers, type SolverParameters } from '@rondel/compute/solvers';
import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import type { LinearSystem } from '../system/linear-system.js';
import { arrayOf } from '../system/measurements.js';
import { normalizationFactors, normalizedWeight } from './normalization.js';
import { countedIterations, partCheckpoint, solveInParts, type Part, type PartState } from './parts.js';
import { scaledParameters, scaledTerms, scalingOf, type Scaling } from './scaling.js';
import type { SolveOptions } from './solve-options.js';
import { imageShape, reordered, termsOfUnknowns, vectorShape } from './tensor-unknowns.js';
import { termsOf } from './terms-of.js';

const usualBytesAtWork = 256 * 1024 * 1024;
/** Bytes of the matrix times measurements that one product may take for each thread, so that nobody waits long for it. */
const bytesPerProduct = 1024 ** 3;

export type TensorSolverName = keyof typeof solvers;

/**
 * A method of `@rondel/compute` on measurements [entry, row]: all of a part at once, and each by itself. They are solved for
 * multiples by powers of two, see `Scaling`. Returns x [entry, column].
 */
export async function solveByTensors(
  name: TensorSolverName,
  system: LinearSystem,
  b: Float32Array,
  options: SolveOptions,
): Promise<Float32Array> {
  const factors = normalizationFactors(options.normalization ?? 'NoNormalization', system, b);
  const shape = imageShape(system, options);
  const scaling = scalingOf(system, b);
  const parameters = scaledParameters(name, { ...solverParameters[name], ...options.parameters }, scaling);
  const held = termsOf(scaledTerms(options.terms, scaling), { shape, complex: system.complex, flat: true });
  try {
    await prepareProducts(system.matrix);
    const prepared = await system.prepared(name);
    const sizes = { entries: factors.length, most: mostAtOnce(name, system, options), unknowns: unknownsOf(system) };
    return await solveInParts(sizes, options, async (part, begun) => {
      const own = factors.subarray(part.first, part.first + part.entries);
      const terms = normalized(termsOfUnknowns(held.terms, options.transform), own);
      try {
        return await solvePart(prepared, { system, b, options, parameters, scaling, part, terms }, begun);
      } finally {
        for (const term of terms) if ('lambda' in term && typeof term.lambda !== 'number') term.lambda.dispose();
      }
    });
  } finally {
    held.dispose();
  }
}

function unknownsOf({ columns, complex }: LinearSystem): number {
  return columns * (complex ? 2 : 1);
}

function mostAtOnce(name: TensorSolverName, system: LinearSystem, { bytesAtWork = usualBytesAtWork }: SolveOptions) {
  const { copies } = solvers[name];
  const bytes = 4 * (system.complex ? 2 : 1) * (copies.sinogram * system.rows + copies.image * system.columns);
  const products = (bytesPerProduct * processorThreads()) / system.bytes;
  return Math.max(1, Math.floor(Math.min(bytesAtWork / bytes, products)));
}

function normalized(terms: readonly Term[], factors: Float64Array): Term[] {
  return terms.map((term) => {
    if ('constraint' in term) return term;
    return { ...term, lambda: normalizedWeight(term.lambda, factors) };
  });
}

interface PartProblem {
  readonly system: LinearSystem;
  readonly b: Float32Array;
  readonly options: SolveOptions;
  /** Of the scaled problem, as its terms are. */
  readonly parameters: Partial<SolverParameters>;
  readonly scaling: Scaling;
  readonly part: Part;
  readonly terms: readonly Term[];
}

function solvePart(prepared: PreparedSolver, problem: PartProblem, begun: PartState | undefined) {
  const { parameters, terms } = problem;
  return prepared.solving({ ...parameters, terms }, (solver) => iterate(solver, problem, begun));
}

async function iterate<S extends SolverState>(
  solver: Solver<S>,
  problem: PartProblem,
  begun: PartState | undefined,
): Promise<Float32Array> {
  const { options, part, system } = problem;
  const turn = takingTurns();
  let state = startOf(solver, problem, begun);
  try {
    while (!isDone(solver, state)) {
      await prepareProducts(system.matrix);
      state = solver.iterate(state);
      const current = state;
      const counted = countedIterations(part, current.iteration, solver.iterations);
      await options.onIteration?.({
        ...{ ...counted, residual: current.relativeResidual, firstEntry: part.first },
        x: () => arrayOf(valuesOf(solver.solution(current), problem), system.complex, system.columns, 'column'),
      });
      await options.checkpoint?.save(() => partCheckpoint(part, solver.snapshot(current), counted));
      await turn(options.signal);
    }
    return valuesOf(solver.solution(state), problem);
  } finally {
    disposeState(state);
  }
}

/** State before the first iteration, or where a checkpoint says that the part is. */
function startOf<S extends SolverState>(solver: Solver<S>, problem: PartProblem, begun: PartState | undefined): S {
  const b = measurementTensor(problem);
  try {
    return begun === undefined ? solver.start(b) : solver.resume(b, begun);
  } finally {
    b.dispose();
  }
}

/** t W b of the part, [row, batch], complex ones [part, row, batch]. */
function measurementTensor({ system, b, part, scaling }: PartProblem): Tensor {
  const { rows, complex, weights } = system;
  const parts = complex ? 2 : 1;
  const own = b
    .subarray(part.first * rows * parts, (part.first + part.entries) * rows * parts)
    .map((value, at) => value * scaling.measurement * (weights[Math.floor(at / parts) % rows] ?? NaN));
  const size = { extent: rows, entries: part.entries, complex };
  const planes = reordered(own, size, pairsOf(rows, complex), planesOf(rows, part.entries));
  return tensor(planes, [...vectorShape(system, rows), part.entries]);
}

/** x [entry, column] of x', which is disposed. */
function valuesOf(x: Tensor, { system: { columns, complex }, scaling }: PartProblem): Float32Array {
  const entries = x.shape.at(-1) ?? 1;
  const size = { extent: columns, entries, complex };
  const values = reordered(x.dataSync<'float32'>(), size, planesOf(columns, entries), pairsOf(columns, complex));
  x.dispose();
  const back = scaling.matrix / scaling.measurement;
  return values.map((value) => value * back);
}
