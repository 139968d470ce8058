import { findProperty, hasEffect, moduleWithin, resolveNode, type CatalogIndex } from '../check/catalog-index.js';
import { appendSegment, parsePath, type PathSegment } from '../value/path.js';
import { isNode, unwrapUnion, type PlanNode } from '../value/plan-value.js';
import { valueAt } from '../value/edit.js';
import { canonicalName, keyOf } from '../value/property-name.js';
import { childNodes, type PlacedNode } from '../value/walk.js';

/** Where `setAll` of a bare name sets something: every node that has the property, but not inside one of that name. */
export function placesOfProperty(
  index: CatalogIndex,
  plan: PlanNode,
  name: string,
): readonly (readonly PathSegment[])[] {
  return [...placesIn(index, { name: canonicalName(name), placed: { node: plan, path: '' }, inherited: '' })];
}

interface Search {
  readonly name: string;
  readonly placed: PlacedNode;
  readonly inherited: string;
}

function* placesIn(index: CatalogIndex, { name, placed, inherited }: Search): Generator<readonly PathSegment[]> {
  const { definition } = resolveNode(index, placed.node, { inherited });
  const property = definition && findProperty(definition, name);
  const key = property && keyOf(placed.node.properties, property.name);
  if (key !== undefined) yield parsePath(appendSegment(placed.path, key));
  const module = moduleWithin(placed.node, { definition, inherited });
  for (const child of childNodes(placed)) {
    if (child.property !== undefined && canonicalName(child.property) === name) continue;
    if (!hasEffect(definition, child.property)) continue;
    yield* placesIn(index, { name, placed: child, inherited: module });
  }
}

/** Whether a place lies in what a node of the plan says beside its definition, which is kept and ignored. */
export function isIgnored(index: CatalogIndex, plan: PlanNode, place: readonly PathSegment[]): boolean {
  let inherited = '';
  return place.some((segment, length) => {
    const value = length === 0 ? plan : valueAt(plan, place.slice(0, length));
    const node = value === undefined ? undefined : unwrapUnion(value);
    if (!isNode(node) || typeof segment !== 'string') return false;
    const { definition } = resolveNode(index, node, { inherited });
    inherited = moduleWithin(node, { definition, inherited });
    return !hasEffect(definition, segment);
  });
}
