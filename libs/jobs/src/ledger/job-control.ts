import { isTerminal, RondelError, type Job, type WarrantSigner } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import { openAlgorithms, type Algorithms } from '../algorithms/algorithms.js';
import type { Subjobs } from '../bullmq/subjob-queues.js';
import type { Fleet } from '../fleet/fleet.js';
import { queueOf } from '../places/subjob-queue.js';
import { newJob } from '../record/job-fields.js';
import type { JobHash, JobHead, JobWork } from '../record/job-parts.js';
import type { OpenSubjob } from '../record/subjob-attempts.js';
import type { News } from '../redis/news.js';
import type { Damage } from '../stored/stored.js';
import { cancelJobs, type CancelAnswers } from '../transitions/job/cancel-jobs.js';
import { hasEndedWith, openAwaiting, type Awaiting } from './awaiting.js';
import { awaitedIn, jobNotFound, type Ledger } from './ledger.js';
import { stopSubjob, type SubjobStop } from './stop-subjob.js';

export interface SubmittedJob {
  readonly job: Job;
  /** Of a new one, how many jobs come before it at its place, on whichever queues they lie. */
  readonly before?: number;
}

/** What people and stages ask of jobs: the ledger notes it, and their sub-jobs get onto their queues or off them. */
export interface JobControl {
  /** Writes the job down and queues it. With a known idempotency key, finds the job that it stands for. */
  submit(head: JobHead, work: JobWork, idempotencyKey?: string): Promise<SubmittedJob>;
  /** Ends the job as cancelled, wherever it is. Ended jobs stay as they are. */
  cancel(id: string): Promise<Job>;
  /** Cancels many in a few round trips, see `cancelJobs`. */
  cancelAll(ids: readonly string[]): Promise<CancelAnswers>;
  /** Stops one block, see `stopSubjob`. Throws `NOT_FOUND` and `CONFLICT`. */
  stopSubjob(id: string, stop: SubjobStop): Promise<Job>;
  /**
   * Runs a failed or cancelled job again. Throws `CONFLICT` for a completed one, and for an input of a warm algorithm, whose
   * place in the order is gone.
   */
  retry(id: string): Promise<Job>;
  /**
   * Looks at a job that waits for others: queues it once they have completed, and ends it as the first of them ends that does not.
   * Returns whether it still waits. Harmless for any other job.
   */
  release(id: string): Promise<boolean>;
  /** Begins the next stage when the present one is complete, and queues its sub-jobs. See `Ledger.advance`. */
  advance(id: string, job?: JobHash): Promise<void>;
}

interface ControlParts {
  readonly redis: Redis;
  readonly damage: Damage;
  readonly ledger: Ledger;
  readonly subjobs: Subjobs;
  readonly fleet: Fleet;
  readonly news: Pick<News, 'listen'>;
  readonly onError: (error: Error) => void;
  readonly clock: () => number;
  readonly signer: WarrantSigner | undefined;
  /** Tells of the id of a warm algorithm whether it may be opened here. */
  readonly isReached: (id: string) => boolean;
}

export interface OpenedControl {
  readonly control: JobControl;
  /** As the end of one of their inputs is the turn of the next one. */
  readonly algorithms: Algorithms;
  readonly awaiting: Awaiting;
  /** Adds sub-jobs of the present stage to its queue. */
  readonly enqueue: (open: readonly OpenSubjob[], job: Pick<JobHead, 'stages'>) => Promise<void>;
}

export function openJobControl({
  redis,
  damage,
  ledger,
  subjobs,
  fleet,
  news,
  onError,
  clock,
  signer,
  isReached,
}: ControlParts): OpenedControl {
  const mustGet = async (id: string) => {
    const job = await ledger.get(id);
    if (job) return job;
    throw jobNotFound(id);
  };
  const enqueue = async (open: readonly OpenSubjob[], { stages }: Pick<JobHead, 'stages'>) => {
    const [first] = open;
    if (first === undefined) return;
    const to = queueOf(first, stages); // all are of the present stage
    await (open.length === 1 ? subjobs.add(first, to) : subjobs.addAll(open, to));
  };
  const advance = async (id: string, job?: JobHash) => {
    const present = await ledger.advance(id, job);
    if (!present.queued) await enqueue(present.subjobs, present);
  };
  const cancel = async (id: string): Promise<Job> => {
    const before = await mustGet(id);
    if (isTerminal(before.state)) return before;
    const { refused } = await cancelJobs([id], { redis, subjobs, damage });
    // Throws, as a job of a later version has no head that is known here.
    if (refused.get(id) === 'later') await ledger.head(id);
    return mustGet(id);
  };
  const turns = { redis, now: clock, ledger, fleet, enqueue: advance, cancel, signer };
  const algorithms = openAlgorithms({ ...turns, damage, isReached });
  const letNextIn = async (id: string) => {
    const head = await ledger.head(id);
    if (head?.algorithm !== undefined) await algorithms.proceed(head.algorithm);
  };
  const awaiting = openAwaiting({ ledger, enqueue, news, onError });
  const retry = async (id: string): Promise<Job> => {
    const head = await ledger.head(id);
    if (head?.algorithm !== undefined) throw outOfOrder(id, head.algorithm);
    await ledger.retry(id);
    const again = await mustGet(id);
    if (again.state === 'waiting') await awaiting.begin(id, await ledger.awaited(id));
    else if (head) await enqueue(await ledger.openSubjobs(id), head);
    for (const follower of await ledger.followers(id)) {
      const job = await ledger.get(follower);
      if (job !== undefined && hasEndedWith(job, id)) await retry(follower);
    }
    return mustGet(id);
  };
  const control: JobControl = {
    advance,
    release: (id) => awaiting.release(id),
    async submit(head, work, idempotencyKey) {
      const created = await ledger.create(head, work, idempotencyKey);
      if (typeof created === 'string') return { job: await mustGet(created) };
      const awaits = awaitedIn(work);
      if (awaits.length > 0) {
        await awaiting.begin(head.id, awaits);
        return { job: await mustGet(head.id) };
      }
      return { job: newJob(head), before: created.before };
    },
    async cancel(id) {
      const job = await cancel(id);
      await letNextIn(id);
      return job;
    },
    async cancelAll(ids) {
      const answers = await cancelJobs(ids, { redis, subjobs, damage });
      const inputsOf = new Set(answers.done.flatMap(({ algorithm }) => algorithm ?? []));
      for (const algorithm of inputsOf) await algorithms.proceed(algorithm);
      return answers;
    },
    async stopSubjob(id, stop) {
      await stopSubjob(id, stop, {
        ledger,
        cancel: (job, error) => cancelJobs([job], { redis, subjobs, damage }, error),
      });
      const job = await mustGet(id);
      if (isTerminal(job.state)) await letNextIn(id);
      return job;
    },
    retry,
  };
  return { control, algorithms, awaiting, enqueue };
}

function outOfOrder(id: string, algorithm: string): RondelError {
  return new RondelError(
    'CONFLICT',
    `Job ${id} was an input of algorithm ${algorithm} and has had its turn. Put its data again, or submit it as a job of its own.`,
  );
}
