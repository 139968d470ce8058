import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { isList, type PlanNode, type PlanTable, type PlanValue } from '../value/plan-value.js';
import { canonicalName } from '../value/property-name.js';
import { nonFinite } from '../text/tree-writer.js';
import { bareNode } from '../value/wrapper.js';

/**
 * SHA-256 of the canonical form of a plan, 64 hex digits. Plans that mean the same have the same hash: the order of
 * keys, `1` or `1.0`, a repeated or omitted `_module`, `RecoPlan{}` or none, `λ` or `lambda` and the tags of union fields
 * make no difference; nor do wrappers, since where a step runs and whether its result is kept does not change it. Hash what `withDefaults` returns: it also settles defaults, module aliases and the spelling of
 * types, for which a catalog is needed.
 *
 * The canonical form is this text in UTF-8, first line `rondel-plan-1`:
 *
 * - a node: `N` module `,` type `{` name `:` value `,` ... `}`; module and type are strings, an omitted module is that
 *   of the nearest node above that has one and is no wrapper, or `""`; names are spelled as `canonicalName` does, in code unit order
 * - a wrapper that holds a node, a distributed algorithm: what the node inside is
 * - a table: `T{` name `:` value `,` ... `}`, names in NFC, in code unit order
 * - a type: `Y` and its name as a string; the module is left out, since a property takes types by name
 * - a list: `[` value `,` ... `]`
 * - a number: shortest decimal that reads back to the same double, all digits and no exponent when it has no fraction,
 *   `0` for `-0`; `nan`, `inf`, `-inf`
 * - a string: as JSON; `true`, `false`
 */
export function planHash(plan: PlanNode): string {
  const chunks: string[] = ['rondel-plan-1\n'];
  writeValue(plan, '', chunks);
  return bytesToHex(sha256(utf8ToBytes(chunks.join(''))));
}

function writeValue(value: PlanValue, module: string, chunks: string[]): void {
  if (typeof value !== 'object') chunks.push(scalarText(value));
  else if (isList(value)) writeList(value, module, chunks);
  else if (value.kind === 'union') writeValue(value.value, module, chunks);
  else if (value.kind === 'node') writeNode(bareNode(value), module, chunks);
  else if (value.kind === 'table') writeTable(value, module, chunks);
  else chunks.push('Y', JSON.stringify(value.name));
}

function writeList(items: readonly PlanValue[], module: string, chunks: string[]): void {
  chunks.push('[');
  for (const item of items) {
    writeValue(item, module, chunks);
    chunks.push(',');
  }
  chunks.push(']');
}

function writeNode(node: PlanNode, inherited: string, chunks: string[]): void {
  const module = node.module ?? inherited;
  chunks.push('N', JSON.stringify(module), ',', JSON.stringify(node.type));
  writeEntries(sortedEntries(node.properties, canonicalName), module, chunks);
}

function writeTable(table: PlanTable, module: string, chunks: string[]): void {
  chunks.push('T');
  writeEntries(
    sortedEntries(table.entries, (name) => name.normalize('NFC')),
    module,
    chunks,
  );
}

type Entries = readonly (readonly [string, PlanValue])[];

function writeEntries(entries: Entries, module: string, chunks: string[]): void {
  chunks.push('{');
  for (const [name, value] of entries) {
    chunks.push(JSON.stringify(name), ':');
    writeValue(value, module, chunks);
    chunks.push(',');
  }
  chunks.push('}');
}

function sortedEntries(entries: ReadonlyMap<string, PlanValue>, spell: (name: string) => string): Entries {
  return [...entries]
    .map(([name, value]): readonly [string, PlanValue] => [spell(name), value])
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

function scalarText(value: boolean | string | number | bigint): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'number') return value.toString();
  if (!Number.isFinite(value)) return nonFinite(value);
  return Number.isInteger(value) ? BigInt(value).toString() : String(value);
}
