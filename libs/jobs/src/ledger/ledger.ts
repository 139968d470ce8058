import { failure, RondelError, type Failure, type Job, type StepRecord, type WarrantSigner } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import type { JobArchive } from '../record/archive.js';
import type {
  Attempt,
  AttemptReport,
  BeginAnswer,
  BegunAttempt,
  DividedStages,
  EndingAttempt,
  FinishAnswer,
  Subjob,
  Restart,
} from '../record/subjob-attempts.js';
import { guarded } from '../redis/connection.js';
import type { SubjobOutput } from '../record/subjob-attempts.js';
import { tickOff } from '../record/ended-jobs.js';
import { archiveFromHash, headFrom, workFrom } from '../record/job-fields.js';
import type { JobHash, JobHead, JobOutcome, JobWork } from '../record/job-parts.js';
import { forgetGone, mendIndex, noteRecorded } from '../index/job-index.js';
import { keys } from '../redis/keys.js';
import { DamagedRecord, parseJson, type Damage } from '../stored/stored.js';
import { queueOf } from '../places/subjob-queue.js';
import type { Subjobs } from '../bullmq/subjob-queues.js';
import { advanceJob, type PresentSubjobs } from '../transitions/attempt/advance.js';
import { beginSubjob } from '../transitions/attempt/begin.js';
import { completeSubjob, type CompleteAnswer } from '../transitions/attempt/complete.js';
import { createCall, createJob, createWaitingJob } from '../transitions/job/create.js';
import { divideJob } from '../transitions/attempt/divide.js';
import { finishJob, retentionSeconds } from '../transitions/job/finish.js';
import { forgetJob } from '../transitions/job/forget.js';
import { giveBack, takeBack } from '../transitions/attempt/give-back.js';
import { moveJob } from '../transitions/job/move.js';
import { report } from '../transitions/attempt/report.js';
import { releaseJob, type ReleaseAnswer } from '../transitions/job/release.js';
import { restartJob } from '../transitions/job/restart.js';
import { retryJob } from '../transitions/job/retry.js';
import { queuesKept, signedJob } from '../warrants/signed-job.js';
import { openJobReading, type JobReading } from './job-reading.js';

/** The record of every job, in Redis while it is live. All changes of state go through here, each one atomic. */
export interface Ledger extends JobReading {
  /**
   * Writes a job down as `queued`, puts its first sub-job on its queue and returns how many jobs come before it at its place.
   * With a known idempotency key, changes nothing and returns the id it stands for. One whose data or files are results of jobs that
   * have not completed is `waiting`, and has no sub-job before `release`.
   */
  create(head: JobHead, work: JobWork, idempotencyKey?: string): Promise<{ readonly before: number } | string>;
  begin(subjob: Subjob, worker: string): Promise<BeginAnswer>;
  /** False when the attempt no longer counts and must stop. */
  report(attempt: Attempt, report: AttemptReport): Promise<boolean>;
  /** Back to the queue: `lost` counts as an attempt, `drained` does not. */
  giveBack(attempt: Pick<Attempt, 'subjob' | 'attempt'>, why: 'lost' | 'drained', error?: Failure): Promise<boolean>;
  /**
   * Takes a sub-job from the attempt that runs, which does not count then; its worker puts the sub-job back on the queue. False
   * when none runs.
   */
  takeBack(subjob: Subjob): Promise<boolean>;
  /**
   * A sub-job of a stage that is not the last one hands in its part. `stale` when the attempt no longer counts,
   * `stage-complete` when it was the last one that was missing.
   */
  completeSubjob(attempt: Attempt, output: SubjobOutput, steps: readonly StepRecord[]): Promise<CompleteAnswer>;
  /** Ends a job as failed of which Redis holds something that Rondel has not written, and notes it. */
  failDamaged(id: string, reason: string): Promise<void>;
  /**
   * Begins the next stage, with its sub-jobs on their queue, when all sub-jobs of the present one are complete; harmless when done
   * twice. Returns the sub-jobs that have to run now. Whoever has just read the job saves the ledger from reading it.
   */
  advance(id: string, job?: JobHash): Promise<PresentSubjobs>;
  /**
   * Ends a job. Without an attempt the job ends whatever runs, as for a cancel. `done` says that this call ended it;
   * otherwise nothing changed.
   */
  finish(id: string, outcome: JobOutcome, attempt?: EndingAttempt): Promise<FinishAnswer>;
  /** `finish`, with the ended job as it has to be recorded when this call ended it. */
  end(
    id: string,
    outcome: JobOutcome,
    attempt: EndingAttempt,
  ): Promise<{ readonly answer: FinishAnswer; readonly archive?: JobArchive }>;
  /**
   * Queues a failed or cancelled job again. Returns its new generation. Throws `NOT_FOUND` or `CONFLICT`: what has completed
   * stays as it is.
   */
  retry(id: string): Promise<number>;
  /**
   * A job that waits for others is queued once all of them have completed, with their results in place of the references to
   * them; harmless when done twice.
   */
  release(id: string): Promise<ReleaseAnswer>;
  /** Jobs whose results this one waits for; none once it goes on. */
  awaited(id: string): Promise<string[]>;
  /** Jobs that were to begin with the result of this one, whatever has become of them. */
  followers(id: string): Promise<string[]>;
  /**
   * Sends the job's `bound` stages to another queue. False when it has ended, or somebody else has just done so. Sub-jobs on
   * the old queue have no effect any more.
   */
  move(id: string, queue: string): Promise<boolean>;
  /**
   * The sub-job's stage, which has one block, becomes several while it runs: the sub-job goes on as the first of them. False when
   * the attempt no longer counts or the job was divided otherwise; harmless when done twice.
   */
  divide(attempt: BegunAttempt, into: DividedStages): Promise<boolean>;
  /**
   * Begins the job again from a stage whose input is there, the sub-job's own or the first one, as a new generation: sub-jobs of
   * the present one have no effect any more. False when the attempt no longer counts.
   */
  restart(attempt: BegunAttempt, again: Restart): Promise<boolean>;
  /** The job's record is in the store; `job` is counted among the ended ones, once. */
  markRecorded(id: string, job: Job | undefined): Promise<void>;
  /** Lists ended jobs of which Redis knows nothing any more; whoever lists them reads their records. */
  noteRecorded(jobs: readonly Job[]): Promise<void>;
  /** Makes the index that lists are filtered by whole where it is not, as after an upgrade. */
  mendIndex(): Promise<void>;
  /**
   * Signs jobs that have not ended and that nobody has signed. Only for the moment when signing begins: whoever can write to
   * Redis could have put them there.
   */
  signLive(): Promise<void>;
  /** Removes every trace of an ended job; false when it has not ended. Harmless when there is none. */
  forget(id: string): Promise<boolean>;
  /** Drops jobs from the index whose hash has expired. */
  forgetExpired(now: number, signal?: AbortSignal): Promise<void>;
}

/** @param signer Absent in processes that neither write jobs down nor run them again, and where nobody signs. */
export function openLedger(
  redis: Redis,
  subjobs: Pick<Subjobs, 'ready' | 'admit'>,
  { damage, signer }: { readonly damage: Damage; readonly signer: WarrantSigner | undefined },
): Ledger {
  const { fields, ...reading } = openJobReading(redis, damage);
  return {
    ...reading,
    async create(head, work, idempotencyKey) {
      await subjobs.admit([head]);
      const job = await signedJob({ head, work }, signer);
      const awaits = awaitedIn(work);
      if (awaits.length > 0) return createWaitingJob(redis, job, awaits, idempotencyKey);
      const queue = await subjobs.ready(queueOf({ job: head.id, stage: 0 }, head.stages));
      return createJob(redis, createCall(job, queue, idempotencyKey));
    },

    begin: (subjob, worker) => beginSubjob(redis, subjob, worker),
    report: (attempt, said) => report(redis, attempt, said),
    giveBack: (attempt, why, error) => giveBack(redis, attempt, why, error),
    takeBack: (subjob) => takeBack(redis, subjob),
    completeSubjob: (attempt, output, steps) => completeSubjob(redis, attempt, output, steps),
    advance: (id, job) => advanceJob({ redis, subjobs, read: fields }, id, job),

    async failDamaged(id, reason) {
      damage.note('job', id, reason);
      const error = failure('INTERNAL', `What Redis holds of job ${id} is damaged: ${reason}. Submit it again.`);
      // What is no job at all cannot even end.
      await damage.spareAnswer('job', id, finishJob(redis, id, { state: 'failed', error }, undefined));
    },

    async finish(id, outcome, attempt) {
      const answer = await finishJob(redis, id, outcome, attempt);
      return typeof answer === 'string' ? answer : 'done';
    },

    async end(id, outcome, attempt) {
      const answer = await finishJob(redis, id, outcome, attempt);
      return typeof answer === 'string' ? { answer } : { answer: 'done', archive: archiveFromHash(answer) };
    },

    async retry(id) {
      const head = await reading.head(id);
      if (head === undefined) throw jobNotFound(id);
      if (signer === undefined) return retryJob(redis, head);
      const { warrant = '', attempt, finishedAt } = await fields(id, 'warrant', 'attempt', 'finishedAt');
      // What has not ended is refused below.
      if (finishedAt === undefined) return retryJob(redis, head);
      const renewed = await signer.renew(warrant, id, { attempts: Number(attempt), finishedAt });
      return retryJob(redis, { ...head, stages: queuesKept(renewed.stages, head) }, renewed.text);
    },

    async awaited(id) {
      const { awaits } = await fields(id, 'awaits');
      return awaits === undefined ? [] : idsFrom(awaits);
    },
    async release(id) {
      const { head, awaits } = await fields(id, 'head', 'awaits');
      if (awaits === undefined) return { kind: 'stale' };
      return releaseJob(redis, headFrom(head), idsFrom(awaits));
    },
    followers: (id) => guarded(redis.smembers(keys.followers(id))),

    move: async (id, queue) => moveJob(redis, await fields(id), queue),
    divide: (attempt, into) => divideJob(redis, attempt, into),
    restart: (attempt, again) => restartJob(redis, attempt, again),
    markRecorded: (id, job) => guarded(tickOff(redis, id, job)),
    noteRecorded: (jobs) => guarded(noteRecorded(redis, jobs)),
    mendIndex: () => guarded(mendIndex(redis)),
    async signLive() {
      for (const id of signer === undefined ? [] : await reading.live(Number.MAX_SAFE_INTEGER)) {
        const found = await fields(id, 'head', 'work', 'warrant');
        if (found.head === undefined || found.warrant !== undefined) continue;
        const job = damage.spare('job', id, () => ({ head: headFrom(found.head), work: workFrom(found.work) }));
        const { warrant } = job === undefined ? {} : await signedJob(job, signer);
        if (warrant !== undefined) await guarded(redis.hsetnx(keys.job(id), 'warrant', warrant));
      }
    },
    forget: (id) => forgetJob(redis, id),

    async forgetExpired(now, signal) {
      const expired = await guarded(redis.zrangebyscore(keys.jobs, '-inf', now - retentionSeconds * 1000));
      await guarded(forgetGone(redis, expired, signal));
    },
  };
}

/** As JSON writes it. */
const jobReference = /"job:([0-9A-HJKMNP-TV-Z]{26})"/g;

/** The jobs whose results are data of a job or files of its plan, each once. */
export function awaitedIn({ data, plan }: Pick<JobWork, 'data' | 'plan'>): string[] {
  return [...new Set(Array.from(JSON.stringify([data, plan]).matchAll(jobReference), ([, id = '']) => id))];
}

/** Throws `DamagedRecord`. */
function idsFrom(text: string): string[] {
  const ids = parseJson(text);
  if (Array.isArray(ids) && ids.every((id) => typeof id === 'string')) return ids;
  throw new DamagedRecord('what it waits for is no list of jobs');
}

export function jobNotFound(id: string): RondelError {
  return new RondelError('NOT_FOUND', `There is no job ${id}. List the jobs to see which there are.`);
}
