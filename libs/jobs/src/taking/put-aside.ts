import { RondelError } from '@rondel/contracts';
import type { Subjobs } from '../bullmq/subjob-queues.js';
import { placeOfQueue, subjobQueue } from '../places/subjob-queue.js';
import type { SpecialQueues } from '../places/special-queues.js';
import type { QueueEntry } from '../bullmq/subjob-queues.js';

/** Puts what was taken from a queue on another one, for workers that know its version of records. */
export type PutAside = (from: string, entry: QueueEntry, version: number) => Promise<void>;

/** The other queue is at the same place, and its workers have all that those of the first one have. */
export function puttingAside(special: Pick<SpecialQueues, 'list'>, subjobs: Pick<Subjobs, 'put'>): PutAside {
  return async (from, entry, version) => {
    const { requires = {} } = (await special.list()).find(({ queue }) => queue === from) ?? {};
    const to = subjobQueue(placeOfQueue(from), { ...requires, records: version });
    if (to.queue === from) {
      throw new RondelError(
        'INTERNAL',
        `Queue ${from} is for workers that know version ${version} of jobs' records, and this one says that it does.`,
      );
    }
    await subjobs.put(entry, to);
  };
}
