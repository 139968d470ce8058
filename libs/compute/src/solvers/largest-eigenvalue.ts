import { RondelError } from '@rondel/contracts';
import { mul, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { batchDot } from './batch-reduction.js';

/** Rayleigh quotients that change by less than this fraction are taken to have arrived. */
const tolerance = 1e-3;
const mostIterations = 30;

/** The share of 1 / (largest eigenvalue) that a step takes, since power iterations come near the eigenvalue from below. */
export const safeShare = 0.95;

/**
 * Largest eigenvalue of a symmetric operator without negative ones, by power iterations from a vector that is the same
 * every time: at most 30, until a Rayleigh quotient changes by less than 1e-3. It comes out too small rather than too
 * large, by little where the spectrum falls quickly.
 *
 * @param shape of an argument, without the batch.
 * @returns > 0. Throws `PLAN_INVALID_VALUE` for an operator that is 0, `STEP_FAILED` for one that is not finite.
 */
export function largestEigenvalue(normal: (x: Tensor) => Tensor, shape: readonly number[]): number {
  return tidy(() => {
    let vector = startVector(shape);
    let eigenvalue = 0;
    for (let iteration = 0; iteration < mostIterations; iteration++) {
      const [next, quotient] = tidy(() => {
        const length = Math.sqrt(numberOf(batchDot(vector, vector)));
        const unit = mul(vector, 1 / length);
        const image = normal(unit);
        return [image, numberOf(batchDot(unit, image))] as [Tensor, number];
      });
      if (!Number.isFinite(quotient)) {
        next.dispose();
        throw new RondelError('STEP_FAILED', 'The operator holds values that are not finite, so no step size fits it.');
      }
      if (!(quotient > 0)) {
        next.dispose();
        throw new RondelError('PLAN_INVALID_VALUE', 'The operator maps everything to 0, so no step size fits it.');
      }
      const settled = Math.abs(quotient / eigenvalue - 1) < tolerance;
      vector.dispose();
      vector = next;
      eigenvalue = quotient;
      if (settled) break;
    }
    return eigenvalue;
  });
}

function numberOf(dot: Tensor): number {
  return dot.dataSync<'float32'>()[0] ?? NaN;
}

/** Numbers in [-0.5, 1.5): a share of every eigenvector, and most of the constant, on which projections are large. */
function startVector(shape: readonly number[]): Tensor {
  let state = 1234;
  const values = Float32Array.from({ length: shape.reduce((product, extent) => product * extent, 1) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 0.5;
  });
  return tensor(values, [...shape, 1]);
}
