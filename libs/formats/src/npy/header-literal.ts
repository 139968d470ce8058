import { formatError } from '../file/data-errors.js';
import { maximumRank } from '../file/limits.js';

/** The three entries of a `.npy` header. */
export interface HeaderFields {
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

type Token = string;
type Value = string | boolean | readonly number[];

/** Strings without escapes, words, counts (Python 2 wrote `3L`), and the marks between them. */
const tokenPattern = /\s*('[^'\\]*'|"[^"\\]*"|True|False|\d{1,17}(?=L?[\s,)])L?|[{}(),:])/y;
/** Room for a shape of four times the axes that are read, so that it is refused for its rank. */
const maximumTokens = 16 + 8 * maximumRank;

/**
 * Reads the Python dictionary of a `.npy` header by its own small grammar: nothing is evaluated.
 *
 * Throws `DATA_FORMAT` for anything but the keys `descr` (a string), `fortran_order` and `shape`, each once.
 */
export function parseHeaderLiteral(text: string, label: string): HeaderFields {
  const entries = readEntries(tokenize(text, label), label);
  const descr = entries.get('descr');
  const fortranOrder = entries.get('fortran_order');
  const shape = entries.get('shape');
  if (entries.size !== 3 || typeof descr !== 'string' || typeof fortranOrder !== 'boolean' || !Array.isArray(shape)) {
    throw malformed(label);
  }
  return { descr, fortranOrder, shape: shape as readonly number[] };
}

function tokenize(text: string, label: string): Token[] {
  const tokens: Token[] = [];
  const body = text.trimEnd();
  const pattern = new RegExp(tokenPattern);
  while (pattern.lastIndex < body.length) {
    const token = pattern.exec(body)?.[1];
    if (token === undefined || tokens.length >= maximumTokens) throw malformed(label);
    tokens.push(token);
  }
  return tokens;
}

function readEntries(tokens: readonly Token[], label: string): Map<string, Value> {
  const queue = [...tokens];
  const entries = new Map<string, Value>();
  expectToken(queue, '{', label);
  while (queue[0] !== '}') {
    const key = readValue(queue, label);
    expectToken(queue, ':', label);
    if (typeof key !== 'string' || entries.has(key)) throw malformed(label);
    entries.set(key, readValue(queue, label));
    if (queue[0] !== '}') expectToken(queue, ',', label);
  }
  if (queue.length !== 1) throw malformed(label);
  return entries;
}

function readValue(queue: Token[], label: string): Value {
  const token = queue.shift();
  if (token === 'True') return true;
  if (token === 'False') return false;
  if (token === '(') return readTuple(queue, label);
  if (token?.startsWith("'") || token?.startsWith('"')) return token.slice(1, -1);
  throw malformed(label);
}

/** `()`, `(3,)`, `(3, 4)`, `(3, 4,)`; `(3)` is no tuple in Python. */
function readTuple(queue: Token[], label: string): readonly number[] {
  const extents: number[] = [];
  let commas = 0;
  while (queue[0] !== ')') {
    const token = queue.shift() ?? '';
    if (!/^\d/.test(token)) throw malformed(label);
    extents.push(Number.parseInt(token, 10));
    if (queue[0] === ')') break;
    expectToken(queue, ',', label);
    commas += 1;
  }
  queue.shift();
  if (extents.length === 1 && commas === 0) throw malformed(label);
  return extents;
}

function expectToken(queue: Token[], expected: string, label: string): void {
  if (queue.shift() !== expected) throw malformed(label);
}

function malformed(label: string): Error {
  return formatError(label, 'its .npy header is malformed or not that of a plain array. Save it with numpy.save.');
}
