import type { Redis } from 'ioredis';
import type { BeginAnswer, Subjob } from '../record/attempts.js';
import { guarded } from '../redis/connection.js';
import { keys } from '../redis/keys.js';
import { luaScript } from '../lua/lua-script.js';
import { beginArgs, beginConstants, beginValues, readBeginning } from '../transitions/attempt/begin.js';

/** How those who take sub-jobs know a queue of BullMQ. */
export interface TakenFrom {
  /** What all keys of the queue begin with. */
  readonly prefix: string;
  /** BullMQ puts something into this sorted set when there may be sub-jobs to take. */
  readonly marker: string;
  /** Sorted set of the sub-jobs that wait, those to be taken first at its beginning. */
  readonly waiting: string;
}

/** What is known of a queue once it was asked for a sub-job. */
export interface AfterTaking {
  /** How many sub-jobs wait. */
  readonly left: number;
  /** What beginning an attempt at the sub-job has answered; undefined when that was not done. */
  readonly begun: (subjob: Subjob) => BeginAnswer | undefined;
}

export const takenScript = luaScript('taking/taken.lua', {
  keys: ['given', 'waiting', 'first', 'marker'],
  args: ['lock', 'prefix', 'jobPattern', 'eventsPattern', ...beginArgs],
  constants: beginConstants,
  read: (answer) => answer as readonly [left: number, begun?: unknown],
});

/**
 * To be said right after a queue was asked for a sub-job under a lock: counts what is left, and begins an attempt at the sub-job,
 * whichever that is, unless other workers came in between.
 *
 * @param worker Absent: nothing is begun.
 */
export async function afterTaking(
  redis: Redis,
  { prefix, marker, waiting }: TakenFrom,
  { lock, worker = '' }: { readonly lock: string; readonly worker: string | undefined },
): Promise<AfterTaking> {
  const [left, begun] = await guarded(
    takenScript.run(redis, {
      keys: { given: `${prefix}active`, waiting, first: `${prefix}wait`, marker },
      args: {
        lock,
        prefix,
        jobPattern: keys.job('%s'),
        eventsPattern: keys.events('%s'),
        ...beginValues(worker),
      },
    }),
  );
  return { left, begun: (subjob) => (begun === undefined ? undefined : readBeginning(subjob, begun)) };
}
