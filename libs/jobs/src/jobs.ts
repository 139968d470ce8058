import type { Job, WarrantSigner } from '@rondel/contracts';
import type { Algorithms } from './algorithms/algorithms.js';
import { openPoolQueues } from './bullmq/pool-queues.js';
import { openSubjobs } from './bullmq/subjob-queues.js';
import { openApis, type Apis } from './fleet/apis.js';
import { openFleet, type Fleet } from './fleet/fleet.js';
import { openLeases, type Leases } from './leases/leases.js';
import { openSharedStore, type SharedStore } from './leases/shared-store.js';
import { openJobControl, type JobControl } from './ledger/job-control.js';
import { openLedger, type Ledger } from './ledger/ledger.js';
import { readRunningTimes, type RunningTime } from './line/running-times.js';
import { openSpecialQueues, type SpecialQueues } from './places/special-queues.js';
import { openQuestions, type Questions } from './questions/questions.js';
import { openPoolControl, type PoolControl } from './queues/demand.js';
import { readPlaceFacts, readTurn, type PlaceFacts, type Turn } from './queues/line-facts.js';
import { readQueuePlace, type QueuePlace } from './queues/queue-place.js';
import { letHeldIn } from './quotas/let-held-in.js';
import { openQuotas, type Quotas } from './quotas/quotas.js';
import { reconcileJobs } from './reconcile.js';
import type { WriteRecord } from './record/archive.js';
import { reachedFrom } from './record/reach.js';
import { asError } from './redis/as-error.js';
import { checkRedis, openConnection, openSubscription, whatIsUntold } from './redis/connection.js';
import { readDataRun, type DataRun } from './redis/data-run.js';
import { openIdempotency, type Idempotency } from './redis/idempotency.js';
import { heldNews } from './redis/keys.js';
import { openNews, type News, type NewsKind } from './redis/news.js';
import type { RedisFacts } from './redis/redis-facts.js';
import { openServerClock, serverTime } from './redis/server-time.js';
import { openResults, type Results } from './results/results.js';
import { openSessions, type SessionLimits, type Sessions } from './sessions/sessions.js';
import { openDamage, type Damage, type RecordKind } from './stored/stored.js';
import { openSweeps, type Sweeps } from './sweeps/sweeps.js';
import { puttingAside } from './taking/put-aside.js';
import { openSubjobTaker, type Place, type SubjobTaker, type TakeOptions } from './taking/subjob-taker.js';
import { openLogins, type Logins } from './logins/logins.js';
import { openSeals, type Seals } from './logins/seals.js';
import { openTokens, type Tokens } from './tokens/tokens.js';
import { openOpenUploads, type OpenUploads } from './uploads/open-uploads.js';

/** Everything a process needs to know about jobs: their record, their place in the queues, and who runs them. */
export interface Jobs extends JobControl {
  readonly ledger: Ledger;
  readonly algorithms: Algorithms;
  readonly fleet: Fleet;
  readonly apis: Apis;
  readonly pools: PoolControl;
  readonly leases: Leases;
  readonly idempotency: Idempotency;
  readonly news: News;
  readonly questions: Questions;
  readonly quotas: Quotas;
  readonly results: Results;
  readonly special: SpecialQueues;
  readonly sessions: Sessions;
  readonly store: SharedStore;
  readonly sweeps: Sweeps;
  readonly logins: Logins;
  readonly seals: Seals;
  readonly tokens: Tokens;
  readonly uploads: OpenUploads;
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
export async function openJobs(options: JobsOptions): Promise<Jobs> {
  const { redisUrl, onError, signer, pools } = options;
  const damage = openDamage(onError);
  const { redis, clock } = await connect(options, damage);
  const special = openSpecialQueues(redis, damage);
  const subjobs = openSubjobs(redis, special, onError);
  const putAside = puttingAside(special, subjobs);
  const ledger = openLedger(redis, subjobs, { damage, signer });
  const poolQueues = openPoolQueues(redis, special, onError);
  const fleet = openFleet(redis, damage);
  const subscription = openSubscription(redisUrl, onError);
  const news = await openNews(subscription, options.news ?? 'people', onError).catch((error: unknown) => {
    for (const connection of [redis, subscription]) connection.disconnect();
    throw error;
  });
  const { control, algorithms, awaiting, enqueue } = openJobControl({
    ...{ redis, damage, ledger, subjobs, fleet, news, onError },
    clock: clock.now,
    signer,
    isReached: pools === undefined ? () => true : reachedFrom(pools),
  });
  const quotas = openQuotas(redis, damage, clock.now);
  const letIn = letHeldIn(quotas, { ledger, enqueue });
  // Workers may not know which jobs there are.
  if (options.news !== 'work') {
    news.hearWork(heldNews, () => void letIn().catch((error: unknown) => onError(asError(error))));
  }
  const sweeps = openSweeps({ redis, subjobs, damage, awaiting, signer });

  return {
    ...control,
    ledger,
    algorithms,
    fleet,
    apis: openApis(redis, damage),
    dataRun: (known) => readDataRun(redis, known),
    pools: openPoolControl(fleet, poolQueues, algorithms),
    leases: openLeases(redis),
    idempotency: openIdempotency(redis),
    news,
    questions: openQuestions(redis, damage, signer),
    quotas,
    results: openResults(redis, damage),
    sessions: openSessions({ redis, damage }, clock.now, options.sessions),
    special,
    store: openSharedStore(redis),
    sweeps,
    logins: openLogins(redis, damage, clock.now),
    seals: openSeals(redis),
    tokens: openTokens(redis, damage, clock.now),
    uploads: openOpenUploads(redis, damage),
    queuePlace: (id) => readQueuePlace(id, { ledger, subjobs }),
    countBefore: (order, queues) => subjobs.countBefore(order, queues),
    runningTimes: (ids) => readRunningTimes(redis, ids, { now: clock.now(), damage }),
    placeFacts: (place, queues) => readPlaceFacts(redis, { place, queues, now: clock.now() }),
    turnOf: ({ id, lane = 'normal' }, at, facts) =>
      readTurn(redis, { id, lane, ...at }, { facts: facts[lane], now: clock.now() }),
    takeSubjobs: (take) => openSubjobTaker({ redis, redisUrl, news, damage, putAside }, take),
    reconcile(record, signal = new AbortController().signal) {
      const release = (id: string) => control.release(id);
      const recount = () => quotas.recount();
      const parts = {
        redis,
        damage,
        ledger,
        subjobs,
        special,
        poolQueues,
        sweeps,
        algorithms,
        enqueue,
        release,
        letIn,
        recount,
      };
      return reconcileJobs(parts, record, signal);
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

export interface JobsOptions {
  /** Where Redis is, as in `REDIS_URL`. */
  readonly redisUrl: string;
  readonly onError: (error: Error) => void;
  /** What it hears. @default people */
  readonly news?: NewsKind;
  /** Of a worker, those that it serves: it leaves warm algorithms of others alone, which it may not open. @default all */
  readonly pools?: readonly string[];
  /** How many plan sessions there may be, of which size, and for how long. @default `sessionLimits` */
  readonly sessions?: SessionLimits;
  /** Signs what workers may do. Absent: workers that demand it run nothing of what is written down here. @default none */
  readonly signer?: WarrantSigner;
}

async function connect({ redisUrl, onError }: JobsOptions, damage: Damage) {
  const redis = openConnection(redisUrl, onError, damage.note.bind(undefined, 'key'));
  try {
    const untold = whatIsUntold(await checkRedis(redis), redis.server);
    if (untold !== undefined) onError(new Error(untold));
    return { redis, clock: await openServerClock(redis) };
  } catch (error) {
    redis.disconnect();
    throw error;
  }
}
