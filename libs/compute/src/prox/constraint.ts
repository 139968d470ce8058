import type { Tensor } from '@tensorflow/tfjs-core';

/** A closed convex set described by the two projections that a feasible-direction solver needs. All return new tensors. */
export interface Constraint {
  /** The point of the set that is nearest to `x`. */
  readonly project: (x: Tensor) => Tensor;
  /** The part of `direction` along which one can leave the feasible point `x` without leaving the set. */
  readonly tangent: (x: Tensor, direction: Tensor) => Tensor;
}
