import { createRequire } from 'node:module';

/** BullMQ's own script behind `Queue.add` for jobs with a priority. */
const { addPrioritizedJob } = createRequire(import.meta.url)('bullmq/dist/cjs/scripts/addPrioritizedJob-9.js') as {
  readonly addPrioritizedJob: { readonly content: string };
};

/**
 * What a sub-job on its queue is called, as in queues that earlier versions have left, and what is kept of it when it is done
 * with: nothing, as in `put-subjobs.lua`.
 */
export const queueEntryName = 'leg';
export const keptOfSubjobs = { removeOnComplete: true, removeOnFail: true };

/** What `put-subjobs.lua` needs. A test compares what it leaves with what `Queue.add` leaves. */
export const putSubjobsDeclaration = {
  constants: { queueEntryName },
  functions: { addPrioritizedJob: addPrioritizedJob.content },
} as const;
