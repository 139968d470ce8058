import { RondelError } from '@rondel/contracts';
import {
  cast,
  greater,
  mul,
  ones,
  tidy,
  zerosLike,
  type Rank,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core';
import { batchDot } from './batch-reduction.js';
import { conjugateStep } from './conjugate-step.js';
import type { CgnrConfiguration, CgnrState, IterationReport } from './least-squares.js';
import { projectedStep } from './projected-step.js';

/**
 * State before the first iteration, x = 0.
 *
 * @param b data [..., batch], float32; not disposed by this call.
 */
export function initCgnr(configuration: CgnrConfiguration, b: Tensor): CgnrState {
  checkConfiguration(configuration);
  return tidy(() => {
    const descent = configuration.adjoint(b);
    const x = zerosLike(descent);
    const reduced = configuration.constraint?.tangent(x, descent) ?? descent.clone();
    const norm = batchDot(reduced, reduced);
    const batch = norm.size;
    const started = {
      iteration: 0,
      x,
      residual: b.clone(),
      descent,
      reduced,
      direction: reduced.clone(),
      predictedStep: ones<Rank.R1>([batch]),
      norm,
      initialNorm: norm.clone(),
      active: cast<Tensor1D>(greater(norm, 0), 'float32'),
    };
    return { ...started, ...summary(started) };
  });
}

/**
 * One iteration: one application of the map and one of its adjoint. Disposes the state it is given.
 *
 * Without a constraint this is CGNR, which solves (A' A + lambda) x = A' b; with one, see `projectedStep`.
 */
export function iterateCgnr(configuration: CgnrConfiguration, state: CgnrState): CgnrState {
  const { constraint, relTol } = configuration;
  const next = tidy(() => {
    const advance = constraint ? projectedStep(configuration, constraint, state) : conjugateStep(configuration, state);
    const unfinished = cast<Tensor1D>(greater(advance.norm, mul(state.initialNorm, relTol * relTol)), 'float32');
    const moved = {
      ...advance,
      iteration: state.iteration + 1,
      initialNorm: state.initialNorm.clone(),
      active: mul<Tensor1D>(state.active, unfinished),
    };
    return { ...moved, ...summary(moved) };
  });
  disposeCgnr(state);
  return next;
}

/** True when every entry has converged or the iterations are used up. */
export function isCgnrDone(configuration: CgnrConfiguration, state: CgnrState): boolean {
  return !state.anyActive || state.iteration >= configuration.iterations;
}

/** Frees all tensors of a state, `x` included. */
export function disposeCgnr(state: CgnrState): void {
  for (const tensor of tensorsOf(state)) tensor.dispose();
}

/**
 * Solves min ||A x - b||^2 + lambda ||x||^2 for every entry of the batch, over the configuration's convex set if it has
 * one, starting from 0.
 *
 * RegularizedLeastSquares.jl projects only the last iterate of CGNR; here the constraint holds in every iterate, so that
 * more iterations approach the constrained minimum.
 *
 * @param b data [..., batch], float32; not disposed by this call.
 * @returns x [..., batch], owned by the caller.
 */
export function cgnr(
  configuration: CgnrConfiguration,
  b: Tensor,
  onIteration?: (report: IterationReport) => void,
): Tensor {
  let state = initCgnr(configuration, b);
  try {
    while (!isCgnrDone(configuration, state)) {
      state = iterateCgnr(configuration, state);
      onIteration?.({ iteration: state.iteration, residual: state.relativeResidual });
    }
    return state.x.clone();
  } finally {
    disposeCgnr(state);
  }
}

function checkConfiguration({ lambda, iterations, relTol }: CgnrConfiguration): void {
  requireNumber(lambda >= 0 && Number.isFinite(lambda), `lambda must be a finite number >= 0, got ${lambda}.`);
  requireNumber(
    Number.isInteger(iterations) && iterations >= 1,
    `iterations must be an integer >= 1, got ${iterations}.`,
  );
  requireNumber(relTol >= 0 && relTol < 1, `relTol must be at least 0 and below 1, got ${relTol}.`);
}

function requireNumber(holds: boolean, message: string): void {
  if (!holds) throw new RondelError('PLAN_INVALID_VALUE', `CGNR: ${message}`);
}

function summary({ norm, initialNorm, active }: Pick<CgnrState, 'norm' | 'initialNorm' | 'active'>) {
  const now = norm.dataSync();
  const first = initialNorm.dataSync();
  const ratios = Array.from(now, (value, entry) => {
    const start = first[entry] ?? 0;
    return start > 0 ? Math.sqrt(value / start) : 0;
  });
  if (!ratios.every(Number.isFinite)) {
    throw new RondelError(
      'STEP_FAILED',
      'CGNR: the residual is not finite. The data or the operator holds values too large for float32.',
    );
  }
  return { relativeResidual: Math.max(0, ...ratios), anyActive: active.dataSync().some((value) => value > 0) };
}

function tensorsOf(state: CgnrState): Tensor[] {
  const { x, residual, descent, reduced, direction, predictedStep, norm, initialNorm, active } = state;
  return [x, residual, descent, reduced, direction, predictedStep, norm, initialNorm, active];
}
