import { dateText } from '../value/date-value.js';
import { floatText } from './number-text.js';
import { isList, isNode, isNothing, type PlanNode, type PlanValue } from '../value/plan-value.js';
import { quoted } from '../value/text.js';
import { tableEntries } from './tree-writer.js';

const bareKey = /^[A-Za-z0-9_-]+$/;
const indent = '    ';

interface Section {
  /** Keys from the root, each as TOML writes it. */
  readonly keys: readonly string[];
  readonly header: '[' | '[[';
}

/**
 * A plan as `savePlan` lays it out: `_module` and `_type`, then plain values, then one indented table per node. Values
 * keep their order; those that need a table of their own come after those that don't, as TOML wants it.
 */
export function printToml(plan: PlanNode): string {
  const lines: string[] = [];
  writeEntries(tableEntries(plan), [], lines);
  return `${lines.join('\n')}\n`;
}

type Entries = readonly (readonly [string, PlanValue])[];

function writeEntries(entries: Entries, keys: readonly string[], lines: string[]): void {
  const margin = indent.repeat(Math.max(0, keys.length - 1));
  for (const [key, value] of entries) {
    if (!needsSection(value)) lines.push(`${margin}${tomlKey(key)} = ${inlineToml(value)}`);
  }
  for (const [key, value] of entries) {
    if (needsSection(value)) writeSections(value, [...keys, tomlKey(key)], lines);
  }
}

function writeSections(value: PlanValue, keys: readonly string[], lines: string[]): void {
  if (!isList(value)) {
    writeSection(value, { keys, header: '[' }, lines);
    return;
  }
  for (const item of value) writeSection(item, { keys, header: '[[' }, lines);
}

function writeSection(value: PlanValue, { keys, header }: Section, lines: string[]): void {
  if (typeof value !== 'object' || isList(value)) return;
  const entries = tableEntries(value);
  const implicit = header === '[' && entries.length > 0 && entries.every(([, entry]) => needsSection(entry));
  if (!implicit) {
    const margin = indent.repeat(Math.max(0, keys.length - 1));
    lines.push('', `${margin}${header}${keys.join('.')}${header === '[' ? ']' : ']]'}`);
  }
  writeEntries(entries, keys, lines);
}

/** Nodes, lists of nodes and whatever holds one of these get tables of their own; the rest fits on one line. */
function needsSection(value: PlanValue): boolean {
  if (typeof value !== 'object') return false;
  if (isList(value)) return value.length > 0 && value.every(isNode);
  if (isNode(value)) return true;
  return !isNothing(value) && tableEntries(value).some(([, entry]) => needsSection(entry));
}

/** A value on one line, e.g. `[1.0, 2.0]` or `{ _type = "Type", _value = "CGNR" }`. */
export function inlineToml(value: PlanValue): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return floatText(value);
  if (typeof value !== 'object') return value.toString();
  if (isList(value)) return `[${value.map(inlineToml).join(', ')}]`;
  const date = dateText(value);
  if (date !== undefined) return date;
  const entries = tableEntries(value).map(([key, entry]) => `${tomlKey(key)} = ${inlineToml(entry)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

function tomlKey(key: string): string {
  return bareKey.test(key) ? key : quoted(key);
}
