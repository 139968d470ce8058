import {
  add,
  cast,
  dispose,
  greater,
  mul,
  reshape,
  sub,
  tidy,
  zerosLike,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core';
import type { LinearTransform, Penalty, Weight } from '../prox/penalty.js';
import { batchDot } from './batch-reduction.js';
import { largestEigenvalue, safeShare } from './largest-eigenvalue.js';
import type { LeastSquaresMap, LeastSquaresProblem, Solver, SolverMethod, SolverState } from './least-squares.js';
import { checkParameters, convergence, standingFrom, stillActive } from './solve.js';
import { solverParameters } from './solver-parameters.js';
import { takeSnapshot, tensorFrom, type SolverSnapshot } from './solver-snapshot.js';
import { checkTerms, constraintsOf, penaltiesOf, projectAll, scaled, type Term } from './terms.js';

export type PrimalDualProblem = LeastSquaresProblem<'iterations' | 'sigma' | 'tau' | 'epsilon'> & {
  /** Norm of the operator and all transforms, one below the other. */
  readonly operatorNorm: number;
};

export interface PrimalDualState extends SolverState {
  readonly b: Tensor;
  /** 2 x - (the x before) */
  readonly ahead: Tensor;
  /** Dual variables of the data and of each penalty. */
  readonly misfit: Tensor;
  readonly duals: Tensor[];
}

/**
 * The primal-dual method of Chambolle and Pock (2011, Journal of Mathematical Imaging and Vision 40, algorithm 1): min
 * (1/2) ||A x - b||^2 + sum of lambda g(transform x) over constraints, which hold in every iterate. Total variation is
 * split into the gradient and its magnitudes, so that nothing is approximated within an iteration.
 *
 * Steps are sigma and tau in units of 0.95 / (norm of all operators), so that it converges for sigma tau <= 1;
 * RegularizedLeastSquares.jl takes them as they are, which converges only for operators of a norm below 1. `norm` is that of
 * the change of x; an entry stops when it has fallen to `epsilon` of the first.
 */
export function primalDual(problem: PrimalDualProblem): Solver<PrimalDualState> {
  checkParameters('PrimalDualSolver', { iterations: problem.iterations, relTol: problem.epsilon });
  checkTerms('PrimalDualSolver', problem.terms, { most: Infinity, transforms: true });
  const { terms } = problem;
  return {
    iterations: problem.iterations,
    start: (b) => startPrimalDual(problem, b),
    iterate: (state) => iteratePrimalDual(problem, state),
    snapshot: snapshotOfPrimalDual,
    resume: (b, snapshot) => resumePrimalDual(terms, b, snapshot),
    solution: ({ x }) => x.clone(),
  };
}

/** See `primalDual`. The norm is found for each problem anew, as its transforms belong to it. */
export const primalDualMethod: SolverMethod = {
  prepare: (map, imageShape) => ({
    solving(terms, use) {
      const parameters = { ...solverParameters.PrimalDualSolver, ...terms };
      const operatorNorm = Math.sqrt(largestEigenvalue(stackedNormal(map, terms.terms), imageShape));
      return use(primalDual({ ...map, ...parameters, operatorNorm }));
    },
    dispose: () => undefined,
  }),
};

interface DualPart {
  readonly transform: LinearTransform;
  readonly penalty: Penalty;
  readonly lambda: Weight;
}

function dualParts(terms: readonly Term[]): DualPart[] {
  return penaltiesOf(terms).map(({ penalty, lambda, transform }) => {
    if (transform !== undefined || penalty.split === undefined) {
      return { penalty, lambda, transform: transform ?? { apply: (x) => x.clone(), adjoint: (y) => y.clone() } };
    }
    return { ...penalty.split, lambda };
  });
}

function stackedNormal({ apply, adjoint }: LeastSquaresMap, terms: readonly Term[]): (x: Tensor) => Tensor {
  return (x) =>
    dualParts(terms).reduce(
      (sum, { transform }) => add(sum, reshape(transform.adjoint(transform.apply(x)), x.shape)),
      adjoint(apply(x)),
    );
}

function startPrimalDual(problem: PrimalDualProblem, b: Tensor): PrimalDualState {
  return tidy(() => {
    const right = problem.adjoint(b);
    const x = zerosLike(right);
    const norm = batchDot(right, right);
    const started = {
      iteration: 0,
      x,
      b: b.clone(),
      ahead: x.clone(),
      misfit: zerosLike(b),
      duals: dualParts(problem.terms).map(({ transform }) => zerosLike(transform.apply(x))),
      // Of the first step, which goes along A' b.
      norm: mul<Tensor1D>(norm, stepsOf(problem).tau ** 2),
      initialNorm: mul<Tensor1D>(norm, stepsOf(problem).tau ** 2),
      active: cast<Tensor1D>(greater(norm, 0), 'float32'),
    };
    return { ...started, ...convergence('PrimalDualSolver', started) };
  });
}

function stepsOf({ sigma, tau, operatorNorm }: PrimalDualProblem) {
  return { sigma: (safeShare * sigma) / operatorNorm, tau: (safeShare * tau) / operatorNorm };
}

function iteratePrimalDual(problem: PrimalDualProblem, state: PrimalDualState): PrimalDualState {
  const { apply, adjoint, terms, epsilon } = problem;
  const { x, b, ahead, misfit, duals, active } = state;
  const { sigma, tau } = stepsOf(problem);
  const next = tidy(() => {
    const kept = (before: Tensor, candidate: Tensor) => add(before, mul(sub(candidate, before), active));
    const nextMisfit = tidy(() => kept(misfit, mul(add(misfit, mul(sub(apply(ahead), b), sigma)), 1 / (1 + sigma))));
    const parts = dualParts(terms);
    const nextDuals = parts.map(({ transform, penalty, lambda }, index) =>
      tidy(() => {
        const before = duals[index] ?? zerosLike(ahead);
        const point = tidy(() => add(before, mul(transform.apply(ahead), sigma)));
        // Moreau: the proximal map of the conjugate from that of the penalty.
        const near = tidy(() => penalty.prox(mul(point, 1 / sigma), scaled(lambda, 1 / sigma), state.iteration));
        return kept(before, sub(point, mul(near, sigma)));
      }),
    );
    const nextX = tidy(() => {
      const pull = parts.reduce(
        (sum, { transform }, index) => add(sum, reshape(transform.adjoint(nextDuals[index] ?? x), x.shape)),
        adjoint(nextMisfit),
      );
      return kept(x, projectAll(constraintsOf(terms), sub(x, mul(pull, tau))));
    });
    const change = sub(nextX, x);
    const norm = tidy(() => batchDot(change, change));
    const result = {
      iteration: state.iteration + 1,
      x: nextX,
      b: b.clone(),
      ahead: add(nextX, change),
      misfit: nextMisfit,
      duals: nextDuals,
      norm,
      initialNorm: state.initialNorm.clone(),
      active: stillActive({ ...state, norm }, epsilon),
    };
    return { ...result, ...convergence('PrimalDualSolver', result) };
  });
  dispose({ ...state });
  return next;
}

function snapshotOfPrimalDual(state: PrimalDualState): SolverSnapshot {
  const { iteration, x, ahead, misfit, duals, norm, initialNorm, active } = state;
  const named = Object.fromEntries(duals.map((dual, index) => [`dual${index}`, dual] as const));
  return takeSnapshot({ iteration }, { x, ahead, misfit, norm, initialNorm, active, ...named });
}

function resumePrimalDual(terms: readonly Term[], b: Tensor, snapshot: SolverSnapshot): PrimalDualState {
  return tidy(() => {
    const batch = b.shape.at(-1) ?? 1;
    const shapeOf = (name: string) => [...(snapshot.arrays[name]?.shape.slice(0, -1) ?? []), batch];
    const resumed = {
      x: tensorFrom(snapshot, 'x', shapeOf('x')),
      b: b.clone(),
      ahead: tensorFrom(snapshot, 'ahead', shapeOf('x')),
      misfit: tensorFrom(snapshot, 'misfit', b.shape),
      duals: dualParts(terms).map((_, index) => tensorFrom(snapshot, `dual${index}`, shapeOf(`dual${index}`))),
      ...standingFrom(snapshot, batch),
    };
    return { ...resumed, ...convergence('PrimalDualSolver', resumed) };
  });
}
