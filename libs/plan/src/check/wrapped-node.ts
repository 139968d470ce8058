import { resolveNode, type CatalogIndex } from './catalog-index.js';
import { isNode, unwrapUnion, type PlanNode } from '../value/plan-value.js';
import { propertyOf } from '../value/property-name.js';

/** In `accepts` of a catalog property: any node, as wrappers take. */
export const anyNode = '*';

/**
 * The node that counts where a wrapper stands: the innermost one, held by the property `param`. A node that is no
 * wrapper, or one that holds an algorithm, is itself; undefined when its type, or that of a node inside, is unknown or
 * missing.
 */
export function wrappedNode(index: CatalogIndex, node: PlanNode, inherited: string): PlanNode | undefined {
  const { definition } = resolveNode(index, node, { inherited });
  if (definition?.kind !== 'wrapper') return definition && node;
  if (!definition.properties.some(({ name }) => name === 'param')) return node;
  const param = propertyOf(node, 'param');
  const inner = param === undefined ? undefined : unwrapUnion(param);
  return isNode(inner) ? wrappedNode(index, inner, inherited) : undefined;
}
