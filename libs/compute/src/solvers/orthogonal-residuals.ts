import { divNoNan, mul, sqrt, sub, tidy, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { batchDot } from './batch-reduction.js';

/**
 * How many residuals later ones are kept orthogonal to, the first ones: they hold what rounding brings back, the directions of the
 * largest singular values. With two, iterates of tomograms and of MPI agree with float64 as they do with all.
 */
const mostKept = 3;

/**
 * A residual of conjugate gradients without what rounding has left of earlier ones in it. In exact arithmetic it is orthogonal
 * to all of them; in float32 that is lost within a few iterations, and iterates then depend on the order of sums (Paige 1971;
 * Greenbaum 1997, section 4).
 *
 * @param earlier of length 1, see `withResidual`.
 * @param active 1 for entries that iterate; others keep their residual.
 */
export function orthogonal(residual: Tensor, earlier: readonly Tensor[], active: Tensor1D): Tensor {
  return earlier.reduce((left, one) => {
    const next = tidy(() => sub(left, mul(one, mul(batchDot(one, left), active))));
    if (left !== residual) left.dispose();
    return next;
  }, residual);
}

/** The residuals to keep after one more, with that norm squared; new tensors. */
export function withResidual(earlier: readonly Tensor[], residual: Tensor, normSquared: Tensor1D): Tensor[] {
  const kept = earlier.map((one) => one.clone());
  if (kept.length < mostKept) kept.push(tidy(() => divNoNan(residual, sqrt(normSquared))));
  return kept;
}
