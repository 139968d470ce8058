import type { Catalog, CatalogNode, CatalogProperty } from '@rondel/contracts';
import { holdsFile } from '@rondel/plan';
import { code, pageOf, sentence, tableOf } from './markdown.js';
import { typeWords } from './schema-words.js';

/** Every node type of the packages that come with Rondel. */
export function nodesPage({ nodes, packages }: Catalog): string {
  const list = nodes.map(({ type, kind, description }) => [
    `[${code(type)}](#${type.toLowerCase()})`,
    kind,
    description,
  ]);
  return pageOf(
    'Node types',
    'What plans are made of. `rondel plan types` and `GET /v1/catalog` list the same with the packages that are installed on your server.',
    tableOf(['type', 'kind', 'description'], list),
    '## Packages',
    tableOf(
      ['module', 'package', 'also called', 'description'],
      packages.map(({ module, name, aliases, description }) => [
        code(module),
        code(name),
        aliases.map(code).join(', '),
        sentence(description),
      ]),
    ),
    ...nodes.map(nodePart),
  );
}

function nodePart(node: CatalogNode): string {
  const { type, kind, module, package: from, description, input, output, purity, alsoKnownAs = [] } = node;
  const facts = [
    `${kind} of ${code(module)} (${code(from)})`,
    alsoKnownAs.length === 0 ? '' : `also called ${alsoKnownAs.map(code).join(', ')}`,
    input && output ? `takes ${code(`[${input.join(', ')}]`)}, returns ${code(`[${output.join(', ')}]`)}` : '',
    parallelWords(node),
    purity === undefined ? '' : purity,
  ].filter((words) => words !== '');
  const rows = node.properties.map((property) => [
    code(property.name) + (property.juliaName === undefined ? '' : ` (Julia: ${code(property.juliaName)})`),
    valueWords(property),
    property.unit ?? '',
    defaultWords(property),
    [sentence(property.description), conditionWords(property)].join(' ').trimEnd(),
  ]);
  return [
    `## ${type}`,
    sentence(description),
    `*${sentence(facts.join('; '))}*`,
    tableOf(['property', 'type and bounds', 'unit', 'default', 'meaning'], rows),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function parallelWords({ parallel = [], conditional = [], halo = {} }: CatalogNode): string {
  if (parallel.length === 0) return '';
  const axes = parallel.map((axis) => {
    const notes = [
      conditional.includes(axis) ? 'for some parameters or data' : '',
      halo[axis] === undefined ? '' : `halo ${String(halo[axis])}`,
    ].filter((note) => note !== '');
    return notes.length === 0 ? axis : `${axis} (${notes.join(', ')})`;
  });
  return `can be divided along ${axes.join(', ')}`;
}

function conditionWords({ onlyFor }: CatalogProperty): string {
  if (onlyFor === undefined) return '';
  return `Only where ${code(onlyFor.property)} is ${onlyFor.values.map(code).join(', ')}.`;
}

function valueWords({ schema, accepts = [], list, typeReference }: CatalogProperty): string {
  if (holdsFile(schema))
    return schema !== undefined && 'items' in schema ? 'list of data references, or one' : 'data reference';
  if (schema !== undefined) return typeWords(schema);
  const nodes = accepts.map((type) => (type === '*' ? 'any node' : code(type))).join(', ');
  if (typeReference === true) return `name of ${nodes}`;
  return list === true ? `list of ${nodes}` : nodes;
}

function defaultWords({ default: value, optional }: CatalogProperty): string {
  if (typeof value === 'object' && value !== null && '_type' in value) return code(String(value._type));
  if (value !== undefined) return code(JSON.stringify(value));
  return optional ? '' : 'required';
}
