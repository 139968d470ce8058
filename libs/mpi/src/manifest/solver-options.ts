import { solverNames, solverOptionsOf } from '@rondel/least-squares/manifest';

/** The parameters that only some solvers have; a plan has those of the solver that it chooses. */
export const solverOptions = solverOptionsOf(solverNames);
