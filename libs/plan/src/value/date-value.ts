import { isList, type PlanValue, type UnionValue } from './plan-value.js';

/** Julia's module of dates, which stands in the tags of one where a file has no dates of its own, as JSON. */
const datesModule = 'Dates';

const day = String.raw`\d{4}-\d{2}-\d{2}`;
const time = String.raw`\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?`;

const texts = {
  Date: new RegExp(`^${day}$`),
  Time: new RegExp(`^${time}$`),
  DateTime: new RegExp(`^${day}T${time}(?:Z|[+-]\\d{2}:\\d{2})?$`),
} as const;

/** A date or time of day of TOML, as its text says it. Undefined for a text that is none. */
export function dateValue(text: string): UnionValue | undefined {
  const type = (['Date', 'Time', 'DateTime'] as const).find((name) => texts[name].test(text));
  return type && { kind: 'union', module: datesModule, type, value: text };
}

/** A date by its tags: `{ _module: "Dates", _type: "Date", _value: "2020-01-31" }`. */
export function taggedDate(type: string, module: string | undefined, value: string): UnionValue | undefined {
  const date = module === datesModule ? dateValue(value) : undefined;
  return date?.type === type ? date : undefined;
}

/** What TOML writes for a date, without quotes; undefined for another value. */
export function dateText(value: PlanValue): string | undefined {
  if (typeof value !== 'object' || isList(value) || value.kind !== 'union') return undefined;
  const { module, type, value: text, unionType } = value;
  if (unionType !== undefined || type === undefined || typeof text !== 'string') return undefined;
  return taggedDate(type, module, text) && text;
}
