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
} from './node/definitions.js';
export type { BuiltNode, FileParameter, InputShape, ParameterNode } from './node/built-node.js';
export type { DataFile, HeldThing } from './node/data-file.js';
export { openHeldThings, type HeldOptions, type HeldRun, type HeldThings } from './run/held-things.js';
export type { LinkFunction } from '@rondel/plan';
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
  type StepBlock,
  type SampledEntries,
  type StepContext,
  type StepFactory,
  type StepImplementation,
  type StepProgress,
} from './node/package.js';
export {
  defaulted,
  file,
  fileList,
  node,
  nodeList,
  optional,
  optionalFile,
  optionalFileList,
  optionalNode,
  required,
  typeName,
  type FileListProperty,
  type FileProperty,
  type NodeListProperty,
  type NodeProperty,
  type ParametersOf,
  type Properties,
  type Property,
  type PropertyValue,
  type TypeProperty,
  type ValueProperty,
} from './node/properties.js';
export { buildAlgorithm, type Algorithm, type BuiltStep } from './build/build.js';
export { catalogOf } from './node/catalog.js';
export { loadManifests, loadPackages, namedPackages } from './node/installed-packages.js';
export { loadPlans, namedPlanFolders } from './node/plan-folders.js';
export { indexAt } from './run/finite-output.js';
export { notFinite, type NotFinite } from './run/not-finite.js';
export { createExecutableRegistry, createRegistry, type ExecutableRegistry, type Registry } from './node/registry.js';
export {
  makerOf,
  resultFamilies,
  resultIdentities,
  type ResultIdentity,
  type ResultOrigin,
} from './build/result-identity.js';
export {
  runSteps,
  type StepCheckpointStore,
  type CompletedStep,
  type FoundCheckpoint,
  type RunListener,
  type RunOptions,
  type StepReport,
} from './run/run.js';
export { withFindings } from './run/survey-whole.js';
export { stepFailure } from './run/step-failure.js';
export {
  leastInput,
  outputOf,
  requireImageSize,
  requireOutput,
  requireOutputOfAny,
  requirePartSize,
  requirePlane,
  sizedSteps,
  type OutputSize,
} from './run/output-size.js';
export { inputOf, wholeInputs } from './run/input-sizes.js';
export { isTable, stepsOf, type PlacedStep, type PlanTree } from './build/plan-steps.js';
export { toPlan } from './build/to-plan.js';
export { validatePlan } from './build/validate-plan.js';
export {
  implementRemoteResolver,
  type RemoteArray,
  type ResolverContext,
  type RemoteResolverDefinition,
  type RemoteResolverImplementation,
  type RemoteSource,
  type ResolveRemote,
} from './remote/remote-values.js';
export { describeRemote, type RemoteTransform } from './build/remote-values-describe.js';
export {
  mostRemoteValues,
  readRemoteValue,
  resolveRemoteValues,
  type PlacedRemote,
  type ResolvedPlan,
  type ResolveOptions,
} from './build/remote-values-resolve.js';
export { filesIn, packagesIn, rootsIn, type PlacedFile } from './build/plan-needs.js';
export {
  findDivision,
  fits,
  amountOf,
  needOf,
  shapeOf,
  type Division,
  type MemoryRoom,
  type StepNeed,
  knowing,
} from './run/memory.js';
export { loneContext } from './run/lone-context.js';
export { outOfMemoryIn } from './run/out-of-memory.js';
export { divideStage, planStages, type DividedStep, type JobStage } from './stages/stages.js';
export {
  blocksAlong,
  cutDataset,
  divideDataset,
  extentAlong,
  joinDatasets,
  widened,
  type Block,
  type Range,
} from './stages/blocks.js';
export { blocksFor, stepsOnBlock } from './stages/block-steps.js';
export {
  fixedHalo,
  haloAlong,
  mostHaloAlong,
  parallelAlong,
  parallelNames,
  type ParallelAxis,
  type Reach,
  type Span,
  type WholeInput,
} from './node/parallel-axes.js';
