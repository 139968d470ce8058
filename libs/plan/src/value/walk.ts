import { listFacts, type LookAtList } from './list-facts.js';
import { appendSegment } from './path.js';
import { isList, isNode, unwrapUnion, type PlanNode, type PlanValue } from './plan-value.js';
import { isTag } from './property-name.js';

/** A node where it stands in a plan. */
export interface PlacedNode {
  readonly node: PlanNode;
  /** e.g. `parameter.reco.reg[1]`; empty for the root. */
  readonly path: string;
  /** The node whose property holds this one, directly or in a list. */
  readonly parent?: PlacedNode | undefined;
  /** Name of that property. */
  readonly property?: string | undefined;
}

/** All nodes of a plan, each before those inside it, in the order written. Nodes inside tags (`_listener`) are left out. */
export function* walkPlan(plan: PlanNode, look: LookAtList = listFacts): Generator<PlacedNode> {
  yield* walkFrom({ node: plan, path: '' }, look);
}

/** The nodes that a node's properties hold, directly or in lists. */
export function* childNodes(placed: PlacedNode, look: LookAtList = listFacts): Generator<PlacedNode> {
  for (const [key, value] of placed.node.properties) {
    if (isTag(key)) continue;
    yield* nodesIn(value, { path: appendSegment(placed.path, key), parent: placed, property: key }, look);
  }
}

function* walkFrom(placed: PlacedNode, look: LookAtList): Generator<PlacedNode> {
  yield placed;
  for (const child of childNodes(placed, look)) yield* walkFrom(child, look);
}

function* nodesIn(value: PlanValue, place: Omit<PlacedNode, 'node'>, look: LookAtList): Generator<PlacedNode> {
  const inner = unwrapUnion(value);
  if (isNode(inner)) yield { node: inner, ...place };
  if (!isList(inner) || !look(inner).nested) return;
  for (const [index, item] of inner.entries()) {
    if (typeof item === 'object') yield* nodesIn(item, { ...place, path: appendSegment(place.path, index + 1) }, look);
  }
}
