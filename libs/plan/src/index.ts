export { parseAssignment } from './set/assignment.js';
export { checkPlan, ignoredProperties } from './check/check-plan.js';
export { holdsFile } from './check/conform-file.js';
export { defaultValues, withDefaults } from './forms/defaults.js';
export { clearAt, clearPlan, nodeAt, setAt, valueAt } from './value/edit.js';
export { distributePlan, type Distribution } from './set/distribute.js';
export { childrenOf, parentOf, pathOf } from './value/family.js';
export { planLimits } from './value/limits.js';
export { parseValue, printValue } from './live/exact-text.js';
export { baseLinkFunctions, type LinkFunction, type LinkFunctions } from './links/link-functions.js';
export {
  applyParameters,
  setAll,
  setProperty,
  type LinkedParameters,
  type LinkOptions,
} from './live/linked-parameters.js';
export { livePlan, type WatchedPlan, type LivePlanOptions } from './live/live-plan.js';
export type { ObserverErrorHandler, WatchedPlanEvent, PlanObserver } from './live/observers.js';
export { isWithin, placeInPlan, type Place } from './value/place.js';
export type { PlanChange } from './live/plan-change.js';
export type { EditedPlan, PlanEdit } from './live/plan-edit.js';
export { transformValue, type ValueTransform } from './live/transform.js';
export { fileNames, filePlaces, namedFiles, type FilePlace } from './set/named-files.js';
export { newNode } from './set/new-node.js';
export { parsePlan, type PlanFormat } from './text/parse-plan.js';
export { appendSegment, formatPath, parsePath, type PathSegment } from './value/path.js';
export { planForJulia } from './forms/plan-for-julia.js';
export { planHash } from './forms/plan-hash.js';
export { formatPlanTree, type PlanLine, type PlanLineKind } from './forms/plan-lines.js';
export {
  isList,
  isNode,
  isNothing,
  isRemote,
  isTable,
  isTypeReference,
  isUnion,
  nothing,
  unwrapUnion,
  type PlanNode,
  type PlanTable,
  type PlanValue,
  type TypeReference,
  type UnionValue,
} from './value/plan-value.js';
export { withoutPlacement } from './value/without-placement.js';
export { printPlan, type PrintOptions } from './text/print-plan.js';
export {
  clearProperty,
  isMissing,
  propertyNames,
  propertyState,
  setProperties,
  type PropertyState,
} from './set/property.js';
export { canonicalName, greekAliases, propertyOf } from './value/property-name.js';
export type { AppliedParameters, Parameter } from './set/set-parameters.js';
export {
  mostCombinations,
  planSweep,
  productSweep,
  sweepInSteps,
  sweepOf,
  zipSweep,
  type PlanSweep,
  type SweepCombination,
  type SweepRange,
} from './sweep/plan-sweep.js';
export { schemaWords } from './check/schema-words.js';
export { parseSweepRange } from './sweep/sweep-range.js';
export { parseSlice, sliceField, slicePositions, type RemoteSlice } from './check/remote-slice.js';
export { textExcess, type Excess, type TextBounds } from './text/text-bounds.js';
export { planFromTree, valueFromTree, type NumberKinds } from './text/tree-reader.js';
export { toTree, valueToTree } from './text/tree-writer.js';
export { childNodes, walkPlan, type PlacedNode } from './value/walk.js';
export { bareNode, throughWrappers, wrapperOf, type Wrapper } from './value/wrapper.js';
export { didYouMean, nearestNames } from './text/nearest.js';
