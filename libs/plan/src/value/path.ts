import { RondelError } from '@rondel/contracts';
import { planLimits } from './limits.js';
import { cut, quote, quoted } from './text.js';

/** A property name, or the position in a list counted from 1. */
export type PathSegment = string | number;

const bareSegment = /^[^\s.[\]"=\p{Cc}\u2028-\u202e\u2066-\u2069]+/u;
const indexSegment = /^\[([1-9]\d{0,8})\]/;
const quotedSegment = /^"(?:[^"\\]|\\.)*"/;

/**
 * Parses `parameter.reco.reg[1].lambda`. List positions count from 1, as all indices in plans do. A name with dots,
 * brackets, quotes or spaces is written in double quotes, with the escapes of JSON inside.
 *
 * Throws `PLAN_UNKNOWN_PROPERTY`: such a path can't name anything.
 */
export function parsePath(text: string): readonly PathSegment[] {
  if (text.length > planLimits.pathLength) {
    throw new RondelError(
      'PLAN_UNKNOWN_PROPERTY',
      `A path into a plan has at most ${planLimits.pathLength} characters, got ${text.length}.`,
    );
  }
  const segments: PathSegment[] = [];
  let rest = text;
  while (rest !== '' || segments.length === 0) {
    const { segment, length } = firstSegment(rest, text);
    segments.push(segment);
    rest = dropSeparator(rest.slice(length), text);
  }
  return segments;
}

function firstSegment(rest: string, text: string): { segment: PathSegment; length: number } {
  const index = indexSegment.exec(rest);
  if (index?.[1] !== undefined) return { segment: Number(index[1]), length: index[0].length };
  const name = quotedSegment.exec(rest)?.[0];
  if (name !== undefined) return { segment: unquoted(name, text), length: name.length };
  const bare = bareSegment.exec(rest)?.[0];
  if (bare !== undefined) return { segment: bare, length: bare.length };
  throw notAPath(text);
}

function unquoted(name: string, text: string): string {
  try {
    const segment: unknown = JSON.parse(name);
    if (typeof segment === 'string') return segment;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw notAPath(text);
}

function dropSeparator(rest: string, text: string): string {
  if (rest === '' || rest.startsWith('[')) return rest;
  if (rest.startsWith('.') && rest.length > 1 && !rest.startsWith('.[')) return rest.slice(1);
  throw notAPath(text);
}

function notAPath(text: string): RondelError {
  return new RondelError(
    'PLAN_UNKNOWN_PROPERTY',
    `${quote(text)} is not a path into a plan. Write names joined by dots, positions in brackets from 1: parameter.reco.reg[1].lambda.`,
  );
}

/** The text of a path; inverse of `parsePath`. The empty path is the plan itself and prints as nothing. */
export function formatPath(segments: readonly PathSegment[]): string {
  return segments.reduce<string>(appendSegment, '');
}

/** The path one step further down. */
export function appendSegment(path: string, segment: PathSegment): string {
  if (typeof segment === 'number') return `${path}[${segment}]`;
  const bare = bareSegment.exec(segment)?.[0] === segment;
  const name = bare ? segment : quoted(segment);
  return path === '' ? name : `${path}.${name}`;
}

/** How sentences name the thing at a path. */
export function placeName(path: string): string {
  return path === '' ? 'The plan' : cut(path, 200);
}
