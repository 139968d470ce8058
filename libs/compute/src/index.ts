export { cgnr } from './alg/cgnr.js';
export type {
  IterationReport,
  LeastSquaresConfiguration,
  LeastSquaresMap,
  Solver,
  SolverState,
} from './alg/least-squares.js';
export { pogm, separableMajorizer, type PogmConfiguration } from './alg/pogm.js';
export { disposeState, isDone, solve } from './alg/solve.js';
export { type SolverSnapshot } from './alg/solver-snapshot.js';
export {
  measureProjectors,
  openProjectorCall,
  projectorRate,
  type ProjectorConditions,
  type ProjectorRate,
} from './bench/projector-rates.js';
export { composeOperators } from './linop/compose.js';
export {
  defineLinearOperator,
  type LinearOperator,
  type LinearOperatorHooks,
  type OperatorShape,
} from './linop/linear-operator.js';
export { multiplyOperator } from './linop/multiply.js';
export { radonOperator } from './linop/radon.js';
export { type Constraint } from './prox/constraint.js';
export { positivity } from './prox/positivity.js';
export { openEngine, probeEngines } from './engine/open-engine.js';
export type { Engine, EngineName, EngineOptions, EngineReport } from './engine/engine.js';
export { batchFirst } from './kernels/batch-first.js';
export { batchLast } from './kernels/batch-last.js';
export { filterLength, filterSinogram } from './kernels/filter-sinogram.js';
export { type SinogramFilter } from './kernels/impulse-response.js';
export { type ParallelGeometry } from './kernels/parallel-geometry.js';
export { radonBackproject } from './kernels/radon-backproject.js';
export { radonForward } from './kernels/radon-forward.js';
export { registerComposedKernels } from './kernels/register-kernels.js';
