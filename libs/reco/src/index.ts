export {
  defineAlgorithm,
  definePipeline,
  defineStep,
  defineValue,
  type AlgorithmDefinition,
  type InputShape,
  type NodeDefinition,
  type ParameterNode,
  type PipelineDefinition,
  type StepDefinition,
  type ValueDefinition,
} from './definitions.js';
export {
  implementStep,
  type BuiltInPlan,
  type PackageManifest,
  type PreviewFacts,
  type PreviewPlane,
  type ReconstructionPackage,
  type Step,
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
export { createExecutableRegistry, createRegistry, type ExecutableRegistry, type Registry } from './registry.js';
export { runSteps, type RunOptions, type StepReport } from './run.js';
export { stepsOf, type PlacedStep, type PlanTree } from './plan-steps.js';
export { planStages, type JobStage } from './stages.js';
export { divideDataset, joinDatasets } from './blocks.js';
