import {
  failure,
  isTerminal,
  JobEventSchema,
  JobIdSchema,
  RondelError,
  type Failure,
  type Job,
  type JobCounts,
  type JobEvent,
  type JobFilter,
  type JobState,
  type StepRecord,
} from '@rondel/contracts';
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
  OpenSubjob,
  Restart,
} from '../record/subjob-attempts.js';
import { guarded } from '../redis/connection.js';
import { incompleteSubjobs } from '../stages/stage-fields.js';
import { type SubjobOutput } from '../record/subjob-attempts.js';
import { readEndedJobs, readMeanSeconds, tickOff, type EndedJobs } from '../record/ended-jobs.js';
import { archiveFromHash, hashOf, zipped, headFrom, isOfLater, jobFromHash } from '../record/job-fields.js';
import { type JobHash, type JobHead, type JobOutcome, type JobWork } from '../record/job-parts.js';
import { forgetGone, mendIndex, noteRecorded } from '../index/job-index.js';
import {
  countJobs,
  findJobs,
  listJobs,
  type FoundJobs,
  type JobPageQuery,
  type ReadRecorded,
} from '../index/job-list.js';
import { asideOf, keys } from '../redis/keys.js';
import { DamagedRecord, parseJson, type Damage } from '../stored/stored.js';
import { requireKnown } from '../stored/versions.js';
import { isOf } from '../stored/stored-schema.js';
import { queueOf } from '../places/subjob-queue.js';
import type { Subjobs } from '../bullmq/subjob-queues.js';
import { advanceJob, type PresentSubjobs } from '../transitions/attempt/advance.js';
import { beginSubjob } from '../transitions/attempt/begin.js';
import { completeSubjob, type CompleteAnswer } from '../transitions/attempt/complete.js';
import { createCall, createJob } from '../transitions/job/create.js';
import { divideJob } from '../transitions/attempt/divide.js';
import { finishJob, retentionSeconds } from '../transitions/job/finish.js';
import { forgetJob } from '../transitions/job/forget.js';
import { giveBack, isHandedBack, takeBack } from '../transitions/attempt/give-back.js';
import { moveJob } from '../transitions/job/move.js';
import { report } from '../transitions/attempt/report.js';
import { restartJob } from '../transitions/job/restart.js';
import { retryJob } from '../transitions/job/retry.js';

export interface StoredEvent {
  readonly id: string;
  readonly event: JobEvent;
}

/** The record of every job, in Redis while it is live. All changes of state go through here, each one atomic. */
export interface Ledger {
  /**
   * Writes a job down as `queued`, puts its first sub-job on its queue and returns how many jobs come before it at its place.
   * With a known idempotency key, changes nothing and returns the id it stands for.
   */
  create(head: JobHead, work: JobWork, idempotencyKey?: string): Promise<{ readonly before: number } | string>;
  /** One of a later version says so in a warning. Throws `LaterVersion` for one that cannot even be shown. */
  get(id: string): Promise<Job | undefined>;
  /** What of a job does not change, see `JobHead`. Throws `LaterVersion`. */
  head(id: string): Promise<JobHead | undefined>;
  /** Throws `LaterVersion`. */
  archive(id: string): Promise<JobArchive | undefined>;
  /** @param recorded Reads the jobs of which only the record is left. */
  list(query: JobPageQuery, recorded?: ReadRecorded): Promise<{ jobs: Job[]; cursor?: string }>;
  /** As `list`, their ids alone. */
  find(query: JobPageQuery): Promise<FoundJobs>;
  count(filter: JobFilter): Promise<JobCounts>;
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
  /** Whether the sub-job was taken back or handed back and nobody has begun it since. */
  isHandedBack(subjob: Subjob): Promise<boolean>;
  /**
   * A sub-job of a stage that is not the last one hands in its part. `stale` when the attempt no longer counts,
   * `stage-complete` when it was the last one that was missing.
   */
  completeSubjob(attempt: Attempt, output: SubjobOutput, steps: readonly StepRecord[]): Promise<CompleteAnswer>;
  /** Whatever Redis holds of a job, also what cannot be read as one; undefined where there is nothing. */
  remains(id: string): Promise<JobHash | undefined>;
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
  /** Sub-jobs of the present stage that are not complete. */
  openSubjobs(id: string): Promise<OpenSubjob[]>;
  /** Events after the given id, oldest first. */
  events(id: string, after: string): Promise<StoredEvent[]>;
  /** The first sub-job of the present stage, and all stages of the job. */
  present(id: string): Promise<{ readonly subjob: Subjob; readonly stages: JobHead['stages'] } | undefined>;
  /** How many jobs wait for their turn in a pool. */
  waiting(pool: string): Promise<number>;
  /** Jobs that have not ended and were created before the given time, oldest first. */
  live(before: number): Promise<string[]>;
  unrecorded(): Promise<string[]>;
  /**
   * The last run of a job that has ended for good, -1 when none has, or when only later versions know: nobody needs its parts any
   * more.
   */
  overRun(id: string): Promise<number>;
  /** The job's record is in the store; `job` is counted among the ended ones, once. */
  markRecorded(id: string, job: Job | undefined): Promise<void>;
  /** How many jobs have ended, and how long they took. */
  ended(): Promise<EndedJobs[]>;
  /** Mean time from first start to end of the pool's last completed jobs; undefined when there is none yet. */
  meanSeconds(pool: string): Promise<number | undefined>;
  /** Lists ended jobs of which Redis knows nothing any more; whoever lists them reads their records. */
  noteRecorded(jobs: readonly Job[]): Promise<void>;
  /** Makes the index that lists are filtered by whole where it is not, as after an upgrade. */
  mendIndex(): Promise<void>;
  /** Removes every trace of an ended job; false when it has not ended. Harmless when there is none. */
  forget(id: string): Promise<boolean>;
  /** Drops jobs from the index whose hash has expired. */
  forgetExpired(now: number, signal?: AbortSignal): Promise<void>;
}

export function openLedger(redis: Redis, subjobs: Pick<Subjobs, 'ready' | 'admit'>, damage: Damage): Ledger {
  /** All fields of a job or some; none where there is something else. */
  const hash = async (id: string, ...names: string[]): Promise<JobHash> => {
    const key = keys.job(id);
    if (names.length === 0) return (await damage.spareAnswer('job', id, guarded(redis.hgetall(key)))) ?? {};
    return zipped(names, (await damage.spareAnswer('job', id, guarded(redis.hmget(key, ...names)))) ?? []);
  };
  /** What stands among ids and is none would end whatever goes through them. */
  const ids = (found: readonly string[]) =>
    found.filter((id) => {
      const isId = isOf(JobIdSchema, id);
      if (!isId) damage.note('job id', id, 'it is no id of a job');
      return isId;
    });
  const findHead = async (id: string) => {
    const head = await damage.spareAnswer('job', id, guarded(redis.hget(keys.job(id), 'head')));
    return typeof head === 'string' ? damage.spareDamaged('job', id, () => headFrom(head)) : undefined;
  };
  return {
    async create(head, work, idempotencyKey) {
      await subjobs.admit([head]);
      const queue = await subjobs.ready(queueOf({ job: head.id, stage: 0 }, head.stages));
      return createJob(redis, createCall(head, work, queue, idempotencyKey));
    },

    async get(id) {
      const fields = await hash(id);
      return fields.head === undefined ? undefined : damage.spareDamaged('job', id, () => jobFromHash(fields));
    },

    head: findHead,

    async archive(id) {
      const fields = await hash(id);
      return fields.head === undefined ? undefined : damage.spareDamaged('job', id, () => archiveFromHash(fields));
    },

    list: (query, recorded) => guarded(listJobs({ redis, damage }, query, recorded)),
    find: (query) => guarded(findJobs({ redis, damage }, query)),
    count: (filter) => guarded(countJobs({ redis, damage }, filter)),

    begin: (subjob, worker) => beginSubjob(redis, subjob, worker),

    report: (attempt, said) => report(redis, attempt, said),
    giveBack: (attempt, why, error) => giveBack(redis, attempt, why, error),
    takeBack: (subjob) => takeBack(redis, subjob),
    isHandedBack: (subjob) => isHandedBack(redis, subjob),
    completeSubjob: (attempt, output, steps) => completeSubjob(redis, attempt, output, steps),
    advance: (id, job) => advanceJob({ redis, subjobs, read: hash }, id, job),

    async remains(id) {
      const key = keys.job(id);
      return (await guarded(redis.exists(key, asideOf(key)))) > 0 ? hash(id) : undefined;
    },

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
      const head = await findHead(id);
      if (head === undefined) throw jobNotFound(id);
      return retryJob(redis, head);
    },

    move: async (id, queue) => moveJob(redis, await hash(id), queue),
    divide: (attempt, into) => divideJob(redis, attempt, into),
    restart: (attempt, again) => restartJob(redis, attempt, again),

    async openSubjobs(id) {
      return incompleteSubjobs(id, await hash(id));
    },

    async events(id, after) {
      for (let last = after; ;) {
        const entries = await guarded(redis.xrange(keys.events(id), `(${last}`, '+', 'COUNT', 100));
        const events = entries.flatMap(([entry, fields]) => {
          const event = damage.spare('event', `${id} ${entry}`, () => eventFromFields(fields));
          return event === undefined ? [] : [{ id: entry, event }];
        });
        if (events.length > 0 || entries.length === 0) return events;
        last = entries.at(-1)?.[0] ?? last;
      }
    },

    async present(id) {
      const { head: text, generation, stage } = await hash(id, 'head', 'generation', 'stage');
      const head = text === undefined ? undefined : damage.spare('job', id, () => headFrom(text));
      if (head === undefined) return undefined;
      const { stages } = head;
      return { subjob: { job: id, generation: Number(generation), stage: Number(stage), block: 0 }, stages };
    },

    waiting: (pool) => guarded(redis.zcard(keys.queued(pool))),
    live: async (before) => ids(await guarded(redis.zrangebyscore(keys.live, '-inf', before))),
    unrecorded: async () => ids(await guarded(redis.smembers(keys.unrecorded))),
    async overRun(id) {
      const { state, run, head } = await hash(id, 'state', 'run', 'head');
      if (head !== undefined && isOfLater(head)) return -1;
      if (state === undefined) return Infinity;
      return isTerminal(state as JobState) ? Number(run ?? 0) : Number(run ?? 0) - 1;
    },

    markRecorded: (id, job) => guarded(tickOff(redis, id, job)),
    ended: () => guarded(readEndedJobs(redis)),
    meanSeconds: (pool) => guarded(readMeanSeconds(redis, pool)),

    noteRecorded: (jobs) => guarded(noteRecorded(redis, jobs)),

    mendIndex: () => guarded(mendIndex(redis)),
    forget: (id) => forgetJob(redis, id),

    async forgetExpired(now, signal) {
      const expired = await guarded(redis.zrangebyscore(keys.jobs, '-inf', now - retentionSeconds * 1000));
      await guarded(forgetGone(redis, expired, signal));
    },
  };
}

export function jobNotFound(id: string): RondelError {
  return new RondelError('NOT_FOUND', `There is no job ${id}. List the jobs to see which there are.`);
}

/** A field `v` has its version, where that is not the first. Throws `DamagedRecord` and `LaterVersion`. */
function eventFromFields(fields: readonly string[]): JobEvent {
  const { type, data, v } = hashOf(fields);
  requireKnown('event', undefined, { v: Number(v) });
  const event = { type, data: parseJson(data) };
  if (isOf(JobEventSchema, event)) return event;
  throw new DamagedRecord('it is no event of a job');
}
