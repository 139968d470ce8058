import type { Tensor } from '@tensorflow/tfjs-core';

/** A closed convex set, described by its projection. */
export interface Constraint {
  /** As RegularizedLeastSquares.jl calls it, e.g. `PositiveRegularization`. */
  readonly name: string;
  /** The point of the set that is nearest to `x`; a new tensor. */
  readonly project: (x: Tensor) => Tensor;
}
