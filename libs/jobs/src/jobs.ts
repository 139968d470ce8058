import { failure, isTerminal, RondelError, type Job, type JsonValue } from '@rondel/contracts';
import { archiveToJson } from './archive.js';
import { checkRedis, openConnection, openSubscription, unavailable, type RedisFacts } from './connection.js';
import { openPoolControl, type PoolControl } from './demand.js';
import { openFleet, type Fleet } from './fleet.js';
import type { JobHead, JobWork } from './job-fields.js';
import { jobNotFound, openLedger, type Leg, type Ledger } from './ledger.js';
import { openLegs, type Legs } from './legs.js';
import { openNews, type News } from './news.js';
import { openPoolQueues } from './pool-queues.js';

/** A job's queue leg may be missing this long after the job was written down before the reconciler adds it. */
const settleMs = 10_000;

/** Stores the record of an ended job for ever; `putRecord` of an artifact store. */
export type WriteRecord = (id: string, record: JsonValue) => Promise<void>;

/** Everything a process needs to know about jobs: their record, their place in the queues, and who runs them. */
export interface Jobs {
  readonly ledger: Ledger;
  readonly fleet: Fleet;
  readonly pools: PoolControl;
  readonly news: News;
  /** Writes the job down, then queues it. Returns the job that the idempotency key stands for, if it is known. */
  submit(head: JobHead, work: JobWork, idempotencyKey?: string): Promise<Job>;
  /** Ends the job as cancelled, wherever it is. Ended jobs stay as they are. */
  cancel(id: string): Promise<Job>;
  retry(id: string): Promise<Job>;
  /** Begins the next stage when the present one is complete. */
  advance(id: string): Promise<void>;
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
  const fleet = openFleet(redis);
  const news = await openNews(openSubscription(options.redisUrl, options.onError));

  const mustGet = async (id: string) => {
    const job = await ledger.get(id);
    if (job) return job;
    throw jobNotFound(id);
  };
  const enqueue = async (open: readonly Leg[], { stages, priority }: Pick<JobHead, 'stages' | 'priority'>) => {
    for (const leg of open) {
      await legs.add(leg, { queue: queueOf(leg, stages), priority }).catch((error: unknown) => {
        throw unavailable(error);
      });
    }
  };

  return {
    ledger,
    fleet,
    pools: openPoolControl(fleet, openPoolQueues(redis, options.onError)),
    news,
    async submit(head, work, idempotencyKey) {
      const id = await ledger.create(head, work, idempotencyKey);
      const job = await mustGet(id);
      if (id === head.id) await enqueue(await ledger.openLegs(id), head);
      return job;
    },
    async advance(id) {
      const head = await ledger.head(id);
      if (head) await enqueue(await ledger.advance(id), head);
    },
    async cancel(id) {
      const before = await mustGet(id);
      if (isTerminal(before.state)) return before;
      const error = failure('CANCELLED', 'The job was cancelled.');
      await ledger.finish(id, { state: 'cancelled', error });
      const head = await ledger.head(id);
      for (const leg of await ledger.openLegs(id)) await legs.remove(leg, queueOf(leg, head?.stages ?? []));
      return mustGet(id);
    },
    async retry(id) {
      await ledger.retry(id);
      const head = await ledger.head(id);
      if (head) await enqueue(await ledger.openLegs(id), head);
      return mustGet(id);
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

/** Throws `INTERNAL` for a leg of a stage that the job does not have. */
function queueOf({ job, stage }: Leg, stages: JobHead['stages']): string {
  const found = stages[stage];
  if (found) return found.queue;
  throw new RondelError('INTERNAL', `Job ${job} has ${stages.length} stages, but a leg belongs to stage ${stage}.`);
}

async function addMissingLegs(ledger: Ledger, legs: Legs): Promise<void> {
  for (const id of await ledger.live(Date.now() - settleMs)) {
    const head = await ledger.head(id);
    if (head === undefined) continue;
    for (const leg of await ledger.advance(id)) {
      const queue = queueOf(leg, head.stages);
      if (!(await legs.exists(leg, queue))) await legs.add(leg, { queue, priority: head.priority });
    }
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
  await ledger.markRecorded(id, archive?.job);
}
