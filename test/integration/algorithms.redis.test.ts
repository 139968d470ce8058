import { failure, type AlgorithmRecord, type Result, type WorkerRecord } from '@rondel/contracts';
import { legPlace, openJobs, takeLegs, type AlgorithmHead, type BegunAttempt, type Jobs } from '@rondel/jobs';
import { Redis } from 'ioredis';
import { ulid } from 'ulid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestRedis, type TestRedis } from '../support/redis.js';

let redis: TestRedis;
let connection: Redis;
let jobs: Jobs;
/** A second process that works on the same Redis. */
let others: Jobs;
let pool: string;

beforeAll(async () => {
  redis = await startTestRedis();
  connection = new Redis(redis.url);
  const onError = () => undefined;
  jobs = await openJobs({ redisUrl: redis.url, onError });
  others = await openJobs({ redisUrl: redis.url, onError });
});
beforeEach(() => void (pool = `pool${ulid().toLowerCase()}`));
afterAll(async () => {
  await Promise.all([jobs.close(), others.close()]);
  connection.disconnect();
  await redis.stop();
});

const result: Result = {
  artifact: `artifact:sha256-${'0'.repeat(64)}`,
  shape: [1, 2],
  dtype: 'float32',
  axes: ['y', 'x'],
  spacing: [1, 1],
  min: 0,
  max: 1,
  mean: 0.5,
  seconds: 1,
};

function workerRecord(id: string, overrides: Partial<WorkerRecord> = {}): WorkerRecord {
  const now = new Date().toISOString();
  return {
    id,
    state: 'running',
    pools: [pool],
    labels: {},
    host: 'h',
    pid: 1,
    engine: 'wasm',
    device: 'cpu',
    concurrency: 1,
    threads: 1,
    memoryBytes: 1e9,
    packages: {},
    roots: [],
    running: [],
    startedAt: now,
    heartbeatAt: now,
    ...overrides,
  };
}

async function startedWorker(overrides: Partial<WorkerRecord> = {}): Promise<string> {
  const id = `w-${ulid().toLowerCase()}`;
  await jobs.fleet.beat(workerRecord(id, overrides));
  return id;
}

function head(overrides: Partial<AlgorithmHead> = {}): AlgorithmHead {
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

const work = { plan: { _type: 'X' }, planToml: '_type = "X"\n', parameters: {} };

/** One whose worker has not built it yet. */
async function created(overrides: Partial<AlgorithmHead> = {}): Promise<AlgorithmRecord> {
  return jobs.algorithms.create(head(overrides), work);
}

async function opened(overrides: Partial<AlgorithmHead> = {}): Promise<AlgorithmRecord> {
  const { id, worker } = await created(overrides);
  await jobs.algorithms.built(id, worker);
  return jobs.algorithms.get(id);
}

async function put(id: string, name = 'a', token?: string): Promise<string> {
  const data = `root://scans/${name}`;
  const input = { data, references: { data } };
  return (await jobs.algorithms.put(id, { job: ulid(), input, token })).job;
}

async function begin(job: string, worker: string): Promise<BegunAttempt> {
  const [leg] = await jobs.ledger.openLegs(job);
  if (leg === undefined) throw new Error('the job has no leg');
  const answer = await jobs.ledger.begin(leg, worker);
  if (answer.answer !== 'begun') throw new Error(`begin answered ${answer.answer}`);
  return answer.attempt;
}

async function complete(job: string, worker: string): Promise<void> {
  const attempt = await begin(job, worker);
  expect(await jobs.ledger.finish(job, { state: 'completed', result }, attempt)).toBe('done');
}

/** Takes the first leg of a worker's own queue and tells whose it is. */
async function legOn(worker: string): Promise<string> {
  return new Promise((resolve) => {
    const taker = takeLegs({
      redisUrl: redis.url,
      queue: legPlace.worker(worker),
      concurrency: 1,
      run: (leg) => {
        resolve(leg.job);
        void taker.close();
        return Promise.resolve({ kind: 'again', delayMs: 60_000 });
      },
      onError: () => undefined,
    });
  });
}

async function legsOn(worker: string): Promise<number> {
  const names = await connection.keys(`{rondel}:legs:${legPlace.worker(worker)}:*.*.*.*`);
  return names.filter((name) => !name.endsWith(':lock')).length;
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  return error instanceof Error && 'code' in error ? String(error.code) : 'nothing was thrown';
}

describe('a warm algorithm', () => {
  it('is bound to the running worker of its place that has the fewest', async () => {
    await startedWorker({ state: 'draining' });
    await startedWorker({ pools: ['elsewhere'] });
    const [one, two] = [await startedWorker(), await startedWorker({ labels: { gpu: 'a100' } })];
    const bound = [(await opened()).worker, (await opened()).worker];
    expect(bound.sort()).toEqual([one, two].sort());
    expect((await opened({ place: 'gpu=a100' })).worker).toBe(two);
    expect((await opened({ place: one })).worker).toBe(one);
  });

  it('is refused where no worker runs', async () => {
    expect(await codeOf(opened())).toBe('WORKER_UNAVAILABLE');
  });

  it('queues one input at a time, on the queue of its worker, each when the one before has ended', async () => {
    const worker = await startedWorker();
    const { id } = await opened();
    const [one, two] = [await put(id), await put(id)];
    expect(await legsOn(worker)).toBe(1);
    expect(await legOn(worker)).toBe(one);
    await complete(one, worker);
    // As if the process that ended it had died at once: any other goes on.
    await others.algorithms.reconcile();
    expect(await legsOn(worker)).toBe(2);
    await complete(two, worker);
    await jobs.algorithms.proceed(id, worker);
    expect(await jobs.algorithms.get(id)).toMatchObject({ state: 'ready', ready: 2, pending: 0, put: 2 });
  });

  it('gives results in the order of the inputs, failures in their place, each once', async () => {
    const worker = await startedWorker();
    const { id } = await opened();
    const [one, two, three] = [await put(id), await put(id), await put(id)];
    expect(await jobs.algorithms.take(id)).toBeUndefined();
    // The last is given up before its turn, and ends first.
    await jobs.cancel(three);
    expect(await jobs.algorithms.get(id)).toMatchObject({ ready: 0, pending: 2 });
    await complete(one, worker);
    const attempt = await begin(two, worker);
    const error = failure('DATA_FORMAT', 'is empty');
    await jobs.ledger.finish(two, { state: 'failed', error }, attempt);
    const taken = await Promise.all([1, 2, 3, 4].map((n) => (n % 2 === 0 ? others : jobs).algorithms.take(id)));
    const ended = taken.flatMap((ticket) => ticket ?? []).sort((a, b) => a.ticket - b.ticket);
    expect(ended.map(({ ticket, job }) => [ticket, job])).toEqual([
      [1, one],
      [2, two],
      [3, three],
    ]);
    expect(ended.map((ticket) => ticket.ended?.error?.code)).toEqual([undefined, 'DATA_FORMAT', 'CANCELLED']);
  });

  it('numbers the inputs of several clients without a gap', async () => {
    await startedWorker();
    const { id } = await opened();
    const puts = Array.from({ length: 20 }, (_, n) =>
      (n % 2 === 0 ? jobs : others).algorithms.put(id, { job: ulid(), input: { data: 'root://a/b', references: {} } }),
    );
    const numbers = (await Promise.all(puts)).map(({ ticket }) => ticket);
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  });

  it('answers a call that is repeated with its key as it did before', async () => {
    const worker = await startedWorker();
    const { id } = await opened();
    const input = { data: 'root://a/b', references: { data: 'root://a/b' } };
    const again = () => jobs.algorithms.put(id, { job: ulid(), input, idempotencyKey: 'k' });
    const first = await again();
    expect(await Promise.all([again(), again()])).toEqual([first, first]);
    await put(id);
    await complete(first.job, worker);
    const taken = await Promise.all([1, 2].map(() => jobs.algorithms.take(id, { idempotencyKey: 'k' })));
    expect(taken.map((ticket) => [ticket?.ticket, ticket?.ended?.state])).toEqual(Array(2).fill([1, 'completed']));
    expect(await jobs.algorithms.take(id)).toBeUndefined();
    expect(await jobs.algorithms.get(id)).toMatchObject({ put: 2, pending: 1, ready: 0 });
  });

  it('counts as demand of its pool while an input is to be computed, also without a worker', async () => {
    const worker = await startedWorker();
    const { id } = await opened();
    expect((await jobs.pools.demand(pool)).slots).toBe(0);
    await Promise.all([put(id), put(id)]);
    expect(await jobs.pools.demand(pool)).toMatchObject({ slots: 1, runnable: 1, active: 0, workers: 1 });
    await jobs.fleet.leave(worker);
    await jobs.algorithms.reconcile();
    expect(await jobs.pools.demand(pool)).toMatchObject({ slots: 1, runnable: 1, active: 0, workers: 0 });
    await jobs.algorithms.close(id);
    expect((await jobs.pools.demand(pool)).slots).toBe(0);
  });

  it('is not run out of order by the reconciler or by a retry', async () => {
    const worker = await startedWorker();
    const { id } = await opened();
    const [one, two] = [await put(id), await put(id)];
    // Older than the time after which a missing leg is added.
    for (const job of [one, two]) await connection.zadd('{rondel}:live', 1, job);
    await jobs.reconcile(() => Promise.resolve());
    expect(await legsOn(worker)).toBe(1);
    await complete(one, worker);
    expect(await codeOf(jobs.retry(one))).toBe('CONFLICT');
  });

  it('goes to another worker when its own is gone, with what was running and what waits', async () => {
    const first = await startedWorker();
    const { id } = await opened();
    const [one, two] = [await put(id), await put(id)];
    const lost = await begin(one, first);
    await jobs.fleet.leave(first);
    await jobs.algorithms.reconcile();
    expect(await jobs.algorithms.get(id)).toMatchObject({ state: 'lost', worker: first, pending: 2 });
    const second = await startedWorker();
    await Promise.all([jobs.algorithms.reconcile(), others.algorithms.reconcile()]);
    expect(await jobs.algorithms.get(id)).toMatchObject({ state: 'building', worker: second, moves: 1, pending: 2 });
    expect(await legsOn(second)).toBe(0);
    expect((await jobs.algorithms.toBuild(second)).map((build) => build.id)).toEqual([id]);
    await jobs.algorithms.built(id, second);
    expect(await legOn(second)).toBe(one);
    await complete(one, second);
    // What the first worker did meanwhile comes too late, and so does its leg.
    expect(await jobs.ledger.finish(one, { state: 'completed', result }, lost)).toBe('completed');
    expect((await jobs.ledger.begin(lost.leg, first)).answer).toBe('ended');
    await jobs.algorithms.proceed(id, second);
    await complete(two, second);
    const taken = [await jobs.algorithms.take(id), await jobs.algorithms.take(id)];
    expect(taken.map((ticket) => [ticket?.ticket, ticket?.ended?.state])).toEqual([
      [1, 'completed'],
      [2, 'completed'],
    ]);
  });

  it('lets a worker that is asked to leave finish what it runs, and moves then', async () => {
    const first = await startedWorker();
    const { id } = await opened();
    const [one, two] = [await put(id), await put(id)];
    const attempt = await begin(one, first);
    const second = await startedWorker();
    await jobs.fleet.beat(workerRecord(first, { state: 'draining' }));
    await jobs.algorithms.reconcile();
    expect((await jobs.algorithms.get(id)).worker).toBe(first);
    await jobs.ledger.finish(one, { state: 'completed', result }, attempt);
    await jobs.algorithms.proceed(id, first);
    expect(await jobs.algorithms.get(id)).toMatchObject({ worker: second, ready: 1, pending: 1 });
    await jobs.algorithms.built(id, second);
    expect(await legOn(second)).toBe(two);
  });

  it('sends only the stages to the next worker that have no place of their own', async () => {
    const first = await startedWorker();
    const stages = [
      { steps: [], queue: '', bound: true },
      { steps: [], queue: 'gpu' },
    ];
    const { id } = await opened({ stages });
    const one = await put(id);
    await jobs.fleet.leave(first);
    const second = await startedWorker();
    await jobs.algorithms.reconcile();
    await jobs.algorithms.built(id, second);
    const queues = (await jobs.ledger.head(one))?.stages.map(({ queue }) => queue);
    expect(queues).toEqual([legPlace.worker(second), 'gpu']);
  });

  it('closes: what has not ended is cancelled, nothing more is taken', async () => {
    const worker = await startedWorker();
    const { id } = await opened();
    const [one, two] = [await put(id), await put(id)];
    await complete(one, worker);
    expect(await jobs.algorithms.close(id)).toMatchObject({ state: 'closed', ready: 0, pending: 0 });
    expect((await jobs.ledger.get(two))?.state).toBe('cancelled');
    expect((await jobs.ledger.get(one))?.state).toBe('completed');
    const refused = [put(id), jobs.algorithms.take(id), jobs.algorithms.lock(id, 5)].map(codeOf);
    expect(await Promise.all(refused)).toEqual(Array(3).fill('CONFLICT'));
    expect((await jobs.algorithms.list()).map((algorithm) => algorithm.id)).not.toContain(id);
    expect((await jobs.algorithms.close(id)).state).toBe('closed');
    expect(await codeOf(jobs.algorithms.get(ulid()))).toBe('NOT_FOUND');
  });

  it('closes by itself when nobody has used it for long, but not while something runs or it is locked', async () => {
    const worker = await startedWorker();
    const { id } = await opened({ idleSeconds: 1 });
    const busy = await opened({ idleSeconds: 1 });
    const locked = await opened({ idleSeconds: 1 });
    const one = await put(busy.id);
    await jobs.algorithms.lock(locked.id, 60);
    for (const algorithm of [id, busy.id, locked.id]) {
      await connection.hset(`{rondel}:algorithm:${algorithm}`, 'usedAt', Date.now() - 5000);
    }
    await jobs.algorithms.reconcile();
    const stateOf = async (algorithm: string) => (await jobs.algorithms.get(algorithm)).state;
    expect(await Promise.all([id, busy.id, locked.id].map(stateOf))).toEqual(['closed', 'ready', 'ready']);
    await complete(one, worker);
    await jobs.algorithms.reconcile();
    expect(await stateOf(busy.id)).toBe('closed');
  });
});

describe('the building of a warm algorithm', () => {
  const stages = [
    { steps: [{ path: 'parameter.pre', type: 'Pre' }], queue: '', bound: true },
    { steps: [{ path: 'parameter.reco', type: 'Reco' }], queue: 'gpu' },
  ];

  it('is asked of its worker at once, with the parts that run there, and only until it is done', async () => {
    const worker = await startedWorker();
    const { id, state } = await created({ stages });
    expect(state).toBe('building');
    expect(await others.algorithms.toBuild(worker)).toEqual([
      { id, plan: work.plan, planSha256: 'f'.repeat(64), stages: [['parameter.pre']], attempts: 2 },
    ]);
    await others.algorithms.built(id, worker);
    expect((await jobs.algorithms.get(id)).state).toBe('ready');
    expect(await jobs.algorithms.toBuild(worker)).toEqual([]);
  });

  it('comes before the first input, which waits for it', async () => {
    const worker = await startedWorker();
    const { id } = await created();
    const one = await put(id);
    await jobs.algorithms.reconcile();
    expect(await legsOn(worker)).toBe(0);
    await jobs.algorithms.built(id, worker);
    expect(await legOn(worker)).toBe(one);
  });

  it('that fails is the failure of the algorithm: it says why and takes nothing more', async () => {
    const worker = await startedWorker();
    const { id } = await created();
    const one = await put(id);
    const error = failure('DATA_NOT_FOUND', 'parameter.reco.angles: there is no such file.', { at: 'parameter' });
    await jobs.algorithms.built(id, worker, error);
    expect(await jobs.algorithms.get(id)).toMatchObject({ state: 'failed', error, pending: 1 });
    const refused: unknown = await put(id).catch((reason: unknown) => reason);
    expect(refused).toMatchObject({ failure: { code: 'CONFLICT', details: { code: 'DATA_NOT_FOUND' } } });
    // What was in line has its answer in its place.
    expect(await legOn(worker)).toBe(one);
    const attempt = await begin(one, worker);
    await jobs.ledger.finish(one, { state: 'failed', error }, attempt);
    expect((await jobs.algorithms.take(id))?.ended?.error).toEqual(error);
    expect(await codeOf(jobs.algorithms.take(id))).toBe('CONFLICT');
    // Another worker would fail as well.
    await jobs.fleet.leave(worker);
    await startedWorker();
    await jobs.algorithms.reconcile();
    expect(await jobs.algorithms.get(id)).toMatchObject({ state: 'failed', worker, moves: 0 });
    expect((await jobs.algorithms.close(id)).state).toBe('closed');
  });

  it('is no worker’s any more when the algorithm has moved or is closed', async () => {
    const first = await startedWorker();
    const { id } = await created();
    const second = await startedWorker();
    await jobs.fleet.leave(first);
    await jobs.algorithms.reconcile();
    expect(await jobs.algorithms.toBuild(first)).toEqual([]);
    // What the first one says now comes too late.
    await jobs.algorithms.built(id, first, failure('INTERNAL', 'broken'));
    expect((await jobs.algorithms.get(id)).state).toBe('building');
    await jobs.algorithms.close(id);
    expect(await jobs.algorithms.toBuild(second)).toEqual([]);
    expect(await connection.keys('{rondel}:builds:*')).toEqual([]);
  });

  it('is bound to a worker that has the data roots of its remote values', async () => {
    await startedWorker();
    const having = await startedWorker({ roots: ['scans'] });
    const bound = [1, 2].map(async () => (await created({ requires: { roots: ['scans'] } })).worker);
    expect(await Promise.all(bound)).toEqual([having, having]);
    const refused: unknown = await created({ requires: { roots: ['masks'] } }).catch((reason: unknown) => reason);
    expect(refused).toMatchObject({ code: 'WORKER_UNAVAILABLE' });
    expect(String(refused)).toContain('data root masks');
  });
});

describe('the lock of a warm algorithm', () => {
  it('keeps others out until it is given back, and says for how long', async () => {
    await startedWorker();
    const { id } = await opened();
    const { token } = await jobs.algorithms.lock(id, 30);
    const refused: unknown = await put(id).catch((error: unknown) => error);
    expect(refused).toMatchObject({ failure: { code: 'CONFLICT', details: { remainingSeconds: 30 } } });
    const attempts = [
      jobs.algorithms.take(id),
      jobs.algorithms.lock(id, 5),
      jobs.algorithms.close(id),
      jobs.algorithms.unlock(id, 'another'),
    ].map(codeOf);
    expect(await Promise.all(attempts)).toEqual(Array(4).fill('CONFLICT'));
    await put(id, 'a', token);
    expect((await jobs.algorithms.lock(id, 60, token)).token).toBe(token);
    expect(await jobs.algorithms.take(id, { token })).toBeUndefined();
    await jobs.algorithms.unlock(id, token);
    await put(id);
    expect((await jobs.algorithms.get(id)).lock).toBeUndefined();
  });

  it('ends by itself; whoever still believes to hold it is told', async () => {
    await startedWorker();
    const { id } = await opened();
    const { token } = await jobs.algorithms.lock(id, 30);
    await connection.hset(`{rondel}:algorithm:${id}`, 'lockUntil', Date.now() - 1);
    await put(id);
    expect(await codeOf(put(id, 'a', token))).toBe('CONFLICT');
    expect((await jobs.algorithms.lock(id, 30)).token).not.toBe(token);
  });

  it('is renewed by every use', async () => {
    await startedWorker();
    const { id } = await opened();
    const { token, expiresAt } = await jobs.algorithms.lock(id, 30);
    await connection.hset(`{rondel}:algorithm:${id}`, 'lockUntil', Date.now() + 500);
    await put(id, 'a', token);
    const renewed = (await jobs.algorithms.get(id)).lock?.expiresAt ?? '';
    expect(Date.parse(renewed)).toBeGreaterThanOrEqual(Date.parse(expiresAt));
  });
});
