import {
  add,
  cast,
  divNoNan,
  greater,
  greaterEqual,
  minimum,
  mul,
  relu,
  sub,
  where,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core';
import type { Constraint } from '../prox/constraint.js';
import { batchDot } from './batch-reduction.js';
import type { CgnrConfiguration, CgnrState } from './least-squares.js';

/** The part of a state that an iteration computes. */
export type Advance = Pick<
  CgnrState,
  'x' | 'residual' | 'descent' | 'reduced' | 'direction' | 'predictedStep' | 'norm'
>;

/** Steps are predicted this much longer than the last exact one, so that bounds become active in few iterations. */
const stepGrowth = 1.5;

/** A conjugate direction must promise this share of the descent of the projected gradient, else the entry restarts. */
const sufficientDescent = 0.1;

/**
 * One step of nonlinear conjugate gradients on a convex set, with one application of the map and one of its adjoint.
 *
 * The conjugate direction p is bent into the set before it is used: d = P(x + s p) - x, with the step s predicted from
 * the last one. The line search along d is exact up to d's own length, which ends inside the set, so every iterate is
 * feasible and the objective never grows. Going on to the nearest bound would make the step jump with the rounding of
 * components that are almost 0. Where d promises too little descent the projected gradient takes its place, which makes
 * the method a feasible-direction method (Bertsekas, Nonlinear Programming, section 2.3). Conjugacy follows Polak and
 * Ribiere, with negative coefficients cut to 0, applied to the gradient reduced to the tangent cone (as O'Leary 1980 does
 * on faces).
 */
export function projectedStep(configuration: CgnrConfiguration, constraint: Constraint, state: CgnrState): Advance {
  const { apply, adjoint, lambda } = configuration;
  const { x, residual, descent, reduced, active, predictedStep } = state;
  const d = feasibleDirection(constraint, state);
  const image = apply(d);
  const curvature = add(batchDot(image, image), mul(batchDot(d, d), lambda));
  const exact: Tensor1D = divNoNan(batchDot(d, descent), curvature);
  const step = mul(minimum(exact, 1), active);

  // The projection only removes what rounding leaves outside the set.
  const nextX = constraint.project(add(x, mul(d, step)));
  const nextResidual = sub(residual, mul(image, step));
  const nextDescent = sub(adjoint(nextResidual), mul(nextX, lambda));
  const nextReduced = constraint.tangent(nextX, nextDescent);
  const beta = relu(divNoNan(batchDot(nextReduced, sub(nextReduced, reduced)), batchDot(reduced, reduced)));
  return {
    x: nextX,
    residual: nextResidual,
    descent: nextDescent,
    reduced: nextReduced,
    direction: add(nextReduced, mul(d, mul(divNoNan(beta, predictedStep), active))),
    predictedStep: nextPrediction(predictedStep, mul(exact, active)),
    norm: batchDot(nextReduced, nextReduced),
  };
}

function feasibleDirection(constraint: Constraint, state: CgnrState): Tensor {
  const { x, descent, reduced, direction, predictedStep } = state;
  const bent = (p: Tensor) => sub(constraint.project(add(x, mul(p, predictedStep))), x);
  const conjugate = bent(direction);
  const steepest = bent(reduced);
  const enough = mul(batchDot(descent, steepest), sufficientDescent);
  const keep = cast(greaterEqual(batchDot(descent, conjugate), enough), 'float32');
  return add(mul(conjugate, keep), mul(steepest, sub(1, keep)));
}

/** Keeps the old prediction where the step vanished, so that it can never become 0. */
function nextPrediction(predicted: Tensor1D, exact: Tensor1D): Tensor1D {
  return where(greater(exact, 0), mul(mul(predicted, exact), stepGrowth), predicted);
}
