import { RondelError, throwProblems, type Catalog } from '@rondel/contracts';
import { explainUnresolved, indexCatalog, resolveNode } from '../check/catalog-index.js';
import type { PlanNode } from '../value/plan-value.js';
import { setProperties } from './property.js';
import { splitTypeTag } from '../value/type-name.js';

/**
 * A plan of one node with the given properties, as `RecoPlan(T; ...)` makes it in Julia; all others are missing. Nodes may
 * be given as they are, other values as plain JSON (see `planFromTree`).
 *
 * Throws `PLAN_UNKNOWN_TYPE`, and what `setProperties` throws.
 */
export function newNode(type: string, catalog: Catalog, properties: Readonly<Record<string, unknown>> = {}): PlanNode {
  const index = indexCatalog(catalog);
  const node: PlanNode = { kind: 'node', type: splitTypeTag(type).type, wrapped: true, properties: new Map() };
  const { definition } = resolveNode(index, node, { inherited: '' });
  if (definition === undefined) {
    const { message, details } = explainUnresolved(index, node, { path: '' });
    throw new RondelError('PLAN_UNKNOWN_TYPE', message, { details });
  }
  const empty = { ...node, module: definition.module, type: definition.type };
  const made = setProperties(empty, properties, catalog);
  throwProblems(made.problems);
  return made.plan;
}
