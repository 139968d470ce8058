import { quantity } from '@rondel/contracts';
import { branchesOf, choicesOf, isSchema, itemBounds, numberIn, schemasIn, type JsonSchema } from './json-schema.js';
import { alternatives } from '../value/text.js';

const mostChoices = 12;

/** What a schema wants, as it goes into "must be ...": `an integer >= 1`, `one of "ramp", "hann" or nothing`; its title, where it has one. */
export function schemaWords(schema: JsonSchema): string {
  return alternatives([...new Set(branchesOf(schema).map(branchWords))]);
}

function branchWords(schema: JsonSchema): string {
  if (typeof schema.title === 'string') return schema.title;
  const choices = choicesOf(schema);
  if (choices !== undefined) return choiceWords(choices);
  switch (schema.type) {
    case 'integer':
      return `an integer${rangeWords(schema)}`;
    case 'number':
      return `a number${rangeWords(schema)}`;
    case 'string':
      return stringWords(schema);
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'nothing';
    case 'array':
      return arrayWords(schema);
    case 'object':
      return 'a table';
    default:
      return 'a value that its description allows';
  }
}

function choiceWords(choices: readonly unknown[]): string {
  const words = choices.slice(0, mostChoices).map((choice) => JSON.stringify(choice));
  const rest = choices.length - words.length;
  if (words.length === 1) return words.join('');
  return `one of ${words.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** Bounds, each with a space before: ` >= 1 and <= 10`. */
function rangeWords(schema: JsonSchema): string {
  const bounds = [
    ['>=', numberIn(schema, 'minimum')],
    ['>', numberIn(schema, 'exclusiveMinimum')],
    ['<=', numberIn(schema, 'maximum')],
    ['<', numberIn(schema, 'exclusiveMaximum')],
    ['divisible by', numberIn(schema, 'multipleOf')],
  ] as const;
  const words = bounds.flatMap(([sign, bound]) => (bound === undefined ? [] : [`${sign} ${bound}`]));
  return words.length === 0 ? '' : ` ${words.join(' and ')}`;
}

function stringWords(schema: JsonSchema): string {
  if (schema.format === 'data-reference') return 'a data reference (root://NAME/path or artifact:sha256-...)';
  const least = numberIn(schema, 'minLength') ?? 0;
  const most = numberIn(schema, 'maxLength') ?? Infinity;
  const length = least === 0 && most === Infinity ? '' : ` of ${amountWords({ least, most }, 'character')}`;
  return `a string${length}${typeof schema.pattern === 'string' ? ` that matches ${schema.pattern}` : ''}`;
}

function arrayWords(schema: JsonSchema): string {
  const tuple = schemasIn(schema, 'prefixItems') ?? schemasIn(schema, 'items');
  if (tuple !== undefined)
    return `an array of ${quantity(tuple.length, 'value')}: ${tuple.map(schemaWords).join(', ')}`;
  const bounds = itemBounds(schema);
  const item = isSchema(schema.items) ? schema.items : {};
  const amount = bounds.least === 0 && bounds.most === Infinity ? '' : `${amountWords(bounds)} `;
  return `an array of ${amount}${itemWords(item)}`;
}

function amountWords({ least, most }: { least: number; most: number }, noun?: string): string {
  const word = (count: number) => (noun === undefined ? String(count) : quantity(count, noun));
  if (least === most) return word(least);
  if (most === Infinity) return `at least ${word(least)}`;
  return least === 0 ? `at most ${word(most)}` : `${least} to ${word(most)}`;
}

/** The schema of the items in the plural. */
function itemWords(item: JsonSchema): string {
  switch (item.type) {
    case 'integer':
      return `integers${rangeWords(item)}`;
    case 'number':
      return `numbers${rangeWords(item)}`;
    case 'string':
      if (item.format === 'data-reference') return 'data references';
      return choicesOf(item) === undefined ? 'strings' : 'values';
    case 'array':
      return 'arrays';
    default:
      return 'values';
  }
}
