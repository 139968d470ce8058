import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { PoolNameSchema, RondelError } from '@rondel/contracts';
import { Check } from '@rondel/contracts/schema';
import type { Context } from '../terminal/context.js';
import type { ExitCode } from './exit-code.js';

/** Runs what a command does with its surroundings and keeps how it has to exit. */
export type RunAction = (action: (context: Context) => Promise<ExitCode>) => Promise<void>;

/** Adds one command to the program. */
export type AddCommand = (program: Command, run: RunAction) => void;

/** For `--option` that may be repeated. */
export function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}

/** A parser of whole numbers between bounds, both included. */
export function integerBetween(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^-?\d+$/.test(text) && value >= low && value <= high) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${low} to ${high}.`);
  };
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a number above 0.');
}

/** `4GiB`, `512MiB`, a number of bytes. */
export function byteCount(text: string): number {
  const [, digits, unit = 'B'] = /^(\d+(?:\.\d+)?) ?(B|KiB|MiB|GiB|TiB)?$/.exec(text) ?? [];
  const bytes = Math.floor(Number(digits) * 1024 ** ['B', 'KiB', 'MiB', 'GiB', 'TiB'].indexOf(unit));
  if (bytes > 0) return bytes;
  throw new InvalidArgumentError('It must be an amount above 0 such as 4GiB or 512MiB.');
}

export function greyBits(text: string): 8 | 16 {
  if (text === '8') return 8;
  if (text === '16') return 16;
  throw new InvalidArgumentError('It must be 8 or 16.');
}

/** `lo,hi` */
export function windowBounds(text: string): [number, number] {
  const bounds = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const [low, high] = bounds;
  if (bounds.length === 2 && low !== undefined && high !== undefined && low < high) return [low, high];
  throw new InvalidArgumentError('It must be two numbers lo,hi with lo < hi.');
}

/** `key=value` pairs; of several for one key the last one counts. Throws `INVALID_REQUEST` for anything else. */
export function keyValuePairs(texts: readonly string[], option: string, form = 'key=value'): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
      throw new RondelError('INVALID_REQUEST', `${option} ${text}: write it as ${form}.`);
    }),
  );
}

/** `a,b` or repeated. */
export function names(text: string): string[] {
  const found = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (found.length > 0) return found;
  throw new InvalidArgumentError('It must name at least one.');
}

/** `names` that can be pools. Throws `INVALID_REQUEST` for others. */
export function poolNames(text: string): string[] {
  const found = names(text);
  const bad = found.find((name): boolean => !Check(PoolNameSchema, name));
  if (bad === undefined) return found;
  throw new RondelError(
    'INVALID_REQUEST',
    `"${bad}" is no name of a pool: use lower-case letters, digits, _ and -, at most 63 of them.`,
  );
}
