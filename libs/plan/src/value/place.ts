import type { PathSegment } from './path.js';
import type { PlanNode } from './plan-value.js';
import { canonicalName } from './property-name.js';
import { throughWrappers } from './wrapper.js';

/** Where something lies in a plan: wrappers written out, Greek letters spelled out. Equal for all spellings of a path. */
export type Place = readonly PathSegment[];

export function placeInPlan(plan: PlanNode, path: readonly PathSegment[]): Place {
  return throughWrappers(plan, path).map((segment) => (typeof segment === 'string' ? canonicalName(segment) : segment));
}

/** Whether the second place is the first or lies inside it. */
export function isWithin(above: Place, path: Place): boolean {
  return above.length <= path.length && above.every((segment, depth) => segment === path[depth]);
}
