import { keep, mul, type Tensor } from '@tensorflow/tfjs-core';
import { defineLinearOperator, type LinearOperator, type OperatorShape } from './linear-operator.js';

/**
 * Elementwise product with real weights, e.g. a mask of zeros and ones. Self-adjoint.
 *
 * @param weights float32, broadcast against `shape`. The operator takes it over and disposes it.
 */
export function multiplyOperator(weights: Tensor, shape: OperatorShape): LinearOperator {
  const kept = keep(weights);
  const multiply = (x: Tensor) => mul(x, kept);
  return defineLinearOperator({
    name: 'Multiply',
    inputShape: shape,
    outputShape: shape,
    apply: multiply,
    adjoint: multiply,
    dispose: () => kept.dispose(),
  });
}
