import type { PackageManifest } from '@rondel/reco';
import { normalizations } from './manifest/normalizations.js';
import { regularizations } from './manifest/terms.js';

export { normalizations } from './manifest/normalizations.js';
export { l2Regularization, positiveRegularization, regularizations } from './manifest/terms.js';
export { givenParameters, solverOptionsOf, type SolverOptions } from './solver-options.js';
export { solverNames, solverParameterFacts, type SolverName, type SolverParameterFacts } from './solver-table.js';

/** The terms of least-squares problems, as other packages take them. Loads no compute code. */
export const leastSquaresManifest: PackageManifest = {
  name: '@rondel/least-squares',
  version: '0.1.0',
  module: 'RegularizedLeastSquares',
  description: 'Regularized least squares: penalties, constraints and solvers.',
  nodes: [...regularizations, ...normalizations],
  plans: [],
};
