export { parseAssignment } from './assignment.js';
export { checkPlan } from './check-plan.js';
export { withDefaults } from './defaults.js';
export { clearAt, clearPlan, nodeAt, setAt, valueAt } from './edit.js';
export { planLimits } from './limits.js';
export { parsePlan, type PlanFormat } from './parse-plan.js';
export { appendSegment, formatPath, parsePath, type PathSegment } from './path.js';
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
export { printPlan } from './print-plan.js';
export { canonicalName, greekAliases, propertyOf } from './property-name.js';
export { applyParameters, setAll, type AppliedParameters, type Parameter } from './set-parameters.js';
export { planFromTree, valueFromTree, type NumberKinds } from './tree-reader.js';
export { toTree, valueToTree } from './tree-writer.js';
export { childNodes, walkPlan, type PlacedNode } from './walk.js';
