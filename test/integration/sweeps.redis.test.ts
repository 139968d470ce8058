import {
  failure,
  float32Array,
  type AcceptedSweep,
  type Job,
  type Sweep,
  type SweepPage,
  type SweepRecord,
} from '@rondel/contracts';
import { encodeArray } from '@rondel/formats';
import type { NewJob } from '@rondel/jobs';
import type { ArtifactStore } from '@rondel/store';
import { Redis } from 'ioredis';
import { ulid } from 'ulid';
import { afterAll, describe, expect, it } from 'vitest';
import { begunAttempt, imageResult } from '../support/api/queued-jobs.js';
import { startTestRedis } from '../support/machine/redis.js';
import { openTestApi } from '../support/api/test-api.js';

const redis = await startTestRedis();
const { app, jobs, store, storeBytes, close } = await openTestApi(redis.url);
const artifact = await storeBytes('raw data');
const connection = new Redis(redis.url);

afterAll(async () => {
  await close();
  connection.disconnect();
  await redis.stop();
});

const vary = [{ path: 'iterations', values: [2, 3, 4] }];

function submit(overrides: Record<string, unknown> = {}, headers: Record<string, string> = {}) {
  const payload = { plan: { name: 'radon/iterative' }, data: artifact, vary, ...overrides };
  return app.inject({ method: 'POST', url: '/v1/sweeps', payload, headers });
}

async function accepted(overrides: Record<string, unknown> = {}): Promise<AcceptedSweep> {
  const answer = await submit(overrides);
  expect(answer.statusCode, answer.body.slice(0, 1000)).toBe(202);
  return answer.json<AcceptedSweep>();
}

async function sweepAt(id: string): Promise<Sweep> {
  return (await app.inject(`/v1/sweeps/${id}`)).json<Sweep>();
}

async function complete(job: string, value: number): Promise<void> {
  const attempt = await begunAttempt(jobs, job);
  const values = Float32Array.from({ length: 64 }, (_, index) => value * index);
  const image = float32Array(values, [1, 1, 8, 8], ['frame', 'slice', 'y', 'x'], [1, 1, 1, 1]);
  const { sha256 } = await store.put((await encodeArray(image, 'npy')).parts);
  const result = imageResult({
    artifact: `artifact:sha256-${sha256}`,
    shape: [1, 1, 8, 8],
    axes: ['frame', 'slice', 'y', 'x'],
    spacing: [1, 1, 1, 1],
    max: 63 * value,
    mean: 31.5 * value,
  });
  await jobs.ledger.finish(job, { state: 'completed', result }, attempt);
}

/** Keys of BullMQ's own jobs, one per sub-job on a queue. */
async function subjobKeys(job: string): Promise<number> {
  return (await connection.keys(`{rondel}:legs:*:${job}.0.0.0`)).length;
}

describe('POST /v1/sweeps', () => {
  it('makes one ordinary job of each combination, the first property changing fastest', async () => {
    const sweep = await accepted({
      vary: [...vary, { path: 'parameter.reco.solver', values: ['CGNR', 'POGM'] }],
      labels: { study: 'a' },
      priority: 7,
    });
    expect(sweep).toMatchObject({ total: 6, ended: 0, states: { queued: 6 }, plan: { name: 'radon/iterative' } });
    const { items } = await sweepAt(sweep.id);
    expect(items.map(({ assignments }) => Object.values(assignments))).toEqual([
      [2, 'CGNR'],
      [3, 'CGNR'],
      [4, 'CGNR'],
      [2, 'POGM'],
      [3, 'POGM'],
      [4, 'POGM'],
    ]);
    expect(items.map(({ job }) => job)).toEqual(sweep.jobs);
    const job = (await app.inject(`/v1/jobs/${sweep.jobs[4] ?? ''}`)).json<Job>();
    expect(job).toMatchObject({ lane: 'batch', priority: 7, labels: { study: 'a', sweep: sweep.id }, state: 'queued' });
    const plain = await app.inject({
      method: 'POST',
      url: '/v1/jobs',
      payload: {
        plan: { name: 'radon/iterative' },
        data: artifact,
        parameters: { iterations: 3, 'parameter.reco.solver': 'POGM' },
      },
    });
    expect(job.plan.sha256).toBe(plain.json<Job>().plan.sha256);
    expect(await Promise.all(sweep.jobs.map(subjobKeys))).toEqual(Array(6).fill(1));
    const labelled = await app.inject(`/v1/jobs?label=sweep%3D${sweep.id}`);
    expect(labelled.json<{ jobs: Job[] }>().jobs).toHaveLength(6);
  });

  it('goes through the properties side by side when told so', async () => {
    const sweep = await accepted({
      vary: [...vary, { path: 'parameter.reco.solver', values: ['CGNR', 'POGM', 'CGNR'] }],
      combine: 'zip',
    });
    const { items } = await sweepAt(sweep.id);
    expect(items.map(({ assignments }) => assignments.iterations)).toEqual([2, 3, 4]);
  });

  it('gives the same sweep for the same idempotency key, also to two requests at once', async () => {
    const answers = await Promise.all([1, 2].map(() => submit({}, { 'idempotency-key': 'sweep-once' })));
    answers.push(await submit({}, { 'idempotency-key': 'sweep-once' }));
    const sweeps = answers.map((answer) => answer.json<AcceptedSweep>());
    expect(new Set(sweeps.map(({ id }) => id)).size).toBe(1);
    const labelled = await app.inject(`/v1/jobs?label=sweep%3D${sweeps[0]?.id ?? ''}`);
    expect(labelled.json<{ jobs: Job[] }>().jobs).toHaveLength(3);
    expect(await connection.keys('{rondel}:sweep:*:jobs')).toEqual([]);
  });

  it.each<[string, Record<string, unknown>, number, string, RegExp]>([
    [
      'a value of the wrong kind',
      { vary: [{ path: 'iterations', values: [1, 0] }] },
      422,
      'PLAN_INVALID_VALUE',
      /got 0/,
    ],
    [
      'a property that there is not',
      { vary: [{ path: 'iteratons', values: [1] }] },
      422,
      'PLAN_UNKNOWN_PROPERTY',
      /iterations/,
    ],
    [
      'a property varied twice',
      { vary: [...vary, { path: 'parameter.reco.iterations', values: [1] }] },
      400,
      'INVALID_REQUEST',
      /twice/,
    ],
    [
      'unequal lengths side by side',
      { vary: [...vary, { path: 'eltype', values: ['Float32'] }], combine: 'zip' },
      400,
      'INVALID_REQUEST',
      /has 3.*has 1/,
    ],
    [
      'more than ten thousand combinations',
      {
        vary: [
          { path: 'iterations', values: Array.from({ length: 101 }, (_, index) => index + 1) },
          { path: 'parameter.reco.angles', values: Array.from({ length: 100 }, (_, index) => [index]) },
        ],
      },
      413,
      'QUOTA_EXCEEDED',
      /10100/,
    ],
    ['nothing varied', { vary: [] }, 400, 'INVALID_REQUEST', /vary/],
    ['an unknown pool', { pool: 'nowhere' }, 422, 'POOL_UNKNOWN', /nowhere/],
    ['data that is not there', { data: `artifact:sha256-${'0'.repeat(64)}` }, 422, 'DATA_NOT_FOUND', /Upload/],
    ['a label that is taken', { labels: { sweep: 'x' } }, 400, 'INVALID_REQUEST', /label "sweep"/],
    ['an unknown field', { vray: [] }, 400, 'INVALID_REQUEST', /vray/],
  ])('refuses %s, and no job is made', async (_name, overrides, status, code, message) => {
    const before = await connection.dbsize();
    const answer = await submit(overrides);
    const problem = answer.json<{ code: string; detail: string }>();
    expect(problem.code, answer.body.slice(0, 500)).toBe(code);
    expect(answer.statusCode).toBe(status);
    expect(problem.detail).toMatch(message);
    expect(await connection.dbsize()).toBe(before);
  });

  it('names the combination that is wrong as a whole, and makes no job of those before it', async () => {
    const before = await connection.dbsize();
    const complete = { _type: 'L2Regularization', lambda: 0.1 };
    const answer = await submit({
      vary: [...vary, { path: 'parameter.reco.reg', values: [[complete], [{ _type: 'L2Regularization' }]] }],
    });
    expect(answer.statusCode).toBe(422);
    const problem = answer.json<{ code: string; path: string; detail: string; details: Record<string, unknown> }>();
    expect(problem).toMatchObject({
      code: 'PLAN_MISSING_PROPERTY',
      path: 'parameter.reco.reg[1].lambda',
      details: { combination: 3, assignments: { iterations: 2 } },
    });
    expect(problem.detail).toContain('This is combination 3: iterations = 2,');
    expect(await connection.dbsize()).toBe(before);
  });

  it('refuses a plan that is too large with one of the values', async () => {
    const before = await connection.dbsize();
    const angles = [[0, 1], Array.from({ length: 95_000 }, () => 0.123456789012)];
    const answer = await submit({ vary: [{ path: 'parameter.reco.angles', values: angles }] });
    expect(answer.json<{ code: string }>().code).toBe('QUOTA_EXCEEDED');
    expect(await connection.dbsize()).toBe(before);
  });
});

describe('a sweep', () => {
  it('tells how each combination stands and keeps its record for ever', async () => {
    const { id, jobs: ids } = await accepted();
    const [first = '', second = '', third = ''] = ids;
    await complete(first, 1);
    await jobs.ledger.finish(second, { state: 'failed', error: failure('STEP_FAILED', 'It broke.') });
    const sweep = await sweepAt(id);
    expect(sweep).toMatchObject({ total: 3, ended: 2, states: { completed: 1, failed: 1, queued: 1 } });
    expect(sweep.progress.fraction).toBeCloseTo(2 / 3);
    expect(sweep.items[0]).toMatchObject({
      index: 0,
      state: 'completed',
      fraction: 1,
      result: { max: 63 },
      links: { job: `/v1/jobs/${first}`, png: `/v1/jobs/${first}/result?format=png` },
    });
    expect(sweep.items[1]).toMatchObject({ state: 'failed', error: { code: 'STEP_FAILED', message: 'It broke.' } });
    expect(sweep.items[2]).toMatchObject({ state: 'queued', fraction: 0, job: third });
    const counts = (await app.inject(`/v1/sweeps/${id}?items=false`)).json<Partial<Sweep>>();
    expect([counts.items, counts.ended]).toEqual([undefined, 2]);

    await jobs.cancel(third);
    await jobs.reconcile((name, record) => store.putRecord(name, record));
    await connection.del(`{rondel}:sweep:${id}`, ...ids.map((job) => `{rondel}:job:${job}`));
    expect((await sweepAt(id)).states).toMatchObject({ completed: 1, failed: 1, cancelled: 1 });
    expect((await sweepAt(id)).items[0]?.result?.max).toBe(63);
    expect((await app.inject(`/v1/jobs/${id}`)).statusCode).toBe(404);
    expect((await app.inject(`/v1/sweeps/${first}`)).statusCode).toBe(404);
    expect((await app.inject(`/v1/sweeps/${ulid()}`)).statusCode).toBe(404);
  });

  it('gives a range of its combinations with the counts of all', async () => {
    const { id, total } = await accepted();
    const whole = await sweepAt(id);
    const part = (await app.inject(`/v1/sweeps/${id}?from=1&limit=1`)).json<Sweep>();
    expect(part).toEqual({ ...whole, items: whole.items.slice(1, 2) });
    expect(part.items[0]?.index).toBe(1);
    expect((await app.inject(`/v1/sweeps/${id}?from=${total}`)).json<Sweep>().items).toEqual([]);
    expect((await app.inject(`/v1/sweeps/${id}?limit=0`)).statusCode).toBe(400);
  });

  it('is listed with the newest first, in pages', async () => {
    const ids = [(await accepted()).id, (await accepted()).id, (await accepted()).id].reverse();
    const first = (await app.inject('/v1/sweeps?limit=2')).json<SweepPage>();
    expect(first.sweeps.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const second = (await app.inject(`/v1/sweeps?limit=2&cursor=${first.cursor ?? ''}`)).json<SweepPage>();
    expect(second.sweeps[0]).toMatchObject({ id: ids[2], total: 3, states: { queued: 3 } });
  });

  it('is cancelled as a whole; what has ended stays', async () => {
    const { id, jobs: ids } = await accepted();
    await complete(ids[0] ?? '', 1);
    const answer = await app.inject({ method: 'DELETE', url: `/v1/sweeps/${id}` });
    expect(answer.statusCode).toBe(202);
    expect(answer.json<Sweep>()).toMatchObject({ ended: 3, states: { completed: 1, cancelled: 2 } });
    expect(await subjobKeys(ids[2] ?? '')).toBe(0);
  });

  it('has a contact sheet of what there is, in one grey scale', async () => {
    const { id, jobs: ids } = await accepted();
    await complete(ids[0] ?? '', 1);
    await complete(ids[2] ?? '', 2);
    const sheet = await app.inject(`/v1/sweeps/${id}/sheet.png`);
    expect([sheet.statusCode, sheet.headers['content-type']]).toEqual([200, 'image/png']);
    expect(sheet.rawPayload.subarray(1, 4).toString()).toBe('PNG');
    const windowed = await app.inject(`/v1/sweeps/${id}/sheet.png?window=0,1000`);
    expect(windowed.rawPayload.equals(sheet.rawPayload)).toBe(false);
    for (const query of ['window=2,1', 'percentiles=-1,50', 'from=3', 'slice=1']) {
      expect((await app.inject(`/v1/sweeps/${id}/sheet.png?${query}`)).statusCode, query).toBe(400);
    }
  });
});

describe('an API that dies between accepting a sweep and adding its jobs', () => {
  function jobOf(sweep: string, id: string, createdAt: string): NewJob {
    return {
      head: {
        id,
        pool: 'default',
        priority: 100,
        attemptsPerRun: 3,
        labels: { sweep },
        plan: { sha256: 'f'.repeat(64) },
        data: artifact,
        createdAt,
        stages: [{ steps: [], queue: 'default' }],
      },
      work: { plan: { _type: 'X' }, planToml: '_type = "X"\n', parameters: {}, data: { data: artifact } },
    };
  }

  async function acceptedOnly(count: number, age: number): Promise<SweepRecord> {
    const createdAt = new Date(Date.now() - age).toISOString();
    const record: SweepRecord = {
      id: ulid(),
      createdAt,
      plan: {},
      planToml: '_type = "X"\n',
      data: artifact,
      pool: 'default',
      vary: [{ path: 'a', values: Array.from({ length: count }, (_, index) => index) }],
      combine: 'product',
      items: Array.from({ length: count }, (_, index) => ({ assignments: { a: index }, job: ulid() })),
    };
    async function* batches() {
      for (const { job } of record.items) yield [await Promise.resolve(jobOf(record.id, job, createdAt))];
    }
    await jobs.sweeps.create(record, batches());
    return record;
  }

  const write = (id: string, record: Parameters<ArtifactStore['putRecord']>[1]) => store.putRecord(id, record);

  it('loses no combination: a reconciler adds the jobs and writes the record', async () => {
    const { id, items } = await acceptedOnly(5, 60_000);
    expect((await sweepAt(id)).states).toMatchObject({ queued: 5 });
    expect(await jobs.ledger.get(items[0]?.job ?? '')).toBeUndefined();
    await jobs.reconcile(write);
    for (const { job } of items) {
      expect((await jobs.ledger.get(job))?.state).toBe('queued');
      expect(await subjobKeys(job)).toBe(1);
    }
    expect(await store.getRecord(id)).toMatchObject({ sweep: { id } });
    expect(await jobs.sweeps.unsettled(Date.now())).not.toContain(id);
  });

  it('may have added some of the jobs, and others may add them at the same time', async () => {
    const { id, items } = await acceptedOnly(4, 0);
    const [first = { job: '' }] = items;
    await jobs.ledger.create(...argumentsOf(jobOf(id, first.job, new Date().toISOString())));
    await complete(first.job, 1);
    await Promise.all([jobs.sweeps.settle(id, write), jobs.sweeps.settle(id, write)]);
    await jobs.sweeps.settle(id, write);
    expect((await jobs.ledger.get(first.job))?.state).toBe('completed');
    expect((await sweepAt(id)).states).toMatchObject({ completed: 1, queued: 3 });
    expect(await Promise.all(items.slice(1).map(({ job }) => subjobKeys(job)))).toEqual([1, 1, 1]);
  });

  it('can be cancelled before its jobs are there', async () => {
    const { id } = await acceptedOnly(3, 0);
    await app.inject({ method: 'DELETE', url: `/v1/sweeps/${id}` });
    await jobs.sweeps.settle(id, write);
    expect((await sweepAt(id)).states).toMatchObject({ cancelled: 3 });
  });

  function argumentsOf({ head, work }: NewJob) {
    return [head, work] as const;
  }
});
