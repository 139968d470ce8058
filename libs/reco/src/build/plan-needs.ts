import { parseDataReference, type Catalog, type CatalogNode, type JsonValue } from '@rondel/contracts';
import { holdsFile } from '@rondel/plan';
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
        : nodes.find((node) => type !== undefined && namesOf(node).includes(type));
    if (source) names.add(source.package);
  }
  return [...names].sort();
}

/** Names of the data roots that remote values and files in a part of a plan are read from, sorted. Throws `DATA_*`. */
export function rootsIn(tree: PlanTree, catalog: Catalog): string[] {
  const { remoteResolvers = [] } = catalog;
  const names = new Set<string>();
  const note = (text: string) => {
    const reference = parseDataReference(text);
    if (reference.scheme === 'root') names.add(reference.root);
  };
  for (const { _remote: resolver, ...fields } of tablesIn(tree)) {
    const schema: unknown = remoteResolvers.find(({ name }) => name === resolver)?.schema;
    for (const [key, value] of Object.entries(fields)) {
      if (typeof value === 'string' && isReference(schema, key)) note(value);
    }
  }
  for (const { reference } of filesIn(tree, catalog)) note(reference);
  return [...names].sort();
}

/** A data file that a property of a plan names. */
export interface PlacedFile {
  /** e.g. `parameter.reco.sf`, or `parameter.reco.sf[2]` in a list. */
  readonly path: string;
  readonly reference: string;
}

/** The data files that properties in a part of a plan name, in their order; `path` is that of the part. */
export function filesIn(tree: PlanTree, { nodes }: Catalog, path = ''): PlacedFile[] {
  const types = new Map(nodes.flatMap((node) => namesOf(node).map((type) => [type, node] as const)));
  return filesBelow(tree, path, types);
}

function namesOf({ type, alsoKnownAs = [] }: CatalogNode): string[] {
  return [type, ...alsoKnownAs];
}

function filesBelow(value: JsonValue | undefined, path: string, types: ReadonlyMap<string, CatalogNode>): PlacedFile[] {
  if (Array.isArray(value)) {
    return value.flatMap((item: JsonValue, index) => filesBelow(item, `${path}[${index + 1}]`, types));
  }
  if (!isTable(value)) return [];
  const node = typeof value._type === 'string' ? types.get(typeOf(value, path)) : undefined;
  return Object.entries(value).flatMap(([name, child]) => {
    const at = path === '' ? name : `${path}.${name}`;
    const property = node?.properties.find((one) => one.name === name);
    // Nobody reads what a node says beside its definition.
    if (typeof child !== 'object' && !holdsFile(property?.schema)) return [];
    if (node !== undefined && property === undefined) return [];
    return holdsFile(property?.schema) ? filesOf(child, at) : filesBelow(child, at, types);
  });
}

function filesOf(value: JsonValue, path: string): PlacedFile[] {
  if (typeof value === 'string') return [{ path, reference: value }];
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: JsonValue, index) =>
    typeof item === 'string' ? [{ path: `${path}[${index + 1}]`, reference: item }] : [],
  );
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
