import { keyPrefix } from '../redis/keys.js';
import { recordVersions } from '../stored/versions.js';

/**
 * All that Rondel takes for granted of how BullMQ lays a queue out in Redis, together with `layout.lua`: what its own scripts
 * write there and read, in the round trip in which they change a job. Everything else goes through BullMQ's public methods. A
 * test does with BullMQ itself what stands here and compares, so another version of BullMQ is a matter of running it:
 * `npx nx e2e @rondel/test -- bullmq-layout`.
 */

/** BullMQ's own keys lie under it. */
export const subjobPrefix = `${keyPrefix}:legs`;

/** Where BullMQ keeps what of a queue. */
export interface QueueLayout {
  /** What all keys of the queue begin with; with the id of an entry behind it, the hash of that entry. */
  readonly prefix: string;
  /** Sorted set: entries with a priority that wait, those to be taken first at its beginning. */
  readonly waiting: string;
  /** List: entries that come before all of those, as they have lost their workers. */
  readonly first: string;
  /** List: entries that were given out, the latest one first. */
  readonly given: string;
  /** Sorted set: entries that come due later. */
  readonly later: string;
  /** Sorted set: something is in it when there may be entries to take, with the time from which on as its score. */
  readonly marker: string;
  /** Hash: what holds for the queue itself. */
  readonly settings: string;
}

export function queueLayout(queue: string): QueueLayout {
  const prefix = `${subjobPrefix}:${queue}:`;
  return {
    prefix,
    waiting: `${prefix}prioritized`,
    first: `${prefix}wait`,
    given: `${prefix}active`,
    later: `${prefix}delayed`,
    marker: `${prefix}marker`,
    settings: `${prefix}meta`,
  };
}

/** String: the token of whoever was given the entry, until its lock runs out. */
export function lockKey({ prefix }: QueueLayout, id: string): string {
  return `${prefix}${id}:lock`;
}

/** Largest priority that BullMQ takes; lower ones come first. */
export const largestPriority = 2 ** 21 - 1;

/** The score of an entry that waits is its priority times that, and below it the order of those with the same one. */
export const scoreOfPriority = 2 ** 32;

export function priorityOfScore(score: number): number {
  return Math.floor(score / scoreOfPriority);
}

/** First and last score of what waits with a priority from the first to the last one. */
export function scoresOf(first: number, last: number): readonly [least: number, most: number] {
  return [first * scoreOfPriority, (last + 1) * scoreOfPriority - 1];
}

/** What a sub-job on its queue is called, as in queues that earlier versions have left. */
export const queueEntryName = 'leg';
/** What is kept of a sub-job when it is done with: nothing. */
export const keptOfSubjobs = { removeOnComplete: true, removeOnFail: true };
/** Events that BullMQ keeps of a queue, for whoever looks at it with a tool for BullMQ. */
export const keptEvents = 100;

/** What `layout.lua` needs. */
export const layoutConstants = {
  scoreOfPriority,
  queueEntryName,
  entryVersion: recordVersions['sub-job'],
} as const;
