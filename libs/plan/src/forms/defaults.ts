import type { Catalog, JsonValue } from '@rondel/contracts';
import { indexCatalog, moduleWithin, resolveNode, type CatalogIndex } from '../check/catalog-index.js';
import { conformNode } from '../check/conform-node.js';
import { appendSegment } from '../value/path.js';
import type { PlanNode } from '../value/plan-value.js';
import { keyOf } from '../value/property-name.js';
import { childNodes, type PlacedNode } from '../value/walk.js';
import { valueFromTree } from '../text/tree-reader.js';
import { valueToTree } from '../text/tree-writer.js';
import { problemList } from '../check/problem-list.js';

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

/** What `withDefaults` would add: path to default of every property that a plan leaves to it. */
export function defaultValues(plan: PlanNode, catalog: Catalog): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries(defaultsIn(indexCatalog(catalog), { node: plan, path: '' }, ''));
}

function* defaultsIn(
  index: CatalogIndex,
  placed: PlacedNode,
  inherited: string,
): Generator<readonly [path: string, value: JsonValue]> {
  const { node, path } = placed;
  const { definition } = resolveNode(index, node, { inherited });
  for (const { name, default: value } of definition?.properties ?? []) {
    if (value === undefined || keyOf(node.properties, name) !== undefined) continue;
    yield [appendSegment(path, name), valueToTree(valueFromTree(value))];
  }
  const module = moduleWithin(node, { definition, inherited });
  for (const child of childNodes(placed)) yield* defaultsIn(index, child, module);
}
