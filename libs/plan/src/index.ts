export { parseAssignment } from './assignment.js';
export { checkPlan, ignoredProperties } from './check-plan.js';
export { defaultValues, withDefaults } from './defaults.js';
export { clearAt, clearPlan, nodeAt, setAt, valueAt } from './edit.js';
export { distributePlan, type Distribution } from './distribute.js';
export { childrenOf, parentOf, pathOf } from './family.js';
export { planLimits } from './limits.js';
export { parseValue, printValue } from './live/exact-text.js';
export { baseLinkFunctions, type LinkFunction, type LinkFunctions } from './live/link-functions.js';
export {
  applyParameters,
  setAll,
  setProperty,
  type LinkedParameters,
  type LinkOptions,
} from './live/linked-parameters.js';
export { livePlan, type LivePlan, type LivePlanOptions } from './live/live-plan.js';
export { type ObserverErrorHandler, type PlanEvent, type PlanObserver } from './live/observers.js';
export { isWithin, placeOf, type Place } from './live/place.js';
export { type PlanChange } from './live/plan-change.js';
export { type EditedPlan, type PlanEdit } from './live/plan-edit.js';
export { transformValue, type ValueTransform } from './live/transform.js';
export { newNode } from './new-node.js';
export { parsePlan, type PlanFormat } from './parse-plan.js';
export { appendSegment, formatPath, parsePath, type PathSegment } from './path.js';
export { planForJulia } from './plan-for-julia.js';
export { planHash } from './plan-hash.js';
export { formatPlanTree, type PlanLine, type PlanLineKind } from './plan-lines.js';
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
} from './plan-value.js';
export { withoutPlacement } from './placement.js';
export { printPlan, type PrintOptions } from './print-plan.js';
export {
  clearProperty,
  isMissing,
  propertyNames,
  propertyState,
  setProperties,
  type PropertyState,
} from './property.js';
export { canonicalName, greekAliases, propertyOf } from './property-name.js';
export { type AppliedParameters, type Parameter } from './set-parameters.js';
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
export { schemaWords } from './schema-words.js';
export { parseSweepRange } from './sweep/sweep-range.js';
export { parseSlice, sliceField, slicePositions, type RemoteSlice } from './remote-slice.js';
export { textExcess, type Excess, type TextBounds } from './text-bounds.js';
export { planFromTree, valueFromTree, type NumberKinds } from './tree-reader.js';
export { toTree, valueToTree } from './tree-writer.js';
export { childNodes, walkPlan, type PlacedNode } from './walk.js';
export { bareNode, throughWrappers, wrapperOf, type Wrapper } from './wrapper.js';
