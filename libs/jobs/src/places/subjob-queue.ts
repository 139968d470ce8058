import { RondelError, type Requirements } from '@rondel/contracts';
import type { JobHead } from '../record/job-parts.js';
import type { Subjob } from '../record/subjob-attempts.js';
import { needsIn, requirementsHash, type Capabilities } from './requirements.js';

/**
 * Where sub-jobs may run, by itself the name of a queue: a pool's own name, or a name that no pool can have for one worker or
 * for the workers of all pools.
 */
export const subjobPlace = {
  pool: (pool: string) => pool,
  worker: (id: string) => `@worker=${id}`,
  anywhere: '@any',
};

/** A queue and what a worker must have to take sub-jobs from it; absent: nothing but to serve the place. */
export interface SubjobQueue {
  readonly queue: string;
  readonly requires?: Requirements;
}

/** Sub-jobs that any worker of a place can run lie on the place's own queue, others on one for all that require the same. */
export function subjobQueue(place: string, requires: Requirements): SubjobQueue {
  if (needsIn(requires).length === 0) return { queue: place };
  return { queue: `${place}#${requirementsHash(requires)}`, requires };
}

/** The queue of a sub-job. Throws `INTERNAL` for a sub-job of a stage that the job does not have. */
export function queueOf({ job, stage }: Pick<Subjob, 'job' | 'stage'>, stages: JobHead['stages']): SubjobQueue {
  const found = stages[stage];
  if (found) return { queue: found.queue, ...(found.requires && { requires: found.requires }) };
  throw new RondelError('INTERNAL', `Job ${job} has ${stages.length} stages, but a sub-job belongs to stage ${stage}.`);
}

/** The place that a queue belongs to. */
export function placeOfSubjobs({ queue, requires }: SubjobQueue): string {
  return requires === undefined ? queue : queue.slice(0, queue.lastIndexOf('#'));
}

/** The same by the name alone: no pool and no worker has `#` in its own. */
export function placeOfQueue(queue: string): string {
  return queue.split('#', 1)[0] ?? queue;
}

/** All places whose queues a worker takes sub-jobs from, if it has what they require. */
export function placesOfWorker({ id, pools }: Pick<Capabilities, 'id' | 'pools'>): string[] {
  return [...pools.map(subjobPlace.pool), subjobPlace.worker(id), subjobPlace.anywhere];
}
