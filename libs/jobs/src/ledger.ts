import { createHash } from 'node:crypto';
import { RondelError, type Job, type JobEvent, type JobState, type StepRecord } from '@rondel/contracts';
import type { Failure, Preview, Progress } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import type { JobArchive } from './archive.js';
import { guarded } from './connection.js';
import {
  begunAttempt,
  blockField,
  incompleteLegs,
  legName,
  nextStage,
  type LegInputs,
  type LegOutput,
} from './stage-fields.js';
import { readEndedJobs, readMeanSeconds, tickOff, type EndedJobs } from './ended-jobs.js';
import {
  archiveFromHash,
  jobFromHash,
  outcomeFields,
  type JobHead,
  type JobOutcome,
  type JobWork,
} from './job-fields.js';
import { keys } from './keys.js';
import {
  advanceScript,
  beginScript,
  completeLegScript,
  createScript,
  finishScript,
  giveBackScript,
  moveScript,
  reportScript,
  retryScript,
  runScript,
  type Script,
} from './scripts.js';

/** Ended jobs stay in Redis this long; their records stay in the artifact store for ever. */
export const retentionSeconds = 7 * 24 * 3600;
export const idempotencySeconds = 24 * 3600;

/** A queue job of one job: a block of a stage, both counted from 0, in one run of the job. */
export interface Leg {
  readonly job: string;
  readonly generation: number;
  readonly stage: number;
  readonly block: number;
}

/** One attempt at a leg. `attempt` is the fencing token: what carries an older one has no effect. */
export interface Attempt {
  readonly leg: Leg;
  readonly attempt: number;
  /** Part of the whole job's progress that the leg's stage makes up. */
  readonly share: { readonly start: number; readonly length: number };
}

export interface BegunAttempt extends Attempt {
  readonly head: JobHead;
  readonly allowed: number;
  readonly work: JobWork;
  readonly inputs: LegInputs;
}

export type BeginAnswer =
  | { readonly answer: 'begun'; readonly attempt: BegunAttempt }
  | { readonly answer: 'missing' }
  /** The job has ended, or this leg of it is done or out of date. */
  | { readonly answer: 'ended' }
  /** All attempts are used up: the last one was lost without a word. */
  | { readonly answer: 'exhausted'; readonly attempts: number };

export interface AttemptReport {
  readonly progress?: Progress;
  /** Of the picture that lies in the artifact store now. */
  readonly preview?: Preview;
  readonly steps?: readonly StepRecord[];
  readonly log?: { readonly level: 'info' | 'warn'; readonly message: string };
}

export interface StoredEvent {
  readonly id: string;
  readonly event: JobEvent;
}

export interface JobFilter {
  readonly state?: JobState;
  readonly pool?: string;
  /** `key` or `key=value` */
  readonly label?: string;
  readonly limit: number;
  /** Id of the last job of the page before. */
  readonly cursor?: string;
}

/** The record of every job, in Redis while it is live. All changes of state go through here, each one atomic. */
export interface Ledger {
  /** Writes a job down as `queued`. With a known idempotency key, changes nothing and returns the id it stands for. */
  create(head: JobHead, work: JobWork, idempotencyKey?: string): Promise<string>;
  get(id: string): Promise<Job | undefined>;
  /** What of a job does not change, see `JobHead`. */
  head(id: string): Promise<JobHead | undefined>;
  archive(id: string): Promise<JobArchive | undefined>;
  list(filter: JobFilter): Promise<{ jobs: Job[]; cursor?: string }>;
  begin(leg: Leg, worker: string): Promise<BeginAnswer>;
  /** False when the attempt no longer counts and must stop. */
  report(attempt: Attempt, report: AttemptReport): Promise<boolean>;
  /** Back to the queue: `lost` counts as an attempt, `drained` does not. */
  giveBack(attempt: Attempt, why: 'lost' | 'drained', error?: Failure): Promise<boolean>;
  /** A leg of a stage that is not the last one hands in its part. False when the attempt no longer counts. */
  completeLeg(attempt: Attempt, output: LegOutput, steps: readonly StepRecord[]): Promise<boolean>;
  /**
   * Begins the next stage when all legs of the present one are complete; harmless when done twice. Returns the legs that
   * have to run now.
   */
  advance(id: string): Promise<Leg[]>;
  /**
   * Ends a job. Without an attempt the job ends whatever runs, as for a cancel. `done` says that this call ended it;
   * otherwise nothing changed.
   */
  finish(
    id: string,
    outcome: JobOutcome,
    attempt?: Pick<Attempt, 'leg' | 'attempt'>,
  ): Promise<'done' | 'stale' | 'missing' | JobState>;
  /** Queues an ended job again. Returns its new generation. Throws `NOT_FOUND` or `CONFLICT`. */
  retry(id: string): Promise<number>;
  /**
   * Sends the job's `bound` stages to another queue. False when it has ended, or somebody else has just done so. Legs on
   * the old queue have no effect any more.
   */
  move(id: string, queue: string): Promise<boolean>;
  /** Legs of the present stage that are not complete. */
  openLegs(id: string): Promise<Leg[]>;
  /** Events after the given id, oldest first. */
  events(id: string, after: string): Promise<StoredEvent[]>;
  /** The first leg of the present stage, and all stages of the job. */
  present(id: string): Promise<{ readonly leg: Leg; readonly stages: JobHead['stages'] } | undefined>;
  /** How many jobs of a pool wait for a worker. */
  waiting(pool: string): Promise<number>;
  /** Jobs that have not ended and were created before the given time, oldest first. */
  live(before: number): Promise<string[]>;
  unrecorded(): Promise<string[]>;
  /** The job's record is in the store; `job` is counted among the ended ones, once. */
  markRecorded(id: string, job: Job | undefined): Promise<void>;
  /** How many jobs have ended, and how long they took. */
  ended(): Promise<EndedJobs[]>;
  /** Mean time from first start to end of the pool's last completed jobs; undefined when there is none yet. */
  meanSeconds(pool: string): Promise<number | undefined>;
  /** Drops jobs from the index whose hash has expired. */
  forgetExpired(now: number): Promise<void>;
}

export function openLedger(redis: Redis): Ledger {
  const run = (script: Script, call: { keys: string[]; args: (string | number)[] }) =>
    guarded(runScript(redis, script, call));
  const hash = (id: string) => guarded(redis.hgetall(keys.job(id)));
  const findHead = async (id: string) => {
    const head = await guarded(redis.hget(keys.job(id), 'head'));
    return head === null ? undefined : (JSON.parse(head) as JobHead);
  };
  const headOf = async (id: string) => {
    const head = await findHead(id);
    if (head) return head;
    throw jobNotFound(id);
  };

  return {
    async create(head, work, idempotencyKey) {
      const { keys: jobKeys, args } = creation(head, work);
      const idempotency = idempotencyKey === undefined ? keys.job(head.id) : idempotencyIndex(idempotencyKey);
      const id = await run(createScript, { keys: [...jobKeys, idempotency], args: [...args, idempotencySeconds] });
      return String(id);
    },

    async get(id) {
      const fields = await hash(id);
      return fields.head === undefined ? undefined : jobFromHash(fields);
    },

    head: findHead,

    async archive(id) {
      const fields = await hash(id);
      return fields.head === undefined ? undefined : archiveFromHash(fields);
    },

    list: (filter) => guarded(listJobs(redis, filter)),

    async begin(leg, worker) {
      const fields = await hash(leg.job);
      if (fields.head === undefined) return { answer: 'missing' };
      const head = JSON.parse(fields.head) as JobHead;
      const answer = await run(beginScript, {
        keys: [keys.job(leg.job), keys.events(leg.job), keys.queued(head.pool)],
        args: [leg.job, worker, new Date().toISOString(), keys.news, leg.generation, leg.stage, legName(leg)],
      });
      if (answer === 'missing') return { answer };
      if (answer === 'exhausted') return { answer, attempts: Number(fields[blockField(leg, 'attempt')]) };
      if (typeof answer === 'string') return { answer: 'ended' };
      return { answer: 'begun', attempt: begunAttempt({ leg, head, fields, attempt: Number(answer) }) };
    },

    async report({ leg, attempt, share }, { progress, preview, steps, log }) {
      const answer = await run(reportScript, {
        keys: [keys.job(leg.job), keys.events(leg.job)],
        args: [
          leg.job,
          legName(leg),
          attempt,
          keys.news,
          jsonOrEmpty(progress),
          jsonOrEmpty(steps),
          jsonOrEmpty(log),
          share.start,
          share.length,
          jsonOrEmpty(preview),
        ],
      });
      return answer === 1;
    },

    async giveBack({ leg, attempt }, why, error) {
      const head = await headOf(leg.job);
      const [state, extra] = why === 'drained' ? ['queued', 1] : ['waiting', 0];
      const answer = await run(giveBackScript, {
        keys: [keys.job(leg.job), keys.events(leg.job), keys.queued(head.pool)],
        args: [leg.job, legName(leg), attempt, keys.news, state, rank(head), extra, jsonOrEmpty(error)],
      });
      return answer === 1;
    },

    async completeLeg({ leg, attempt }, output, steps) {
      const answer = await run(completeLegScript, {
        keys: [keys.job(leg.job), keys.events(leg.job)],
        args: [leg.job, legName(leg), attempt, keys.news, JSON.stringify(output), JSON.stringify(steps)],
      });
      return answer === 1;
    },

    async advance(id) {
      const fields = await hash(id);
      const next = nextStage(fields);
      if (next) {
        await run(advanceScript, {
          keys: [keys.job(id), keys.events(id)],
          args: [id, keys.news, next.after, next.blocks, JSON.stringify(next.inputs)],
        });
      }
      return incompleteLegs(id, next ? await hash(id) : fields);
    },

    async finish(id, outcome, attempt) {
      const head = await findHead(id);
      if (head === undefined) return 'missing';
      const answer = await run(finishScript, {
        keys: [keys.job(id), keys.events(id), keys.live, keys.queued(head.pool), keys.unrecorded],
        args: [
          id,
          attempt ? legName(attempt.leg) : '',
          attempt?.attempt ?? '',
          keys.news,
          outcome.state,
          new Date().toISOString(),
          retentionSeconds,
          JSON.stringify(outcomeFields(outcome)),
          jsonOrEmpty(outcome.steps),
        ],
      });
      return answer as 'done' | 'stale' | 'missing' | JobState;
    },

    async retry(id) {
      const head = await headOf(id);
      const answer = await run(retryScript, {
        keys: [keys.job(id), keys.events(id), keys.live, keys.queued(head.pool), keys.unrecorded],
        args: [id, keys.news, Date.parse(head.createdAt), rank(head)],
      });
      if (typeof answer === 'number') return answer;
      throw new RondelError('CONFLICT', `Job ${id} is ${String(answer)}: only a job that has ended can run again.`);
    },

    async move(id, queue) {
      const fields = await hash(id);
      if (fields.head === undefined) return false;
      const head = JSON.parse(fields.head) as JobHead;
      const stages = head.stages.map((stage) => (stage.bound === true ? { ...stage, queue } : stage));
      const outdated = head.stages[Number(fields.stage)]?.bound === true;
      const answer = await run(moveScript, {
        keys: [keys.job(id)],
        args: [fields.head, JSON.stringify({ ...head, stages }), outdated ? 1 : 0],
      });
      return answer === 1;
    },

    async openLegs(id) {
      return incompleteLegs(id, await hash(id));
    },

    async events(id, after) {
      const entries = await guarded(redis.xrange(keys.events(id), `(${after}`, '+', 'COUNT', 500));
      return entries.map(([entry, fields]) => ({ id: entry, event: eventFromFields(fields) }));
    },

    async present(id) {
      const [head, generation, stage] = await guarded(redis.hmget(keys.job(id), 'head', 'generation', 'stage'));
      if (typeof head !== 'string') return undefined;
      const { stages } = JSON.parse(head) as JobHead;
      return { leg: { job: id, generation: Number(generation), stage: Number(stage), block: 0 }, stages };
    },

    waiting: (pool) => guarded(redis.zcard(keys.queued(pool))),
    live: (before) => guarded(redis.zrangebyscore(keys.live, '-inf', before)),
    unrecorded: () => guarded(redis.smembers(keys.unrecorded)),

    markRecorded: (id, job) => guarded(tickOff(redis, id, job)),
    ended: () => guarded(readEndedJobs(redis)),
    meanSeconds: (pool) => guarded(readMeanSeconds(redis, pool)),

    async forgetExpired(now) {
      const expired = await guarded(redis.zrangebyscore(keys.jobs, '-inf', now - retentionSeconds * 1000));
      for (const id of expired) {
        if ((await guarded(redis.exists(keys.job(id)))) === 0) await guarded(redis.zrem(keys.jobs, id));
      }
    },
  };
}

/** Keys and arguments with which a script writes a new job down, see `createJobLua`. */
export function creation(head: JobHead, work: JobWork): { keys: string[]; args: (string | number)[] } {
  const fields = {
    head: JSON.stringify(head),
    work: JSON.stringify(work),
    allowed: String(head.attemptsPerRun),
    attemptsPerRun: String(head.attemptsPerRun),
  };
  return {
    keys: [keys.job(head.id), keys.events(head.id), keys.jobs, keys.live, keys.queued(head.pool)],
    args: [head.id, Date.parse(head.createdAt), rank(head), keys.news, JSON.stringify(fields)],
  };
}

export function jobNotFound(id: string): RondelError {
  return new RondelError('NOT_FOUND', `There is no job ${id}. List the jobs to see which there are.`);
}

const scanPage = 200;

/** Walks the index from the newest job on until a page is full. */
async function listJobs(redis: Redis, filter: JobFilter): Promise<{ jobs: Job[]; cursor?: string }> {
  const jobs: Job[] = [];
  const start = filter.cursor === undefined ? 0 : ((await redis.zrevrank(keys.jobs, filter.cursor)) ?? -1) + 1;
  for (let offset = start; ; offset += scanPage) {
    const ids = await redis.zrevrange(keys.jobs, offset, offset + scanPage - 1);
    const pipeline = redis.pipeline();
    for (const id of ids) pipeline.hgetall(keys.job(id));
    const answers = (await pipeline.exec()) ?? [];
    for (const [error, value] of answers) {
      if (error) throw error;
      const fields = value as Record<string, string>;
      if (fields.head === undefined) continue;
      const job = jobFromHash(fields);
      if (!matches(job, filter)) continue;
      if (jobs.length === filter.limit) return { jobs, cursor: jobs.at(-1)?.id };
      jobs.push(job);
    }
    if (ids.length < scanPage) return { jobs };
  }
}

function matches(job: Job, { state, pool, label }: JobFilter): boolean {
  if (state !== undefined && job.state !== state) return false;
  if (pool !== undefined && job.pool !== pool) return false;
  if (label === undefined) return true;
  const [name = '', value] = label.split(/=(.*)/s);
  return value === undefined ? name in job.labels : job.labels[name] === value;
}

function eventFromFields(fields: string[]): JobEvent {
  const at = (name: string) => fields[fields.indexOf(name) + 1] ?? '';
  const data: unknown = JSON.parse(at('data'));
  return { type: at('type'), data } as JobEvent;
}

/** Order in a pool: by priority, then by age. 2^41 ms is the year 2039. */
function rank({ priority, createdAt }: JobHead): number {
  return priority * 2 ** 41 + Date.parse(createdAt);
}

/** Where it is kept what a client's key stands for. */
export function idempotencyIndex(key: string): string {
  return keys.idempotency(createHash('sha256').update(key).digest('hex'));
}

function jsonOrEmpty(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value);
}
