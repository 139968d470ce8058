import type { Job, JobCounts, JobPage, Session, SessionPage, SweepSummary, WorkerRecord } from '@rondel/contracts';
import { meets, openJobs, takeFittingSubjobs, type Capabilities, type Subjob } from '@rondel/jobs';
import { queueLayout, type QueueLayout } from '@rondel/jobs/bullmq-layout';
import { Redis } from 'ioredis';
import { gzipSync } from 'node:zlib';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { begunAttempt, imageResult } from '../support/api/queued-jobs.js';
import { startTestRedis, type TestRedis } from '../support/machine/redis.js';
import { eventually } from '../support/machine/stack.js';
import { openTestApi, type TestApi } from '../support/api/test-api.js';
import { workerRecord } from '../support/api/worker-record.js';

// What a later version of Rondel has left, by a version of each kind of record that nobody has made yet. Whoever meets one
// leaves it as it is, says so, and goes on with the others.

let redis: TestRedis;
let api: TestApi;
let server: Redis;
let data: string;
const key = (name: string) => `{rondel}:${name}`;
/** A test that is tried again finds nothing of what it did before. */
const unique = (name: string) => `${name}${ulid().toLowerCase()}`;
const sentence = /later version of Rondel/;

beforeAll(async () => {
  redis = await startTestRedis();
  api = await openTestApi(redis.url);
  server = new Redis(redis.url);
  data = await api.storeBytes('data');
});
afterAll(async () => {
  server.disconnect();
  await api.close();
  await redis.stop();
});

const get = (url: string) => api.app.inject({ url });
const post = (url: string, payload: object = {}) => api.app.inject({ method: 'POST', url, payload });
const settle = () => api.jobs.reconcile((id, record) => api.store.putRecord(id, record));

async function submit(pool = 'default'): Promise<string> {
  await api.jobs.fleet.declare([pool]);
  const answer = await post('/v1/jobs', { plan: { name: 'radon/fbp' }, data, parameters: { angles: [0, 1] }, pool });
  expect(answer.statusCode, answer.body).toBe(202);
  return answer.json<Job>().id;
}

/** The head of a job as a later version might have written it. */
async function makeLater(id: string, change: (head: Record<string, unknown>) => object): Promise<void> {
  const head = JSON.parse((await server.hget(key(`job:${id}`), 'head')) ?? '') as Record<string, unknown>;
  expect(head.v).toBe(1);
  await server.hset(key(`job:${id}`), 'head', JSON.stringify({ ...change(head) }));
}

const newer = (head: Record<string, unknown>) => ({ ...head, v: 2, region: 'north' });
const unknownShape = (head: Record<string, unknown>) => ({ v: 2, id: head.id, parts: [] });

function tellsVersion(answer: Awaited<ReturnType<typeof get>>, status = 409): void {
  expect([answer.statusCode, answer.json<{ detail: string }>().detail]).toEqual([
    status,
    expect.stringMatching(sentence),
  ]);
}

describe('a job of a later version', () => {
  it('is shown with a warning, counted and listed, and changed by nobody', async () => {
    const pool = unique('shown');
    const [plain, later] = [await submit(pool), await submit(pool)];
    await makeLater(later, newer);
    const before = await server.hgetall(key(`job:${later}`));
    const shown = (await get(`/v1/jobs/${later}`)).json<Job>();
    expect(shown).toMatchObject({ id: later, state: 'queued', warnings: [{ code: 'VERSION_LATER' }] });
    expect(shown.warnings?.[0]?.message).toMatch(sentence);
    const page = (await get(`/v1/jobs?pool=${pool}`)).json<JobPage>();
    expect(page.jobs.map(({ id }) => id).toSorted()).toEqual([plain, later].toSorted());
    expect((await get(`/v1/jobs/counts?pool=${pool}`)).json<JobCounts>().total).toBe(2);
    tellsVersion(await api.app.inject({ method: 'DELETE', url: `/v1/jobs/${later}` }));
    tellsVersion(await api.app.inject({ method: 'DELETE', url: `/v1/jobs/${later}?erase=true` }));
    expect((await post('/v1/jobs/cancel', { ids: [plain, later] })).json()).toMatchObject({
      done: 1,
      refused: [{ id: later, code: 'CONFLICT', reason: expect.stringMatching(sentence) as string }],
    });
    for (const again of [true, false]) {
      await expect(api.jobs.stopSubjob(later, { subjob: '0.0', again })).rejects.toThrow(sentence);
    }
    await server.hset(key(`job:${later}`), 'state', 'failed');
    tellsVersion(await post(`/v1/jobs/${later}/retry`));
    await server.hset(key(`job:${later}`), 'state', 'queued');
    await settle();
    expect(await server.hgetall(key(`job:${later}`))).toEqual(before);
  });

  it('is told of where it cannot be shown, and the others are listed', async () => {
    const pool = unique('hidden');
    const [plain, later] = [await submit(pool), await submit(pool)];
    await makeLater(later, unknownShape);
    tellsVersion(await get(`/v1/jobs/${later}`));
    const page = (await get(`/v1/jobs?pool=${pool}`)).json<JobPage>();
    expect(page.jobs.map(({ id }) => id)).toEqual([plain]);
    expect((await get(`/v1/jobs/counts?pool=${pool}`)).json<JobCounts>().total).toBe(2);
    for (const url of ['/metrics', '/readyz', '/v1/pools', `/v1/pools/${pool}/demand`]) {
      expect([url, (await get(url)).statusCode]).toEqual([url, 200]);
    }
  });

  it('stays owed its record, and in the index, until somebody knows it', async () => {
    const id = await submit('ended');
    await api.jobs.ledger.finish(id, { state: 'completed', result: imageResult() }, await begunAttempt(api.jobs, id));
    await makeLater(id, unknownShape);
    await server.del(key('index:whole'));
    await settle();
    expect(await server.sismember(key('unrecorded'), id)).toBe(1);
    expect(await server.zscore(key('index:state:completed'), id)).not.toBeNull();
    expect(await api.store.getRecord(id)).toBeUndefined();
    expect(await api.jobs.ledger.forget(id)).toBe(false);
  });

  it('is told of where its record lies in the store, which nothing of it leaves', async () => {
    const id = ulid();
    await api.store.putRecord(id, { job: { id, region: 'north' }, artifact: data, v: 2 });
    tellsVersion(await get(`/v1/jobs/${id}`));
    tellsVersion(await api.app.inject({ method: 'DELETE', url: `/v1/jobs/${id}?erase=true` }));
    expect(await api.store.getRecord(id)).toMatchObject({ v: 2 });
    const known = await submit('recorded');
    await api.jobs.ledger.finish(known, { state: 'failed' }, await begunAttempt(api.jobs, known));
    await settle();
    expect(await api.store.getRecord(known)).toMatchObject({ v: 1, job: { id: known } });
  });

  it('has events of which those are told that are known', async () => {
    const id = await submit('told');
    const events = key(`job:${id}:events`);
    await server.xadd(events, '*', 'type', 'state', 'data', '{"region":"north"}', 'v', '2');
    await server.xadd(events, '*', 'type', 'log', 'data', '{"level":"info","message":"on"}');
    const told = await api.jobs.ledger.events(id, '0');
    expect(told.map(({ event }) => event.type)).toEqual(['state', 'log']);
  });
});

describe('a worker', () => {
  /** What it says and runs, until told to stop. */
  async function runWorker(pool: string, overrides: Partial<Capabilities> = {}) {
    const errors: string[] = [];
    const jobs = await openJobs({ redisUrl: redis.url, onError: ({ message }) => errors.push(message), news: 'work' });
    const ran: string[] = [];
    const taker = takeFittingSubjobs(() => workerRecord('w-1', { pools: [pool], ...overrides }), jobs, {
      concurrency: 2,
      beginAs: { worker: 'w-1', reserve: () => ({ release: () => undefined }) },
      onError: ({ message }) => errors.push(message),
      async run(subjob: Subjob, already) {
        const { answer } = already ?? { answer: await jobs.ledger.begin(subjob, 'w-1') };
        if (answer.answer === 'later') return { kind: 'later', version: answer.version };
        ran.push(subjob.job);
        if (answer.answer === 'begun') await jobs.ledger.finish(subjob.job, { state: 'failed' }, answer.attempt);
        return { kind: 'done' };
      },
    });
    return {
      ran,
      errors,
      async close() {
        await taker.close();
        await jobs.close();
      },
    };
  }

  it('leaves the sub-jobs of later versions to workers that know them, and takes the others', async () => {
    const pool = unique('mixed');
    const [entry, head, plain] = [await submit(pool), await submit(pool), await submit(pool)];
    const data = JSON.stringify({ v: 2, job: entry, generation: 0, stage: 0, block: 0, region: 'north' });
    await server.hset(`${queueLayout(pool).prefix}${entry}.0.0.0`, 'data', data);
    await makeLater(head, newer);
    const worker = await runWorker(pool);
    await eventually(() => worker.ran.includes(plain), String);
    const special = await eventuallySpecial(pool);
    expect(special.requires).toEqual({ records: 2 });
    const aside = queueLayout(special.queue);
    await eventually(async () => (await server.zcard(aside.waiting)) === 2, String);
    expect((await server.zrange(aside.waiting, '0', '-1')).toSorted()).toEqual(
      [`${entry}.0.0.0`, `${head}.0.0.0`].toSorted(),
    );
    expect(JSON.parse((await server.hget(`${aside.prefix}${entry}.0.0.0`, 'data')) ?? '')).toEqual(JSON.parse(data));
    expect(await server.exists(queueLayout(pool).waiting, queueLayout(pool).given)).toBe(0);
    await worker.close();
    expect(worker.ran).toEqual([plain]);
    for (const id of [entry, head]) {
      expect(await server.hmget(key(`job:${id}`), 'state', 'attempt')).toEqual(['queued', '0']);
    }
    expect(worker.errors.filter((message) => sentence.test(message))).toHaveLength(1);
    expect((await get(`/v1/pools/${pool}/demand`)).json()).toMatchObject({ runnable: 2, active: 0 });
    const old = workerRecord('w-1', { pools: [pool] });
    expect([meets(old, special.requires), meets({ ...old, records: 2 }, special.requires)]).toEqual([false, true]);
    // One that was updated gets what is its own, by the same list.
    const updated = await runWorker(pool, { records: 2 });
    await eventually(() => updated.errors.some((message) => message.includes('says that it does')), String);
    await updated.close();
    expect(await held(aside)).toBe(2);
  });

  /** Entries on a queue, wherever they stand. */
  async function held({ waiting, first, given }: QueueLayout): Promise<number> {
    return (await server.zcard(waiting)) + (await server.llen(first)) + (await server.llen(given));
  }

  async function eventuallySpecial(pool: string) {
    let found: Awaited<ReturnType<typeof api.jobs.special.list>>[number] | undefined;
    await eventually(async () => {
      found = (await api.jobs.special.list()).find(({ place }) => place === pool);
      return found !== undefined;
    }, String);
    if (found === undefined) throw new Error('there is no special queue');
    return found;
  }

  it('says what it cannot answer when it is asked something of a later version', async () => {
    const id = await api.jobs.questions.ask('w-2', { path: 'a', look: true }, { project: 'default', seconds: 60 });
    await server.set(key(`question:${id}`), JSON.stringify({ v: 2, path: 'a', glance: true }));
    expect(await api.jobs.questions.take('w-2')).toBeUndefined();
    expect(await api.jobs.questions.answerTo(id)).toMatchObject({
      failure: { code: 'CONFLICT', message: expect.stringMatching(sentence) as string },
    });
  });

  it('of a later version, its pool and its API do not keep those that are known from being listed', async () => {
    await api.jobs.fleet.beat(workerRecord('known'));
    await server.set(key('worker:later'), JSON.stringify({ ...workerRecord('later'), v: 2, pools: 'default' }));
    await server.zadd(key('workers'), Date.now(), 'later');
    await server.hset(key('apis'), 'later', JSON.stringify({ v: 2, id: 'later' }));
    await server.hset(key('needs'), 'default', JSON.stringify({ v: 2 }));
    await server.zadd(key('capabilities:default'), Date.now(), JSON.stringify({ v: 2 }));
    await server.hset(key('queues'), 'default#later', JSON.stringify({ v: 2, near: 'scanner' }));
    const { workers } = (await get('/v1/workers')).json<{ workers: WorkerRecord[] }>();
    expect(workers.map(({ id }) => id)).toContain('known');
    expect(workers.map(({ id }) => id)).not.toContain('later');
    expect(await server.hget(key('apis'), 'later')).not.toBeNull();
    expect(await api.jobs.apis.list()).toEqual([]);
    expect((await get('/v1/pools')).statusCode).toBe(200);
    expect((await api.jobs.special.list()).map(({ queue }) => queue)).not.toContain('default#later');
    await server.hdel(key('queues'), 'default#later');
  });
});

describe('what else a later version has written', () => {
  const sweep = async () => {
    const vary = [{ path: 'parameter.reco.padding', values: ['none', 'edge'] }];
    const answer = await post('/v1/sweeps', {
      plan: { name: 'radon/fbp' },
      data,
      parameters: { angles: [0, 1] },
      vary,
    });
    expect(answer.statusCode, answer.body).toBe(202);
    return answer.json<SweepSummary>().id;
  };

  it('of a sweep is left alone, with its jobs that are still to come, and the others are listed', async () => {
    const [plain, later] = [await sweep(), await sweep()];
    await settle();
    const text = (await server.hget(key(`sweep:${later}`), 'head')) ?? '';
    await server.hset(key(`sweep:${later}`), 'head', JSON.stringify({ ...(JSON.parse(text) as object), v: 2 }));
    const batch = gzipSync(JSON.stringify({ v: 2, plans: [data] }));
    for (const id of [plain, later]) {
      await server.rpush(key(`sweep:${id}:jobs`), batch);
      await server.zadd(key('sweeps:unsettled'), 1, id);
    }
    await settle();
    for (const id of [plain, later]) {
      expect(await server.llen(key(`sweep:${id}:jobs`))).toBe(1);
      expect(await server.zscore(key('sweeps:unsettled'), id)).not.toBeNull();
    }
    tellsVersion(await get(`/v1/sweeps/${later}`));
    const { sweeps } = (await get('/v1/sweeps')).json<{ sweeps: SweepSummary[] }>();
    expect(sweeps.map(({ id }) => id)).toContain(plain);
    expect(sweeps.map(({ id }) => id)).not.toContain(later);
    await api.jobs.sweeps.forgetExpired(Date.now() + 1000);
    expect(await server.exists(key(`sweep:${later}`))).toBe(1);
    const referred: string[] = [];
    for await (const sha256 of api.jobs.store.references()) referred.push(sha256);
    expect(referred).toContain(data.replace('artifact:sha256-', ''));
    await server.del(key('sweeps:unsettled'));
  });

  it('of a plan session is left alone, and the others are listed', async () => {
    const create = async () => (await post('/v1/plans', { plan: { name: 'radon/fbp' } })).json<Session>().id;
    const [plain, snapshot, change, about] = [await create(), await create(), await create(), await create()];
    const written = (await server.get(key(`session:${snapshot}:snapshot`))) ?? '';
    const later = JSON.stringify({ ...(JSON.parse(written) as object), v: 2 });
    await server.set(key(`session:${snapshot}:snapshot`), later);
    await server.xadd(key(`session:${change}:log`), '1-0', 'r', '{"v":2,"moves":[]}');
    await server.hset(key(`session:${change}`), 'version', 1);
    await server.hset(key(`session:${about}`), 'about', '{"v":2}');
    const other = await openTestApi(redis.url);
    for (const id of [snapshot, change]) tellsVersion(await other.app.inject({ url: `/v1/plans/${id}` }));
    const listed = (await other.app.inject({ url: '/v1/plans?limit=100' })).json<SessionPage>().sessions;
    expect(listed.map(({ id }) => id)).toContain(plain);
    expect(listed.map(({ id }) => id)).not.toContain(about);
    expect(await server.get(key(`session:${snapshot}:snapshot`))).toBe(later);
    await other.close();
  });

  it('of a warm algorithm is left alone, and the others are listed', async () => {
    await api.jobs.fleet.beat(workerRecord('known'));
    const create = async () => {
      const answer = await post('/v1/algorithms', { plan: { name: 'radon/fbp' }, parameters: { angles: [0, 1] } });
      expect(answer.statusCode, answer.body).toBe(201);
      return answer.json<{ id: string }>().id;
    };
    const [plain, later] = [await create(), await create()];
    const algorithm = key(`algorithm:${later}`);
    const head = JSON.parse((await server.hget(algorithm, 'head')) ?? '') as object;
    await server.hset(algorithm, 'head', JSON.stringify({ ...head, v: 2 }), 'usedAt', '1');
    const before = await server.hgetall(algorithm);
    tellsVersion(await get(`/v1/algorithms/${later}`));
    tellsVersion(await post(`/v1/algorithms/${later}/put`, { data }));
    tellsVersion(await api.app.inject({ method: 'DELETE', url: `/v1/algorithms/${later}` }));
    const list = await get('/v1/algorithms');
    expect([list.statusCode, list.body.includes(plain), list.body.includes(later)]).toEqual([200, true, false]);
    await settle();
    expect(await server.hgetall(algorithm)).toEqual(before);
    expect(await server.zscore(key('algorithms'), later)).not.toBeNull();
  });

  it('as news wakes nobody who does not know it', async () => {
    let woken = 0;
    const stop = api.jobs.news.listen('01ARZ3NDEKTSV4RRFFQ69G5FAV', () => (woken += 1));
    await eventually(async () => {
      await server.publish(key('news'), 'v2:moved:01ARZ3NDEKTSV4RRFFQ69G5FAW');
      await server.publish(key('news'), '01ARZ3NDEKTSV4RRFFQ69G5FAV');
      return woken > 0;
    }, String);
    stop();
  });
});
