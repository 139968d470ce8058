import { tidy } from '@tensorflow/tfjs-core';
import { eigenvalueMethod } from './gradient-step.js';
import type { LeastSquaresProblem, Solver, SolverMethod } from './least-squares.js';
import { checkParameters } from './solve.js';
import { solverParameters } from './solver-parameters.js';
import {
  iterateSplit,
  resumeSplit,
  snapshotOfSplit,
  splitShare,
  startSplit,
  type SplitProblem,
  type SplitState,
} from './splitting.js';
import { checkTerms, constraintsOf, projectAll } from './terms.js';

export type AdmmProblem = SplitProblem & LeastSquaresProblem<'iterations'>;

/**
 * The alternating direction method of multipliers: min ||A x - b||^2 + sum of lambda g(transform x), with any number of
 * penalties (Boyd and others 2011, Foundations and Trends in Machine Learning 3), as RegularizedLeastSquares.jl has it: x by
 * conjugate gradients from where it is, rho as the weight of the split, one for all penalties at the start.
 *
 * Constraints are split off as penalties are, so that the answer is the minimum over them; the library there projects x in
 * between, which leads elsewhere. An entry stops when primal and dual residual of every part are below
 * absTol sqrt(number of data values) + relTol (what they are part of).
 */
export function admm(problem: AdmmProblem): Solver<SplitState> {
  checkParameters('ADMM', problem);
  checkTerms('ADMM', problem.terms, { most: Infinity, transforms: true });
  const constraints = constraintsOf(problem.terms);
  return {
    iterations: problem.iterations,
    start: (b) => startSplit('ADMM', problem, b),
    iterate: (state) => iterateSplit('ADMM', problem, state),
    snapshot: snapshotOfSplit,
    resume: (b, snapshot) => resumeSplit('ADMM', problem, b, snapshot),
    solution: ({ x }) => tidy(() => projectAll(constraints, x)),
  };
}

/** See `admm`; with `rho` undefined it is `splitShare` of the largest eigenvalue, which is found once for each map. */
export const admmMethod: SolverMethod = eigenvalueMethod((map, terms, eigenvalue) => {
  const parameters = { ...solverParameters.ADMM, ...terms };
  return admm({ ...map, ...parameters, rho: parameters.rho ?? splitShare * eigenvalue() });
});
