import type { DocumentedSchema } from './documented-api.js';

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => escapes[character] ?? '');
}

/** Text of a description, what stands between backticks as code. */
export function prose(text = ''): string {
  return escaped(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}

/** What a value is, in a few words. */
export function typeWords(schema: DocumentedSchema): string {
  const { $ref, anyOf, items, properties, additionalProperties, type = 'anything', format } = schema;
  if ($ref !== undefined) return linked($ref);
  if (schema.enum !== undefined) return schema.enum.map((value) => `<code>${escaped(String(value))}</code>`).join(', ');
  if (anyOf !== undefined) return anyOf.map(typeWords).join(' or ');
  if (items !== undefined) return `list of ${typeWords(items)}`;
  if (properties !== undefined) return 'object';
  if (typeof additionalProperties === 'object') return `table of ${typeWords(additionalProperties)}`;
  return escaped([type].flat().join(' or ') + (format === undefined ? '' : ` (${format})`));
}

function linked(reference: string): string {
  const name = escaped(reference.split('/').at(-1) ?? '');
  return `<a href="#${name}">${name}</a>`;
}

/** Bounds and what holds when nothing is said. */
function limits({
  default: otherwise,
  minimum,
  exclusiveMinimum,
  maximum,
  maxLength,
  maxItems,
  pattern,
}: DocumentedSchema) {
  return [
    otherwise === undefined ? '' : `default <code>${escaped(JSON.stringify(otherwise))}</code>`,
    minimum === undefined ? '' : `at least ${minimum}`,
    exclusiveMinimum === undefined ? '' : `above ${exclusiveMinimum}`,
    maximum === undefined ? '' : `at most ${maximum}`,
    maxLength === undefined ? '' : `at most ${maxLength} characters`,
    maxItems === undefined ? '' : `at most ${maxItems} entries`,
    pattern === undefined ? '' : `as <code>${escaped(pattern)}</code>`,
  ].filter((words) => words !== '');
}

/** One row of a table: a parameter, header or property. */
export function row(
  name: string,
  schema: DocumentedSchema,
  { where = '', required = false, text = schema.description },
) {
  const bounds = limits(schema).join(', ');
  const notes = [required ? 'required' : '', where, bounds].filter((words) => words !== '').join(', ');
  const inner = properties(schema);
  return `<tr><th scope="row"><code>${escaped(name)}</code></th><td>${typeWords(schema)}${notes === '' ? '' : `<br><small>${notes}</small>`}</td><td>${prose(text)}${inner}</td></tr>`;
}

export function table(label: string, rows: readonly string[]): string {
  if (rows.length === 0) return '';
  return `<table aria-label="${escaped(label)}"><thead><tr><th scope="col">Name</th><th scope="col">Type</th><th scope="col">Meaning</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

/** The properties of an object, and of the objects that it may be or that are in a list; nothing for other schemas. */
export function properties(schema: DocumentedSchema, label = 'Properties'): string {
  const { properties: own = {}, required = [], items, anyOf = [] } = schema;
  const rows = Object.entries(own).map(([name, child]) => row(name, child, { required: required.includes(name) }));
  const others = [...(items === undefined ? [] : [items]), ...anyOf];
  return table(label, rows) + others.map((other) => properties(other, label)).join('');
}
