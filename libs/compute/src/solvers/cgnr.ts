import {
  add,
  cast,
  divNoNan,
  dispose,
  greater,
  mul,
  sub,
  tidy,
  zerosLike,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core';
import { batchDot } from './batch-reduction.js';
import type { LeastSquaresProblem, Solver, SolverMethod, SolverState } from './least-squares.js';
import { orthogonal, withResidual } from './orthogonal-residuals.js';
import { checkParameters, convergence, standingAtStart, standingFrom, stillActive } from './solve.js';
import { projectionParameters, solverParameters, type SolverParameters } from './solver-parameters.js';
import { takeSnapshot, tensorFrom, type SolverSnapshot } from './solver-snapshot.js';
import { checkTerms, constraintsOf, penaltiesOf, projectAll, squaredNormWeight } from './terms.js';

export type CgnrProblem = LeastSquaresProblem<'iterations' | 'relTol'> & Partial<Pick<SolverParameters, 'discrepancy'>>;

export interface CgnrState extends SolverState {
  /** b - A x */
  readonly residual: Tensor;
  /** Search direction of the next iteration. */
  readonly direction: Tensor;
  /** Residuals of the normal equations that later ones are kept orthogonal to, each of length 1. */
  readonly earlier: Tensor[];
}

/**
 * Conjugate gradients on the normal equations (A' A + lambda) x = A' b of min ||A x - b||^2 + lambda ||x||^2, in the form
 * that carries the residual of the data (CGLS; Hestenes and Stiefel 1952, section 10; Bjorck 1996, algorithm 7.4.1).
 * `norm` is that of the normal residual.
 *
 * Constraints are applied to the last iterate alone, as RegularizedLeastSquares.jl does.
 *
 * The first residuals are remembered and later ones kept orthogonal to them (see `orthogonal`); without that, iterates depend
 * on rounding after a few iterations. Where the spectrum of A' A falls quickly they still do once the data are fitted to what
 * float32 resolves. Where images of different engines must agree however many iterations they take, use `pogm`.
 */
export function cgnr(configuration: CgnrProblem): Solver<CgnrState> {
  checkParameters('CGNR', configuration);
  checkTerms('CGNR', configuration.terms, { most: 1, takes: ({ squaredNorm }) => squaredNorm === true });
  const { terms, iterations } = configuration;
  const constraints = constraintsOf(terms);
  return {
    iterations,
    start: (b, guess) => startCgnr(configuration, b, guess),
    iterate: (state) => iterateCgnr(configuration, state),
    snapshot: snapshotOfCgnr,
    resume: resumeCgnr,
    solution: ({ x }) => tidy(() => projectAll(constraints, x)),
  };
}

/** See `cgnr`. */
export const cgnrMethod: SolverMethod = {
  prepare: (map) => ({
    solving: (terms, use) => use(cgnr({ ...map, ...solverParameters.CGNR, ...terms })),
    dispose: () => undefined,
  }),
};

/** The same by its other name, which stops at the noise of the data. */
export const cglsMethod: SolverMethod = {
  prepare: (map) => ({
    solving: (terms, use) => use(cgnr({ ...map, ...projectionParameters.CGLS, ...terms })),
    dispose: () => undefined,
  }),
};

function startCgnr({ apply, adjoint, terms, discrepancy }: CgnrProblem, b: Tensor, guess?: Tensor): CgnrState {
  return tidy(() => {
    const residual = guess === undefined ? b.clone() : sub(b, apply(guess));
    const lambda = squaredNormWeight(penaltiesOf(terms));
    const direction = guess === undefined ? adjoint(b) : sub(adjoint(residual), mul(guess, lambda));
    const norm = batchDot(direction, direction);
    const standing = standingAtStart(norm);
    const started = {
      ...standing,
      active: aboveNoise(standing.active, residual, discrepancy),
      x: guess?.clone() ?? zerosLike(direction),
      residual,
      direction,
      earlier: withResidual([], direction, norm),
    };
    return { ...started, ...convergence('CGNR', started) };
  });
}

/** Those of the active entries whose data are not fitted as well as their noise allows (Morozov's principle). */
function aboveNoise(active: Tensor1D, residual: Tensor, discrepancy = 0): Tensor1D {
  if (discrepancy === 0) return active;
  const values = residual.size / (residual.shape.at(-1) ?? 1);
  const noise = values * discrepancy ** 2;
  return mul<Tensor1D>(active, cast(greater(batchDot(residual, residual), noise), 'float32'));
}

/** The residual is carried along, so rounding makes it another one than b - A x. */
function snapshotOfCgnr(state: CgnrState): SolverSnapshot {
  const { iteration, x, residual, direction, earlier, norm, initialNorm, active } = state;
  const named = Object.fromEntries(earlier.map((one, index) => [`earlier${index}`, one] as const));
  return takeSnapshot({ iteration }, { x, residual, direction, norm, initialNorm, active, ...named });
}

function resumeCgnr(b: Tensor, snapshot: SolverSnapshot): CgnrState {
  return tidy(() => {
    const batch = b.shape.at(-1) ?? 1;
    const image = [...(snapshot.arrays.x?.shape.slice(0, -1) ?? []), batch];
    const earlier = Object.keys(snapshot.arrays).filter((name) => name.startsWith('earlier'));
    const resumed = {
      x: tensorFrom(snapshot, 'x', image),
      residual: tensorFrom(snapshot, 'residual', b.shape),
      direction: tensorFrom(snapshot, 'direction', image),
      earlier: earlier.map((_, index) => tensorFrom(snapshot, `earlier${index}`, image)),
      ...standingFrom(snapshot, batch),
    };
    return { ...resumed, ...convergence('CGNR', resumed) };
  });
}

function iterateCgnr(configuration: CgnrProblem, state: CgnrState): CgnrState {
  const { apply, adjoint, terms, relTol, discrepancy } = configuration;
  const { x, residual, direction, earlier, norm, active } = state;
  const next = tidy(() => {
    const lambda = squaredNormWeight(penaltiesOf(terms));
    const image = apply(direction);
    const curvature = add(batchDot(image, image), mul(batchDot(direction, direction), lambda));
    const step = mul(divNoNan(norm, curvature), active);
    // What is done with is freed at once, as images are large.
    const nextX = tidy(() => add(x, mul(direction, step)));
    const nextResidual = tidy(() => sub(residual, mul(image, step)));
    image.dispose();
    const gradient = tidy(() => sub(adjoint(nextResidual), mul(nextX, lambda)));
    const descent = orthogonal(gradient, earlier, active);
    if (descent !== gradient) gradient.dispose();
    const nextNorm = batchDot(descent, descent);
    const beta = mul(divNoNan(nextNorm, norm), active);
    const moved = {
      iteration: state.iteration + 1,
      x: nextX,
      residual: nextResidual,
      direction: tidy(() => add(descent, mul(direction, beta))),
      earlier: withResidual(earlier, descent, nextNorm),
      norm: nextNorm,
      initialNorm: state.initialNorm.clone(),
      active: aboveNoise(stillActive({ ...state, norm: nextNorm }, relTol), nextResidual, discrepancy),
    };
    return { ...moved, ...convergence('CGNR', moved) };
  });
  dispose({ ...state });
  return next;
}
