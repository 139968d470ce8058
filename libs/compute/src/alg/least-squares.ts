import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import type { Constraint } from '../prox/constraint.js';

/**
 * The linear map of a least-squares problem as two functions that return new tensors. The last axis of both tensors is
 * the batch: every entry is a problem of its own.
 */
export interface LeastSquaresMap {
  readonly apply: (x: Tensor) => Tensor;
  readonly adjoint: (y: Tensor) => Tensor;
}

/** What does not change during a solve. */
export interface CgnrConfiguration extends LeastSquaresMap {
  /** Weight of (lambda / 2) ||x||^2, >= 0. */
  readonly lambda: number;
  /** Upper bound on the number of iterations, >= 1. */
  readonly iterations: number;
  /** An entry stops when its normal residual has fallen to this fraction of its first one; 0 never stops early. */
  readonly relTol: number;
  /** A convex set that contains 0, held in every iterate. */
  readonly constraint?: Constraint;
}

/** Everything that changes during a solve; each iterate replaces the previous state and disposes it. */
export interface CgnrState {
  readonly iteration: number;
  /** [..., batch] */
  readonly x: Tensor;
  /** b - A x */
  readonly residual: Tensor;
  /** A' (b - A x) - lambda x: minus the gradient of the objective. */
  readonly descent: Tensor;
  /** The part of `descent` that the constraint leaves; equal to it without a constraint. Zero at the solution. */
  readonly reduced: Tensor;
  /** Search direction of the next iteration. */
  readonly direction: Tensor;
  /** Predicted length of the next step per entry; only the constrained iteration uses it. */
  readonly predictedStep: Tensor1D;
  /** ||reduced||^2 per entry, now and at the start. */
  readonly norm: Tensor1D;
  readonly initialNorm: Tensor1D;
  /** 1 while an entry iterates, 0 once it has converged. A converged entry never changes again. */
  readonly active: Tensor1D;
  /** Largest ||reduced|| / ||initial reduced|| among the entries. */
  readonly relativeResidual: number;
  readonly anyActive: boolean;
}

/** What a solver tells after every iteration, counted from 1. */
export interface IterationReport {
  readonly iteration: number;
  /** Norm of the normal residual relative to the first one, the largest among the batch. */
  readonly residual: number;
}
