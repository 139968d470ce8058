import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startApi, type ApiOptions, type RunningApi } from '@rondel/api';
import { createClient, readTokenFile } from '@rondel/client';
import { freePort } from '@rondel/local';
import { openJobs, type Subjob } from '@rondel/jobs';
import { openArtifactStore } from '@rondel/store';
import { Redis } from 'ioredis';
import { ulid } from 'ulid';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { begunAttempt, imageResult, queuedHead, queuedWork } from '../support/api/queued-jobs.js';
import { startTestRedis } from '../support/machine/redis.js';
import { rondelScript } from '../support/machine/rondel-command.js';
import { eventually } from '../support/machine/stack.js';
import { openTestApi } from '../support/api/test-api.js';
import { workerRecord } from '../support/api/worker-record.js';

const server = await startTestRedis();
const { app, jobs, directory, storeBytes, close } = await openTestApi(server.url);
const redis = new Redis(server.url);
const data = await storeBytes('raw data');
const url = await app.listen({ host: '127.0.0.1', port: 0 });
const client = createClient({ url });

afterAll(async () => {
  redis.disconnect();
  await close();
  await server.stop();
});

/** An API as a process has it, on the same Redis. */
async function startOther(
  storeDirectory: string,
  access: Pick<ApiOptions, 'auth' | 'tokenFile'> = {},
): Promise<RunningApi & { ready: () => Promise<string> }> {
  const options = { redisUrl: server.url, storeDirectory, port: 0, logLevel: 'silent' } as const;
  const api = await startApi({ ...options, ...access });
  return { ...api, ready: async () => JSON.stringify(await createClient(api).health()) };
}

const folders: string[] = [];
async function folder(): Promise<string> {
  folders.push(await mkdtemp(join(tmpdir(), 'rondel-operations-')));
  return folders.at(-1) ?? '';
}
afterAll(async () => {
  for (const each of folders) await rm(each, { recursive: true, force: true });
});

describe('O6: an Idempotency-Key', () => {
  const post = async (path: string, body: object, submitter: string) => {
    const answer = await app.inject({
      method: 'POST',
      url: path,
      headers: { 'idempotency-key': 'once', 'rondel-submitter': submitter },
      payload: body,
    });
    const { id = '', code } = answer.json<{ id?: string; code?: string }>();
    return { status: answer.statusCode, id, code, replayed: answer.headers['idempotent-replayed'] };
  };
  const plan = { name: 'radon/fbp' };

  it.each([
    ['/v1/jobs', { plan, data }, { data, plan }, { plan, data, priority: 5 }],
    [
      '/v1/sweeps',
      { plan, data, vary: [{ path: 'filter', values: ['hann'] }] },
      { vary: [{ values: ['hann'], path: 'filter' }], plan, data },
      { plan, data, vary: [{ path: 'filter', values: ['ramp'] }] },
    ],
  ])('O6: stands for one body of one submitter at %s, and says when it was known', async (path, body, same, other) => {
    const first = await post(path, body, 'ada');
    expect(first).toMatchObject({ status: 202, replayed: undefined });
    expect(await post(path, same, 'ada')).toMatchObject({ status: 202, id: first.id, replayed: 'true' });
    expect(await post(path, other, 'ada')).toMatchObject({ status: 422, code: 'IDEMPOTENCY_MISMATCH' });
    const hers = await post(path, other, 'grace');
    expect(hers).toMatchObject({ status: 202, replayed: undefined });
    expect(hers.id).not.toBe(first.id);
  });
});

describe('O6: of a warm algorithm', () => {
  const post = async (path: string, body?: object, key?: string, submitter = 'ada') => {
    const answer = await app.inject({
      method: 'POST',
      url: `/v1/algorithms${path}`,
      headers: { 'rondel-submitter': submitter, ...(key !== undefined && { 'idempotency-key': key }) },
      ...(body && { payload: body }),
    });
    const { id, job, code, strict } = answer.json<{ id?: string; job?: string; code?: string; strict?: boolean }>();
    return { status: answer.statusCode, id, job, code, strict, replayed: answer.headers['idempotent-replayed'] };
  };

  it('O6: a key stands for one call of one submitter, strict or not, and a replay says so', async () => {
    await jobs.fleet.beat(workerRecord('worker-6', { pools: ['warm'] }));
    const body = { plan: { name: 'radon/fbp' }, pool: 'warm', strict: true };
    const opened = await post('', body, 'one');
    expect(opened).toMatchObject({ status: 201, strict: true, replayed: undefined });
    expect(await post('', body, 'one')).toEqual({ ...opened, replayed: 'true' });
    expect(await post('', { ...body, priority: 5 }, 'one')).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
    expect((await post('', body, 'one', 'grace')).id).not.toBe(opened.id);

    const given: string[] = [];
    for (const call of ['put', 'reconstruct']) {
      const path = `/${opened.id ?? ''}/${call}`;
      const first = await post(path, { data }, 'two');
      expect(first).toMatchObject({ status: 202, replayed: undefined });
      expect(await post(path, { data }, 'two')).toEqual({ ...first, replayed: 'true' });
      expect(await post(path, { data: 'root://a/b' }, 'two')).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
      const hers = await post(path, { data }, 'two', 'grace');
      expect(hers).toMatchObject({ status: 202, replayed: undefined });
      given.push(first.job ?? '', hers.job ?? '');
    }
    expect(new Set(given).size).toBe(4);
    expect((await jobs.ledger.get(given[0] ?? ''))?.strict).toBe(true);
    for (const job of given) await jobs.cancel(job);
    const take = `/${opened.id ?? ''}/take`;
    const taken = await post(take, undefined, 'three');
    expect(taken).toMatchObject({ status: 200, job: given[0], replayed: undefined });
    expect(await post(take, undefined, 'three')).toEqual({ ...taken, replayed: 'true' });
    expect(await post(take, undefined, 'three', 'grace')).toMatchObject({ job: given[1], replayed: undefined });
    await jobs.fleet.leave('worker-6');
  });
});

describe('clocks', () => {
  it('O5: let a worker whose clock is an hour behind begin what is tried again', async () => {
    const clock = vi
      .spyOn(Date, 'now')
      .mockImplementation(() => Math.round(performance.timeOrigin + performance.now()) - 3_600_000);
    const late = await openJobs({ redisUrl: server.url, onError: () => undefined, news: 'work' });
    const begun: Subjob[] = [];
    const run = (subjob: Subjob) => {
      begun.push(subjob);
      return Promise.resolve(
        begun.length === 1 ? ({ kind: 'again', delayMs: 300 } as const) : ({ kind: 'done' } as const),
      );
    };
    const taker = late.takeSubjobs({ concurrency: 1, run, onError: () => undefined });
    try {
      await late.submit(queuedHead('late'), queuedWork);
      taker.serve(['late']);
      await eventually(() => begun.length === 2, String, 10_000);
    } finally {
      clock.mockRestore();
      await taker.close();
      await late.close();
    }
  });

  it('O5: do not matter when it is told what starts when, and whether an image may have been removed', async () => {
    const pool = 'clocked';
    const record = workerRecord('clock-1', { pools: [pool], running: ['x'] });
    const ended = queuedHead(pool);
    await jobs.submit(ended, queuedWork);
    await jobs.fleet.beat(record);
    const image = imageResult({ artifact: `artifact:sha256-${'c'.repeat(64)}` });
    await jobs.ledger.finish(ended.id, { state: 'completed', result: image }, await begunAttempt(jobs, ended.id));
    const job = await jobs.ledger.get(ended.id);
    await jobs.ledger.markRecorded(ended.id, job);
    await mkdir(join(directory, 'removed', 'cc'), { recursive: true });
    await writeFile(join(directory, 'removed', 'cc', 'c'.repeat(62)), '');
    const { id } = await client.submit({ plan: { name: 'radon/fbp' }, data, pool });
    const clock = vi
      .spyOn(Date, 'now')
      .mockImplementation(() => Math.round(performance.timeOrigin + performance.now()) + 48 * 3_600_000);
    const [waits, removed] = await Promise.all([client.job(id), client.job(ended.id)]).finally(() =>
      clock.mockRestore(),
    );
    expect(Date.parse(waits.waiting?.estimatedStart ?? '')).toBeLessThan(Date.now() + 60_000);
    // What is younger than a day is never removed.
    expect(removed.result?.links).toHaveProperty('npy');
    await client.cancel(id);
    await jobs.fleet.leave(record.id);
  });

  it('O5: let a held answer go in time that are set back meanwhile', async () => {
    const { id } = await client.submit({ plan: { name: 'radon/fbp' }, data });
    const asked = fetch(`${url}/v1/jobs/${id}?wait=1`);
    await sleep(200);
    const clock = vi
      .spyOn(Date, 'now')
      .mockImplementation(() => Math.round(performance.timeOrigin + performance.now()) - 3_600_000);
    const answer = await Promise.race([asked, sleep(8000, undefined)]);
    clock.mockRestore();
    expect(answer?.status).toBe(200);
  });
});

describe('a pool', () => {
  it('O17: is forgotten when it has neither workers nor work, and refused before', async () => {
    await jobs.fleet.declare(['gone', 'busy']);
    await jobs.fleet.beat(workerRecord('worker-1', { pools: ['gone'] }));
    await expect(client.forgetPool('gone')).rejects.toMatchObject({ code: 'CONFLICT' });
    await jobs.fleet.leave('worker-1');
    const { id } = await client.submit({ plan: { name: 'radon/fbp' }, data, pool: 'busy' });
    await expect(client.forgetPool('busy')).rejects.toMatchObject({ code: 'CONFLICT' });
    await client.cancel(id);
    for (const pool of ['gone', 'busy']) await client.forgetPool(pool);
    const names = (await client.pools()).map(({ name }) => name);
    expect(names).not.toEqual(expect.arrayContaining(['gone']));
    expect(names).not.toEqual(expect.arrayContaining(['busy']));
    await expect(client.forgetPool('gone')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(client.forgetPool('default')).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

describe('the fleet', () => {
  it('O16: tells which build each worker and API runs, and that they are not all the same', async () => {
    const api = { id: 'api-1', host: 'h', pid: 1, url: 'http://h', startedAt: new Date().toISOString() };
    await jobs.apis.beat({ ...api, version: '0.1.0', commit: 'aaaaaaaaaaaa' });
    await jobs.fleet.beat(workerRecord('worker-2', { version: '0.1.0', commit: 'aaaaaaaaaaaa' }));
    expect((await client.fleet()).mixed).toBeUndefined();
    await jobs.fleet.beat(workerRecord('worker-3', { version: '0.1.0', commit: 'bbbbbbbbbbbb' }));
    const { mixed, apis } = await client.fleet();
    expect(apis).toMatchObject([{ id: 'api-1', commit: 'aaaaaaaaaaaa' }]);
    expect(mixed).toBe(
      'Not all run the same build: 0.1.0 (aaaaaaaaaaaa) on 1 worker and 1 API; 0.1.0 (bbbbbbbbbbbb) on 1 worker. Update the others.',
    );
    await Promise.all([jobs.apis.leave('api-1'), jobs.fleet.leave('worker-2'), jobs.fleet.leave('worker-3')]);
    const lives: unknown = await (await fetch(`${url}/healthz`)).json();
    const version = expect.stringMatching(/^\d+\.\d+\.\d+$/) as string;
    expect(lives).toEqual({ status: 'ok', version, commit: expect.any(String) as string });
  });

  it('O2: keeps its store when an API with another one comes, which heals once nobody uses the first', async () => {
    const first = await startOther(await folder());
    const identity = await jobs.store.identity();
    await jobs.fleet.beat(workerRecord('worker-4', { store: identity ?? '' }));
    const intruder = await startOther(await folder());
    expect(await jobs.store.identity()).toBe(identity);
    expect(await intruder.ready()).toMatch(
      /not ready.*holds no artifact store, not the one \(.*\) that worker worker-4/,
    );
    const put = await fetch(`${intruder.url}/v1/uploads`, { method: 'POST', headers: { 'upload-complete': '?0' } });
    expect(put.status).toBe(503);
    expect(await first.ready()).toContain('"status":"ready"');
    await first.close();
    await jobs.fleet.leave('worker-4');
    await eventually(async () => (await intruder.ready()).includes('"status":"ready"'), String, 20_000);
    expect(await jobs.store.identity()).not.toBe(identity);
    await intruder.close();
    await redis.del('{rondel}:store-identity');
  }, 40_000);
});

describe('an API that is asked to leave', () => {
  it('O8: does not add all jobs of a sweep before; whoever reconciles next does', async () => {
    const ids = Array.from({ length: 4 }, () => queuedHead('left').id);
    const made = ids.map((id) => ({ head: queuedHead('left', { id }), work: queuedWork }));
    const createdAt = new Date(Date.now() - 60_000).toISOString();
    const record = {
      id: queuedHead('left').id,
      createdAt,
      plan: {},
      planToml: '_type = "X"',
      data: 'root://a/b',
      pool: 'left',
    };
    const items = ids.map((job) => ({ assignments: {}, job }));
    async function* batches() {
      for (const job of made) yield await Promise.resolve([job]);
    }
    const id = await jobs.sweeps.create(
      { ...record, vary: [{ path: 'filter', values: ['ramp', 'hann'] }], combine: 'product', items },
      batches(),
    );
    const stopping = new AbortController();
    const added = async () => (await jobs.sweeps.standings(ids)).filter((standing) => standing !== undefined).length;
    const stop = () => {
      stopping.abort();
      return Promise.resolve();
    };
    await jobs.reconcile(stop, stopping.signal);
    expect([await added(), await jobs.sweeps.isSettled(id)]).toEqual([0, false]);
    await jobs.reconcile(() => Promise.resolve());
    expect([await added(), await jobs.sweeps.isSettled(id)]).toEqual([4, true]);
    await jobs.cancelAll(ids);
  });

  it('O8: is not ready at once, gives held answers, lets streams and downloads end, and is gone in time', async () => {
    const api = await startOther(await folder());
    const { id } = await createClient(api).submit({ plan: { name: 'radon/fbp' }, data: 'root://a/b.npy' });
    const bytes = new Uint8Array(8 * 2 ** 20);
    const { sha256 } = await createClient(api).putData(new Blob([bytes]));
    const held = fetch(`${api.url}/v1/jobs/${id}?wait=60`);
    const events = await fetch(`${api.url}/v1/jobs/${id}/events`);
    const download = await fetch(`${api.url}/v1/data/${sha256}`);
    const kept = connect(Number(new URL(api.url).port), '127.0.0.1');
    await once(kept, 'connect');
    await sleep(200);
    const began = performance.now();
    const closed = api.close();
    kept.write('GET /readyz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n');
    expect(String(await once(kept, 'data'))).toMatch(/^HTTP\/1.1 503/);
    expect((await held).status).toBe(200);
    expect(await events.text()).toContain('event: state');
    expect((await download.arrayBuffer()).byteLength).toBe(bytes.length);
    await closed;
    expect(performance.now() - began).toBeLessThan(10_000);
    kept.destroy();
    await jobs.cancel(id);
    await redis.del('{rondel}:store-identity');
  }, 40_000);

  it('O9: starts where nobody may look at the network interfaces', async () => {
    const blind =
      "data:text/javascript,import os from 'node:os'; import { syncBuiltinESMExports } from 'node:module';" +
      "os.networkInterfaces = () => { throw Object.assign(new Error('uv_interface_addresses returned EAFNOSUPPORT'), { code: 'ERR_SYSTEM_ERROR' }); }; syncBuiltinESMExports();";
    const port = await freePort();
    const home = await folder();
    const child = spawn(
      process.execPath,
      ['--import', blind, rondelScript, 'api', '--host', '0.0.0.0', '--port', String(port), '--insecure-no-auth'],
      { env: { ...process.env, REDIS_URL: server.url, RONDEL_HOME: home }, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let log = '';
    child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
    const exited = once(child, 'exit');
    try {
      await eventually(
        async () => (await fetch(`http://127.0.0.1:${port}/healthz`)).ok,
        () => log,
        20_000,
      );
    } finally {
      child.kill('SIGTERM');
    }
    expect(await exited).toEqual([0, null]);
    await redis.del('{rondel}:store-identity');
  }, 40_000);
});

describe('a Redis that was emptied', () => {
  it('O18: has its sweeps listed by their records, with what became of their jobs, for those it let in before', async () => {
    const directory = await folder();
    const tokenFile = join(directory, 'token.json');
    const api = await startOther(directory, { auth: 'token', tokenFile });
    const token = () => Promise.resolve(readTokenFile(tokenFile)?.token ?? '');
    const other = createClient({ url: api.url, token });
    const plan = { name: 'radon/fbp' };
    const vary = [{ path: 'filter', values: ['ramp', 'hann'] }];
    const { id } = await other.submitSweep({ plan, data: 'root://a/b.npy', vary });
    const [ended = '', lost = ''] = (await other.sweep(id)).items.map(({ job }) => job);
    await jobs.ledger.finish(ended, { state: 'completed', result: imageResult() }, await begunAttempt(jobs, ended));
    const archive = await jobs.ledger.archive(ended);
    if (archive === undefined) throw new Error('the job is gone');
    const store = openArtifactStore(directory);
    await store.putRecord(ended, archive);
    await eventually(async () => (await store.getRecord(id)) !== undefined, String, 20_000);
    await redis.flushall();
    await eventually(async () => (await other.sweeps()).sweeps.length === 1, String, 20_000);
    // Of this account, whose browsers stay logged in.
    const { path: link } = await other.loginLink();
    const login = await other.logIn({ code: link.replace(/.*=/, '') });
    expect(Date.parse(login.expiresAt)).toBeGreaterThan(Date.now() + 20 * 24 * 3_600_000);
    const sweep = await other.sweep(id);
    expect(sweep).toMatchObject({ ended: 2, states: { completed: 1, failed: 1, queued: 0 } });
    expect(sweep.items[1]).toMatchObject({
      job: lost,
      error: { code: 'NOT_FOUND', message: expect.stringContaining('Submit it again') as string },
    });
    await api.close();
  }, 60_000);

  it('O18: is told of in the log and at /readyz, and jobs that have ended are listed by their records', async () => {
    const directory = await folder();
    const api = await startOther(directory);
    const other = createClient(api);
    const head = queuedHead('default', { labels: { kept: 'yes' } });
    const { id } = head;
    await jobs.submit(head, queuedWork);
    await jobs.ledger.finish(id, { state: 'completed', result: imageResult() }, await begunAttempt(jobs, id));
    const archive = await jobs.ledger.archive(id);
    if (archive === undefined) throw new Error('the job is gone');
    await openArtifactStore(directory).putRecord(id, archive);
    const waiting = queuedHead('default');
    await jobs.submit(waiting, queuedWork);
    await redis.flushall();
    await eventually(async () => (await api.ready()).includes('Redis lost all that it held before'), String, 20_000);
    await eventually(async () => (await other.jobs({ label: 'kept=yes' })).jobs.length === 1, String, 20_000);
    expect((await other.jobs({ label: 'kept=yes' })).jobs[0]).toMatchObject({ id, state: 'completed' });
    const ofLost = `There is no job ${waiting.id} any more, if there was one: Redis lost all that it held before`;
    await expect(other.job(waiting.id)).rejects.toMatchObject({
      message: expect.stringContaining(ofLost) as string,
      failure: { code: 'NOT_FOUND', details: { lostAt: expect.any(String) as string } },
    });
    const later = await other.job(ulid(Date.now() + 60_000)).catch((error: unknown) => error);
    expect(later).not.toHaveProperty('failure.details.lostAt');
    await api.close();
  }, 60_000);
});
