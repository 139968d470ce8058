import { createRequire } from 'node:module';

/** BullMQ's own script behind `Queue.add` for jobs with a priority. */
const { addPrioritizedJob } = createRequire(import.meta.url)('bullmq/dist/cjs/scripts/addPrioritizedJob-9.js') as {
  readonly addPrioritizedJob: { readonly content: string };
};

/** What a leg on its queue is called, and what is kept of it when it is done with: nothing, as in `put-legs.lua`. */
export const legJobName = 'leg';
export const keptOfLegs = { removeOnComplete: true, removeOnFail: true };

/** What `put-legs.lua` needs. A test compares what it leaves with what `Queue.add` leaves. */
export const putLegsDeclaration = {
  constants: { legJobName },
  functions: { addPrioritizedJob: addPrioritizedJob.content },
} as const;
