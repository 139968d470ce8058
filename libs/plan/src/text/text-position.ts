import { RondelError } from '@rondel/contracts';
import { harmless } from '../value/text.js';

interface TextFault {
  readonly text: string;
  /** Counted from 1. */
  readonly line: number;
  /** UTF-16 code units, counted from 1. */
  readonly column: number;
  readonly reason: string;
}

const longestLine = 80;

/** `PLAN_SYNTAX` with the place in the text: line and column, and the line itself cut around the fault. */
export function textError({ text, line, column, reason }: TextFault): RondelError {
  const source = text.split('\n', line).at(-1)?.replace(/\r$/, '') ?? '';
  const from = Math.max(0, column - 1 - longestLine / 2);
  const part = source.slice(from, from + longestLine);
  const excerpt = `${from > 0 ? '…' : ''}${part}${from + longestLine < source.length ? '…' : ''}`;
  return new RondelError(
    'PLAN_SYNTAX',
    `Line ${line}, column ${column}: ${harmless(reason)}, in: ${harmless(excerpt.trim())}`,
    {
      details: { line, column, source: harmless(excerpt) },
    },
  );
}
