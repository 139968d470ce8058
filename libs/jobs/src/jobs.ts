import { failure, isRondelError, isTerminal, RondelError, type Job, type JsonValue } from '@rondel/contracts';
import { openAlgorithms, type Algorithms } from './algorithms.js';
import { archiveToJson } from './archive.js';
import { checkRedis, openConnection, openSubscription, type RedisFacts } from './connection.js';
import { openPoolControl, type PoolControl } from './demand.js';
import { openFleet, type Fleet } from './fleet.js';
import type { JobHead, JobWork } from './job-fields.js';
import { jobNotFound, openLedger, retentionSeconds, type Leg, type Ledger } from './ledger.js';
import { placeOf, type LegQueue } from './leg-queue.js';
import { openLegs, type Legs } from './legs.js';
import { openNews, type News } from './news.js';
import { openPoolQueues } from './pool-queues.js';
import { openResults, type Results } from './results.js';
import { openSpecialQueues, type SpecialQueues } from './special-queues.js';
import { openSessions, type SessionLimits, type Sessions } from './sessions.js';
import { openSweeps, type Sweeps } from './sweeps.js';

/** A job's queue leg may be missing this long after the job was written down before the reconciler adds it. */
const settleMs = 10_000;
/** Workers hold on to a special queue for this long after its last use. */
const specialQueueMs = 3_600_000;

/** Where a leg of a job that has not ended lies, and what it takes to run it. */
export interface QueuePlace extends LegQueue {
  /** A pool, or another place of `legPlace`. */
  readonly place: string;
  /** Legs before it; absent when it does not wait on its queue, as one that is delayed or runs. */
  readonly position?: number;
}

/** Stores the record of an ended job for ever; `putRecord` of an artifact store. */
export type WriteRecord = (id: string, record: JsonValue) => Promise<void>;

/** Everything a process needs to know about jobs: their record, their place in the queues, and who runs them. */
export interface Jobs {
  readonly ledger: Ledger;
  readonly algorithms: Algorithms;
  readonly fleet: Fleet;
  readonly pools: PoolControl;
  readonly news: News;
  readonly results: Results;
  readonly special: SpecialQueues;
  readonly sessions: Sessions;
  readonly sweeps: Sweeps;
  /** Writes the job down, then queues it. Returns the job that the idempotency key stands for, if it is known. */
  submit(head: JobHead, work: JobWork, idempotencyKey?: string): Promise<Job>;
  /** Ends the job as cancelled, wherever it is. Ended jobs stay as they are. */
  cancel(id: string): Promise<Job>;
  /** Throws `CONFLICT` for an input of a warm algorithm, whose place in the order is gone. */
  retry(id: string): Promise<Job>;
  /** Of the first leg of the present stage; undefined when Redis does not hold the job any more. */
  queuePlace(id: string): Promise<QueuePlace | undefined>;
  /** Begins the next stage when the present one is complete. */
  advance(id: string): Promise<void>;
  /**
   * Repairs what dying processes left behind: jobs without a leg get one, sweeps the jobs they lack, warm algorithms a
   * live worker, ended jobs without a record are recorded.
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
  readonly sessions?: SessionLimits;
}): Promise<Jobs> {
  const redis = openConnection(options.redisUrl, options.onError);
  try {
    await checkRedis(redis);
  } catch (error) {
    redis.disconnect();
    throw error;
  }
  const ledger = openLedger(redis);
  const special = openSpecialQueues(redis);
  const legs = openLegs(redis, special, options.onError);
  const poolQueues = openPoolQueues(redis, special, options.onError);
  const fleet = openFleet(redis);
  const sweeps = openSweeps(redis, legs);
  const news = await openNews(openSubscription(options.redisUrl, options.onError));

  const mustGet = async (id: string) => {
    const job = await ledger.get(id);
    if (job) return job;
    throw jobNotFound(id);
  };
  const enqueue = async (open: readonly Leg[], { stages, priority }: Pick<JobHead, 'stages' | 'priority'>) => {
    for (const leg of open) await legs.add(leg, { ...queueOf(leg, stages), priority });
  };

  const advance = async (id: string) => {
    const head = await ledger.head(id);
    if (head) await enqueue(await ledger.advance(id), head);
  };
  const cancel = async (id: string): Promise<Job> => {
    const before = await mustGet(id);
    if (isTerminal(before.state)) return before;
    const error = failure('CANCELLED', 'The job was cancelled.');
    await ledger.finish(id, { state: 'cancelled', error });
    const head = await ledger.head(id);
    for (const leg of await ledger.openLegs(id)) await legs.remove(leg, queueOf(leg, head?.stages ?? []).queue);
    return mustGet(id);
  };
  const algorithms = openAlgorithms({ redis, ledger, fleet, enqueue: advance, cancel });

  return {
    ledger,
    algorithms,
    fleet,
    pools: openPoolControl(fleet, poolQueues, algorithms),
    news,
    results: openResults(redis),
    sessions: openSessions(redis, options.sessions),
    special,
    sweeps,
    async queuePlace(id) {
      const found = await ledger.present(id);
      if (found === undefined) return undefined;
      const to = queueOf(found.leg, found.stages);
      const position = await legs.position(found.leg, to.queue);
      return { ...to, place: placeOf(to), ...(position !== undefined && { position }) };
    },
    async submit(head, work, idempotencyKey) {
      const id = await ledger.create(head, work, idempotencyKey);
      const job = await mustGet(id);
      if (id === head.id) await enqueue(await ledger.openLegs(id), head);
      return job;
    },
    advance,
    async cancel(id) {
      const job = await cancel(id);
      const head = await ledger.head(id);
      if (head?.algorithm !== undefined) await algorithms.proceed(head.algorithm);
      return job;
    },
    async retry(id) {
      const head = await ledger.head(id);
      if (head?.algorithm !== undefined) throw outOfOrder(id, head.algorithm);
      await ledger.retry(id);
      if (head) await enqueue(await ledger.openLegs(id), head);
      return mustGet(id);
    },
    async reconcile(record) {
      const unsettled = await sweeps.unsettled(Date.now() - settleMs);
      const unrecorded = await ledger.unrecorded();
      await repairAll([
        ...unsettled.map((id) => () => sweeps.settle(id, record)),
        () => addMissingLegs(ledger, legs),
        () => poolQueues.reconcile(Date.now() - specialQueueMs),
        () => algorithms.reconcile(),
        // Their last process died between ending and recording them.
        ...unrecorded.map((id) => () => recordJob(ledger, id, record)),
        () => ledger.forgetExpired(Date.now()),
        () => sweeps.forgetExpired(Date.now() - retentionSeconds * 1000),
      ]);
    },
    redis: () => checkRedis(redis),
    async close() {
      await Promise.all([legs.close(), news.close()]);
      redis.disconnect();
    },
  };
}

function outOfOrder(id: string, algorithm: string): RondelError {
  return new RondelError(
    'CONFLICT',
    `Job ${id} was an input of algorithm ${algorithm} and has had its turn. Put its data again, or submit it as a job of its own.`,
  );
}

/** Throws `INTERNAL` for a leg of a stage that the job does not have. */
function queueOf({ job, stage }: Leg, stages: JobHead['stages']): LegQueue {
  const found = stages[stage];
  if (found) return { queue: found.queue, ...(found.requires && { requires: found.requires }) };
  throw new RondelError('INTERNAL', `Job ${job} has ${stages.length} stages, but a leg belongs to stage ${stage}.`);
}

async function addMissingLegs(ledger: Ledger, legs: Legs): Promise<void> {
  for (const id of await ledger.live(Date.now() - settleMs)) {
    const head = await ledger.head(id);
    // An input of an algorithm waits for its turn without a leg.
    if (head === undefined || head.algorithm !== undefined) continue;
    for (const leg of await ledger.advance(id)) {
      const to = queueOf(leg, head.stages);
      if (!(await legs.exists(leg, to.queue))) await legs.add(leg, { ...to, priority: head.priority });
    }
  }
}

/** One that fails, such as the record of one job, keeps none of the others from being made; then throws the first failure. */
async function repairAll(repairs: readonly (() => Promise<unknown>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const repair of repairs) {
    try {
      await repair();
    } catch (error) {
      // Nothing can be repaired while Redis is away.
      if (isRondelError(error) && error.code === 'SERVICE_UNAVAILABLE') throw error;
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
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
