import { parseDataReference, type Catalog, type JsonValue } from '@rondel/contracts';
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
        : nodes.find((node) => node.type === type);
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
  const named = fileProperties(nodes);
  return filesBelow(tree, path, (type) => named.get(type));
}

function filesBelow(
  value: JsonValue | undefined,
  path: string,
  named: (type: string) => ReadonlySet<string> | undefined,
): PlacedFile[] {
  if (Array.isArray(value)) {
    return value.flatMap((item: JsonValue, index) =>
      typeof item === 'object' ? filesBelow(item, `${path}[${index + 1}]`, named) : [],
    );
  }
  if (!isTable(value)) return [];
  const names = typeof value._type === 'string' ? named(typeOf(value, path)) : undefined;
  return Object.entries(value).flatMap(([name, child]) => {
    const at = path === '' ? name : `${path}.${name}`;
    if (names?.has(name) !== true) return typeof child === 'object' ? filesBelow(child, at, named) : [];
    if (typeof child === 'string') return [{ path: at, reference: child }];
    if (!Array.isArray(child)) return [];
    return child.flatMap((item: JsonValue, index) =>
      typeof item === 'string' ? [{ path: `${at}[${index + 1}]`, reference: item }] : [],
    );
  });
}

/** Node type to the names of its properties that hold data files, of those types that have some. */
function fileProperties(nodes: Catalog['nodes']): ReadonlyMap<string, ReadonlySet<string>> {
  const found = nodes.flatMap(({ type, properties }) => {
    const names = properties.filter(({ schema }) => holdsFile(schema)).map(({ name }) => name);
    return names.length === 0 ? [] : [[type, new Set(names)] as const];
  });
  return new Map(found);
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
