import { add, divNoNan, mul, sub } from '@tensorflow/tfjs-core';
import { batchDot } from './batch-reduction.js';
import type { CgnrConfiguration, CgnrState } from './least-squares.js';
import type { Advance } from './projected-step.js';

/**
 * One step of conjugate gradients on the normal equations, in the form that carries the residual of the data (CGLS;
 * Hestenes and Stiefel 1952, section 10; Bjorck 1996, algorithm 7.4.1), with lambda added to the normal operator.
 */
export function conjugateStep(configuration: CgnrConfiguration, state: CgnrState): Advance {
  const { apply, adjoint, lambda } = configuration;
  const { x, residual, direction, norm, active, predictedStep } = state;
  const image = apply(direction);
  const curvature = add(batchDot(image, image), mul(batchDot(direction, direction), lambda));
  const step = mul(divNoNan(norm, curvature), active);
  const nextX = add(x, mul(direction, step));
  const nextResidual = sub(residual, mul(image, step));
  const descent = sub(adjoint(nextResidual), mul(nextX, lambda));
  const nextNorm = batchDot(descent, descent);
  const beta = mul(divNoNan(nextNorm, norm), active);
  return {
    x: nextX,
    residual: nextResidual,
    descent,
    reduced: descent.clone(),
    direction: add(descent, mul(direction, beta)),
    predictedStep: predictedStep.clone(),
    norm: nextNorm,
  };
}
