import { div, mul, type Tensor } from '@tensorflow/tfjs-core';

/**
 * The Tikhonov term (lambda / 2) ||x||^2, which adds lambda x to the gradient of (1 / 2) ||A x - b||^2, so that the
 * minimizer solves (A' A + lambda) x = A' b.
 */
export interface L2Term {
  /** >= 0, in the unit of A' A. */
  readonly lambda: number;
  /** lambda x; a new tensor. */
  readonly gradient: (x: Tensor) => Tensor;
  /** argmin over u of (1 / 2) ||u - x||^2 + step (lambda / 2) ||u||^2, that is x / (1 + step lambda); a new tensor. */
  readonly prox: (x: Tensor, step: number) => Tensor;
}

export function l2Term(lambda: number): L2Term {
  return {
    lambda,
    gradient: (x) => mul(x, lambda),
    prox: (x, step) => div(x, 1 + step * lambda),
  };
}
