import type { LinearOperator, PreparedSolver, SolverMethod } from '@rondel/compute';

/** What an operator is made of, where it is not made already. */
export interface OperatorSource {
  readonly open: () => LinearOperator;
  readonly imageShape: readonly number[];
}

/** Holds the operator of the last geometry, and what the solver needs of it. */
export function heldSolver<Geometry>(isSame: (one: Geometry, other: Geometry) => boolean) {
  let held:
    { readonly geometry: Geometry; readonly operator: LinearOperator; readonly solver: PreparedSolver } | undefined;
  const clear = () => {
    held?.operator.dispose();
    held?.solver.dispose();
    held = undefined;
  };
  return {
    take(method: SolverMethod, geometry: Geometry, { open, imageShape }: OperatorSource): PreparedSolver {
      if (held === undefined || !isSame(held.geometry, geometry)) {
        clear();
        const operator = open();
        const { apply, adjoint, views } = operator;
        const solver = method.prepare({ apply, adjoint, ...(views && { views }) }, imageShape);
        held = { geometry, operator, solver };
      }
      return held.solver;
    },
    clear,
  };
}
