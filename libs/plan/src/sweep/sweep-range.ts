import { RondelError, type JsonValue } from '@rondel/contracts';
import { parseAssignment } from '../set/assignment.js';
import { mostCombinations, type SweepRange } from './plan-sweep.js';

const rangePattern = /^\s*([^:,]+):(?:([^:,]+):)?([^:,]+)\s*$/;

/**
 * Reads `path=v1,v2,...`. Each value is read as `parseAssignment` reads it; commas inside brackets, braces and quotes are part
 * of a value. `start:stop` and `start:step:stop` are numbers, both ends included where the steps meet them.
 *
 * Throws `PLAN_SYNTAX` for what is no assignment, `INVALID_REQUEST` for a range without end or a value.
 */
export function parseSweepRange(text: string): SweepRange & { readonly values: JsonValue[] } {
  const { name } = parseAssignment(text);
  // The name can hold a quoted `=`; what comes after it is as long as the rest.
  const values = text.slice(valueStart(text));
  const texts = rangeTexts(values, text) ?? splitValues(values);
  return { path: name, values: texts.map((value) => parseAssignment(`${name}=${value}`).value) };
}

function valueStart(text: string): number {
  return /^(?:[^"=]|"(?:[^"\\]|\\.)*")*=/.exec(text)?.[0].length ?? text.indexOf('=') + 1;
}

/** The numbers of a range as texts, so that `0.1:0.1:0.3` gives 0.3 and not 0.30000000000000004. */
function rangeTexts(values: string, option: string): string[] | undefined {
  const [, from = '', step = '1', to = ''] = rangePattern.exec(values) ?? [];
  const [start, increment, stop] = [from, step, to].map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (start === undefined || increment === undefined || stop === undefined) return undefined;
  if (![start, increment, stop].every(Number.isFinite)) return undefined;
  const steps = (stop - start) / increment;
  if (!Number.isFinite(steps) || steps < 0 || steps >= mostCombinations) {
    throw new RondelError(
      'INVALID_REQUEST',
      `${option}: from ${from.trim()} in steps of ${step.trim()} one does not get to ${to.trim()} in at most ${mostCombinations} values. Write start:step:stop.`,
    );
  }
  const digits = Math.min(20, Math.max(decimals(from), decimals(step)));
  // A little more than a whole number of steps is rounding.
  const count = Math.floor(steps + 1e-9) + 1;
  return Array.from({ length: count }, (_, index) => (start + index * increment).toFixed(digits));
}

function decimals(text: string): number {
  const [mantissa = '', exponent = '0'] = text.trim().toLowerCase().split('e');
  return Math.max(0, (mantissa.split('.')[1] ?? '').length - Number(exponent));
}

/** Splits at commas outside of brackets, braces and quotes. */
function splitValues(text: string): string[] {
  const values: string[] = [];
  let depth = 0;
  let quote = '';
  let start = 0;
  for (let index = 0; index < text.length; index += 1) {
    const letter = text.charAt(index);
    if (quote !== '') {
      if (letter === '\\' && quote === '"') index += 1;
      else if (letter === quote) quote = '';
    } else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === '[' || letter === '{') depth += 1;
    else if (letter === ']' || letter === '}') depth -= 1;
    else if (letter === ',' && depth === 0) {
      values.push(text.slice(start, index));
      start = index + 1;
    }
  }
  values.push(text.slice(start));
  if (values.every((value) => value.trim() !== '')) return values;
  throw new RondelError('INVALID_REQUEST', `"${text}": there is nothing between two commas or at an end.`);
}
