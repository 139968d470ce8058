import { mkdtemp, rename, rm } from 'node:fs/promises';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tokenAccess } from '@rondel/api';
import { openTrail, readTrails, verifyTrails, type TrailEntry } from '@rondel/telemetry/trail';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from '../support/api/test-api.js';
import { startTestRedis } from '../support/machine/redis.js';

const redis = await startTestRedis();
const home = await mkdtemp(join(tmpdir(), 'rondel-audit-'));
const folder = join(home, 'audit');
// As an installation that must note everything has it.
const trail = await openTrail({
  folder,
  program: 'api',
  durable: true,
  onProblem: () => undefined,
  fileBytes: 20_000,
  retryMs: 20,
});
let api: TestApi;
let anna: { authorization: string };
let token: string;

beforeAll(async () => {
  api = await openTestApi(redis.url, {
    trail: { ...trail, isRequired: true },
    access: tokenAccess,
    app: { access: { allowedHosts: ['rondel.lab.example'] } },
  });
  const { secret, id } = await api.jobs.tokens.create({ name: 'anna', project: 'knee', role: 'submitter' });
  [anna, token] = [{ authorization: `Bearer ${secret}` }, id];
});
afterAll(async () => {
  await api.close();
  await trail.close();
  await redis.stop();
  await rm(home, { recursive: true, force: true });
});

/** What was noted while something happened. */
async function notedWhile(happens: () => Promise<unknown>): Promise<TrailEntry[]> {
  await trail.settled();
  const before = (await entries()).length;
  await happens();
  await trail.settled();
  return (await entries()).slice(before);
}

async function entries(): Promise<TrailEntry[]> {
  const found: TrailEntry[] = [];
  for await (const entry of readTrails(folder)) if (!entry.what.startsWith('trail.')) found.push(entry);
  return found;
}

interface Sent {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  readonly url: string;
  readonly payload?: object | string;
  readonly headers?: Record<string, string>;
}
const send = (sent: Sent) => api.app.inject({ ...sent, headers: { ...anna, ...sent.headers } });

describe('an API that notes who did what', () => {
  it('names who asked, for which project, from where, what it was about and what became of it', async () => {
    const headers = { 'content-type': 'application/octet-stream' };
    const [stored] = await notedWhile(() => send({ method: 'PUT', url: '/v1/data', payload: 'raw data', headers }));
    expect(stored).toMatchObject({ what: 'PUT /v1/data', ids: [expect.stringMatching(/^[0-9a-f]{64}$/)] });
    const data = `artifact:sha256-${stored?.ids?.[0] ?? ''}`;
    const [job, ...more] = await notedWhile(() =>
      send({ method: 'POST', url: '/v1/jobs', payload: { plan: { name: 'radon/fbp' }, data } }),
    );
    expect(more).toEqual([]);
    const known = { who: 'anna', via: 'token', role: 'submitter', token, project: 'knee', from: '127.0.0.1' };
    expect(job).toMatchObject({
      ...known,
      what: 'POST /v1/jobs',
      status: 202,
      ids: [expect.stringMatching(/^[0-9A-Z]{26}$/)],
    });
    const [id = ''] = job?.ids ?? [];
    const sha256 = data.replace('artifact:sha256-', '');
    const read = await notedWhile(() => send({ method: 'GET', url: `/v1/data/${sha256}` }));
    expect(read).toMatchObject([{ ...known, what: 'GET /v1/data/:sha256', ids: [sha256], status: 200 }]);
    const [both] = await notedWhile(() => send({ method: 'POST', url: '/v1/jobs/cancel', payload: { ids: [id] } }));
    expect(both).toMatchObject({ what: 'POST /v1/jobs/cancel', ids: [id], status: 200 });
    const [gone] = await notedWhile(() => send({ method: 'DELETE', url: `/v1/jobs/${id}?erase=true` }));
    expect(gone).toMatchObject({ what: 'DELETE /v1/jobs/:id', deed: 'erase', ids: [id], status: 200 });
  });

  it('notes refusals with their code, and what is read of no data not', async () => {
    const refused = await notedWhile(async () => {
      await send({ method: 'GET', url: '/v1/jobs', headers: { authorization: 'Bearer wrong' } });
      await send({ method: 'POST', url: '/v1/pools/default/pause' });
      await send({ method: 'GET', url: '/v1/jobs', headers: { host: 'evil.example' } });
    });
    expect(refused).toMatchObject([
      { what: 'GET /v1/jobs', status: 401, code: 'UNAUTHENTICATED' },
      { what: 'POST /v1/pools/:pool/pause', status: 403, code: 'FORBIDDEN', who: 'anna' },
      { what: 'GET /v1/jobs', status: 403, code: 'FORBIDDEN' },
    ]);
    expect(refused[0]).not.toHaveProperty('who');
    expect(await notedWhile(() => send({ method: 'GET', url: '/v1/jobs' }))).toEqual([]);
    expect(await notedWhile(() => send({ method: 'GET', url: '/healthz' }))).toEqual([]);
  });

  it('notes a flood of refusals not one by one, as anybody could fill the disk with them', async () => {
    const wrong = { authorization: 'Bearer wrong' };
    const ask = () => send({ method: 'GET', url: '/v1/jobs', headers: wrong });
    const noted = await notedWhile(() => Promise.all(Array.from({ length: 250 }, ask)));
    expect(noted.length).toBeLessThanOrEqual(200);
  });

  it('notes every route that changes something, and nothing that somebody has written', async () => {
    const document = (await api.app.inject('/openapi.json')).json<{ paths: Record<string, object> }>();
    const changing = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item)
        .filter((method) => ['post', 'put', 'patch', 'delete'].includes(method))
        .map((method) => ({ method: method.toUpperCase() as Sent['method'], path })),
    );
    expect(changing.length).toBeGreaterThan(25);
    const canary = 'jane-doe';
    const noted = await notedWhile(async () => {
      for (const { method, path } of changing) {
        const url = `${path.replace(/\{\w+\}/g, canary)}?title=${canary}`;
        await send({
          method,
          url,
          payload: { title: canary, labels: { patient: canary }, plan: canary, data: canary },
          headers: { 'rondel-submitter': canary },
        });
      }
    });
    const routes = changing.map(({ method, path }) => `${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`);
    expect(noted.map(({ what }) => what)).toEqual(routes);
    expect(JSON.stringify(noted)).not.toContain(canary);
  });

  it('notes who goes away before the answer', async () => {
    await api.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = api.app.server.address() as AddressInfo;
    const before = (await entries()).length;
    const sent = request({
      port,
      method: 'PUT',
      path: '/v1/data',
      headers: { ...anna, 'content-type': 'application/octet-stream', 'content-length': 1000 },
    });
    sent.on('error', () => undefined);
    sent.write('some');
    await expect
      .poll(() => new Promise((resolve) => api.app.server.getConnections((_error, count) => resolve(count))), {
        timeout: 20_000,
      })
      .toBe(1);
    sent.destroy();
    await expect
      .poll(async () => (await entries()).slice(before), { timeout: 20_000 })
      .toMatchObject([{ what: 'PUT /v1/data', status: expect.toBeOneOf([0, 409]) as number }]);
  });

  it('does nothing that it cannot note, says why, and goes on when it can', async () => {
    const change = () =>
      send({ method: 'POST', url: '/v1/jobs/cancel', payload: { ids: ['01ARZ3NDEKTSV4RRFFQ69G5FAV'] } });
    await rename(folder, `${folder}-away`);
    try {
      let answer = await change();
      // Until the file is full that is open already.
      for (let count = 0; count < 200 && answer.statusCode !== 503; count += 1) answer = await change();
      expect(answer.json()).toMatchObject({
        code: 'SERVICE_UNAVAILABLE',
        detail: expect.stringContaining('audit log cannot be written') as string,
      });
      expect((await send({ method: 'POST', url: '/v1/plans', payload: {} })).statusCode).toBe(503);
      expect((await send({ method: 'GET', url: '/v1/pools' })).statusCode).toBe(200);
      const ready = await send({ method: 'GET', url: '/readyz' });
      expect([ready.statusCode, ready.body]).toEqual([503, expect.stringContaining('The audit log cannot be written')]);
    } finally {
      await rename(`${folder}-away`, folder);
    }
    await expect.poll(async () => (await change()).statusCode, { timeout: 20_000 }).toBe(200);
    await trail.settled();
    expect((await verifyTrails(folder)).problems).toEqual([]);
    expect((await entries()).map(({ status }) => status)).toContain(503);
  });
});
