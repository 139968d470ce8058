import { add, div, mul, tidy } from '@tensorflow/tfjs-core';
import type { Penalty } from './penalty.js';

/** ||x||^2, whose proximal map is x / (1 + 2 weight). */
export function l2(): Penalty {
  return {
    name: 'L2Regularization',
    prox: (x, weight) => tidy(() => div(x, typeof weight === 'number' ? 1 + 2 * weight : add(mul(weight, 2), 1))),
    separable: true,
    squaredNorm: true,
  };
}
