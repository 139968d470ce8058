import { code, pageOf, sentence, tableOf } from './markdown.js';
import type { DocumentedApi, DocumentedBody, DocumentedOperation, DocumentedSchema } from '@rondel/api';
import { typeWords } from './schema-words.js';

/** Every call by its tag, then every schema that has a name. */
export function restPage({ tags = [], paths, components }: DocumentedApi): string {
  const calls = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ call: `${method.toUpperCase()} ${path}`, operation })),
  );
  const sections = tags.map(({ name, description }) => {
    const own = calls.filter(({ operation }) => operation.tags?.includes(name));
    return [`## ${name}`, sentence(description), ...own.map(({ call, operation }) => callPart(call, operation))].join(
      '\n\n',
    );
  });
  const schemas = Object.entries(components.schemas).map(([name, schema]) => schemaPart(name, schema));
  return pageOf(
    'REST interface',
    'A running API has the same at `/docs`, and for programs at `/openapi.json`. Errors are RFC 9457 problem documents, see [errors and warnings](errors-and-warnings.md).',
    ...sections,
    '## Schemas',
    ...schemas,
  );
}

function callPart(
  call: string,
  { summary, description, parameters = [], requestBody, responses = {} }: DocumentedOperation,
): string {
  const rows = parameters.map(({ name, in: place, required, description: text, schema = {} }) => [
    code(name),
    `${place}${required === true ? ', required' : ''}`,
    typeWords(schema),
    withDefault(text ?? schema.description, schema),
  ]);
  const answers = Object.entries(responses)
    .filter(([status]) => /^[23]/.test(status))
    .map(([status, body]) => `${status} ${contentWords(body)}`.trim());
  return [
    `### ${code(call)}`,
    [summary, description].map(sentence).filter(Boolean).join(' '),
    requestBody ? `Body: ${contentWords(requestBody)}` : '',
    tableOf(['parameter', 'in', 'type', 'meaning'], rows),
    answers.length > 0 ? `Answers: ${answers.join('; ')}` : '',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Media types with what they hold. */
function contentWords({ content = {} }: DocumentedBody): string {
  return Object.entries(content)
    .map(([media, { schema = {} }]) => (media === 'application/json' ? typeWords(schema) : code(media)))
    .join(', ');
}

function schemaPart(name: string, schema: DocumentedSchema): string {
  const { properties, anyOf, description } = schema;
  const body = properties === undefined ? `${anyOf ? 'One of' : 'Type'}: ${typeWords(schema)}` : propertyTable(schema);
  return [`### ${name}`, sentence(description), body].filter((part) => part !== '').join('\n\n');
}

function propertyTable({ properties = {}, required = [] }: DocumentedSchema): string {
  const rows = Object.entries(properties).map(([name, schema]) => [
    code(name),
    required.includes(name) ? 'yes' : '',
    typeWords(schema),
    withDefault(schema.description, schema),
  ]);
  return tableOf(['property', 'always', 'type', 'meaning'], rows);
}

function withDefault(text: string | undefined, { default: value }: DocumentedSchema): string {
  return [sentence(text), value === undefined ? '' : `Default: ${code(JSON.stringify(value))}.`].join(' ').trim();
}
