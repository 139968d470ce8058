import { planLimits } from '../value/limits.js';
import { textError } from './text-position.js';

interface Cursor {
  readonly text: string;
  at: number;
  depth: number;
  keys: number;
}

const space = /[ \t\n\r]*/y;
const numberPattern = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const longestInteger = 20;
const words: readonly (readonly [string, null | boolean])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

/**
 * Reads JSON (RFC 8259) for plans. Unlike `JSON.parse` it keeps `1` (a `bigint`) and `1.0` (a `number`) apart, refuses a
 * key given twice, bounds the depth and says where an error is. Tables have no prototype.
 *
 * Throws `PLAN_SYNTAX` with `details.line` and `details.column`.
 */
export function readJson(text: string): unknown {
  const cursor: Cursor = { text, at: text.startsWith('\ufeff') ? 1 : 0, depth: 0, keys: 0 };
  const value = readValue(cursor);
  skipSpace(cursor);
  if (cursor.at < text.length) throw errorAt(cursor, 'expected the end of the document');
  return value;
}

function readValue(cursor: Cursor): unknown {
  skipSpace(cursor);
  const first = cursor.text[cursor.at];
  if (first === '{') return nested(cursor, readObject);
  if (first === '[') return nested(cursor, readArray);
  if (first === '"') return readString(cursor);
  for (const [word, value] of words) {
    if (!cursor.text.startsWith(word, cursor.at)) continue;
    cursor.at += word.length;
    return value;
  }
  return readNumber(cursor);
}

function nested<T>(cursor: Cursor, read: (cursor: Cursor) => T): T {
  cursor.depth += 1;
  if (cursor.depth > planLimits.depth) {
    throw errorAt(cursor, `more than ${planLimits.depth} tables and arrays inside each other`);
  }
  cursor.at += 1;
  const value = read(cursor);
  cursor.depth -= 1;
  return value;
}

function readArray(cursor: Cursor): unknown[] {
  const items: unknown[] = [];
  if (takes(cursor, ']')) return items;
  do {
    items.push(readValue(cursor));
  } while (takes(cursor, ','));
  if (!takes(cursor, ']')) throw errorAt(cursor, 'expected a comma or the end of the array');
  return items;
}

function readObject(cursor: Cursor): Readonly<Record<string, unknown>> {
  const entries = new Map<string, unknown>();
  if (!takes(cursor, '}')) {
    do {
      cursor.keys += 1;
      if (cursor.keys > planLimits.values) throw errorAt(cursor, `more than ${planLimits.values} keys`);
      const [key, value] = readEntry(cursor, entries);
      entries.set(key, value);
    } while (takes(cursor, ','));
    if (!takes(cursor, '}')) throw errorAt(cursor, 'expected a comma or the end of the table');
  }
  // fromEntries defines own properties, so no key can reach a prototype.
  return Object.fromEntries(entries);
}

function readEntry(cursor: Cursor, entries: ReadonlyMap<string, unknown>): readonly [string, unknown] {
  skipSpace(cursor);
  const start = cursor.at;
  if (cursor.text[start] !== '"') throw errorAt(cursor, 'expected a key in double quotes');
  const key = readString(cursor);
  if (entries.has(key)) throw errorAt({ ...cursor, at: start }, 'the key is given twice');
  if (!takes(cursor, ':')) throw errorAt(cursor, 'expected a colon after the key');
  return [key, readValue(cursor)];
}

function readString(cursor: Cursor): string {
  const start = cursor.at;
  let end = start + 1;
  while (end < cursor.text.length && cursor.text[end] !== '"') end += cursor.text[end] === '\\' ? 2 : 1;
  if (end >= cursor.text.length) throw errorAt(cursor, 'the string does not end');
  cursor.at = end + 1;
  try {
    const value: unknown = JSON.parse(cursor.text.slice(start, end + 1));
    if (typeof value === 'string') return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw errorAt({ ...cursor, at: start }, 'the string has a control character or an unknown escape');
}

function readNumber(cursor: Cursor): number | bigint {
  numberPattern.lastIndex = cursor.at;
  const match = numberPattern.exec(cursor.text);
  if (match === null) throw errorAt(cursor, cursor.at < cursor.text.length ? 'expected a value' : 'the document ends');
  const float = match[1] !== undefined || match[2] !== undefined;
  if (!float && match[0].length > longestInteger) throw errorAt(cursor, 'the integer does not fit into 64 bits');
  cursor.at += match[0].length;
  return float ? Number(match[0]) : BigInt(match[0]);
}

function takes(cursor: Cursor, character: string): boolean {
  skipSpace(cursor);
  if (cursor.text[cursor.at] !== character) return false;
  cursor.at += 1;
  return true;
}

function skipSpace(cursor: Cursor): void {
  space.lastIndex = cursor.at;
  cursor.at += space.exec(cursor.text)?.[0].length ?? 0;
}

function errorAt(cursor: Pick<Cursor, 'text' | 'at'>, reason: string): Error {
  const before = cursor.text.slice(0, cursor.at).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  return textError({ text: cursor.text, line: before.length, column, reason });
}
