import {
  add,
  dispose,
  div,
  divNoNan,
  mul,
  ones,
  onesLike,
  sub,
  tidy,
  zerosLike,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core';
import type { Weight } from '../prox/penalty.js';
import { batchDot } from './batch-reduction.js';
import { proximal } from './gradient-step.js';
import { largestEigenvalue } from './largest-eigenvalue.js';
import type { LeastSquaresMap, LeastSquaresProblem, Solver, SolverMethod, SolverState } from './least-squares.js';
import { factorOf, momentumFrom, momentumNumbers, momentumOf, nextTheta, type Momentum } from './momentum.js';
import { checkParameters, convergence, standingAtStart, standingFrom, stillActive } from './solve.js';
import { solverParameters } from './solver-parameters.js';
import { takeSnapshot, tensorFrom, type SolverSnapshot } from './solver-snapshot.js';
import { checkTerms, penaltiesOf, scaled, squaredNormWeight } from './terms.js';

export type PogmProblem = LeastSquaresProblem<'iterations' | 'relTol' | 'theta' | 'sigma_fac' | 'restart'> & {
  /**
   * What bounds A' A: the number of a step, 0.95 / (largest eigenvalue); or a diagonal d with A' A <= diag(d), [..., 1],
   * see `separableMajorizer`.
   */
  readonly bound: { readonly step: number } | { readonly majorizer: Tensor };
};

export interface PogmState extends SolverState {
  readonly b: Tensor;
  /** Minus the gradient of the smooth part of the objective. */
  readonly descent: Tensor;
  /** A number, or 1 / (majorizer + lambda), [..., 1] */
  readonly stepSize: Weight;
  /** The sequences omega and z of the method, and with restarts the point that a step along the whole gradient leads to. */
  readonly omega: Tensor;
  readonly z: Tensor;
  readonly reached?: Tensor;
  /** Its factors theta and gamma, the latter in units of the step size, and sigma, by which restarts damp it. */
  readonly theta: Momentum;
  readonly gamma: Momentum;
  readonly sigma: Momentum;
}

/**
 * The proximal optimized gradient method, POGM, over constraints that hold in every iterate (Taylor, Hendrickx and Glineur
 * 2017; in the form of Kim and Fessler 2018, table 1, with their restart by the gradient). The worst case of its
 * objective after N iterations is half that of FISTA. Its objective depends on what bounds the steps:
 *
 * - the largest eigenvalue: (1/2) ||A x - b||^2 + lambda g(x) with one penalty of any kind, as RegularizedLeastSquares.jl
 *   has it. `norm` is that of the gradient of the first part, which is 0 at the solution only where lambda is 0.
 * - the majorizer, a step for each pixel by separable surrogates (Erdogan and Fessler 1999): (1/2) ||A x - b||^2 +
 *   (lambda/2) g(x), with a penalty that is separable and ||x||^2, which then belongs to the smooth part. `norm` is that of
 *   the step which the whole gradient at x would take; it is 0 at the solution.
 *
 * Without restarts all factors are fixed beforehand, so rounding errors grow no faster than the number of iterations:
 * engines agree.
 */
export function pogm(problem: PogmProblem): Solver<PogmState> {
  checkParameters('POGM', problem);
  const byMajorizer = 'majorizer' in problem.bound;
  const most = byMajorizer ? 2 : 1;
  checkTerms('POGM', problem.terms, { most, ...(byMajorizer && { takes: ({ separable }) => separable }) });
  return {
    iterations: problem.iterations,
    start: (b) => startPogm(problem, b),
    iterate: (state) => iteratePogm(problem, state),
    snapshot: snapshotOfPogm,
    resume: (b, snapshot) => resumePogm(problem, b, snapshot),
    solution: ({ x }) => x.clone(),
  };
}

/** See `pogm`; what bounds the steps is found once for each map. */
export const pogmMethod: SolverMethod = {
  prepare(map, imageShape) {
    let majorizer: Tensor | undefined;
    let eigenvalue: number | undefined;
    const boundOf = ({
      stepSize,
      rho,
    }: {
      stepSize: 'eigenvalue' | 'majorizer';
      rho: number;
    }): PogmProblem['bound'] => {
      if (stepSize === 'majorizer') {
        return { majorizer: (majorizer ??= tidy(() => separableMajorizer(map, ones([...imageShape, 1])))) };
      }
      eigenvalue ??= largestEigenvalue((x) => map.adjoint(map.apply(x)), imageShape);
      return { step: rho / eigenvalue };
    };
    return {
      solving(terms, use) {
        const parameters = { ...solverParameters.POGM, ...terms };
        const { stepSize, rho = solverParameters.POGM.rho } = parameters;
        return use(pogm({ ...map, ...parameters, bound: boundOf({ stepSize, rho }) }));
      },
      dispose: () => majorizer?.dispose(),
    };
  },
};

/**
 * Row sums of A' A, which majorize it when no weight of the map is negative: A' A <= diag(A' A 1).
 *
 * @param ones an argument of the map that is 1 everywhere, [..., 1]
 * @returns [..., 1], owned by the caller.
 */
export function separableMajorizer({ apply, adjoint }: LeastSquaresMap, ones: Tensor): Tensor {
  return tidy(() => adjoint(apply(ones)));
}

function startPogm(problem: PogmProblem, b: Tensor): PogmState {
  return tidy(() => {
    const descent = problem.adjoint(b);
    const batch = descent.shape.at(-1) ?? 1;
    const x = zerosLike(descent);
    const stepSize = stepSizeOf(problem);
    const norm = normOf(problem, { x, descent, stepSize });
    const started = {
      ...standingAtStart(norm),
      x,
      b: b.clone(),
      descent,
      stepSize,
      omega: x.clone(),
      z: x.clone(),
      ...(problem.restart === 'gradient' && { reached: x.clone() }),
      theta: momentumOf(problem.theta ?? 1, batch),
      gamma: momentumOf(1, batch),
      sigma: momentumOf(1, batch),
    };
    return { ...started, ...convergence('POGM', started) };
  });
}

function stepSizeOf({ bound, terms }: PogmProblem): Weight {
  if ('step' in bound) return bound.step;
  return divNoNan(onesLike(bound.majorizer), add(bound.majorizer, squaredNormWeight(penaltiesOf(terms))));
}

/** Data and step size are what they were at the start. */
function snapshotOfPogm(state: PogmState): SolverSnapshot {
  const { iteration, theta, gamma, sigma, x, descent, omega, z, reached, norm, initialNorm, active } = state;
  return takeSnapshot(
    {
      iteration,
      ...momentumNumbers('theta', theta),
      ...momentumNumbers('gamma', gamma),
      ...momentumNumbers('sigma', sigma),
    },
    { x, descent, omega, z, norm, initialNorm, active, ...(reached && { reached }) },
  );
}

function resumePogm(problem: PogmProblem, b: Tensor, snapshot: SolverSnapshot): PogmState {
  return tidy(() => {
    const batch = b.shape.at(-1) ?? 1;
    const image = [...(snapshot.arrays['x']?.shape.slice(0, -1) ?? []), batch];
    const resumed = {
      x: tensorFrom(snapshot, 'x', image),
      b: b.clone(),
      descent: tensorFrom(snapshot, 'descent', image),
      stepSize: stepSizeOf(problem),
      omega: tensorFrom(snapshot, 'omega', image),
      z: tensorFrom(snapshot, 'z', image),
      ...(problem.restart === 'gradient' && { reached: tensorFrom(snapshot, 'reached', image) }),
      theta: momentumFrom(snapshot, 'theta', batch),
      gamma: momentumFrom(snapshot, 'gamma', batch),
      sigma: momentumFrom(snapshot, 'sigma', batch),
      ...standingFrom(snapshot, batch),
    };
    return { ...resumed, ...convergence('POGM', resumed) };
  });
}

function iteratePogm(problem: PogmProblem, state: PogmState): PogmState {
  const { apply, adjoint, relTol } = problem;
  const { x, b, descent, stepSize, omega, z, active } = state;
  const next = tidy(() => {
    const factors = nextFactors(problem, state);
    const nextOmega = add(x, mul(stepSize, descent));
    const nextZ = combine([
      [1, nextOmega],
      [factorOf(factors.alpha), sub(nextOmega, omega)],
      [factorOf(factors.beta), sub(nextOmega, x)],
      [factorOf(factors.zeta), sub(z, x)],
    ]);
    const candidate = proximalAt(problem, nextZ, {
      stepSize: scaled(stepSize, factorOf(factors.gamma)),
      iteration: state.iteration,
    });
    const nextX = add(x, mul(sub(candidate, x), active));
    const nextDescent = descentAt({ apply, adjoint, b, x: nextX }, problem);
    const norm = normOf(problem, { x: nextX, descent: nextDescent, stepSize });
    const moved = {
      iteration: state.iteration + 1,
      x: nextX,
      b: b.clone(),
      descent: nextDescent,
      stepSize: typeof stepSize === 'number' ? stepSize : stepSize.clone(),
      omega: nextOmega,
      z: nextZ,
      ...restarted(problem, { state, factors, nextX, nextOmega, nextZ }),
      gamma: factors.gamma,
      norm,
      initialNorm: state.initialNorm.clone(),
      active: stillActive({ ...state, norm }, relTol),
    };
    return { ...moved, ...convergence('POGM', moved) };
  });
  dispose({ ...state });
  return next;
}

interface Factors {
  readonly theta: Momentum;
  readonly gamma: Momentum;
  /** Of omega' - omega, omega' - x and z - x in the next z. */
  readonly alpha: Momentum;
  readonly beta: Momentum;
  readonly zeta: Momentum;
}

/** With restarts nobody knows which iteration is the last, which otherwise has a longer step. */
function nextFactors({ iterations, restart }: PogmProblem, state: PogmState): Factors {
  const last = restart === 'none' && state.iteration + 1 === iterations;
  const theta = state.theta.map((value) => nextTheta(value, last));
  const ratio = (numerator: (value: number, entry: number) => number): Momentum =>
    state.theta.map((value, entry) => numerator(value, entry) / (theta[entry] ?? 1));
  return {
    theta,
    alpha: ratio((value) => value - 1),
    beta: ratio((value, entry) => (state.sigma[entry] ?? 1) * value),
    zeta: state.theta.map((value, entry) => (value - 1) / ((state.gamma[entry] ?? 1) * (theta[entry] ?? 1))),
    gamma: ratio((value, entry) => ((state.sigma[entry] ?? 1) + 1) * value + (theta[entry] ?? 1) - 1),
  };
}

/** What the penalties and constraints make of a point, for a step of that size. */
function proximalAt(
  { bound, terms }: PogmProblem,
  point: Tensor,
  { stepSize, iteration }: { readonly stepSize: Weight; readonly iteration: number },
): Tensor {
  if ('step' in bound) return proximal(terms, point, { weight: stepSize, iteration });
  const others = terms.filter((term) => !('penalty' in term && term.penalty.squaredNorm));
  return proximal(others, point, { weight: scaled(stepSize, 0.5), iteration });
}

function descentAt(
  { apply, adjoint, b, x }: LeastSquaresMap & { b: Tensor; x: Tensor },
  { bound, terms }: PogmProblem,
): Tensor {
  const descent = adjoint(sub(b, apply(x)));
  return 'majorizer' in bound ? sub(descent, mul(x, squaredNormWeight(penaltiesOf(terms)))) : descent;
}

/** Kim and Fessler 2018, section 5: whether the last step goes against the whole gradient, entry by entry. */
function restarted(
  { restart, sigma_fac }: PogmProblem,
  {
    state,
    factors,
    nextX,
    nextOmega,
    nextZ,
  }: { state: PogmState; factors: Factors; nextX: Tensor; nextOmega: Tensor; nextZ: Tensor },
): Pick<PogmState, 'theta' | 'sigma' | 'reached'> {
  if (restart === 'none' || state.reached === undefined) return { theta: factors.theta, sigma: state.sigma };
  const kept = sub(nextX, nextZ);
  const gamma = factorOf(factors.gamma);
  const reached = add(nextOmega, div(kept, gamma));
  const slope = add(divNoNan(kept, scaled(state.stepSize, gamma)), state.descent);
  const turned = Array.from(batchDot(sub(reached, state.reached), slope).dataSync(), (value) => value < 0);
  return {
    theta: factors.theta.map((value, entry) => (turned[entry] === true ? 1 : value)),
    sigma: state.sigma.map((value, entry) => (turned[entry] === true ? 1 : value * sigma_fac)),
    reached,
  };
}

function combine(terms: readonly (readonly [Weight, Tensor])[]): Tensor {
  return terms.map(([factor, tensor]) => mul(tensor, factor)).reduce((sum, term) => add(sum, term));
}

function normOf(
  problem: PogmProblem,
  { x, descent, stepSize }: Pick<PogmState, 'x' | 'descent' | 'stepSize'>,
): Tensor1D {
  if ('step' in problem.bound) return batchDot(descent, descent);
  const moved = proximalAt(problem, add(x, mul(stepSize, descent)), { stepSize, iteration: 0 });
  const step = sub(moved, x);
  return batchDot(step, step);
}
