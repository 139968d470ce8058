import { RondelError } from '@rondel/contracts';
import { planLimits } from '../value/limits.js';

/** How much a text may hold before it is parsed. */
export interface TextBounds {
  /** Tables and arrays inside each other; a dotted key counts as one for each of its names. */
  readonly depth: number;
  /** Names before `=`, or `:` in JSON, each part of a dotted one; headers of tables count by their names. */
  readonly keys: number;
  /** Values in lists, by the commas that part them. */
  readonly items: number;
  readonly lines: number;
}

export const planTextBounds: TextBounds = {
  depth: planLimits.depth,
  keys: planLimits.keys,
  items: planLimits.allArrayNumbers + planLimits.values,
  lines: planLimits.lines,
};

/** What was found too much, in words. */
export interface Excess {
  readonly limit: string;
}

const code = {
  newline: 10,
  quote: 34,
  hash: 35,
  apostrophe: 39,
  comma: 44,
  dot: 46,
  colon: 58,
  equals: 61,
  open: 91,
  backslash: 92,
  close: 93,
  openBrace: 123,
  closeBrace: 125,
};

/**
 * Counts what a parser would have to build, without building it: time is linear in the length of the text, and nothing is
 * allocated. Text that is no TOML or JSON is counted as far as it goes; a parser says what is wrong with it.
 */
export function textExcess(text: string, format: 'toml' | 'json', bounds: TextBounds): Excess | undefined {
  let depth = 0;
  let names = 1;
  let keys = 0;
  let items = 0;
  let lines = 1;
  const isToml = format === 'toml';
  /** A header, `[a.b]` or `[[a.b]]`, is no array: it stands where a line begins. */
  let lineBegins = true;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    switch (character) {
      case code.quote:
        at = isToml ? afterTomlString(text, at, '"') : afterString(text, at);
        break;
      case code.apostrophe:
        if (isToml) at = afterTomlString(text, at, "'");
        break;
      case code.hash:
        if (isToml) at = before(text, '\n', at);
        continue;
      case code.dot:
        names += 1;
        // A number has one, too.
        if (names > 2 && names + depth > bounds.depth) return tooDeep(bounds);
        break;
      case code.open:
      case code.openBrace:
        if (isToml && lineBegins && depth === 0) {
          keys += 1;
          if (text.charCodeAt(at + 1) === code.open) at += 1;
        } else {
          depth += 1;
          if (depth > bounds.depth) return tooDeep(bounds);
        }
        names = 1;
        break;
      case code.close:
      case code.closeBrace:
        // Names of a header make tables as those of a key do.
        if (depth === 0) keys += names - 1;
        depth = Math.max(0, depth - 1);
        names = 1;
        break;
      case code.comma:
        items += 1;
        names = 1;
        break;
      case code.equals:
      case code.colon:
        if ((character === code.equals) === isToml) keys += names;
        names = 1;
        break;
      case code.newline:
        lines += 1;
        if (lines > bounds.lines) return { limit: `${bounds.lines} lines` };
        lineBegins = true;
        names = 1;
        continue;
    }
    if (character > 32) lineBegins = false;
    if (keys > bounds.keys) return { limit: `${bounds.keys} keys` };
    if (items > bounds.items) return { limit: `${bounds.items} values` };
  }
  return undefined;
}

/** Throws `PLAN_SYNTAX` for a text that is longer than any plan. */
export function checkLength(text: string): void {
  const { textLength } = planLimits;
  if (text.length > textLength) {
    throw new RondelError(
      'PLAN_SYNTAX',
      `A plan has at most ${textLength} characters, got ${text.length}. Refer to large values with a _remote table.`,
    );
  }
}

/** Counts what a plan holds before it is parsed. Throws `PLAN_SYNTAX` for more than `planLimits` allow. */
export function checkText(text: string, format: 'toml' | 'json'): void {
  const excess = textExcess(text, format, planTextBounds);
  if (excess !== undefined) throw new RondelError('PLAN_SYNTAX', `A plan has at most ${excess.limit}.`);
}

function tooDeep({ depth }: TextBounds): Excess {
  return { limit: `${depth} tables and arrays inside each other, the names of dotted keys included` };
}

/** Where a JSON string or a one-line TOML string in double quotes ends. */
function afterString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === code.backslash) at += 1;
    else if (character === code.quote) return at;
  }
  return text.length;
}

function afterTomlString(text: string, start: number, quote: '"' | "'"): number {
  const isLong = text.startsWith(quote.repeat(3), start);
  if (!isLong) return quote === '"' ? afterString(text, start) : before(text, "'", start + 1) + 1;
  if (quote === "'") return end(text, "'''", start + 3);
  for (let at = start + 3; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === code.backslash) at += 1;
    else if (character === code.quote && text.startsWith('"""', at)) return at + 2;
  }
  return text.length;
}

/** The position before the next `mark`, or the last one. */
function before(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at - 1;
}

function end(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at + mark.length - 1;
}
