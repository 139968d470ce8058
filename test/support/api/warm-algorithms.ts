import type { AlgorithmRecord, WorkerRecord } from '@rondel/contracts';
import { subjobPlace, openJobs, type AlgorithmHead, type BegunAttempt, type Jobs } from '@rondel/jobs';
import { Redis } from 'ioredis';
import { ulid } from 'ulid';
import { begunAttempt, imageResult } from './queued-jobs.js';
import { startTestRedis } from '../machine/redis.js';
import { workerRecord } from './worker-record.js';

/** Warm algorithms over a Redis of their own, of a pool whose workers only say that they are there. */
export interface WarmAlgorithms {
  readonly connection: Redis;
  readonly jobs: Jobs;
  /** A second process that works on the same Redis. */
  readonly others: Jobs;
  readonly pool: () => string;
  /** From now on everything belongs to a pool that has no worker yet. */
  readonly changePool: () => void;
  readonly startedWorker: (overrides?: Partial<WorkerRecord>) => Promise<string>;
  /** An algorithm whose worker has not built it yet. */
  readonly created: (overrides?: Partial<AlgorithmHead>) => Promise<AlgorithmRecord>;
  readonly opened: (overrides?: Partial<AlgorithmHead>) => Promise<AlgorithmRecord>;
  /** Gives the job of the input. */
  readonly put: (id: string, name?: string, token?: string) => Promise<string>;
  readonly begin: (job: string, worker: string) => Promise<BegunAttempt>;
  readonly complete: (job: string, worker: string) => Promise<void>;
  /** Takes the first sub-job of a worker's own queue and tells whose it is. */
  readonly subjobOn: (worker: string) => Promise<string>;
  readonly subjobsOn: (worker: string) => Promise<number>;
  readonly stop: () => Promise<void>;
}

export const algorithmWork = { plan: { _type: 'X' }, planToml: '_type = "X"\n', parameters: {} };

export async function startWarmAlgorithms(): Promise<WarmAlgorithms> {
  const redis = await startTestRedis();
  const connection = new Redis(redis.url);
  const onError = () => undefined;
  const jobs = await openJobs({ redisUrl: redis.url, onError });
  const others = await openJobs({ redisUrl: redis.url, onError });
  let pool = newPool();
  const created = (overrides: Partial<AlgorithmHead> = {}) =>
    jobs.algorithms.create(algorithmHead(pool, overrides), algorithmWork);
  const begin = (job: string, worker: string) => begunAttempt(jobs, job, worker);
  return {
    connection,
    jobs,
    others,
    pool: () => pool,
    changePool: () => void (pool = newPool()),
    async startedWorker(overrides) {
      const id = `w-${ulid().toLowerCase()}`;
      await jobs.fleet.beat(workerRecord(id, { pools: [pool], ...overrides }));
      return id;
    },
    created,
    async opened(overrides) {
      const { id, worker } = await created(overrides);
      await jobs.algorithms.built(id, worker);
      return jobs.algorithms.get(id);
    },
    async put(id, name = 'a', token) {
      const data = `root://scans/${name}`;
      const input = { data, references: { data } };
      return (await jobs.algorithms.put(id, { job: ulid(), input, token })).job;
    },
    begin,
    async complete(job, worker) {
      const attempt = await begin(job, worker);
      const answer = await jobs.ledger.finish(job, { state: 'completed', result: imageResult() }, attempt);
      if (answer !== 'done') throw new Error(`finish answered ${answer}`);
    },
    subjobOn: (worker) => firstSubjob(jobs, subjobPlace.worker(worker)),
    async subjobsOn(worker) {
      const names = await connection.keys(`{rondel}:legs:${subjobPlace.worker(worker)}:*.*.*.*`);
      return names.filter((name) => !name.endsWith(':lock')).length;
    },
    async stop() {
      await Promise.all([jobs.close(), others.close()]);
      connection.disconnect();
      await redis.stop();
    },
  };
}

function newPool(): string {
  return `pool${ulid().toLowerCase()}`;
}

function algorithmHead(pool: string, overrides: Partial<AlgorithmHead>): AlgorithmHead {
  return {
    id: ulid(),
    pool,
    place: pool,
    priority: 100,
    attemptsPerRun: 2,
    labels: {},
    plan: { sha256: 'f'.repeat(64) },
    createdAt: new Date().toISOString(),
    idleSeconds: 60,
    stages: [{ steps: [], queue: pool, bound: true }],
    ...overrides,
  };
}

function firstSubjob(jobs: Jobs, queue: string): Promise<string> {
  return new Promise((resolve) => {
    const taker = jobs.takeSubjobs({
      concurrency: 1,
      run: (subjob) => {
        resolve(subjob.job);
        void taker.close();
        return Promise.resolve({ kind: 'again', delayMs: 60_000 });
      },
      onError: () => undefined,
    });
    taker.serve([queue]);
  });
}

/** The code of what is thrown. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  return error instanceof Error && 'code' in error ? String(error.code) : 'nothing was thrown';
}
