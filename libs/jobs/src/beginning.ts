import type { Redis } from 'ioredis';
import type { BeginAnswer, Leg } from './attempts.js';
import { guarded } from './connection.js';
import { headFrom, type JobHash } from './job-fields.js';
import { keys } from './keys.js';
import { beginScript, begunFields, runScript, takenScript } from './scripts.js';
import { begunAttempt, legName } from './stage-fields.js';
import { DamagedRecord, isOfOtherType } from './stored.js';

/** How those who take legs know a queue of BullMQ. */
export interface TakenFrom {
  /** What all keys of the queue begin with. */
  readonly prefix: string;
  /** BullMQ puts something into this sorted set when there may be legs to take. */
  readonly marker: string;
  /** Sorted set of the legs that wait, those to be taken first at its beginning. */
  readonly waiting: string;
}

/** What is known of a queue once it was asked for a leg. */
export interface AfterTaking {
  /** How many legs wait. */
  readonly left: number;
  /** What beginning an attempt at the leg has answered; undefined when that was not done. */
  readonly begun: (leg: Leg) => BeginAnswer | undefined;
}

/** A worker begins an attempt at a leg that it has taken. */
export async function beginLeg(redis: Redis, leg: Leg, worker: string): Promise<BeginAnswer> {
  const { job, generation, stage } = leg;
  const args = [job, legName(leg), generation, stage, worker, new Date().toISOString(), keys.news];
  const call = { keys: [keys.job(job), keys.events(job)], args };
  try {
    return read(leg, await guarded(runScript(redis, beginScript, call)));
  } catch (error) {
    if (!isOfOtherType(error)) throw error;
    return { answer: 'damaged', reason: error.message };
  }
}

/**
 * To be said right after a queue was asked for a leg under a lock: counts what is left, and begins an attempt at the leg,
 * whichever that is, unless other workers came in between.
 *
 * @param worker Absent: nothing is begun.
 */
export async function afterTaking(
  redis: Redis,
  { prefix, marker, waiting }: TakenFrom,
  { lock, worker = '' }: { readonly lock: string; readonly worker: string | undefined },
): Promise<AfterTaking> {
  const [left, begun] = (await guarded(
    runScript(redis, takenScript, {
      keys: [`${prefix}active`, waiting, `${prefix}wait`, marker],
      args: [lock, prefix, keys.job('%s'), keys.events('%s'), worker, new Date().toISOString(), keys.news],
    }),
  )) as [number, unknown];
  return { left, begun: (leg) => (begun === undefined ? undefined : read(leg, begun)) };
}

function read(leg: Leg, answer: unknown): BeginAnswer {
  if (answer === 'missing') return { answer };
  if (!Array.isArray(answer)) return { answer: 'ended' };
  const [first, second] = answer as ['exhausted', number] | [number, (string | null)[]];
  if (first === 'exhausted') return { answer: first, attempts: second };
  const fields = zipped(begunFields(legName(leg)), second);
  try {
    return { answer: 'begun', attempt: begunAttempt({ leg, head: headFrom(fields.head), fields, attempt: first }) };
  } catch (error) {
    if (!(error instanceof DamagedRecord)) throw error;
    return { answer: 'damaged', reason: error.message };
  }
}

/** What HMGET answers within a script. */
export function zipped(names: readonly string[], values: readonly (string | null)[]): JobHash {
  const found = names.flatMap((name, index) => {
    const value = values[index];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(found);
}
