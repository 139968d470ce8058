import type { Tensor } from '@tensorflow/tfjs-core';
import type { Weight } from '../prox/penalty.js';
import { largestEigenvalue } from './largest-eigenvalue.js';
import type { LeastSquaresMap, LeastSquaresTerms, Solver, SolverMethod, SolverState } from './least-squares.js';
import { constraintsOf, penaltiesOf, projectAll, scaled, type Term } from './terms.js';

/** A method that needs the largest eigenvalue of A' A, for some of its parameters; it is found once for each map. */
export function eigenvalueMethod<S extends SolverState>(
  solverOf: (map: LeastSquaresMap, terms: LeastSquaresTerms, eigenvalue: () => number) => Solver<S>,
): SolverMethod {
  return {
    prepare(map, imageShape) {
      let found: number | undefined;
      const eigenvalue = () => (found ??= largestEigenvalue((x) => map.adjoint(map.apply(x)), imageShape));
      return {
        solving: (terms, use) => use(solverOf(map, terms, eigenvalue)),
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
