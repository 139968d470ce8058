import { add, cast, dispose, greater, sub, tidy, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { eigenvalueMethod } from './gradient-step.js';
import type { LeastSquaresProblem, Solver, SolverMethod } from './least-squares.js';
import { checkParameters, disposeState } from './solve.js';
import { solverParameters } from './solver-parameters.js';
import {
  iterateSplit,
  resumeSplit,
  snapshotOfSplit,
  splitShare,
  startSplit,
  unsplit,
  type SplitProblem,
  type SplitState,
} from './splitting.js';
import { checkTerms, constraintsOf, projectAll } from './terms.js';

export type SplitBregmanProblem = SplitProblem & LeastSquaresProblem<'iterations' | 'iterationsInner'>;

export interface SplitBregmanState extends SplitState {
  readonly b: Tensor;
}

/**
 * Split Bregman iterations (Goldstein and Osher 2009, SIAM Journal on Imaging Sciences 2): rounds of `iterationsInner`
 * iterations of ADMM, after each of which what the data still hold is added to them. The first round alone is ADMM; more of
 * them approach the image of least penalty among those that fit the data, noise included.
 */
export function splitBregman(problem: SplitBregmanProblem): Solver<SplitBregmanState> {
  checkParameters('SplitBregman', problem);
  checkTerms('SplitBregman', problem.terms, { most: Infinity, transforms: true });
  const constraints = constraintsOf(problem.terms);
  const iterations = problem.iterations * problem.iterationsInner;
  return {
    iterations,
    start: (b) => ({ ...startSplit('SplitBregman', problem, b), b: b.clone() }),
    iterate: (state) => iterateBregman(problem, state),
    snapshot: snapshotOfSplit,
    resume: (b, snapshot) => withRounds(problem, resumeSplit('SplitBregman', problem, b, snapshot), b.clone()),
    solution: ({ x }) => tidy(() => projectAll(constraints, x)),
  };
}

/** See `splitBregman`; `rho` as in `admmMethod`. */
export const splitBregmanMethod: SolverMethod = eigenvalueMethod((map, terms, eigenvalue) => {
  const parameters = { ...solverParameters.SplitBregman, vary_rho: 'none', ...terms } as const;
  return splitBregman({ ...map, ...parameters, rho: parameters.rho ?? splitShare * eigenvalue() });
});

function iterateBregman(problem: SplitBregmanProblem, { b, ...state }: SplitBregmanState): SplitBregmanState {
  const moved = iterateSplit('SplitBregman', problem, state);
  if (moved.iteration % problem.iterationsInner !== 0) return withRounds(problem, moved, b);
  try {
    const begun = tidy(() => ({
      right: add(moved.right, problem.adjoint(sub(b, problem.apply(moved.x)))),
      ...unsplit(problem, moved.x),
      active: cast<Tensor1D>(greater(moved.initialNorm, 0), 'float32'),
    }));
    dispose([moved.right, moved.z, moved.u, moved.active]);
    return withRounds(problem, { ...moved, ...begun, anyActive: true }, b);
  } catch (error) {
    disposeState(moved);
    throw error;
  }
}

/** Entries that have converged wait for the next round. */
function withRounds(
  { iterations, iterationsInner }: SplitBregmanProblem,
  state: SplitState,
  b: Tensor,
): SplitBregmanState {
  return { ...state, b, anyActive: state.anyActive || state.iteration < (iterations - 1) * iterationsInner };
}
