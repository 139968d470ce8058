import { add, dispose, div, mul, sub, tidy, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import { batchDot } from './batch-reduction.js';
import { eigenvalueMethod, proximal } from './gradient-step.js';
import { safeShare } from './largest-eigenvalue.js';
import type { LeastSquaresProblem, Solver, SolverMethod, SolverState } from './least-squares.js';
import { nextTheta } from './momentum.js';
import { checkParameters, convergence, standingAtStart, standingFrom, stillActive } from './solve.js';
import { solverParameters } from './solver-parameters.js';
import { numberFrom, takeSnapshot, tensorFrom, type SolverSnapshot } from './solver-snapshot.js';
import { checkTerms } from './terms.js';

export type OptistaProblem = LeastSquaresProblem<'iterations' | 'relTol' | 'theta'> & {
  /** Step size, at most 1 / (largest eigenvalue of A' A). */
  readonly step: number;
};

/** `x` is the sequence y of the method, which is what it hands out. */
export interface OptistaState extends SolverState {
  readonly b: Tensor;
  /** Its sequences x and z, and A' (b - A x). */
  readonly point: Tensor;
  readonly z: Tensor;
  readonly descent: Tensor;
  readonly theta: number;
}

/**
 * OptISTA: min (1/2) ||A x - b||^2 + lambda g(x) with one penalty and constraints (Jang, Das Gupta and Ryu 2023,
 * arXiv:2305.15704), whose worst case after a given number of iterations is the best there is. Its steps depend on that
 * number: stopped early it has not yet come as near as with fewer iterations from the beginning.
 *
 * `norm` is that of A' (b - A x) at the next point, as RegularizedLeastSquares.jl has it. The answer is the sequence that
 * the theorem is of and that constraints hold for.
 */
export function optista(problem: OptistaProblem): Solver<OptistaState> {
  checkParameters('OptISTA', problem);
  checkTerms('OptISTA', problem.terms, { most: 1 });
  const lastTheta = thetaAtEnd(problem);
  return {
    iterations: problem.iterations,
    start: (b) => startOptista(problem, b),
    iterate: (state) => iterateOptista(problem, state, lastTheta),
    snapshot: snapshotOfOptista,
    resume: resumeOptista,
    solution: ({ x }) => x.clone(),
  };
}

/** See `optista`; `rho` is the step size in units of 1 / (largest eigenvalue), which is found once for each map. */
export const optistaMethod: SolverMethod = eigenvalueMethod((map, terms, eigenvalue) => {
  const parameters = { ...solverParameters.OptISTA, ...terms };
  return optista({ ...map, ...parameters, step: (parameters.rho ?? safeShare) / eigenvalue() });
});

function startOptista({ adjoint, theta = 1 }: OptistaProblem, b: Tensor): OptistaState {
  return tidy(() => {
    const descent = adjoint(b);
    const x = zerosLike(descent);
    const norm = batchDot(descent, descent);
    const started = {
      ...standingAtStart(norm),
      x,
      b: b.clone(),
      point: x.clone(),
      z: x.clone(),
      descent,
      theta,
    };
    return { ...started, ...convergence('OptISTA', started) };
  });
}

function snapshotOfOptista(state: OptistaState): SolverSnapshot {
  const { iteration, theta, x, point, z, descent, norm, initialNorm, active } = state;
  return takeSnapshot({ iteration, theta }, { x, point, z, descent, norm, initialNorm, active });
}

function resumeOptista(b: Tensor, snapshot: SolverSnapshot): OptistaState {
  return tidy(() => {
    const batch = b.shape.at(-1) ?? 1;
    const image = [...(snapshot.arrays['x']?.shape.slice(0, -1) ?? []), batch];
    const resumed = {
      x: tensorFrom(snapshot, 'x', image),
      b: b.clone(),
      point: tensorFrom(snapshot, 'point', image),
      z: tensorFrom(snapshot, 'z', image),
      descent: tensorFrom(snapshot, 'descent', image),
      theta: numberFrom(snapshot, 'theta'),
      ...standingFrom(snapshot, batch),
    };
    return { ...resumed, ...convergence('OptISTA', resumed) };
  });
}

function iterateOptista(problem: OptistaProblem, state: OptistaState, lastTheta: number): OptistaState {
  const { apply, adjoint, terms, step, relTol, iterations } = problem;
  const { x, b, point, z, descent, theta, active } = state;
  const next = tidy(() => {
    const iteration = state.iteration + 1;
    const gamma = stepFactor(theta, lastTheta);
    const thetaNext = nextTheta(theta, iteration === iterations);
    const candidate = proximal(terms, add(x, mul(descent, step * gamma)), {
      weight: step * gamma,
      iteration: state.iteration,
    });
    const moved = mul(sub(candidate, x), active);
    const nextZ = add(point, div(moved, gamma));
    const nextPoint = add(
      nextZ,
      mul(add(mul(sub(nextZ, z), (theta - 1) / thetaNext), mul(sub(nextZ, point), theta / thetaNext)), active),
    );
    const nextDescent = adjoint(sub(b, apply(nextPoint)));
    const norm = batchDot(nextDescent, nextDescent);
    const result = {
      iteration,
      x: add(x, moved),
      b: b.clone(),
      point: nextPoint,
      z: nextZ,
      descent: nextDescent,
      theta: thetaNext,
      norm,
      initialNorm: state.initialNorm.clone(),
      active: stillActive({ ...state, norm }, relTol),
    };
    return { ...result, ...convergence('OptISTA', result) };
  });
  dispose({ ...state });
  return next;
}

function thetaAtEnd({ iterations, theta: first = 1 }: OptistaProblem): number {
  let last = first;
  for (let iteration = 1; iteration <= iterations; iteration++) last = nextTheta(last, iteration === iterations);
  return last;
}

/** gamma of an iteration, which takes theta of the last one. */
function stepFactor(theta: number, last: number): number {
  return ((2 * theta) / last ** 2) * (last ** 2 - 2 * theta ** 2 + theta);
}
