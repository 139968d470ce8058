import { add, cast, div, equal, greater, max, maximum, mul, ones, relu, sub, type Tensor } from '@tensorflow/tfjs-core';
import type { SolverMethod } from './least-squares.js';
import { projectionParameters } from './solver-parameters.js';
import { sweepMethod, type SweepRule } from './subset-sweeps.js';
import { constraintsOf, projectAll, type Term } from './terms.js';
import type { ViewSubset } from './view-subsets.js';

/** Projections are taken to be at least this, so that no ratio leaves float32. */
const leastProjection = 1e-30;

/** What an image to begin with has at least, relative to its largest value: what is 0 would stay so. */
const leastStart = 1e-6;

/**
 * x A' (b / A x) / A' 1 with the views of one subset, which never leaves x >= 0: with all views it is MLEM (Shepp and Vardi,
 * "Maximum likelihood reconstruction for emission tomography", IEEE Trans. Med. Imaging 1, 1982), with some OSEM (Hudson and
 * Larkin, "Accelerated image reconstruction using ordered subsets of projection data", IEEE Trans. Med. Imaging 13, 1994). It
 * begins with 1 in every pixel that a ray meets. Data below 0, which no such image has, are taken as 0.
 */
export function expectationRule(terms: readonly Term[]): SweepRule {
  const constraints = constraintsOf(terms);
  return {
    data: (b) => relu(b),
    begin: (guess, subsets) => {
      const axes = guess.shape.slice(0, -1).map((_, axis) => axis);
      const least = mul(max(guess, axes), leastStart);
      return projectAll(constraints, mul(relu(maximum(guess, least)), metPixels(subsets)));
    },
    startsAtZero: false,
    guess: (subsets, shape) => projectAll(constraints, mul(ones([...shape]), metPixels(subsets))),
    update(x, { b, projection, perPixel, adjoint }, { active }): Tensor {
      const sums = perPixel();
      const ratio = mul(adjoint(div(b, maximum(projection, leastProjection))), sums);
      // What none of these views meets stays as it is.
      const factor = add(ratio, cast(equal(sums, 0), 'float32'));
      return projectAll(constraints, mul(x, add(mul(factor, active), sub(1, active))));
    },
  };
}

/** 1 for pixels that a ray meets, 0 for others: [...image, 1]. */
function metPixels(subsets: readonly ViewSubset[]): Tensor {
  const sums = subsets.map(({ perPixel }) => perPixel());
  return cast(
    greater(
      sums.reduce((most, one) => maximum(most, one)),
      0,
    ),
    'float32',
  );
}

export const mlemMethod: SolverMethod = sweepMethod('MLEM', {
  defaults: projectionParameters.MLEM,
  subsetsOf: () => 1,
  ruleOf: ({ terms }) => expectationRule(terms),
});

export const osemMethod: SolverMethod = sweepMethod('OSEM', {
  defaults: projectionParameters.OSEM,
  subsetsOf: (asked) => asked,
  ruleOf: ({ terms }) => expectationRule(terms),
});
