import { nodeAt } from './edit.js';
import { formatPath, parsePath } from './path.js';
import type { PlanNode } from './plan-value.js';
import { childNodes, walkPlan, type PlacedNode } from './walk.js';
import { throughWrappers } from './wrapper.js';

/** The nodes directly inside the node at a path (empty for the root), each with its path. Wrappers count as nodes. */
export function childrenOf(plan: PlanNode, path = ''): PlacedNode[] {
  const node = path === '' ? plan : nodeAt(plan, path);
  if (node === undefined) return [];
  return [...childNodes({ node, path: path === '' ? '' : formatPath(throughWrappers(plan, parsePath(path))) })];
}

/**
 * The node whose property holds the node at a path, with its own path; `undefined` for the root and for paths that lead
 * to no node. As nodes are immutable they don't know their parents: a plan and a path say where a node is.
 */
export function parentOf(plan: PlanNode, path: string): PlacedNode | undefined {
  if (path === '') return undefined;
  const wanted = formatPath(throughWrappers(plan, parsePath(path)));
  for (const placed of walkPlan(plan)) {
    if (placed.path === wanted) return placed.parent;
  }
  return undefined;
}

/**
 * The path of a node in a plan, found by identity (`===`): empty for the root, `undefined` when the plan does not hold
 * this very node. A node that the plan shares between places is found at the first one.
 */
export function pathOf(plan: PlanNode, node: PlanNode): string | undefined {
  for (const placed of walkPlan(plan)) {
    if (placed.node === node) return placed.path;
  }
  return undefined;
}
