import { isRondelError, isTerminal, RondelError, type Job } from '@rondel/contracts';
import { openAlgorithms, type Algorithms } from './algorithms/algorithms.js';
import { puttingAside } from './taking/put-aside.js';
import { unlessLater } from './stored/versions.js';
import { openApis, type Apis } from './fleet/apis.js';
import { readDataRun, type DataRun } from './redis/data-run.js';
import { storedArchive, type JobArchive, type WriteRecord } from './record/archive.js';
import { cancelJobs, type CancelAnswers } from './transitions/job/cancel-jobs.js';
import { checkRedis, openConnection, openSubscription } from './redis/connection.js';
import type { RedisFacts } from './redis/redis-facts.js';
import { openPoolControl, type PoolControl } from './queues/demand.js';
import { openFleet, type Fleet } from './fleet/fleet.js';
import { newJob } from './record/job-fields.js';
import { type JobHash, type JobHead, type JobWork } from './record/job-parts.js';
import type { Subjob, OpenSubjob } from './record/subjob-attempts.js';
import { retentionSeconds } from './transitions/job/finish.js';
import { jobNotFound, openLedger, type Ledger } from './ledger/ledger.js';
import { openIdempotency, type Idempotency } from './redis/idempotency.js';
import { openLeases, type Leases } from './leases/leases.js';
import { placeOfSubjobs, queueOf, type SubjobQueue } from './places/subjob-queue.js';
import { openSubjobTaker, type SubjobTaker, type Place, type TakeOptions } from './taking/subjob-taker.js';
import { openSubjobs } from './bullmq/subjob-queues.js';
import { readPlaceFacts, readTurn, type PlaceFacts, type Turn } from './queues/line-facts.js';
import { lowerTurns } from './queues/long-lines.js';
import { addMissingSubjobs } from './queues/missing-subjobs.js';
import { openNews, type News, type NewsKind } from './redis/news.js';
import { openOpenUploads, type OpenUploads } from './uploads/open-uploads.js';
import { openPoolQueues } from './bullmq/pool-queues.js';
import { openQuestions, type Questions } from './questions/questions.js';
import { openResults, type Results } from './results/results.js';
import { readRunningTimes, type RunningTime } from './line/running-times.js';
import { openServerClock, serverTime, type ServerClock } from './redis/server-time.js';
import { openSharedStore, type SharedStore } from './leases/shared-store.js';
import { openSpecialQueues, type SpecialQueues } from './places/special-queues.js';
import { openSessions, type SessionLimits, type Sessions } from './sessions/sessions.js';
import { stopSubjob, type SubjobStop } from './ledger/stop-subjob.js';
import { openDamage, type RecordKind } from './stored/stored.js';
import { openSweeps, type Sweeps } from './sweeps/sweeps.js';

/** A job's queue sub-job may be missing this long after the job was written down before the reconciler adds it. */
const settleMs = 10_000;
/** A special queue without sub-jobs is forgotten so long after its last use; whoever adds sub-jobs notes a use once a minute. */
const specialQueueMs = 150_000;

/** Where a sub-job of a job that has not ended lies, and what it takes to run it. */
export interface QueuePlace extends SubjobQueue {
  /** A pool, or another place of `subjobPlace`. */
  readonly place: string;
  /** Sub-jobs before it; absent when it does not wait on its queue, as one that is delayed or runs. */
  readonly position?: number;
  /** Larger for what comes later, on all queues of the place. Absent as the position is. */
  readonly order?: string;
}

export interface SubmittedJob {
  readonly job: Job;
  /** Of a new one, how many jobs come before it at its place, on whichever queues they lie. */
  readonly before?: number;
}

/** Everything a process needs to know about jobs: their record, their place in the queues, and who runs them. */
export interface Jobs {
  readonly ledger: Ledger;
  readonly algorithms: Algorithms;
  readonly fleet: Fleet;
  readonly apis: Apis;
  readonly pools: PoolControl;
  readonly leases: Leases;
  readonly idempotency: Idempotency;
  readonly news: News;
  readonly questions: Questions;
  readonly results: Results;
  readonly special: SpecialQueues;
  readonly sessions: Sessions;
  readonly store: SharedStore;
  readonly sweeps: Sweeps;
  readonly uploads: OpenUploads;
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
  /** Of the first sub-job of the present stage; undefined when Redis does not hold the job any more. */
  queuePlace(id: string): Promise<QueuePlace | undefined>;
  /** Sub-jobs on other queues of a place that come before the given `order`. */
  countBefore(order: string, queues: readonly string[]): Promise<number>;
  /** How long jobs have run, see `RunningTime`. */
  runningTimes(ids: readonly string[]): Promise<ReadonlyMap<string, RunningTime>>;
  /** How the lanes of a place stand. */
  placeFacts(place: string, queues: readonly string[]): Promise<PlaceFacts>;
  /** How far a job that waits is from its turn, see `readTurn`. */
  turnOf(
    job: Pick<Job, 'id' | 'lane'>,
    at: Required<Pick<QueuePlace, 'place' | 'order'>>,
    facts: PlaceFacts,
  ): Promise<Turn>;
  /** Takes sub-jobs from the queues that it is told to serve. */
  takeSubjobs<P extends Place>(options: TakeOptions<P>): SubjobTaker;
  /** Begins the next stage when the present one is complete, and queues its sub-jobs. See `Ledger.advance`. */
  advance(id: string, job?: JobHash): Promise<void>;
  /**
   * Repairs what dying processes left behind: jobs without a sub-job get one, sweeps the jobs they lack, warm algorithms a
   * live worker, ended jobs without a record are recorded. Ends soon once the signal is aborted, and leaves the rest.
   */
  reconcile(record: WriteRecord, signal?: AbortSignal): Promise<void>;
  /** Records in Redis that were found damaged and passed over since this process began, by kind. */
  damaged(): ReadonlyMap<RecordKind, number>;
  /** What Redis holds now; a new one where all is gone that was there. `known` is what the caller has seen before. */
  dataRun(known: string | undefined): Promise<DataRun>;
  /** Version and settings of Redis. Throws `SERVICE_UNAVAILABLE`. */
  redis(): Promise<RedisFacts>;
  /** Milliseconds since 1970 by the clock of Redis, which is the same for everybody. */
  now(): Promise<number>;
  /** The same without asking Redis each time; off by what the clocks have drifted apart in some seconds. */
  readonly clock: () => number;
  close(): Promise<void>;
}

/** Opens the connections of one process. Throws `SERVICE_UNAVAILABLE` when Redis cannot be used. */
export async function openJobs(options: {
  readonly redisUrl: string;
  readonly onError: (error: Error) => void;
  /** `people` unless said otherwise. */
  readonly news?: NewsKind;
  readonly sessions?: SessionLimits;
}): Promise<Jobs> {
  const damage = openDamage(options.onError);
  const redis = openConnection(options.redisUrl, options.onError, damage.note.bind(undefined, 'key'));
  let clock: ServerClock;
  try {
    await checkRedis(redis);
    clock = await openServerClock(redis);
  } catch (error) {
    redis.disconnect();
    throw error;
  }
  const special = openSpecialQueues(redis, damage);
  const subjobs = openSubjobs(redis, special, options.onError);
  const putAside = puttingAside(special, subjobs);
  const ledger = openLedger(redis, subjobs, damage);
  const poolQueues = openPoolQueues(redis, special, options.onError);
  const fleet = openFleet(redis, damage);
  const sweeps = openSweeps(redis, subjobs, damage);
  const subscription = openSubscription(options.redisUrl, options.onError);
  const news = await openNews(subscription, options.news ?? 'people', options.onError).catch((error: unknown) => {
    for (const connection of [redis, subscription]) connection.disconnect();
    throw error;
  });

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

  const placeOfSubjob = async (subjob: Subjob, stages: JobHead['stages']): Promise<QueuePlace> => {
    const to = queueOf(subjob, stages);
    const position = await subjobs.position(subjob, to.queue);
    return { ...to, place: placeOfSubjobs(to), ...position };
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
  const algorithms = openAlgorithms({ redis, damage, now: clock.now, ledger, fleet, enqueue: advance, cancel });
  /** The end of an input of a warm algorithm is the turn of the next one. */
  const letNextIn = async (id: string) => {
    const head = await ledger.head(id);
    if (head?.algorithm !== undefined) await algorithms.proceed(head.algorithm);
  };

  return {
    ledger,
    algorithms,
    fleet,
    apis: openApis(redis, damage),
    dataRun: (known) => readDataRun(redis, known),
    pools: openPoolControl(fleet, poolQueues, algorithms),
    leases: openLeases(redis),
    idempotency: openIdempotency(redis),
    news,
    questions: openQuestions(redis, damage),
    results: openResults(redis, damage),
    sessions: openSessions({ redis, damage }, clock.now, options.sessions),
    special,
    store: openSharedStore(redis),
    sweeps,
    uploads: openOpenUploads(redis, damage),
    async queuePlace(id) {
      const found = await ledger.present(id);
      return found && placeOfSubjob(found.subjob, found.stages);
    },
    countBefore: (order, queues) => subjobs.countBefore(order, queues),
    runningTimes: (ids) => readRunningTimes(redis, ids, { now: clock.now(), damage }),
    placeFacts: (place, queues) => readPlaceFacts(redis, { place, queues, now: clock.now() }),
    turnOf: ({ id, lane = 'normal' }, at, facts) =>
      readTurn(redis, { id, lane, ...at }, { facts: facts[lane], now: clock.now() }),
    async submit(head, work, idempotencyKey) {
      const created = await ledger.create(head, work, idempotencyKey);
      if (typeof created === 'string') return { job: await mustGet(created) };
      return { job: newJob(head), before: created.before };
    },
    takeSubjobs: (take) => openSubjobTaker({ redis, redisUrl: options.redisUrl, news, damage, putAside }, take),
    advance,
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
    async retry(id) {
      const head = await ledger.head(id);
      if (head?.algorithm !== undefined) throw outOfOrder(id, head.algorithm);
      await ledger.retry(id);
      if (head) await enqueue(await ledger.openSubjobs(id), head);
      return mustGet(id);
    },
    async reconcile(record, signal = new AbortController().signal) {
      // What is old shall not depend on whose clock is asked.
      const now = await serverTime(redis);
      const unsettled = await sweeps.unsettled(now - settleMs);
      const unrecorded = await ledger.unrecorded();
      await repairAll(signal, [
        ...unsettled.map((id) => () => sweeps.settle(id, record, signal).catch(unlessLater)),
        () => addMissingSubjobs({ redis, damage, ledger, subjobs, special, enqueue, signal }, now - settleMs),
        () => lowerTurns(redis, special),
        () => poolQueues.reconcile(now - specialQueueMs),
        () => algorithms.reconcile(),
        // Their last process died between ending and recording them.
        ...unrecorded.map((id) => () => recordJob(ledger, id, record).catch(unlessLater)),
        () => ledger.forgetExpired(now, signal),
        () => ledger.mendIndex(),
        () => sweeps.forgetExpired(now - retentionSeconds * 1000),
      ]);
    },
    damaged: () => damage.counts(),
    redis: () => checkRedis(redis),
    now: () => serverTime(redis),
    clock: clock.now,
    async close() {
      clock.close();
      await Promise.all([subjobs.close(), news.close()]);
      redis.disconnect();
    },
  };
}

/** Where the first sub-job of a job goes, of a new one and so without being asked. */
export function firstPlace({ id, stages }: Pick<JobHead, 'id' | 'stages'>): QueuePlace {
  const to = queueOf({ job: id, stage: 0 }, stages);
  return { ...to, place: placeOfSubjobs(to) };
}

function outOfOrder(id: string, algorithm: string): RondelError {
  return new RondelError(
    'CONFLICT',
    `Job ${id} was an input of algorithm ${algorithm} and has had its turn. Put its data again, or submit it as a job of its own.`,
  );
}

/** One that fails, such as the record of one job, keeps none of the others from being made; then throws the first failure. */
async function repairAll(signal: AbortSignal, repairs: readonly (() => Promise<unknown>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const repair of repairs) {
    if (signal.aborted) break;
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
  await recordArchive(ledger, { id, archive }, record);
}

/** As `recordJob`, for whoever has the ended job at hand; none is recorded of a job that is gone. */
export async function recordArchive(
  ledger: Ledger,
  { id, archive }: { readonly id: string; readonly archive: JobArchive | undefined },
  record: WriteRecord,
): Promise<void> {
  if (archive) await record(id, storedArchive(archive));
  await ledger.markRecorded(id, archive?.job);
}
