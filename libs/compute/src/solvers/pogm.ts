import {
  add,
  cast,
  dispose,
  divNoNan,
  greater,
  mul,
  ones,
  onesLike,
  sub,
  tidy,
  zerosLike,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core';
import { batchDot } from './batch-reduction.js';
import type { LeastSquaresConfiguration, LeastSquaresMap, Solver, SolverMethod, SolverState } from './least-squares.js';
import { checkConfiguration, convergence, stillActive } from './solve.js';
import { numberFrom, takeSnapshot, tensorFrom, vectorFrom, type SolverSnapshot } from './solver-snapshot.js';

export interface PogmConfiguration extends LeastSquaresConfiguration {
  /** Diagonal d with A' A <= diag(d), [..., 1]; see `separableMajorizer`. */
  readonly majorizer: Tensor;
}

export interface PogmState extends SolverState {
  readonly b: Tensor;
  /** A' (b - A x) - lambda x: minus the gradient of the objective. */
  readonly descent: Tensor;
  /** 1 / (majorizer + lambda), [..., 1] */
  readonly stepSize: Tensor;
  /** The sequences omega and z of the method. */
  readonly omega: Tensor;
  readonly z: Tensor;
  /** Its factors theta and gamma, the latter in units of the step size. */
  readonly theta: number;
  readonly gamma: number;
}

/**
 * The proximal optimized gradient method, POGM: min (1/2) ||A x - b||^2 + (lambda/2) ||x||^2 over the constraint, which
 * holds in every iterate (Taylor, Hendrickx and Glineur 2017; in the form of Kim and Fessler 2018, table 1, without
 * restarts). The worst case of its objective after N iterations is half that of FISTA. The step size is a diagonal, by
 * separable surrogates (Erdogan and Fessler 1999).
 *
 * All factors are fixed beforehand, so rounding errors grow no faster than the number of iterations: engines agree.
 * `norm` is that of the step P(x + d g) - x that the projected gradient at x would take; it is 0 at the solution.
 */
export function pogm(configuration: PogmConfiguration): Solver<PogmState> {
  checkConfiguration('POGM', configuration);
  return {
    iterations: configuration.iterations,
    start: (b) => startPogm(configuration, b),
    iterate: (state) => iteratePogm(configuration, state),
    snapshot: snapshotOfPogm,
    resume: (b, snapshot) => resumePogm(configuration, b, snapshot),
    solution: ({ x }) => x.clone(),
  };
}

/** See `pogm`; the majorizer is that of `separableMajorizer`. */
export const pogmMethod: SolverMethod = {
  prepare(map, imageShape) {
    const majorizer = tidy(() => separableMajorizer(map, ones([...imageShape, 1])));
    return {
      solving: (terms, use) => use(pogm({ ...map, ...terms, majorizer })),
      dispose: () => majorizer.dispose(),
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

function startPogm(configuration: PogmConfiguration, b: Tensor): PogmState {
  return tidy(() => {
    const { adjoint } = configuration;
    const descent = adjoint(b);
    const x = zerosLike(descent);
    const stepSize = stepSizeOf(configuration);
    const norm = projectedGradientNorm(configuration, { x, descent, stepSize });
    const started = {
      iteration: 0,
      x,
      b: b.clone(),
      descent,
      stepSize,
      omega: x.clone(),
      z: x.clone(),
      theta: 1,
      gamma: 1,
      norm,
      initialNorm: norm.clone(),
      active: cast<Tensor1D>(greater(norm, 0), 'float32'),
    };
    return { ...started, ...convergence('POGM', started) };
  });
}

function stepSizeOf({ majorizer, lambda }: PogmConfiguration): Tensor {
  return divNoNan(onesLike(majorizer), add(majorizer, lambda));
}

/** Data and step size are what they were at the start. */
function snapshotOfPogm(state: PogmState): SolverSnapshot {
  const { iteration, theta, gamma, x, descent, omega, z, norm, initialNorm, active } = state;
  return takeSnapshot({ iteration, theta, gamma }, { x, descent, omega, z, norm, initialNorm, active });
}

function resumePogm(configuration: PogmConfiguration, b: Tensor, snapshot: SolverSnapshot): PogmState {
  return tidy(() => {
    const batch = b.shape.at(-1) ?? 1;
    const image = [...configuration.majorizer.shape.slice(0, -1), batch];
    const resumed = {
      iteration: numberFrom(snapshot, 'iteration'),
      x: tensorFrom(snapshot, 'x', image),
      b: b.clone(),
      descent: tensorFrom(snapshot, 'descent', image),
      stepSize: stepSizeOf(configuration),
      omega: tensorFrom(snapshot, 'omega', image),
      z: tensorFrom(snapshot, 'z', image),
      theta: numberFrom(snapshot, 'theta'),
      gamma: numberFrom(snapshot, 'gamma'),
      norm: vectorFrom(snapshot, 'norm', batch),
      initialNorm: vectorFrom(snapshot, 'initialNorm', batch),
      active: vectorFrom(snapshot, 'active', batch),
    };
    return { ...resumed, ...convergence('POGM', resumed) };
  });
}

function iteratePogm(configuration: PogmConfiguration, state: PogmState): PogmState {
  const { apply, adjoint, lambda, relTol, constraint, iterations } = configuration;
  const { x, b, descent, stepSize, omega, z, theta, gamma, active } = state;
  const next = tidy(() => {
    const iteration = state.iteration + 1;
    const nextTheta = (1 + Math.sqrt((iteration === iterations ? 8 : 4) * theta * theta + 1)) / 2;
    const nextOmega = add(x, mul(stepSize, descent));
    const nextZ = combine([
      [1, nextOmega],
      [(theta - 1) / nextTheta, sub(nextOmega, omega)],
      [theta / nextTheta, sub(nextOmega, x)],
      [(theta - 1) / (gamma * nextTheta), sub(z, x)],
    ]);
    const candidate = constraint?.project(nextZ) ?? nextZ;
    const nextX = add(x, mul(sub(candidate, x), active));
    const nextDescent = sub(adjoint(sub(b, apply(nextX))), mul(nextX, lambda));
    const norm = projectedGradientNorm(configuration, { x: nextX, descent: nextDescent, stepSize });
    const moved = {
      iteration,
      x: nextX,
      b: b.clone(),
      descent: nextDescent,
      stepSize: stepSize.clone(),
      omega: nextOmega,
      z: nextZ,
      theta: nextTheta,
      gamma: (2 * theta + nextTheta - 1) / nextTheta,
      norm,
      initialNorm: state.initialNorm.clone(),
      active: stillActive({ ...state, norm }, relTol),
    };
    return { ...moved, ...convergence('POGM', moved) };
  });
  dispose({ ...state });
  return next;
}

function combine(terms: readonly (readonly [number, Tensor])[]): Tensor {
  return terms.map(([factor, tensor]) => mul(tensor, factor)).reduce((sum, term) => add(sum, term));
}

/** Square of the length of P(x + d descent) - x per entry. */
function projectedGradientNorm(
  { constraint }: PogmConfiguration,
  { x, descent, stepSize }: Pick<PogmState, 'x' | 'descent' | 'stepSize'>,
): Tensor1D {
  const moved = add(x, mul(stepSize, descent));
  const step = sub(constraint?.project(moved) ?? moved, x);
  return batchDot(step, step);
}
