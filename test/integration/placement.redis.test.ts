import { setTimeout as sleep } from 'node:timers/promises';
import type {
  AcceptedSweep,
  AlgorithmRecord,
  Demand,
  Job,
  JobPage,
  Requirements,
  WorkerRecord,
} from '@rondel/contracts';
import {
  markIn,
  markOf,
  subjobQueue,
  mostSpecialQueues,
  openJobs,
  takeFittingSubjobs,
  type Capabilities,
  type FittingSubjobTaker,
  type JobHead,
  type Jobs,
} from '@rondel/jobs';
import { Redis } from 'ioredis';
import { ulid } from 'ulid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startPlanApi, type PlanApi } from '../support/api/plan-api.js';
import { begunAttempt, imageResult, loseSubjob, queuedHead, queuedWork as work } from '../support/api/queued-jobs.js';
import { startTestRedis, type TestRedis } from '../support/machine/redis.js';
import { eventually } from '../support/machine/stack.js';
import { workerRecord } from '../support/api/worker-record.js';

function head(pool: string, requires: Requirements, overrides: Partial<JobHead> = {}): JobHead {
  return queuedHead(pool, { stages: [{ steps: [], ...subjobQueue(pool, requires) }], ...overrides });
}

function capabilities(pool: string, overrides: Partial<Capabilities> = {}): Capabilities {
  return { id: `w-${ulid()}`, pools: [pool], labels: {}, engine: 'wasm', packages: {}, roots: [], ...overrides };
}

async function specialNames({ special }: Jobs): Promise<string[]> {
  return (await special.list()).map(({ queue }) => queue);
}

describe('sub-jobs that not every worker can run', () => {
  let redis: TestRedis;
  let jobs: Jobs;
  let pool: string;
  const takers = new Set<FittingSubjobTaker>();
  const errors: Error[] = [];
  const onError = (error: Error) => void errors.push(error);

  beforeAll(async () => {
    redis = await startTestRedis();
    jobs = await openJobs({ redisUrl: redis.url, onError });
  });
  beforeEach(async () => {
    pool = `pool${ulid().toLowerCase()}`;
    await jobs.fleet.declare([pool]);
  });
  afterEach(async () => {
    await Promise.all([...takers].map((taker) => taker.close()));
    takers.clear();
    expect(errors).toEqual([]);
  });
  afterAll(async () => {
    await jobs.close();
    await redis.stop();
  });

  /** Takes whatever it can, and tells which jobs that were. */
  function startTaker(worker: Capabilities): string[] {
    const taken: string[] = [];
    const run = (subjob: { job: string }) => {
      taken.push(subjob.job);
      return Promise.resolve({ kind: 'done' } as const);
    };
    takers.add(takeFittingSubjobs(() => worker, jobs, { concurrency: 1, run, onError }));
    return taken;
  }

  async function submit(requires: Requirements, count = 1): Promise<string[]> {
    const ids: string[] = [];
    for (let index = 0; index < count; index += 1) ids.push((await jobs.submit(head(pool, requires), work)).job.id);
    return ids;
  }

  const have = (taken: string[], count: number) =>
    eventually(
      () => taken.length >= count,
      () => `took ${taken.length} of ${count}`,
    );

  it('go to the worker that can, the others to any', async () => {
    const plain = startTaker(capabilities(pool));
    const rooted = startTaker(capabilities(pool, { roots: ['scans'] }));
    const special = await submit({ roots: ['scans'] }, 10);
    const ordinary = await submit({}, 10);
    await eventually(
      () => plain.length + rooted.length === 20,
      () => `${plain.length} and ${rooted.length}`,
    );
    expect(rooted.filter((id) => special.includes(id)).sort()).toEqual([...special].sort());
    expect(plain.every((id) => ordinary.includes(id))).toBe(true);
  });

  it('wait for such a worker, and start when it comes', async () => {
    const wrong = startTaker(capabilities(pool, { engine: 'tensorflow', roots: ['other'] }));
    const ids = await submit({ engine: 'webgpu', roots: ['scans'] }, 3);
    const [plain = ''] = await submit({});
    await have(wrong, 1);
    expect(wrong).toEqual([plain]);
    const right = startTaker(capabilities(pool, { engine: 'webgpu', roots: ['other', 'scans'] }));
    await have(right, 3);
    expect(right).toEqual(ids);
  });

  it('of a worker, or of any place, have queues of their own too', async () => {
    const worker = capabilities(pool, { labels: { gpu: 'a100' }, roots: ['scans'] });
    const taken = startTaker(worker);
    const own = head(
      pool,
      {},
      { stages: [{ steps: [], ...subjobQueue(`@worker=${worker.id}`, { roots: ['scans'] }) }] },
    );
    const any = head('elsewhere', {}, { stages: [{ steps: [], ...subjobQueue('@any', { labels: { gpu: 'a100' } }) }] });
    for (const each of [own, any]) await jobs.submit(each, work);
    await have(taken, 2);
    expect([...taken].sort()).toEqual([own.id, any.id].sort());
  });

  it('are counted in the demand of their pool, with what a worker would need', async () => {
    await submit({ engine: 'webgpu' }, 2);
    await submit({});
    const demand = await jobs.pools.demand(pool);
    expect(demand).toMatchObject({ slots: 3, runnable: 3, active: 0, workers: 0 });
    expect(demand.special).toEqual([{ requires: { engine: 'webgpu' }, runnable: 2, active: 0, workers: 0 }]);
    expect(await jobs.ledger.waiting(pool)).toBe(3);
  });

  it('find workers alive whatever their clocks say', async () => {
    const clock = vi.spyOn(Date, 'now');
    const ahead: number[] = [];
    try {
      for (const [index, by] of [0, -3_600_000, 3_600_000].entries()) {
        const now = performance.timeOrigin + performance.now() + by;
        clock.mockReturnValue(now);
        ahead.push(await jobs.fleet.beat(workerRecord(`clock-${index}`, { pools: [pool] })));
      }
    } finally {
      clock.mockRestore();
    }
    expect(Math.abs(ahead[0] ?? NaN)).toBeLessThan(1000);
    expect(Math.abs((ahead[1] ?? NaN) + 3_600_000)).toBeLessThan(1000);
    expect(Math.abs((ahead[2] ?? NaN) - 3_600_000)).toBeLessThan(1000);
    const workers = (await jobs.fleet.workers()).filter(({ pools }) => pools[0] === pool);
    expect(workers.map(({ state }) => state)).toEqual(['running', 'running', 'running']);
    for (const { id, heartbeatAt } of workers) {
      expect(Math.abs(Date.parse(heartbeatAt) - Date.now())).toBeLessThan(5000);
      await jobs.fleet.leave(id);
    }
  });

  it('for a label are counted in the demand of every pool that has or had a worker for them', async () => {
    const [near, far, other] = ['near', 'far', 'other'].map((name) => `${name}${pool}`);
    const beat = (id: string, pools: string[], gpu: string, engine: WorkerRecord['engine'] = 'wasm') =>
      jobs.fleet.beat(workerRecord(id, { pools, labels: { gpu, node: id }, engine }));
    await beat('n1', [near ?? ''], pool);
    await beat('f1', [far ?? ''], pool, 'webgpu');
    await beat('o1', [other ?? ''], 'another');
    for (const id of ['n1', 'f1', 'o1']) await jobs.fleet.leave(id);
    const slots = async () =>
      Promise.all([near, far, other, pool].map(async (name) => (await jobs.pools.demand(name ?? '')).slots));
    const any = (requires: Requirements) =>
      jobs.submit(head(pool, {}, { stages: [{ steps: [], ...subjobQueue('@any', requires) }] }), work);

    await any({ labels: { gpu: pool } });
    await any({ labels: { gpu: pool }, engine: 'webgpu' });
    await any({ labels: { gpu: 'nobody had it' } });
    expect(await slots()).toEqual([1, 2, 0, 0]);
    expect((await jobs.pools.demand(near ?? '')).special).toEqual([
      { requires: { labels: { gpu: pool } }, runnable: 1, active: 0, workers: 0 },
    ]);
    // Whoever can start a worker says what it would have, also where none ever was.
    const startable = async (has: Requirements) => (await jobs.pools.demand(other ?? '', has)).slots;
    expect(await startable({ labels: { gpu: pool } })).toBe(1);
    expect(await startable({ labels: { gpu: pool }, engine: 'webgpu' })).toBe(2);
    expect(await startable({ labels: { gpu: 'nobody had it' }, engine: 'wasm' })).toBe(1);
    expect(await startable({ labels: { gpu: 'a third' } })).toBe(0);
    await jobs.pools.pause(far ?? '');
    expect(await slots()).toEqual([1, 0, 0, 0]);
    await jobs.pools.resume(far ?? '');

    // What a worker has taken counts where such a worker is, and where one was when there is none.
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    let taken = 0;
    const run = async () => {
      taken += 1;
      await held;
      return { kind: 'done' } as const;
    };
    const worker = capabilities(near ?? '', { id: 'n2', labels: { gpu: pool } });
    const taker = takeFittingSubjobs(() => worker, jobs, { concurrency: 1, run, onError });
    try {
      await beat('n2', [near ?? ''], pool);
      await eventually(
        () => taken === 1,
        () => 'nothing was taken',
      );
      expect(await slots()).toEqual([1, 1, 0, 0]);
      await jobs.fleet.leave('n2');
      expect(await slots()).toEqual([1, 2, 0, 0]);
    } finally {
      release();
      await taker.close();
    }
    expect(await slots()).toEqual([0, 1, 0, 0]);
  });

  it('are found again when Redis has lost where they lie', async () => {
    const createdAt = new Date(Date.now() - 60_000).toISOString();
    const { id } = (await jobs.submit({ ...head(pool, { roots: ['scans'] }), createdAt }, work)).job;
    const connection = new Redis(redis.url);
    await connection.del('{rondel}:queues', '{rondel}:queues:used');
    connection.disconnect();
    const taken = startTaker(capabilities(pool, { roots: ['scans'] }));
    await sleep(300);
    expect(taken).toEqual([]);
    await jobs.reconcile(() => Promise.resolve());
    await have(taken, 1);
    expect(taken).toEqual([id]);
  });

  it('are held while their pool is paused, also those that nobody had asked for before', async () => {
    await submit({ roots: ['scans'] });
    await jobs.pools.pause(pool);
    await submit({ roots: ['vault'] });
    const other = `${pool}-2`;
    const taken = startTaker(capabilities(pool, { pools: [pool, other], roots: ['scans', 'vault'] }));
    // Came last, and needs a queue that has yet to be found too.
    const last = head(other, { roots: ['scans'] });
    await jobs.submit(last, work);
    await have(taken, 1);
    expect(taken).toEqual([last.id]);
    expect(await jobs.pools.demand(pool)).toMatchObject({ slots: 0, runnable: 2, paused: true });
    await jobs.pools.resume(pool);
    await have(taken, 3);
  });

  it('are taken off their queue when the job is cancelled', async () => {
    const [id = ''] = await submit({ roots: ['scans'] });
    expect((await jobs.queuePlace(id))?.position).toBe(0);
    await jobs.cancel(id);
    expect(await jobs.queuePlace(id)).not.toHaveProperty('position');
    expect(await jobs.pools.demand(pool)).toMatchObject({ slots: 0, runnable: 0 });
  });

  it('are queued by the reconciler when they are missing', async () => {
    const lost = head(pool, { roots: ['scans'] }, { createdAt: new Date(Date.now() - 60_000).toISOString() });
    await jobs.submit(lost, work);
    await loseSubjob(redis.url, lost);
    const taken = startTaker(capabilities(pool, { roots: ['scans'] }));
    const started = await openJobs({ redisUrl: redis.url, onError });
    try {
      await started.reconcile(() => Promise.resolve());
    } finally {
      await started.close();
    }
    await have(taken, 1);
    expect(taken).toEqual([lost.id]);
  });

  it('leave no queue behind that is empty and long unused', async () => {
    const { queue } = subjobQueue(pool, { roots: ['scans'] });
    await submit({ roots: ['scans'] });
    await jobs.special.forgetUnused(Date.now() - 60_000, () => Promise.resolve(true));
    expect(await specialNames(jobs)).toContain(queue);
    await jobs.special.forgetUnused(Date.now() + 1, (name) => Promise.resolve(name !== queue));
    expect(await specialNames(jobs)).toEqual([queue]);
    await jobs.special.forgetUnused(Date.now() + 1, async (name) => {
      // Used again in the very moment in which it is found to be empty.
      await sleep(2);
      await jobs.special.register({ queue: name, requires: { roots: ['scans'] } });
      return true;
    });
    expect(await specialNames(jobs)).toEqual([queue]);
    await jobs.special.forgetUnused(Date.now() + 1, () => Promise.resolve(true));
    expect(await specialNames(jobs)).toEqual([]);
  });
});

describe('a job that waits', () => {
  let redis: TestRedis;
  let api: PlanApi;

  beforeAll(async () => {
    redis = await startTestRedis();
    api = await startPlanApi(redis.url);
    for (const id of ['a-1', 'b-2', 'c-3']) await beat(id);
  });
  afterAll(async () => {
    await api.close();
    await redis.stop();
  });

  async function beat(id: string, overrides: Partial<WorkerRecord> = {}): Promise<void> {
    await api.jobs.fleet.beat(workerRecord(id, { packages: { '@rondel/radon': '0.1.0' }, ...overrides }));
  }

  const angles = [0, 1];
  async function submitted(overrides: object = {}): Promise<Job> {
    const body = { plan: { name: 'radon/fbp' }, data: 'root://scans/a.npy', parameters: { angles }, ...overrides };
    const { status, body: job } = await api.call<Job>('POST', '/v1/jobs', { body });
    expect(status, JSON.stringify(job)).toBe(202);
    return job;
  }
  const reasonOf = async (overrides: object) => (await submitted(overrides)).waiting?.reason;
  const weights = { plan: '_type = "WeightAlgorithm"\n[parameter]\n_type = "WeightParameters"\n', parameters: {} };

  it('says what it needs and how many workers have it', async () => {
    expect(await reasonOf({ engine: 'webgpu' })).toBe(
      'needs engine webgpu, 0 of 3 workers have it; needs data root scans, 0 of 3 workers have it',
    );
    expect(await reasonOf({})).toBe('needs data root scans, 0 of 3 workers have it');
    const remote = { _remote: 'npy', uri: 'root://angles/theta.npy' };
    await beat('a-1', { roots: ['scans'] });
    expect(await reasonOf({ parameters: { angles: remote } })).toBe('needs data root angles, 0 of 3 workers have it');
    expect(await reasonOf({ worker: 'gpu=h100' })).toBe('needs label gpu=h100, 0 of 3 workers have it');
    expect(await reasonOf(weights)).toBe('needs package @lab/weights, 0 of 3 workers have it');
    await beat('b-2', { packages: { '@lab/weights': '1.0.0' } });
    expect(await reasonOf(weights)).toBe(
      'needs package @lab/weights, 1 of 3 workers have it; needs data root scans, 1 of 3 workers have it; none has all of it',
    );
  });

  it('says by its id whose workers may open it: those of its pool, or all where it may run elsewhere', async () => {
    for (const id of ['a-1', 'b-2', 'c-3']) await beat(id, { roots: ['scans'] });
    const markOfJob = async (overrides: object) => markIn((await submitted(overrides)).id);
    expect(await markOfJob({})).toBe(markOf('default'));
    expect(await markOfJob({ worker: 'gpu=h100' })).toBe(markOf('@any'));
    expect(await markOfJob({ worker: 'a-1' })).toBe(markOf('@any'));
    const common = { plan: { name: 'radon/fbp' }, parameters: { angles } };
    const sweepOf = async (overrides: object) => {
      const vary = [{ path: 'parameter.reco.filter', values: ['ramp', 'hann'] }];
      const body = { ...common, data: 'root://scans/a.npy', vary, ...overrides };
      const answer = await api.call<AcceptedSweep>('POST', '/v1/sweeps', { body });
      expect(answer.status, JSON.stringify(answer.body)).toBe(202);
      return answer.body.jobs.map(markIn);
    };
    expect(new Set(await sweepOf({}))).toEqual(new Set([markOf('default')]));
    expect(new Set(await sweepOf({ worker: 'gpu=h100' }))).toEqual(new Set([markOf('@any')]));
    const opened = await api.call<AlgorithmRecord>('POST', '/v1/algorithms', { body: common });
    expect(opened.status, JSON.stringify(opened.body)).toBe(201);
    expect(markIn(opened.body.id)).toBe(markOf('default'));
    const path = `/v1/algorithms/${opened.body.id}/put`;
    expect((await api.call('POST', path, { body: { data: 'root://scans/a.npy' } })).status).toBe(202);
    const inputs = await api.call<JobPage>('GET', `/v1/jobs?label=algorithm=${opened.body.id}`);
    expect(inputs.body.jobs.map(({ id }) => markIn(id))).toEqual([markOf('default')]);
    for (const id of ['a-1', 'b-2', 'c-3']) await beat(id);
  });

  it('counts in the demand for whoever can start a worker that has it', async () => {
    await submitted({ worker: 'gpu=never-there' });
    const runnable = async (query: string) => {
      const { status, body } = await api.call<Demand>('GET', `/v1/pools/default/demand${query}`);
      expect(status, JSON.stringify(body)).toBe(200);
      return body.runnable;
    };
    const without = await runnable('');
    // The data root is needed too.
    expect(await runnable('?label=gpu%3Dnever-there')).toBe(without);
    const label = 'label=gpu%3Dnever-there';
    expect(await runnable(`?${label}&dataRoot=scans&engine=wasm`)).toBeGreaterThan(without);
    expect(await runnable(`?${label}&label=site%3Dnorth&dataRoot=other&dataRoot=scans`)).toBeGreaterThan(without);
    expect((await api.call('GET', '/v1/pools/default/demand?label=gpu')).status).toBe(400);
  });

  it('says so of the part that cannot run when it has begun', async () => {
    await beat('a-1', { roots: ['scans'] });
    const plan = `_module = "RondelRadon"
_type = "RecoPlan{DirectRadonAlgorithm}"
[parameter]
_type = "RecoPlan{DirectRadonParameters}"
    [parameter.pre]
    _type = "RecoPlan{RadonPreprocessingParameters}"
    [parameter.reco]
    _module = "DaggerImageReconstruction"
    _type = "RecoPlan{DaggerReconstructionUtility}"
    worker = "gpu=h100"
        [parameter.reco.param]
        _module = "RondelRadon"
        _type = "RecoPlan{RadonFilteredBackprojectionParameters}"
`;
    const { id } = await submitted({ plan });
    const attempt = await begunAttempt(api.jobs, id, 'a-1');
    expect((await api.call<Job>('GET', `/v1/jobs/${id}`)).body).not.toHaveProperty('waiting');
    const history = { data: [], legs: [], timings: {} };
    await api.jobs.ledger.completeSubjob(attempt, { parts: ['0'.repeat(64)], history }, []);
    await api.jobs.advance(id);
    const { body } = await api.call<Job>('GET', `/v1/jobs/${id}`);
    expect(body.state).toBe('active');
    expect(body.waiting).toEqual({
      reason: 'needs label gpu=h100, 0 of 3 workers have it',
      position: expect.any(Number) as number,
    });
  });

  it('tells its position, and when it may start once it is known how long jobs take', async () => {
    const pool = 'timed';
    await beat('t-1', { pools: [pool], roots: ['scans'], concurrency: 2, running: ['x', 'y'] });
    const jobs = [await submitted({ pool }), await submitted({ pool }), await submitted({ pool })];
    expect(jobs.map(({ waiting }) => waiting?.position)).toEqual([0, 1, 2]);
    expect(jobs[2]?.waiting).toEqual({ reason: '2 come before it in the queue of pool "timed".', position: 2 });

    await endAfter(8, pool);
    await endAfter(12, pool);
    // Three turns of two busy slots at 10 s each.
    await expectStart(jobs[2], 15);
    await beat('t-1', { pools: [pool], roots: ['scans'], concurrency: 2, running: [] });
    await expectStart(jobs[1], 0);
    await api.jobs.pools.pause(pool);
    const paused = (await api.call<Job>('GET', `/v1/jobs/${jobs[1]?.id ?? ''}`)).body.waiting;
    expect(paused).toEqual({ reason: expect.stringContaining('"timed" is paused') as string, position: 1 });
  });

  it('O13: says under a flood in a lane before it when workers will give way to it, or that nobody can tell', async () => {
    const pool = `flooded${ulid().toLowerCase()}`;
    const worker = { pools: [pool], roots: ['scans'], running: ['x'], giveWayEvery: 8 };
    await beat('g-1', worker);
    await endAfter(10, pool);
    await Promise.all(
      Array.from({ length: 40 }, () => api.jobs.ledger.create(head(pool, {}, { lane: 'interactive' }), work)),
    );
    const behind = [await submitted({ pool }), await submitted({ pool }), await submitted({ pool, lane: 'batch' })];
    // Forty jobs in a moment are more than one slot does at 10 s each; every eighth turn goes to one of two lanes.
    await expectStart(behind[0], 160);
    await expectStart(behind[1], 320);
    await expectStart(behind[2], 160);
    await beat('g-1', { ...worker, giveWayEvery: 2 });
    await expectStart(behind[0], 40);
    // By a worker of another version.
    await api.jobs.fleet.beat(workerRecord('g-1', { pools: [pool], roots: ['scans'], running: ['x'] }));
    const { body } = await api.call<Job>('GET', `/v1/jobs/${behind[0]?.id ?? ''}`);
    expect(body.waiting).toEqual({
      reason: expect.stringMatching(/^40 come before it .* nobody can tell when it starts\.$/) as string,
      position: 40,
    });
    await api.jobs.fleet.leave('g-1');
  });

  it('O13: knows that a worker is busy with something long, and of what waits in its other pools', async () => {
    const [pool, other] = [`first${ulid().toLowerCase()}`, `second${ulid().toLowerCase()}`];
    await api.jobs.fleet.declare([pool, other]);
    await endAfter(10, pool);
    const long = head(pool, {});
    await api.jobs.ledger.create(long, work);
    await loseSubjob(redis.url, long);
    const attempt = await begunAttempt(api.jobs, long.id, 's-1');
    const progress = { fraction: 0.1, secondsLeft: 900 };
    await api.jobs.ledger.report(attempt, { progress });
    await beat('s-1', { pools: [pool, other], roots: ['scans'], running: [long.id] });
    const next = await submitted({ pool });
    await expectStart(next, 900);
    await submitted({ pool: other, lane: 'interactive' });
    await submitted({ pool: other });
    await expectStart(next, 920);
    await api.jobs.fleet.leave('s-1');
  });

  /** A job of the pool that took so long. */
  async function endAfter(seconds: number, pool: string): Promise<void> {
    const ended = head(pool, {});
    await api.jobs.ledger.create(ended, work);
    await loseSubjob(redis.url, ended);
    const attempt = await begunAttempt(api.jobs, ended.id, 't-1');
    const job = await api.jobs.ledger.get(ended.id);
    await api.jobs.ledger.finish(ended.id, { state: 'completed', result: imageResult() }, attempt);
    const startedAt = job?.startedAt ?? '';
    const finishedAt = new Date(Date.parse(startedAt) + 1000 * seconds).toISOString();
    if (job) await api.jobs.ledger.markRecorded(ended.id, { ...job, state: 'completed', startedAt, finishedAt });
  }

  /** Times are told to the second, those beyond a minute to ten, always the next one, so that lists stay as they are while nothing changes. */
  async function expectStart(job: Job | undefined, seconds: number): Promise<void> {
    const { waiting } = (await api.call<Job>('GET', `/v1/jobs/${job?.id ?? ''}`)).body;
    const left = (Date.parse(waiting?.estimatedStart ?? '') - Date.now()) / 1000;
    expect(left).toBeGreaterThan(seconds - 0.5);
    // The API tells the time by Redis, as exactly as an answer of it is quick: on a busy machine that takes seconds.
    expect(left).toBeLessThanOrEqual(seconds + (seconds < 60 ? 1 : 14));
  }

  it('is not an input of an algorithm whose worker could never read it', async () => {
    const pool = 'warm';
    await beat('w-1', { pools: [pool], roots: ['scans'] });
    const plan = { plan: { name: 'radon/fbp' }, parameters: { angles }, pool };
    const { body: algorithm } = await api.call<{ id: string; worker: string }>('POST', '/v1/algorithms', {
      body: plan,
    });
    expect(algorithm.worker).toBe('w-1');
    const put = (data: string) => api.call('POST', `/v1/algorithms/${algorithm.id}/put`, { body: { data } });
    expect((await put('root://scans/a.npy')).status).toBe(202);
    expect(await put('root://vault/a.npy')).toMatchObject({ status: 422, body: { code: 'DATA_NOT_FOUND' } });

    const lacking = await api.call<{ detail: string }>('POST', '/v1/algorithms', { body: { ...weights, pool } });
    expect(lacking).toMatchObject({ status: 503, body: { code: 'WORKER_UNAVAILABLE' } });
    expect(lacking.body.detail).toContain('serves "warm" and has package @lab/weights');
    await beat('w-2', { pools: [pool], packages: { '@lab/weights': '1.0.0' } });
    const fitting = await api.call<{ worker: string }>('POST', '/v1/algorithms', { body: { ...weights, pool } });
    expect(fitting.body.worker).toBe('w-2');
  });

  it('is one of a limited number of kinds', async () => {
    await submitted({ data: 'root://known/a.npy' });
    const { body: before } = await api.call<Demand>('GET', '/v1/pools/default/demand');
    for (let index = (await specialNames(api.jobs)).length; index < mostSpecialQueues; index += 1) {
      const { queue, requires = {} } = subjobQueue('default', { roots: [`r${index}`] });
      await api.jobs.special.register({ queue, requires });
    }
    const body = { plan: { name: 'radon/fbp' }, data: 'root://new/a.npy', parameters: { angles } };
    const refused = await api.call('POST', '/v1/jobs', { body });
    expect(refused).toMatchObject({ status: 413, body: { code: 'QUOTA_EXCEEDED' } });
    await submitted({ data: 'root://known/b.npy' });
    const { body: after } = await api.call<Demand>('GET', '/v1/pools/default/demand');
    expect(after.runnable).toBe(before.runnable + 1);
  });
});
