export {
  defineAlgorithm,
  definePipeline,
  defineStep,
  defineValue,
  type AlgorithmDefinition,
  type NodeDefinition,
  type PipelineDefinition,
  type StepDefinition,
  type ValueDefinition,
} from './definitions.js';
export { type BuiltNode, type InputShape, type ParameterNode } from './built-node.js';
export { type LinkFunction } from '@rondel/plan';
export {
  implementStep,
  type BuiltInPlan,
  type Checkpoint,
  type PackageManifest,
  type PreviewFacts,
  type PreviewPlane,
  type ReconstructionPackage,
  type Step,
  type StepCheckpoints,
  type StepContext,
  type StepFactory,
  type StepImplementation,
  type StepProgress,
} from './package.js';
export {
  defaulted,
  node,
  nodeList,
  optional,
  optionalNode,
  required,
  typeName,
  type NodeListProperty,
  type NodeProperty,
  type ParametersOf,
  type Properties,
  type Property,
  type PropertyValue,
  type TypeProperty,
  type ValueProperty,
} from './properties.js';
export { buildAlgorithm, type Algorithm, type BuiltStep } from './build.js';
export { catalogOf } from './catalog.js';
export { loadManifests, loadPackages, namedPackages } from './installed-packages.js';
export { indexAt } from './finite-output.js';
export { createExecutableRegistry, createRegistry, type ExecutableRegistry, type Registry } from './registry.js';
export { resultFamilies, resultIdentities, type ResultIdentity, type ResultOrigin } from './result-identity.js';
export {
  runSteps,
  stepFailure,
  type CheckpointDesk,
  type CompletedStep,
  type FoundCheckpoint,
  type RunListener,
  type RunOptions,
  type StepReport,
} from './run.js';
export {
  inputOf,
  leastInput,
  outputOf,
  requireImageSize,
  requireOutput,
  requireOutputOfAny,
  requirePartSize,
  sizedSteps,
  type OutputSize,
} from './output-size.js';
export { stepsOf, type PlacedStep, type PlanTree } from './plan-steps.js';
export { toPlan } from './to-plan.js';
export { validatePlan } from './validate-plan.js';
export {
  implementRemoteResolver,
  type RemoteArray,
  type ResolverContext,
  type RemoteResolverDefinition,
  type RemoteResolverImplementation,
  type RemoteSource,
  type ResolveRemote,
} from './remote-values.js';
export { describeRemote, type RemoteTransform } from './remote-values-describe.js';
export {
  mostRemoteValues,
  readRemoteValue,
  resolveRemoteValues,
  type PlacedRemote,
  type ResolvedPlan,
  type ResolveOptions,
} from './remote-values-resolve.js';
export { packagesIn, rootsIn } from './plan-needs.js';
export {
  findDivision,
  fits,
  amountOf,
  needOf,
  shapeOf,
  type Division,
  type MemoryRoom,
  type StepNeed,
} from './memory.js';
export { outOfMemoryIn } from './memory-failure.js';
export { divideStage, planStages, type DividedStep, type JobStage } from './stages.js';
export {
  blocksAlong,
  cutDataset,
  divideDataset,
  extentAlong,
  joinDatasets,
  widened,
  type Block,
  type Range,
} from './blocks.js';
export { stepsOnBlock } from './block-steps.js';
export { fixedHalo, haloAlong, parallelAlong, parallelNames, type ParallelAxis } from './parallel-axes.js';
