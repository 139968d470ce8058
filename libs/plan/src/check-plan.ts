import type { Catalog, Problem } from '@rondel/contracts';
import { indexCatalog } from './catalog-index.js';
import { conformNode } from './conform-node.js';
import type { PlanNode } from './plan-value.js';
import { problemList } from './problem-list.js';

/**
 * Everything that keeps a plan from being built, at once, each with its path in `at`:
 *
 * - `PLAN_UNKNOWN_TYPE`, `PLAN_UNKNOWN_PROPERTY`: with the nearest names in `details.nearest`
 * - `PLAN_MISSING_PROPERTY`: a property without value and default
 * - `PLAN_INVALID_VALUE`: a value or a node that the property does not take
 *
 * An empty list means that the plan can be built. Tags such as `_listener` are not looked at, and `_remote` values only
 * on the worker that resolves them. After 200 problems the rest is counted in a last one.
 */
export function checkPlan(plan: PlanNode, catalog: Catalog): Problem[] {
  const problems = problemList();
  const conformance = { index: indexCatalog(catalog), requireAll: true, fillDefaults: false };
  conformNode(conformance, plan, { path: '', inherited: '', problems });
  return [...problems.all()];
}
