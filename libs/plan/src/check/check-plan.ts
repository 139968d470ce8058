import type { Catalog, Problem } from '@rondel/contracts';
import { indexCatalog } from './catalog-index.js';
import { linkProblemsOf } from '../links/check-links.js';
import { conformNode } from './conform-node.js';
import type { Conformance } from './conformance.js';
import type { PlanNode } from '../value/plan-value.js';
import { problemList, type ProblemList } from './problem-list.js';

/**
 * Everything that keeps a plan from being built, at once, each with its path in `at`:
 *
 * - `PLAN_UNKNOWN_TYPE`: every node of a type that no package provides
 * - `PLAN_UNKNOWN_PROPERTY`: a name that may be a slip, with the nearest names in `details.nearest`. A field that is
 *   near to none is one of another version of the package; it is kept and has no effect, see `ignoredProperties`
 * - `PLAN_MISSING_PROPERTY`: a property without value and default
 * - `PLAN_INVALID_VALUE`: a value or a node that the property does not take
 *
 * An empty list means that the plan can be built. Links (`_listener`) are problems when they are malformed, lead in a
 * circle or go through a function that is not registered; catalogs that don't say which are take any. Of `_remote` tables only
 * the form: what they stand for is known on the worker that resolves them (`DATA_*` for one that leaves its root). After 200 problems the rest is counted in a last one.
 */
export function checkPlan(plan: PlanNode, catalog: Catalog): Problem[] {
  const problems = problemList();
  conform(plan, catalog, { problems });
  const { linkFunctions, workerLinkFunctions = [] } = catalog;
  const known = linkFunctions && new Set([...linkFunctions, ...workerLinkFunctions]);
  const links = known === undefined ? [] : linkProblemsOf(plan, known);
  return [...problems.all(), ...links];
}

/**
 * The properties that a plan has, the catalog does not know, and no known name is near to: each with its path and a
 * sentence, to be shown as a warning. Saving keeps them. A property that `parameters` or `--set` names must be known.
 */
export function ignoredProperties(plan: PlanNode, catalog: Catalog): Problem[] {
  const ignored = problemList();
  conform(plan, catalog, { problems: problemList(), ignored });
  return [...ignored.all()];
}

function conform(plan: PlanNode, catalog: Catalog, { problems, ignored }: Findings): void {
  const conformance: Conformance = {
    index: indexCatalog(catalog),
    requireAll: true,
    fillDefaults: false,
    unknownProperties: 'ignore',
    ...(ignored !== undefined && { ignored }),
  };
  conformNode(conformance, plan, { path: '', inherited: '', problems });
}

interface Findings {
  readonly problems: ProblemList;
  readonly ignored?: ProblemList;
}
