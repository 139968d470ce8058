import { projectionSolverNames, projectionSolvers, solverNames, solvers } from '@rondel/compute/solvers';

/** Every method that takes the projection as a whole or in views. */
export const tensorSolvers = { ...solvers, ...projectionSolvers } as const;

export type TensorSolverName = keyof typeof tensorSolvers;

export const tensorSolverNames: readonly TensorSolverName[] = [...solverNames, ...projectionSolverNames];

/** By rows: each ray is an equation of its own. All others take the projection as a whole. */
export const byRows = 'Kaczmarz';

export type RadonSolverName = TensorSolverName | typeof byRows;

export const radonSolverNames: readonly RadonSolverName[] = [...tensorSolverNames, byRows];

/** Methods that can begin with an image. */
export const startingSolvers: readonly string[] = projectionSolverNames;

const usualIterations = 20;
/** Of methods that take small steps. */
const manyIterations = 100;

/** Upper bound on the iterations: what the plan says or what suits the solver. */
export function iterationsOf({
  solver,
  iterations,
}: {
  readonly solver: RadonSolverName;
  readonly iterations?: number | undefined;
}): number {
  return iterations ?? (solver === 'SIRT' || solver === 'MLEM' ? manyIterations : usualIterations);
}
