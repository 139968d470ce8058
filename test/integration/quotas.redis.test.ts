import { tokenAccess } from '@rondel/api';
import type { QuotaReport, Quotas, Role } from '@rondel/contracts';
import { setTimeout } from 'node:timers/promises';
import { openJobs, type BegunAttempt, type Jobs, type Subjob, type SubjobVerdict } from '@rondel/jobs';
import { ulid } from 'ulid';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { begunAttempt, imageResult, onlySubjob, queuedHead, queuedWork } from '../support/api/queued-jobs.js';
import { openTestApi } from '../support/api/test-api.js';
import { workerRecord } from '../support/api/worker-record.js';
import { addRedisUsers } from '../support/machine/redis-users.js';
import { startTestRedis } from '../support/machine/redis.js';

const redis = await startTestRedis();
const api = await openTestApi(redis.url, { access: tokenAccess });
const { app, jobs } = api;
/** May do no more in Redis than workers may. */
let workers: Jobs;
const users = await addRedisUsers(redis.url);
beforeAll(async () => {
  workers = await openJobs({ redisUrl: users.worker, onError: () => undefined, news: 'work' });
  await jobs.fleet.declare(['default']);
  await beat();
});
const beat = () => jobs.fleet.beat(workerRecord('worker-1', { packages: { '@rondel/radon': '1' } }));
afterAll(async () => {
  expect(await users.refused()).toEqual([]);
  await workers.close();
  await api.close();
  await redis.stop();
});

let project = '';
/** A project for each test, and who works there. */
beforeEach(() => {
  project = `lab-${ulid().toLowerCase()}`;
});
async function as(role: Role, name = 'ada') {
  const { secret } = await jobs.tokens.create({ name, project, role });
  return { authorization: `Bearer ${secret}` };
}
const set = (quotas: Quotas) => jobs.quotas.set(project, quotas);
async function used(headers: Record<string, string>): Promise<Record<string, number | undefined>> {
  const { quotas } = (await app.inject({ url: '/v1/quota', headers })).json<QuotaReport>();
  return Object.fromEntries(quotas.filter(({ of }) => of === 'project').map(({ quota, used: now }) => [quota, now]));
}
const octets = { 'content-type': 'application/octet-stream' };
async function stored(headers: Record<string, string>, bytes: string): Promise<string> {
  const answer = await app.inject({
    method: 'PUT',
    url: '/v1/data',
    payload: bytes,
    headers: { ...headers, ...octets },
  });
  expect(answer.statusCode, answer.body).toBeLessThan(300);
  return answer.json<{ artifact: string }>().artifact;
}
const plan = { name: 'radon/fbp' };
const parameters = { angles: [0, 1] };
const post = (url: string, payload: object, headers: Record<string, string>) =>
  app.inject({ method: 'POST', url, payload, headers });
const refused = (quota: string, limit: number, usedNow: number) => ({
  code: 'QUOTA_EXCEEDED',
  status: 429,
  details: { quota, limit, used: usedNow },
});

/** Jobs that nobody computes, past the REST interface. */
function own(submitter = 'ada') {
  return queuedHead(`pool-${project}`, { project, submitter });
}
const submit = async (submitter?: string) => {
  const head = own(submitter);
  await jobs.submit(head, queuedWork);
  return head.id;
};
const complete = (attempt: BegunAttempt, seconds = 1) =>
  workers.ledger.finish(
    attempt.head.id,
    {
      state: 'completed',
      result: imageResult(),
      steps: [{ path: 'parameter', type: 'X', state: 'completed', seconds }],
    },
    attempt,
  );

describe('a quota of waiting jobs', () => {
  it('lets no more in at once than one after the other, says which and how much, and is freed', async () => {
    await set({ waiting: 3 });
    const headers = await as('submitter');
    const data = await stored(headers, project);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => post('/v1/jobs', { plan, parameters, data }, headers)),
    );
    const accepted = answers.filter(({ statusCode }) => statusCode === 202 || statusCode === 201);
    expect(accepted).toHaveLength(3);
    const [no] = answers.filter(({ statusCode }) => statusCode === 429);
    expect(no?.json()).toMatchObject(refused('waiting', 3, 3));
    expect(Number(no?.headers['retry-after'])).toBeGreaterThan(0);
    expect(await used(headers)).toMatchObject({ waiting: 3 });

    // What ends makes room, and is not in the way of anybody else.
    const { id } = accepted[0]?.json<{ id: string }>() ?? { id: '' };
    await app.inject({ method: 'DELETE', url: `/v1/jobs/${id}`, headers });
    const retry = () => app.inject({ method: 'POST', url: `/v1/jobs/${id}/retry`, headers });
    const again = await post('/v1/jobs', { plan, parameters, data }, headers);
    expect(again.statusCode, again.body).toBeLessThan(300);
    expect((await retry()).json()).toMatchObject(refused('waiting', 3, 3));
    await app.inject({
      method: 'DELETE',
      url: `/v1/jobs/${again.json<{ id: string }>().id}?erase=true`,
      headers,
    });
    expect((await retry()).statusCode).toBeLessThan(300);
  });

  it('counts a sweep with all its jobs, also those that nobody has written down yet', async () => {
    await set({ waiting: 3 });
    const headers = await as('submitter');
    const data = await stored(headers, project);
    const sweep = (count: number) =>
      post(
        '/v1/sweeps',
        {
          plan,
          parameters,
          data,
          vary: [{ path: 'centerOfRotation', values: Array.from({ length: count }, (_, i) => i + 1) }],
        },
        headers,
      );
    expect((await sweep(4)).json()).toMatchObject(refused('waiting', 3, 0));
    const both = await Promise.all([sweep(2), sweep(2)]);
    expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([202, 429]);
    await vi.waitFor(async () => expect(await used(headers)).toMatchObject({ waiting: 2 }));
    expect((await sweep(2)).statusCode).toBe(429);
  });

  it('is one of each submitter, too', async () => {
    await set({ waiting: 5, submitter: { waiting: 1 } });
    await submit('ada');
    await expect(submit('ada')).rejects.toMatchObject({ failure: { details: { of: 'submitter', limit: 1, used: 1 } } });
    await submit('grace');
  });
});

describe('a quota of running jobs', () => {
  const queue = () => `pool-${project}`;
  it('lets further ones wait, and begin when one has ended', async () => {
    await set({ running: 1 });
    const [first, second] = [await submit(), await submit()];
    const running = await begunAttempt(workers, first);
    const held = await workers.ledger.begin(await onlySubjob(jobs, second), 'w2');
    expect(held).toEqual({ answer: 'held' });
    expect(await jobs.ledger.get(second)).toMatchObject({ state: 'queued', attempts: { made: 0 } });
    expect(await jobs.quotas.isHeld(second)).toBe(true);
    await complete(running);
    // Whoever runs workers has heard of it.
    await vi.waitFor(async () => expect(await jobs.quotas.isHeld(second)).toBe(false));
    await complete(await begunAttempt(workers, second));
  });

  it('keeps those of others from nothing, and holds while a worker takes them from a queue', async () => {
    await set({ running: 1 });
    const [first, second] = [await submit(), await submit()];
    const other = queuedHead(queue());
    await jobs.submit(other, queuedWork);
    let most = 0;
    const running = new Set<string>();
    const run = async (subjob: Subjob): Promise<SubjobVerdict> => {
      const begun = await workers.ledger.begin(subjob, 'w1');
      if (begun.answer !== 'begun') return { kind: 'done' };
      const { id, project: of } = begun.attempt.head;
      if (of === project) running.add(id);
      most = Math.max(most, running.size);
      // Long enough for the other slot to take the next one.
      await setTimeout(50);
      running.delete(id);
      await complete(begun.attempt);
      return { kind: 'done' };
    };
    const taker = workers.takeSubjobs({ concurrency: 2, run, onError: () => undefined });
    taker.serve([queue()]);
    await vi.waitFor(
      async () => {
        for (const id of [first, second, other.id])
          expect(await jobs.ledger.get(id)).toMatchObject({ state: 'completed' });
      },
      { timeout: 10_000 },
    );
    await taker.close();
    expect(most).toBe(1);
  });

  it('is looked at anew by the reconciler, and when it grows', async () => {
    await set({ running: 0 });
    const id = await submit();
    expect(await workers.ledger.begin(await onlySubjob(jobs, id), 'w1')).toEqual({ answer: 'held' });
    await jobs.reconcile(() => Promise.resolve());
    expect(await jobs.quotas.isHeld(id)).toBe(true);
    await set({});
    await vi.waitFor(async () => expect(await jobs.quotas.isHeld(id)).toBe(false));
    await complete(await begunAttempt(workers, id));
  });
});

describe('a quota of seconds a day', () => {
  it('counts what steps of ended attempts have taken, also of those that were given back or cancelled', async () => {
    const headers = await as('submitter');
    await complete(await begunAttempt(workers, await submit()), 20);
    const lost = await submit();
    const attempt = await begunAttempt(workers, lost);
    const steps = [{ path: 'parameter', type: 'X', state: 'completed' as const, seconds: 5 }];
    await workers.ledger.report(attempt, { steps });
    await workers.ledger.giveBack(attempt, 'drained');
    await workers.ledger.report(await begunAttempt(workers, lost), { steps });
    await jobs.cancel(lost);
    expect(await used(headers)).toMatchObject({ secondsPerDay: 30 });

    const accepted = await submit();
    await set({ secondsPerDay: 30 });
    await expect(submit()).rejects.toMatchObject({ failure: { details: { quota: 'secondsPerDay', used: 30 } } });
    // What was accepted before waits for the next day.
    expect(await workers.ledger.begin(await onlySubjob(jobs, accepted), 'w1')).toEqual({ answer: 'held' });
  });
});

describe('a quota of what is stored', () => {
  it('is counted as data come, with those that are on their way, and measured anew', async () => {
    await set({ storedBytes: 100, uploads: 2, uploadBytes: 60 });
    const headers = await as('submitter');
    const put = (bytes: string) =>
      app.inject({ method: 'PUT', url: '/v1/data', payload: bytes, headers: { ...headers, ...octets } });
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map((letter) => put(letter.repeat(40))));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 201, 429, 429]);
    const begin = (length: number) =>
      app.inject({
        method: 'POST',
        url: '/v1/uploads',
        headers: { ...headers, 'upload-complete': '?0', 'upload-length': String(length) },
      });
    expect((await begin(61)).json()).toMatchObject(refused('uploadBytes', 60, 0));
    expect((await begin(21)).json()).toMatchObject(refused('storedBytes', 100, 80));
    const { upload } = (await begin(20)).json<{ upload: string }>();
    expect((await put('e')).json()).toMatchObject(refused('storedBytes', 100, 100));
    expect(await used(headers)).toMatchObject({ uploads: 1, uploadBytes: 20 });
    await app.inject({ method: 'DELETE', url: `/v1/uploads/${upload}`, headers });
    expect((await put('e')).statusCode).toBe(201);

    // Whatever was counted wrong, as by a process that died: what lies there is what counts.
    await jobs.quotas.countStored(project, 1000);
    await jobs.quotas.noteStored(await api.store.files.heldBytes());
    expect(await used(headers)).toMatchObject({ storedBytes: 81, uploads: 0 });
  });

  it('is freed by erasing', async () => {
    const headers = await as('submitter');
    const data = await stored(headers, project);
    await jobs.quotas.noteStored(await api.store.files.heldBytes());
    const { id } = (await post('/v1/jobs', { plan, parameters, data }, headers)).json<{ id: string }>();
    expect(await used(headers)).toMatchObject({ storedBytes: project.length });
    // Nobody has used it since a while.
    await vi.waitFor(async () => {
      const answer = await app.inject({ method: 'DELETE', url: `/v1/jobs/${id}?erase=true`, headers });
      expect(answer.statusCode, answer.body).toBeLessThan(300);
    });
    expect(await used(headers)).toMatchObject({ storedBytes: 0, waiting: 0 });
  });
});

describe('quotas of single jobs and of live things', () => {
  it('narrow what the installation allows, and say so without a time to come back', async () => {
    await set({ attemptSeconds: 60, outputBytes: 1 });
    const headers = await as('submitter');
    const data = await stored(headers, project);
    const long = await post('/v1/jobs', { plan, parameters, data, timeoutSeconds: 61 }, headers);
    expect(long.json()).toMatchObject({ status: 413, details: { quota: 'attemptSeconds', limit: 60 } });
    expect(long.headers['retry-after']).toBeUndefined();
    const large = await post('/v1/jobs', { plan, parameters: { shape: [8, 8] }, data }, headers);
    expect(large.json()).toMatchObject({ status: 413, details: { quota: 'outputBytes', limit: 1 } });
  });

  it('count live plans and warm algorithms', async () => {
    await set({ plans: 1, submitter: { algorithms: 0 } });
    const headers = await as('submitter');
    const { id } = (await post('/v1/plans', { plan, parameters }, headers)).json<{ id: string }>();
    expect((await post('/v1/plans', { plan, parameters }, headers)).json()).toMatchObject(refused('plans', 1, 1));
    await app.inject({ method: 'DELETE', url: `/v1/plans/${id}`, headers });
    expect((await post('/v1/plans', { plan, parameters }, headers)).statusCode).toBe(201);
    await beat();
    expect((await post('/v1/algorithms', { plan, parameters }, headers)).json()).toMatchObject(
      refused('algorithms', 0, 0),
    );
  });
});

describe('who sets and sees them', () => {
  it('is an admin, and each project its own, with those of the installation for what it has none of', async () => {
    const admin = await as('admin');
    const put = await app.inject({
      method: 'PUT',
      url: `/v1/quotas/${project}`,
      payload: { waiting: 2, submitter: { running: 1 } },
      headers: admin,
    });
    expect(put.json()).toEqual({ project, quotas: { waiting: 2, submitter: { running: 1 } }, defaults: {} });
    await jobs.quotas.setDefaults({ waiting: 9, plans: 7 });
    const report = (await app.inject({ url: '/v1/quota', headers: await as('reader') })).json<QuotaReport>();
    expect(report).toMatchObject({ project, submitter: 'ada' });
    const limits = report.quotas.flatMap(({ of, quota, limit }) => (limit === undefined ? [] : [[of, quota, limit]]));
    expect(limits).toEqual([
      ['project', 'waiting', 2],
      ['project', 'plans', 7],
      ['submitter', 'running', 1],
    ]);
    await jobs.quotas.setDefaults({});
    const other = await app.inject({ url: '/v1/quota?project=else', headers: await as('operator') });
    expect(other.statusCode).toBe(403);
    const wrong = await app.inject({
      method: 'PUT',
      url: `/v1/quotas/${project}`,
      payload: { jobs: 2 },
      headers: admin,
    });
    expect(wrong.statusCode).toBe(400);
  });
});
