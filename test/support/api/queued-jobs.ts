import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Result } from '@rondel/contracts';
import {
  marked,
  markOf,
  reachOfStages,
  type BegunAttempt,
  type JobHead,
  type Jobs,
  type JobWork,
  type NewJob,
  type Subjob,
  type SubjobTaker,
} from '@rondel/jobs';
import { Redis } from 'ioredis';
import { ulid } from 'ulid';

/** What jobs that nobody computes consist of. */
export const queuedWork: JobWork = {
  plan: { _type: 'X' },
  planToml: '_type = "X"\n',
  parameters: {},
  data: { data: 'root://a/b' },
};

/** A job of one sub-job, on the queue of its pool. */
export function queuedHead(pool: string, overrides: Partial<JobHead> = {}): JobHead {
  const { stages = [{ steps: [], queue: pool }] } = overrides;
  return {
    id: marked(ulid(), markOf(reachOfStages(stages))),
    pool,
    priority: 100,
    attemptsPerRun: 2,
    labels: {},
    plan: { sha256: 'f'.repeat(64) },
    data: 'root://a/b',
    createdAt: new Date().toISOString(),
    ...overrides,
    stages,
  };
}

/** A job of one sub-job that nobody computes. */
export function queuedJob(pool: string, overrides: Partial<JobHead> = {}): NewJob {
  return { head: queuedHead(pool, overrides), work: queuedWork };
}

/** What a job says that has ended well; its image is nowhere unless given. */
export function imageResult(overrides: Partial<Result> = {}): Result {
  return {
    artifact: `artifact:sha256-${'0'.repeat(64)}`,
    shape: [1, 2],
    dtype: 'float32',
    axes: ['y', 'x'],
    spacing: [1, 1],
    min: 0,
    max: 1,
    mean: 0.5,
    seconds: 1,
    ...overrides,
  };
}

/** The first sub-job of a job as it lies on its queue, with its options; undefined when it does not. */
export async function queuedSubjob(redisUrl: string, head: JobHead): Promise<Record<string, unknown> | undefined> {
  return withFirstSubjob(redisUrl, head, async (redis, { key, id, waiting }) => {
    const [fields, score] = await Promise.all([redis.hgetall(key), redis.zscore(waiting, id)]);
    if (score === null) return undefined;
    const { timestamp: _, opts = '', ...rest } = fields;
    return { ...rest, opts: JSON.parse(opts) as unknown };
  });
}

/** Takes the first sub-job of a job off its queue, as if it had never been there. */
export function loseSubjob(redisUrl: string, head: JobHead): Promise<void> {
  return withFirstSubjob(redisUrl, head, async (redis, { key, id, waiting }) => {
    await Promise.all([redis.del(key), redis.zrem(waiting, id)]);
  });
}

async function withFirstSubjob<T>(
  redisUrl: string,
  { id: job, stages }: JobHead,
  use: (redis: Redis, subjob: { key: string; id: string; waiting: string }) => Promise<T>,
): Promise<T> {
  const queue = `{rondel}:legs:${stages[0]?.queue ?? ''}`;
  const id = `${job}.0.0.0`;
  const redis = new Redis(redisUrl);
  try {
    return await use(redis, { key: `${queue}:${id}`, id, waiting: `${queue}:prioritized` });
  } finally {
    redis.disconnect();
  }
}

/** Throws unless the job has exactly one sub-job that is to be done. */
export async function onlySubjob({ ledger }: Pick<Jobs, 'ledger'>, job: string): Promise<Subjob> {
  const [subjob, ...others] = await ledger.openSubjobs(job);
  if (subjob === undefined || others.length > 0) throw new Error('the job does not have one sub-job');
  return subjob;
}

/** Begins an attempt of a sub-job, or of the only sub-job of a job. */
export async function begunAttempt(
  jobs: Pick<Jobs, 'ledger'>,
  job: string | Subjob,
  worker = 'w1',
): Promise<BegunAttempt> {
  const subjob = typeof job === 'string' ? await onlySubjob(jobs, job) : job;
  const answer = await jobs.ledger.begin(subjob, worker);
  if (answer.answer !== 'begun') throw new Error(`begin answered ${answer.answer}`);
  return answer.attempt;
}

/** Accepts jobs as those of a sweep and queues them. Returns their ids. */
export async function submitSweep(jobs: Jobs, made: readonly NewJob[]): Promise<string[]> {
  const ids = made.map(({ head }) => head.id);
  const record = {
    id: ulid(),
    createdAt: new Date().toISOString(),
    plan: {},
    planToml: '_type = "X"\n',
    data: 'root://a/b',
    pool: made[0]?.head.pool ?? 'default',
    vary: [],
    combine: 'product' as const,
    items: ids.map((job) => ({ assignments: {}, job })),
  };
  async function* batches() {
    for (let start = 0; start < made.length; start += 200) {
      await nextTurn();
      yield made.slice(start, start + 200);
    }
  }
  await jobs.sweeps.create(record, batches());
  await jobs.sweeps.settle(record.id, () => Promise.resolve());
  return ids;
}

/** One slot that ends its jobs at once, each when it is let go on. */
export interface OneSlot extends Pick<SubjobTaker, 'close'> {
  /** Jobs in the order in which they began. */
  readonly begun: readonly string[];
  /** That many more jobs begin. */
  letBegin(count: number): void;
}

export function openSlot(jobs: Jobs, { queue, onError }: { queue: string; onError: (error: Error) => void }): OneSlot {
  const begun: string[] = [];
  let left = 0;
  let go: () => void = () => undefined;
  const run = async (subjob: Subjob) => {
    while (left === 0) await new Promise<void>((resolve) => (go = resolve));
    const answer = await jobs.ledger.begin(subjob, 'w1');
    if (answer.answer === 'begun') {
      left -= 1;
      begun.push(subjob.job);
      await jobs.ledger.finish(subjob.job, { state: 'cancelled' }, answer.attempt);
    }
    return { kind: 'done' } as const;
  };
  const taker = jobs.takeSubjobs({ concurrency: 1, run, onError });
  taker.serve([queue]);
  return {
    begun,
    letBegin(count) {
      left += count;
      go();
    },
    close() {
      this.letBegin(Number.POSITIVE_INFINITY);
      return taker.close();
    },
  };
}
