import { RondelError, type Catalog } from '@rondel/contracts';
import { indexCatalog, resolveNode } from '../check/catalog-index.js';
import { conformNode } from '../check/conform-node.js';
import type { PlanNode } from '../value/plan-value.js';
import { problemList } from '../check/problem-list.js';
import { bareNode } from '../value/wrapper.js';

/**
 * A plan in the words of Julia, where `module` (e.g. `Main.OurRadonReco`) stands for our package: every node with the module
 * and type under which `loadPlan` finds it, types with their modules, `λ` for `lambda`. What is named as in Julia already,
 * and what the catalog does not know, stays.
 *
 * Throws `PLAN_UNKNOWN_TYPE` for a root of a type that no package provides.
 */
export function planForJulia(plan: PlanNode, module: string, catalog: Catalog): PlanNode {
  const index = indexCatalog(catalog);
  const { type } = bareNode(plan);
  const home = resolveNode(index, bareNode(plan), { inherited: '' }).definition?.module;
  if (home === undefined) {
    throw new RondelError('PLAN_UNKNOWN_TYPE', `The root has the type ${type}, which no installed package provides.`);
  }
  const conformance = {
    index,
    requireAll: false,
    fillDefaults: false,
    unknownProperties: 'ignore',
    julia: { home, module, qualified: false },
  } as const;
  return conformNode(conformance, plan, { path: '', inherited: '', problems: problemList() }).node;
}
