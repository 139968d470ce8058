export type {
  IterationReport,
  LeastSquaresMap,
  LeastSquaresTerms,
  PreparedSolver,
  Solver,
  SolverMethod,
  SolverState,
} from './solvers/least-squares.js';
export { disposeState, isDone, solve } from './solvers/solve.js';
export type { SolverSnapshot } from './solvers/solver-snapshot.js';
export { constraintsOf, penaltiesOf, type ConstraintTerm, type PenaltyTerm, type Term } from './solvers/terms.js';
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
export { complexOfPairs, pairsOfComplex } from './linop/complex-pairs.js';
export { multiplyOperator } from './linop/multiply.js';
export { coneOperator } from './linop/cone.js';
export { denseOperator, type DenseMatrix, type RowBlock } from './linop/dense.js';
export { eachOperator } from './linop/each.js';
export { imageTransform } from './linop/image-transform.js';
export { radonOperator } from './linop/radon.js';
export { rayOperator } from './linop/rays.js';
export { stackOperators } from './linop/stack.js';
export type { Constraint } from './prox/constraint.js';
export { box } from './prox/box.js';
export { l1 } from './prox/l1.js';
export { l2 } from './prox/l2.js';
export { l21 } from './prox/l21.js';
export { locallyLowRank, nuclear, type LocallyLowRankOptions } from './prox/low-rank.js';
export { maskedConstraint, maskedPenalty } from './prox/masked.js';
export type { ImageKind } from './prox/pairs.js';
export type { LinearTransform, Penalty, Weight } from './prox/penalty.js';
export { reality } from './prox/reality.js';
export { totalVariation, totalVariationAlong, type TotalVariationOptions } from './prox/total-variation.js';
export { transformedConstraint, transformedPenalty } from './prox/transformed.js';
export { positivity } from './prox/positivity.js';
export { axisMatrix, type AxisMatrix } from './transforms/axis-matrix.js';
export { scalingFilter, waveletLevels } from './transforms/wavelet-levels.js';
export { rowsOperator } from './linop/rows.js';
export { openEngine, probeEngines } from './engine/open-engine.js';
export type { Engine, EngineOptions, EngineReport } from './engine/engine.js';
export {
  openDenseRows,
  openPatchedRows,
  openSparseRows,
  type PatchedRows,
  type RowOptions,
  type SparseRows,
} from './kernels/kaczmarz/row-layouts.js';
export { reweightedRows, type RowMatrix } from './kernels/kaczmarz/row-matrix.js';
export { pairsOf, planesOf, type ValueOrder } from './kernels/kaczmarz/value-order.js';
export { multiplyByRows, prepareProducts } from './kernels/kaczmarz/row-products.js';
export { rowValues } from './kernels/kaczmarz/row-values.js';
export { openRowSweeps, sweepBytes, type RowSweeps, type SweepOptions } from './kernels/kaczmarz/row-sweeps.js';
export { processorThreads } from './engine/processor-threads.js';
export { tensorsMade } from './engine/tensors-made.js';
export { takingTurns } from './runtime/turns.js';
export { computeVersion } from './version.js';
export { batchFirst } from './kernels/batch-axis/batch-first.js';
export { batchLast } from './kernels/batch-axis/batch-last.js';
export { coneBackproject } from './kernels/cone/cone-backproject.js';
export { coneForward } from './kernels/cone/cone-forward.js';
export type { ConeGeometry, FdkGeometry } from './kernels/cone/cone-geometry.js';
export { fdkBackproject } from './kernels/cone/fdk-backproject.js';
export { fdkForward } from './kernels/cone/fdk-forward.js';
export { kernelNames } from './kernels/kernels.js';
export { filterLength, filterSinogram } from './kernels/filter-sinogram/filter-sinogram.js';
export type { SinogramFilter } from './kernels/filter-sinogram/impulse-response.js';
export type { ParallelGeometry } from './kernels/projection/parallel-geometry.js';
export { radonBackproject } from './kernels/radon-backproject/radon-backproject.js';
export { radonGrid } from './kernels/radon-grid/radon-grid.js';
export { radonForward } from './kernels/radon-forward/radon-forward.js';
export { rayBackproject } from './kernels/rays/ray-backproject.js';
export { rayForward } from './kernels/rays/ray-forward.js';
export type { RayGeometry } from './kernels/rays/ray-geometry.js';
export { forEachRayWeight } from './kernels/rays/ray-lines.js';
export { registerComposedKernels } from './kernels/register-kernels.js';
