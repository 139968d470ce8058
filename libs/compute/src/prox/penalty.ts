import type { Tensor } from '@tensorflow/tfjs-core';

/** One number for all entries of a batch, or a tensor with one for each, [batch], which broadcasts along the last axis. */
export type Weight = number | Tensor;

/**
 * A convex function g of every entry of a batch [..., batch], known by its proximal map.
 *
 * Complex images are pairs [2, ..., batch], real parts before imaginary parts; what makes a penalty is told so.
 */
export interface Penalty {
  /** As RegularizedLeastSquares.jl calls it, e.g. `L1Regularization`. */
  readonly name: string;
  /**
   * The z of every entry at which (1/2) ||z - x||^2 + weight g(z) is least; a new tensor.
   *
   * @param weight >= 0; of the shape of x, or one that broadcasts to it, only for a penalty that is `separable`.
   * @param iteration from 0, for maps that differ from iteration to iteration.
   */
  readonly prox: (x: Tensor, weight: Weight, iteration: number) => Tensor;
  /** g is a sum over pixels, so that its weight may differ from pixel to pixel. */
  readonly separable: boolean;
  /** g is ||x||^2, which solvers of linear equations can take. */
  readonly squaredNorm?: true;
  /** g(x) = penalty(transform x), for methods that split the two and then need no inner iterations. */
  readonly split?: { readonly transform: LinearTransform; readonly penalty: Penalty };
}

/** A linear map and its adjoint, as functions that return new tensors. The last axis of both tensors is the batch. */
export interface LinearTransform {
  readonly apply: (x: Tensor) => Tensor;
  readonly adjoint: (y: Tensor) => Tensor;
}
