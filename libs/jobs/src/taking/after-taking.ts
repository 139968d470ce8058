import type { Redis } from 'ioredis';
import { layoutConstants, type QueueLayout } from '../bullmq/layout.js';
import type { BeginAnswer, Subjob } from '../record/subjob-attempts.js';
import { guarded } from '../redis/connection.js';
import { keys } from '../redis/keys.js';
import { luaScript } from '../lua/lua-script.js';
import { recordVersions } from '../stored/versions.js';
import { beginArgs, beginConstants, beginValues, readBeginning } from '../transitions/attempt/begin.js';

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
  constants: { ...beginConstants, ...layoutConstants, knownSubjobs: recordVersions['sub-job'] },
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
  { prefix, given, waiting, first, marker }: QueueLayout,
  { lock, worker = '' }: { readonly lock: string; readonly worker: string | undefined },
): Promise<AfterTaking> {
  const [left, begun] = await guarded(
    takenScript.run(redis, {
      keys: { given, waiting, first, marker },
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
