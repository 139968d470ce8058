import type { Tensor } from '@tensorflow/tfjs-core';

/** A closed convex set described by the two projections that a feasible-direction solver needs. All return new tensors. */
export interface Constraint {
  /** The point of the set that is nearest to `x`. */
  readonly project: (x: Tensor) => Tensor;
  /** The part of `direction` along which one can leave the feasible point `x` without leaving the set. */
  readonly tangent: (x: Tensor, direction: Tensor) => Tensor;
  /**
   * 1 / (longest step along `direction` from the feasible point `x` that stays in the set) per element, 0 where the
   * step is unlimited. Its maximum bounds the step.
   */
  readonly inverseStepLimit: (x: Tensor, direction: Tensor) => Tensor;
}
