import { quantity } from '@rondel/contracts';
import { isList, isNothing, type PlanValue } from '../value/plan-value.js';
import { inlineToml } from './print-toml.js';
import { cut, harmless, quote } from '../value/text.js';

const shortLength = 60;
const shortItems = 12;

/** A value as a sentence names it: small ones as TOML, large ones by what and how many they are. */
export function valueWords(value: PlanValue): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value !== 'object') return inlineToml(value);
  if (isList(value)) return listWords(value);
  switch (value.kind) {
    case 'node':
      return `a node of type ${harmless(cut(value.type))}`;
    case 'type':
      return `the type ${harmless(cut(value.name))}`;
    case 'union':
      return valueWords(value.value);
    case 'table':
      return isNothing(value) ? 'nothing' : `a table with ${keyWords([...value.entries.keys()])}`;
  }
}

function keyWords(keys: readonly string[]): string {
  return keys.length > 3 ? quantity(keys.length, 'entry', 'entries') : harmless(cut(keys.join(', ')));
}

function listWords(items: readonly PlanValue[]): string {
  if (items.length === 0) return 'an empty array';
  const scalar = items.length <= shortItems && items.every((item) => typeof item !== 'object');
  const text = scalar ? inlineToml(items) : '';
  return text !== '' && text.length <= shortLength ? text : `an array of ${quantity(items.length, itemNoun(items))}`;
}

function itemNoun(items: readonly PlanValue[]): string {
  if (items.every((item) => typeof item === 'number' || typeof item === 'bigint')) return 'number';
  if (items.every((item) => typeof item === 'string')) return 'string';
  if (items.every((item) => typeof item === 'object' && !isList(item) && item.kind === 'node')) return 'node';
  return items.every(isList) ? 'array' : 'value';
}
