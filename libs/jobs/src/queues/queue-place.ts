import type { Subjobs } from '../bullmq/subjob-queues.js';
import type { Ledger } from '../ledger/ledger.js';
import { placeOfSubjobs, queueOf, type SubjobQueue } from '../places/subjob-queue.js';
import type { JobHead } from '../record/job-parts.js';

/** Where a sub-job of a job that has not ended lies, and what it takes to run it. */
export interface QueuePlace extends SubjobQueue {
  /** A pool, or another place of `subjobPlace`. */
  readonly place: string;
  /** Sub-jobs before it; absent when it does not wait on its queue, as one that is delayed or runs. */
  readonly position?: number;
  /** Larger for what comes later, on all queues of the place. Absent as the position is. */
  readonly order?: string;
}

/** Where the first sub-job of a job goes, of a new one and so without being asked. */
export function firstPlace({ id, stages }: Pick<JobHead, 'id' | 'stages'>): QueuePlace {
  const to = queueOf({ job: id, stage: 0 }, stages);
  return { ...to, place: placeOfSubjobs(to) };
}

/** Where the first sub-job of a job's present stage lies; undefined when Redis does not hold the job any more. */
export async function readQueuePlace(
  id: string,
  { ledger, subjobs }: { readonly ledger: Ledger; readonly subjobs: Pick<Subjobs, 'position'> },
): Promise<QueuePlace | undefined> {
  const found = await ledger.present(id);
  if (found === undefined) return undefined;
  const to = queueOf(found.subjob, found.stages);
  const position = await subjobs.position(found.subjob, to.queue);
  return { ...to, place: placeOfSubjobs(to), ...position };
}
