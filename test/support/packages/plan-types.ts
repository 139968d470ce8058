import type { Catalog, CatalogNode, CatalogProperty } from '@rondel/contracts';
import { childNodes, parsePlan, type PlanNode } from '@rondel/plan';

/** TypeScript source of `BuiltInPlans`: for each built-in plan, what its nodes hold, as the catalog describes it. */
export function planTypesSource({ nodes, plans }: Catalog): string {
  const types = new Map(nodes.map((node) => [node.type, node]));
  const trees = plans.map(({ name, description, toml }) => {
    const root = parsePlan(toml, { format: 'toml' });
    return `${comment(description)}'${name}': ${nodeType(root, types)};`;
  });
  return `import type { PlanTable, TypeName } from '../plan-table.js';

/** The plans that come with Rondel, with the types of their properties. Made from the catalog; see CONTRIBUTING.md. */
export interface BuiltInPlans {
  ${trees.join('\n')}
}
`;
}

function nodeType(node: PlanNode, types: ReadonlyMap<string, CatalogNode>): string {
  const definition = types.get(node.type);
  if (definition === undefined) throw new Error(`the catalog lacks ${node.type}, which a built-in plan holds`);
  const children = new Map(
    [...childNodes({ node, path: '' })].flatMap(({ property, node: child }) =>
      property === undefined ? [] : [[property, child] as const],
    ),
  );
  const members = definition.properties.map((property) => {
    const child = property.list === true ? undefined : children.get(property.name);
    const type = child === undefined ? propertyType(property) : nodeType(child, types);
    return `${comment(sentencesOf(property))}${property.name}: ${type};`;
  });
  return members.length === 0 ? 'PlanTable' : `{ ${members.join('\n')} }`;
}

function propertyType({ schema, accepts, list, typeReference }: CatalogProperty): string {
  if (typeReference === true) return `TypeName<${names(accepts)}>`;
  if (accepts !== undefined) return list === true ? 'readonly PlanTable[]' : 'PlanTable';
  return schemaType(schema);
}

function schemaType(schema: unknown): string {
  if (typeof schema !== 'object' || schema === null) return 'unknown';
  if ('enum' in schema && Array.isArray(schema.enum)) return names(schema.enum);
  if ('anyOf' in schema && Array.isArray(schema.anyOf)) return unionOf(schema.anyOf.map(schemaType));
  if (!('type' in schema)) return 'unknown';
  switch (schema.type) {
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
    case 'string':
    case 'null':
      return schema.type;
    case 'array':
      return `readonly (${schemaType('items' in schema ? schema.items : undefined)})[]`;
    case 'object':
      return 'Readonly<Record<string, unknown>>';
    default:
      return 'unknown';
  }
}

/** A type that stands for all takes the place of the others. */
function unionOf(types: readonly string[]): string {
  return types.includes('unknown') ? 'unknown' : types.join(' | ');
}

function names(values: readonly unknown[] = []): string {
  return values.map((value) => JSON.stringify(value)).join(' | ') || 'string';
}

function sentencesOf({ description, unit, default: value }: CatalogProperty): string {
  const inUnit = unit === undefined ? '' : ` In ${unit}.`;
  return `${description}${inUnit}${value === undefined ? '' : ` Default: \`${JSON.stringify(value)}\`.`}`;
}

function comment(text: string): string {
  return `/** ${text.replaceAll('*/', '* /')} */\n`;
}
