import type { DocumentedSchema } from '@rondel/api';
import { code } from './markdown.js';

/** What a value is, in a few words, with its bounds. */
export function typeWords(schema: DocumentedSchema): string {
  const { $ref, anyOf, items } = schema;
  if ($ref !== undefined) return referred($ref);
  if (schema.enum !== undefined) return schema.enum.map((value) => code(String(value))).join(', ');
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  if (anyOf !== undefined) return [...new Set(anyOf.map(typeWords))].join(' or ');
  const words = items === undefined ? plainWords(schema) : `list of ${typeWords(items)}`;
  return [words, ...boundsOf(schema)].join(', ');
}

function plainWords({
  type = 'anything',
  format,
  properties,
  additionalProperties,
  patternProperties,
}: DocumentedSchema): string {
  const values =
    typeof additionalProperties === 'object' ? additionalProperties : Object.values(patternProperties ?? {})[0];
  if (properties === undefined && values !== undefined) return `table of ${typeWords(values)}`;
  const names = [type].flat().join(' or ');
  return format === undefined ? names : `${names} (${format})`;
}

function referred(reference: string): string {
  const name = reference.split('/').at(-1) ?? '';
  return `[${name}](#${name.toLowerCase()})`;
}

function boundsOf(schema: DocumentedSchema): string[] {
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum, maxLength, minItems, maxItems } = schema;
  return [
    minimum === undefined ? '' : `>= ${minimum}`,
    exclusiveMinimum === undefined ? '' : `> ${exclusiveMinimum}`,
    maximum === undefined ? '' : `<= ${maximum}`,
    exclusiveMaximum === undefined ? '' : `< ${exclusiveMaximum}`,
    maxLength === undefined ? '' : `at most ${maxLength} characters`,
    minItems === undefined ? '' : `at least ${minItems}`,
    maxItems === undefined ? '' : `at most ${maxItems} entries`,
  ].filter((words) => words !== '');
}
