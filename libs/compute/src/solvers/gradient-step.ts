import type { Tensor } from '@tensorflow/tfjs-core';
import type { Weight } from '../prox/penalty.js';
import { largestEigenvalue, safeShare } from './largest-eigenvalue.js';
import type { LeastSquaresMap, LeastSquaresTerms, Solver, SolverMethod, SolverState } from './least-squares.js';
import { constraintsOf, penaltiesOf, projectAll, scaled, type Term } from './terms.js';

/** A method that steps along the gradient, as far as the largest eigenvalue of A' A allows, which is found once for each map. */
export function gradientStepMethod<S extends SolverState>(
  solverOf: (map: LeastSquaresMap, terms: LeastSquaresTerms, largestStep: (share?: number) => number) => Solver<S>,
): SolverMethod {
  return {
    prepare(map, imageShape) {
      let eigenvalue: number | undefined;
      const largestStep = (share = safeShare) => {
        eigenvalue ??= largestEigenvalue((x) => map.adjoint(map.apply(x)), imageShape);
        return share / eigenvalue;
      };
      return {
        solving: (terms, use) => use(solverOf(map, terms, largestStep)),
        dispose: () => undefined,
      };
    },
  };
}

/** What the penalty makes of a point, with its lambda times a weight, and then the constraints. */
export function proximal(
  terms: readonly Term[],
  point: Tensor,
  { weight, iteration }: { readonly weight: Weight; readonly iteration: number },
): Tensor {
  const moved = penaltiesOf(terms).reduce(
    (at, { penalty, lambda }) => penalty.prox(at, scaled(weight, lambda), iteration),
    point,
  );
  return projectAll(constraintsOf(terms), moved);
}
