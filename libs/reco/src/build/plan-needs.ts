import { parseDataReference, type Catalog, type JsonValue } from '@rondel/contracts';
import { isTable, typeOf, type PlanTree } from './plan-steps.js';

/** Names of the packages that bring the node types and remote values of a plan, sorted. */
export function packagesIn(tree: PlanTree, { nodes, remoteResolvers = [] }: Catalog): string[] {
  const names = new Set<string>();
  for (const table of tablesIn(tree)) {
    const { _remote: resolver } = table;
    const type = typeof table._type === 'string' ? typeOf(table, '') : undefined;
    const source =
      typeof resolver === 'string'
        ? remoteResolvers.find(({ name }) => name === resolver)
        : nodes.find((node) => node.type === type);
    if (source) names.add(source.package);
  }
  return [...names].sort();
}

/** Names of the data roots that remote values in a part of a plan are read from, sorted. Throws `DATA_*`. */
export function rootsIn(tree: PlanTree, { remoteResolvers = [] }: Catalog): string[] {
  const names = new Set<string>();
  for (const { _remote: resolver, ...fields } of tablesIn(tree)) {
    const schema: unknown = remoteResolvers.find(({ name }) => name === resolver)?.schema;
    for (const [key, value] of Object.entries(fields)) {
      if (typeof value !== 'string' || !isReference(schema, key)) continue;
      const reference = parseDataReference(value);
      if (reference.scheme === 'root') names.add(reference.root);
    }
  }
  return [...names].sort();
}

function* tablesIn(value: JsonValue): Generator<PlanTree> {
  if (isTable(value)) yield value;
  if (typeof value !== 'object' || value === null) return;
  // Numbers are many and hold no tables.
  for (const child of Object.values(value)) if (typeof child === 'object') yield* tablesIn(child);
}

function isReference(schema: unknown, field: string): boolean {
  return fieldOf(fieldOf(fieldOf(schema, 'properties'), field), 'format') === 'data-reference';
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
