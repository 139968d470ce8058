import type { CatalogNode } from '@rondel/contracts';
import { absentProperty, hasEffect, moduleWithin, resolveNode, type CatalogIndex } from './catalog-index.js';
import { nearestNames } from '../text/nearest.js';
import { appendSegment, type PathSegment } from '../value/path.js';
import type { PlanNode } from '../value/plan-value.js';
import { canonicalName } from '../value/property-name.js';
import { childNodes, type PlacedNode } from '../value/walk.js';

/** What could be set in a plan, taken once for many parameters: a lookup that fails names what is near. */
export interface Inventory {
  readonly plan: PlanNode;
  /** Whether any node has a property of that name, in either spelling of Greek letters. */
  has(name: string): boolean;
  nearestNames(name: string): string[];
  /** Paths of properties whose name is near the last name of the path, at most three. */
  nearestPaths(path: readonly PathSegment[]): string[];
  /** Where properties of that name would stand, were another one of their node something else than it is now. */
  absent(name: string): AbsentProperty[];
}

export type AbsentProperty = NonNullable<ReturnType<typeof absentProperty>> & {
  readonly path: string;
  readonly type: string;
};

interface DefinedNode extends PlacedNode {
  readonly definition: CatalogNode;
  readonly inherited: string;
}

const mostPaths = 3;

export function takeInventory(index: CatalogIndex, plan: PlanNode): Inventory {
  const nodes = [...definedNodes(index, { node: plan, path: '' }, '')];
  const definitions = new Set(nodes.map((node) => node.definition));
  const names = [...new Set([...definitions].flatMap(namesOf))];
  const known = new Set(names.map(canonicalName));
  return {
    plan,
    has: (name) => known.has(canonicalName(name)),
    nearestNames: (name) => nearestNames(name, names),
    nearestPaths: (path) => {
      const last = path.findLast((segment) => typeof segment === 'string') ?? '';
      return pathsOf(nodes, new Set(nearestNames(last, names)));
    },
    absent: (name) =>
      nodes.flatMap(({ node, path, inherited, definition }) => {
        const absent = absentProperty(index, { node, key: name }, { inherited });
        return absent === undefined
          ? []
          : [{ ...absent, path: appendSegment(path, absent.name), type: definition.type }];
      }),
  };
}

function pathsOf(nodes: readonly DefinedNode[], wanted: ReadonlySet<string>): string[] {
  const paths: string[] = [];
  for (const { definition, path } of nodes) {
    const names = namesOf(definition).filter((name) => wanted.has(name));
    paths.push(...names.map((name) => appendSegment(path, name)));
    if (paths.length >= mostPaths) break;
  }
  return paths.slice(0, mostPaths);
}

function namesOf(definition: CatalogNode): string[] {
  return definition.properties.map((property) => property.name);
}

function* definedNodes(index: CatalogIndex, placed: PlacedNode, inherited: string): Generator<DefinedNode> {
  const { definition } = resolveNode(index, placed.node, { inherited });
  if (definition !== undefined) yield { ...placed, definition, inherited };
  const module = moduleWithin(placed.node, { definition, inherited });
  // What is ignored has no properties that anybody could mean.
  for (const child of childNodes(placed)) {
    if (hasEffect(definition, child.property)) yield* definedNodes(index, child, module);
  }
}
