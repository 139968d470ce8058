import { add, dispose, mul, sub, tidy, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import { batchDot } from './batch-reduction.js';
import { eigenvalueMethod, proximal } from './gradient-step.js';
import { safeShare } from './largest-eigenvalue.js';
import type { LeastSquaresProblem, Solver, SolverMethod, SolverState } from './least-squares.js';
import { factorOf, momentumFrom, momentumNumbers, momentumOf, nextTheta, type Momentum } from './momentum.js';
import { checkParameters, convergence, standingAtStart, standingFrom, stillActive } from './solve.js';
import { solverParameters } from './solver-parameters.js';
import { takeSnapshot, tensorFrom, type SolverSnapshot } from './solver-snapshot.js';
import { checkTerms } from './terms.js';

export type FistaProblem = LeastSquaresProblem<'iterations' | 'relTol' | 'theta' | 'restart'> & {
  /** Step size, at most 1 / (largest eigenvalue of A' A). */
  readonly step: number;
};

export interface FistaState extends SolverState {
  readonly b: Tensor;
  /** Where the next gradient step begins: x and some of the way that the last iteration went. */
  readonly ahead: Tensor;
  /** A' (b - A ahead) */
  readonly descent: Tensor;
  readonly theta: Momentum;
}

/**
 * The fast iterative shrinkage-thresholding algorithm: min (1/2) ||A x - b||^2 + lambda g(x) with one penalty, over
 * constraints that hold in every iterate (Beck and Teboulle 2009, SIAM Journal on Imaging Sciences 2), as
 * RegularizedLeastSquares.jl has it. The restart is by the whole gradient, (O'Donoghue and Candes 2015, section 3.2);
 * that of the data alone, which the library looks at, does not vanish at the solution.
 *
 * `norm` is that of A' (b - A x) where the next step begins, as there: it falls to 0 only where lambda is 0.
 */
export function fista(problem: FistaProblem): Solver<FistaState> {
  checkParameters('FISTA', problem);
  checkTerms('FISTA', problem.terms, { most: 1 });
  return {
    iterations: problem.iterations,
    start: (b) => startFista(problem, b),
    iterate: (state) => iterateFista(problem, state),
    snapshot: snapshotOfFista,
    resume: resumeFista,
    solution: ({ x }) => x.clone(),
  };
}

/** See `fista`; `rho` is the step size, by default 0.95 / (largest eigenvalue), which is found once for each map. */
export const fistaMethod: SolverMethod = eigenvalueMethod((map, terms, eigenvalue) => {
  const parameters = { ...solverParameters.FISTA, ...terms };
  return fista({ ...map, ...parameters, step: parameters.rho ?? safeShare / eigenvalue() });
});

function startFista({ adjoint, theta = 1 }: FistaProblem, b: Tensor): FistaState {
  return tidy(() => {
    const descent = adjoint(b);
    const x = zerosLike(descent);
    const norm = batchDot(descent, descent);
    const started = {
      ...standingAtStart(norm),
      x,
      b: b.clone(),
      ahead: x.clone(),
      descent,
      theta: momentumOf(theta, descent.shape.at(-1) ?? 1),
    };
    return { ...started, ...convergence('FISTA', started) };
  });
}

function snapshotOfFista(state: FistaState): SolverSnapshot {
  const { iteration, theta, x, ahead, descent, norm, initialNorm, active } = state;
  return takeSnapshot(
    { iteration, ...momentumNumbers('theta', theta) },
    { x, ahead, descent, norm, initialNorm, active },
  );
}

function resumeFista(b: Tensor, snapshot: SolverSnapshot): FistaState {
  return tidy(() => {
    const batch = b.shape.at(-1) ?? 1;
    const image = [...(snapshot.arrays['x']?.shape.slice(0, -1) ?? []), batch];
    const resumed = {
      x: tensorFrom(snapshot, 'x', image),
      b: b.clone(),
      ahead: tensorFrom(snapshot, 'ahead', image),
      descent: tensorFrom(snapshot, 'descent', image),
      theta: momentumFrom(snapshot, 'theta', batch),
      ...standingFrom(snapshot, batch),
    };
    return { ...resumed, ...convergence('FISTA', resumed) };
  });
}

function iterateFista(problem: FistaProblem, state: FistaState): FistaState {
  const { apply, adjoint, terms, step, relTol } = problem;
  const { x, b, ahead, descent, active } = state;
  const next = tidy(() => {
    const candidate = proximal(terms, add(ahead, mul(descent, step)), { weight: step, iteration: state.iteration });
    const moved = mul(sub(candidate, x), active);
    const nextX = add(x, moved);
    const before = restarted(problem, { state, nextX, moved });
    const theta = before.map((value) => nextTheta(value));
    const inertia = theta.map((value, entry) => ((before[entry] ?? 1) - 1) / value);
    const nextAhead = add(nextX, mul(moved, factorOf(inertia)));
    const nextDescent = adjoint(sub(b, apply(nextAhead)));
    const norm = batchDot(nextDescent, nextDescent);
    const result = {
      iteration: state.iteration + 1,
      x: nextX,
      b: b.clone(),
      ahead: nextAhead,
      descent: nextDescent,
      theta,
      norm,
      initialNorm: state.initialNorm.clone(),
      active: stillActive({ ...state, norm }, relTol),
    };
    return { ...result, ...convergence('FISTA', result) };
  });
  dispose({ ...state });
  return next;
}

/** theta of every entry: 1 again where the iteration has gone against the gradient, that of the penalty included. */
function restarted(
  { restart }: FistaProblem,
  { state, nextX, moved }: { state: FistaState; nextX: Tensor; moved: Tensor },
): Momentum {
  if (restart === 'none') return state.theta;
  const along = batchDot(sub(nextX, state.ahead), moved).dataSync();
  return state.theta.map((value, entry) => ((along[entry] ?? 0) < 0 ? 1 : value));
}
