import { failure, isTerminal, RondelError, type Job, type JsonValue } from '@rondel/contracts';
import { archiveToJson } from './archive.js';
import { checkRedis, openConnection, openSubscription, unavailable, type RedisFacts } from './connection.js';
import { openFleet, type Fleet } from './fleet.js';
import type { JobHead, JobWork } from './job-fields.js';
import { jobNotFound, openLedger, type Ledger } from './ledger.js';
import { openLegs, type Legs } from './legs.js';
import { openNews, type News } from './news.js';

/** A job's queue leg may be missing this long after the job was written down before the reconciler adds it. */
const settleMs = 10_000;

/** Stores the record of an ended job for ever; `putRecord` of an artifact store. */
export type WriteRecord = (id: string, record: JsonValue) => Promise<void>;

/** Everything a process needs to know about jobs: their record, their place in the queues, and who runs them. */
export interface Jobs {
  readonly ledger: Ledger;
  readonly fleet: Fleet;
  readonly news: News;
  /** Writes the job down, then queues it. Returns the job that the idempotency key stands for, if it is known. */
  submit(head: JobHead, work: JobWork, idempotencyKey?: string): Promise<Job>;
  /** Ends the job as cancelled, wherever it is. Ended jobs stay as they are. */
  cancel(id: string): Promise<Job>;
  retry(id: string): Promise<Job>;
  /**
   * Repairs what dying processes left behind: jobs without a leg get one, ended jobs without a record are recorded.
   */
  reconcile(record: WriteRecord): Promise<void>;
  /** Version and settings of Redis. Throws `SERVICE_UNAVAILABLE`. */
  redis(): Promise<RedisFacts>;
  close(): Promise<void>;
}

/** Opens the connections of one process. Throws `SERVICE_UNAVAILABLE` when Redis cannot be used. */
export async function openJobs(options: {
  readonly redisUrl: string;
  readonly onError: (error: Error) => void;
}): Promise<Jobs> {
  const redis = openConnection(options.redisUrl, options.onError);
  try {
    await checkRedis(redis);
  } catch (error) {
    redis.disconnect();
    throw error;
  }
  const ledger = openLedger(redis);
  const legs = openLegs(options.redisUrl, options.onError);
  const news = await openNews(openSubscription(options.redisUrl, options.onError));

  const mustGet = async (id: string) => {
    const job = await ledger.get(id);
    if (job) return job;
    throw jobNotFound(id);
  };
  const enqueue = async (job: Job) => {
    const generation = await ledger.generation(job.id);
    await legs.add({ job: job.id, pool: job.pool, priority: job.priority, generation }).catch((error: unknown) => {
      throw unavailable(error);
    });
  };

  return {
    ledger,
    fleet: openFleet(redis),
    news,
    async submit(head, work, idempotencyKey) {
      const id = await ledger.create(head, work, idempotencyKey);
      const job = await mustGet(id);
      if (job.state === 'queued') await enqueue(job);
      return job;
    },
    async cancel(id) {
      const before = await mustGet(id);
      if (isTerminal(before.state)) return before;
      const error = failure('CANCELLED', 'The job was cancelled.');
      await ledger.finish({ id }, { state: 'cancelled', error });
      await legs.remove({ job: id, pool: before.pool, generation: await ledger.generation(id) });
      return mustGet(id);
    },
    async retry(id) {
      await ledger.retry(id);
      const job = await mustGet(id);
      await enqueue(job);
      return job;
    },
    async reconcile(record) {
      await addMissingLegs(ledger, legs);
      await recordEnded(ledger, record);
      await ledger.forgetExpired(Date.now());
    },
    redis: () => checkRedis(redis),
    async close() {
      await Promise.all([legs.close(), news.close()]);
      redis.disconnect();
    },
  };
}

async function addMissingLegs(ledger: Ledger, legs: Legs): Promise<void> {
  for (const id of await ledger.live(Date.now() - settleMs)) {
    const job = await ledger.get(id);
    if (!job || isTerminal(job.state)) continue;
    const leg = { job: id, pool: job.pool, priority: job.priority, generation: await ledger.generation(id) };
    if (!(await legs.exists(leg))) await legs.add(leg);
  }
}

/** Writes the records of jobs whose last process died between ending them and recording them. */
async function recordEnded(ledger: Ledger, record: WriteRecord): Promise<void> {
  for (const id of await ledger.unrecorded()) await recordJob(ledger, id, record);
}

/** Writes the record of one ended job into the store and ticks it off. */
export async function recordJob(ledger: Ledger, id: string, record: WriteRecord): Promise<void> {
  const archive = await ledger.archive(id);
  if (archive && !isTerminal(archive.job.state)) {
    throw new RondelError('CONFLICT', `Job ${id} is ${archive.job.state}: only ended jobs are recorded.`);
  }
  if (archive) await record(id, archiveToJson(archive));
  await ledger.markRecorded(id);
}
