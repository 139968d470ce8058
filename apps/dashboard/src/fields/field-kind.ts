import type { CatalogProperty } from '@rondel/contracts';
import { holdsFile } from '@rondel/plan';

/** How a property is asked for, and what its text means. */
export type FieldKind =
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'flag' }
  /** One number, or several in brackets where `orList`. */
  | { readonly kind: 'number'; readonly integer: boolean; readonly range: string; readonly orList?: true }
  | { readonly kind: 'list' }
  /** The type of a node, of several that may stand there. */
  | { readonly kind: 'node'; readonly choices: readonly string[] }
  /** A data reference, or several. */
  | { readonly kind: 'file'; readonly several: boolean }
  | { readonly kind: 'text' };

/** What a text of the form means, or what is wrong with it. */
export type FieldValue = { readonly value: unknown } | { readonly problem: string };

/** The part of JSON Schema that a form can show; the API checks all of it. */
interface PropertySchema {
  readonly type?: unknown;
  readonly enum?: unknown;
  readonly anyOf?: unknown;
  readonly minimum?: unknown;
  readonly exclusiveMinimum?: unknown;
  readonly maximum?: unknown;
  readonly exclusiveMaximum?: unknown;
}

/** Nothing for properties that hold nodes, whose own properties have fields, unless one stands there by default. */
export function fieldKind(property: CatalogProperty): FieldKind | undefined {
  const { schema, accepts, typeReference } = property;
  if (accepts !== undefined && typeReference === true) return { kind: 'choice', choices: accepts };
  if (accepts !== undefined) return property.default === undefined ? undefined : { kind: 'node', choices: accepts };
  if (schema === undefined) return undefined;
  if (holdsFile(schema)) return { kind: 'file', several: 'items' in schema };
  const facts = shownSchema(schema);
  if (Array.isArray(facts.enum)) return { kind: 'choice', choices: facts.enum.map(String) };
  switch (facts.type) {
    case 'boolean':
      return { kind: 'flag' };
    case 'number':
    case 'integer':
      return {
        kind: 'number',
        integer: facts.type === 'integer',
        range: rangeText(facts),
        ...(facts !== schema && { orList: true as const }),
      };
    case 'string':
      return { kind: 'text' };
    default:
      return { kind: 'list' };
  }
}

/** Of several kinds of values that a property takes, the form shows the choice among names, if there is one, or the number. */
function shownSchema(schema: PropertySchema): PropertySchema {
  const branches: readonly PropertySchema[] = Array.isArray(schema.anyOf) ? schema.anyOf.filter(isSchema) : [];
  const choice = branches.find((branch) => Array.isArray(branch.enum));
  const number = branches.find(({ type }) => type === 'number' || type === 'integer');
  const isNumbers = branches.every((branch) => branch === number || branch.type === 'array');
  return choice ?? (isNumbers ? number : undefined) ?? schema;
}

function isSchema(value: unknown): value is PropertySchema {
  return typeof value === 'object' && value !== null;
}

/** Reads what was typed. Ranges are left to the API, which knows more than the form. */
export function readField({ kind, ...facts }: FieldKind, text: string): FieldValue {
  if (kind === 'flag') return { value: text === 'true' };
  if ('orList' in facts && text.trim().startsWith('[')) return readJson(text);
  if (kind === 'number') return readNumber(text, 'integer' in facts && facts.integer);
  if (kind === 'list') return readJson(text);
  if (kind === 'node') return { value: { _type: text } };
  // A single reference is a list of one.
  if (kind === 'file') return text.trim().startsWith('[') ? readJson(text) : { value: text.trim() };
  return { value: text };
}

function readNumber(text: string, integer: boolean): FieldValue {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) return { problem: `"${text}" is not a number.` };
  return integer && !Number.isSafeInteger(value) ? { problem: `"${text}" is not a whole number.` } : { value };
}

function readJson(text: string): FieldValue {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { problem: 'Write a list like [1, 2, 3].' };
  }
}

function rangeText({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }: PropertySchema): string {
  const parts = [
    typeof minimum === 'number' && `≥ ${minimum}`,
    typeof exclusiveMinimum === 'number' && `> ${exclusiveMinimum}`,
    typeof maximum === 'number' && `≤ ${maximum}`,
    typeof exclusiveMaximum === 'number' && `< ${exclusiveMaximum}`,
  ];
  return parts.filter((part) => part !== false).join(', ');
}
