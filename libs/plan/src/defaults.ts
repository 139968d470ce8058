import type { Catalog } from '@rondel/contracts';
import { indexCatalog } from './catalog-index.js';
import { conformNode } from './conform-node.js';
import type { PlanNode } from './plan-value.js';
import { problemList } from './problem-list.js';

/**
 * The complete plan, as it is hashed and recorded: every default filled in, every node with the module, type and property
 * names of the catalog, types as `Type` tables, numbers of the kind their property has, union tags gone, *nothing* left
 * out where it says no more than an absent property. Given properties come first, in their order.
 *
 * What the catalog does not know or accept is kept as it is; `checkPlan` reports it.
 */
export function withDefaults(plan: PlanNode, catalog: Catalog): PlanNode {
  const conformance = {
    index: indexCatalog(catalog),
    requireAll: false,
    fillDefaults: true,
    unknownProperties: 'ignore',
  } as const;
  return conformNode(conformance, plan, { path: '', inherited: '', problems: problemList() }).node;
}
