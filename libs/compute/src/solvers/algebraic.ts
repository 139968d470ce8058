import { add, mul, sub, zeros, type Tensor } from '@tensorflow/tfjs-core';
import type { SolverMethod } from './least-squares.js';
import { projectionParameters } from './solver-parameters.js';
import { sweepMethod, type SweepRule } from './subset-sweeps.js';
import { constraintsOf, projectAll, type Term } from './terms.js';

/**
 * x + relaxation C A' (R (b - A x)) with the rows and columns of one subset: R is 1 / (sum of a ray's weights), C is
 * 1 / (sum of a pixel's weights), both 0 where the sum is. With all views at once it is SIRT (Gilbert, "Iterative methods for the
 * three-dimensional reconstruction of an object from projections", J. Theor. Biol. 36, 1972; in this form Gregor and Benson,
 * "Computational analysis and improvement of SIRT", IEEE Trans. Med. Imaging 27, 2008), with one view SART (Andersen and Kak,
 * "Simultaneous algebraic reconstruction technique", Ultrasonic Imaging 6, 1984), between them OS-SART (Wang and Jiang,
 * "Ordered-subset simultaneous algebraic reconstruction techniques", J. X-Ray Sci. Technol. 12, 2004). Constraints hold after
 * every update.
 */
export function algebraicRule(terms: readonly Term[]): SweepRule {
  const constraints = constraintsOf(terms);
  return {
    data: (b) => b.clone(),
    begin: (guess) => projectAll(constraints, guess),
    startsAtZero: true,
    guess: (_subsets, shape) => zeros([...shape]),
    update(x, { b, projection, perRay, perPixel, adjoint }, { factor, active }): Tensor {
      const descent = mul(adjoint(mul(sub(b, projection), perRay)), perPixel());
      return projectAll(constraints, add(x, mul(descent, mul(active, factor))));
    },
  };
}

export const sirtMethod: SolverMethod = sweepMethod('SIRT', {
  defaults: projectionParameters.SIRT,
  subsetsOf: () => 1,
  ruleOf: ({ terms }) => algebraicRule(terms),
});

export const osSartMethod: SolverMethod = sweepMethod('OSSART', {
  defaults: projectionParameters.OSSART,
  subsetsOf: (asked) => asked,
  ruleOf: ({ terms }) => algebraicRule(terms),
});

export const sartMethod: SolverMethod = sweepMethod('SART', {
  defaults: projectionParameters.SART,
  subsetsOf: (_asked, views) => views,
  ruleOf: ({ terms }) => algebraicRule(terms),
});
