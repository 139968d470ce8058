import { add, div, mul } from '@tensorflow/tfjs-core';
import { batchDot } from '../solvers/batch-reduction.js';
import type { Penalty } from './penalty.js';

/** ||x||^2, whose proximal map is x / (1 + 2 weight). */
export function l2(): Penalty {
  return {
    name: 'L2Regularization',
    prox: (x, weight) => div(x, typeof weight === 'number' ? 1 + 2 * weight : add(mul(weight, 2), 1)),
    value: (x) => batchDot(x, x),
    separable: true,
    squaredNorm: true,
  };
}
