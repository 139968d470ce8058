import { hash } from 'node:crypto';
import { placeOfQueue, subjobPlace } from '../places/subjob-queue.js';
import type { StageHead } from './job-parts.js';

// Whose workers may open a job or a warm algorithm is told by a mark in its id, so that a user of Redis for the workers of a pool
// can be kept to keys with the mark of that pool: ids lie in the names of keys, and `?` in its rules stands for any character.
//
//   01KB8Z5R1M QK3VT 7Y2C9F0XW4H
//   time       mark  random

/** Of a ULID, before its mark. */
const timeLength = 10;
/** 25 bits: by chance the marks of two pools are the same once in 30 million. The 55 random bits behind are drawn anew each millisecond. */
const markLength = 5;
const idLength = 26;

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A pool, or `subjobPlace.anywhere` for what the workers of all pools may open. */
export type Reach = string;

/** @param places Those of all stages. */
export function reachOf(places: readonly string[]): Reach {
  const [first = subjobPlace.anywhere, ...others] = new Set(places);
  // A worker or a label may be of any pool.
  return others.length > 0 || first.startsWith('@') ? subjobPlace.anywhere : first;
}

export function reachOfStages(stages: readonly StageHead[]): Reach {
  return reachOf(stages.map(({ queue }) => placeOfQueue(queue)));
}

const marks = new Map<Reach, string>();
const mostMarks = 10_000;

export function markOf(reach: Reach): string {
  const known = marks.get(reach);
  if (known !== undefined) return known;
  const bytes = hash('sha256', `rondel reach ${reach}`, 'buffer');
  const mark = Array.from(bytes.subarray(0, markLength), (byte) => digits.charAt(byte % digits.length)).join('');
  if (marks.size >= mostMarks) marks.clear();
  marks.set(reach, mark);
  return mark;
}

/** The id with another mark. */
export function marked(id: string, mark: string): string {
  return id.slice(0, timeLength) + mark + id.slice(timeLength + markLength);
}

export function markIn(id: string): string {
  return id.slice(timeLength, timeLength + markLength);
}

/** What rules for users of Redis have in place of ids that these workers may open. */
export function idPattern(reach: Reach): string {
  return '?'.repeat(timeLength) + markOf(reach) + '?'.repeat(idLength - timeLength - markLength);
}

/** Tells of ids whether workers of these pools may open what has them. */
export function reachedFrom(pools: readonly string[]): (id: string) => boolean {
  const own = new Set([...pools, subjobPlace.anywhere].map(markOf));
  return (id) => own.has(markIn(id));
}
