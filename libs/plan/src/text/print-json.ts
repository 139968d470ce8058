import { floatText } from './number-text.js';
import { isList, type PlanNode, type PlanValue } from '../value/plan-value.js';
import { quoted } from '../value/text.js';
import { nonFinite, tableEntries } from './tree-writer.js';

const indent = '  ';

/** A plan as JSON, two spaces per level, arrays without tables on one line; floats keep their dot (`1.0`). */
export function printJson(plan: PlanNode): string {
  return `${jsonText(plan, '')}\n`;
}

export function jsonText(value: PlanValue, margin: string): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'bigint' || typeof value === 'boolean') return value.toString();
  if (typeof value === 'number') {
    return Number.isFinite(value) ? floatText(value) : `{ "_type": "Float64", "_value": "${nonFinite(value)}" }`;
  }
  return isList(value) ? jsonArray(value, margin) : jsonObject(value, margin);
}

function jsonArray(items: readonly PlanValue[], margin: string): string {
  const flat = items.every((item) => typeof item !== 'object' || isList(item));
  const inner = margin + indent;
  const texts = items.map((item) => jsonText(item, inner));
  return flat ? `[${texts.join(', ')}]` : `[\n${texts.map((text) => inner + text).join(',\n')}\n${margin}]`;
}

function jsonObject(
  value: Exclude<PlanValue, boolean | string | number | bigint | readonly PlanValue[]>,
  margin: string,
) {
  const inner = margin + indent;
  const lines = tableEntries(value).map(([key, entry]) => `${inner}${quoted(key)}: ${jsonText(entry, inner)}`);
  return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n${margin}}`;
}
