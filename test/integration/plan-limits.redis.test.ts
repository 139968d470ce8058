import type { Session, SessionPage } from '@rondel/contracts';
import { sessionLimits } from '@rondel/jobs';
import { Redis } from 'ioredis';
import { ulid } from 'ulid';
import { afterAll, describe, expect, it } from 'vitest';
import { startPlanApi } from '../support/api/plan-api.js';
import { iterations, pathOf, startPlanSessions } from '../support/api/plan-sessions.js';

const { redis, api, other, newSession, set, get, stop } = await startPlanSessions();
afterAll(stop);

describe('limits of plan sessions', () => {
  it('let a session go when nobody uses it, and no sooner', async () => {
    const id = await newSession();
    await set(id, iterations, 4);
    const server = new Redis(redis.url);
    const keys = await server.keys(`*${id}*`);
    const seconds = () => Promise.all(keys.map((key) => server.ttl(key)));
    const age = (left: number) => Promise.all(keys.map((key) => server.expire(key, left)));
    const day = 24 * 3600;
    for (const use of [() => get(id, iterations, other), () => set(id, iterations, 5), () => get(id, iterations)]) {
      await age(60);
      await use();
      for (const left of await seconds()) expect(left).toBeGreaterThan(day - 60);
    }
    expect((await server.zscore('{rondel}:sessions', id)) ?? '0').toMatch(/^\d{13}$/);
    await age(0);
    expect((await api.call('GET', `/v1/plans/${id}`)).status).toBe(404);
    expect(await server.zscore('{rondel}:sessions', id)).toBeNull();
    expect(await server.keys(`*${id}*`)).toEqual([]);
    server.disconnect();
  });

  it('allow so many sessions and no more', async () => {
    const { sessions } = (await api.call<SessionPage>('GET', '/v1/plans?limit=100')).body;
    const small = await startPlanApi(redis.url, {
      ...sessionLimits,
      ttlMs: 60_000,
      mostSessions: sessions.length + 2,
    });
    const create = () => small.call<Session>('POST', '/v1/plans', { body: { plan: { name: 'radon/fbp' } } });
    const [first] = [await create(), await create()];
    expect(await create()).toMatchObject({
      status: 413,
      body: { code: 'QUOTA_EXCEEDED', detail: expect.stringContaining('rondel api --max-sessions') as string },
    });
    await small.call('DELETE', `/v1/plans/${first.body.id}`);
    expect((await create()).status).toBe(201);
    await small.close();
  });

  it('H5: have so many bytes, each and together, freed with what is deleted or has expired', async () => {
    const server = new Redis(redis.url);
    const one = 12_000;
    const small = await startPlanApi(redis.url, { ...sessionLimits, mostBytes: 16 * one });
    const plan = { name: 'radon/iterative' };
    const angles = (count: number) => ({ value: Array.from({ length: count }, (_, index) => index / 7) });
    const create = () => small.call<Session>('POST', '/v1/plans', { body: { plan } });
    const { id } = (await create()).body;
    const put = (count: number) =>
      small.call('PUT', `/v1/plans/${id}/properties/parameter.reco.angles`, { body: angles(count) });
    expect((await put(200)).status).toBe(200);
    const refused = await put(1000);
    expect(refused).toMatchObject({ status: 413, body: { code: 'QUOTA_EXCEEDED', details: { maxBytes: one } } });
    expect((refused.body as { detail: string }).detail).toMatch(
      /One plan session may have 12000 bytes.*rondel api --max-session-bytes/,
    );
    expect((await put(10)).status).toBe(200);
    await small.call('DELETE', `/v1/plans/${id}`);
    expect(await server.hexists('{rondel}:session-bytes', id)).toBe(0);
    // Another one has nearly all, and then expires.
    await server.hset('{rondel}:session-bytes', 'another', 16 * one - 100);
    await server.zadd('{rondel}:sessions', Date.now() + 60_000, 'another');
    const full = await create();
    expect(full).toMatchObject({
      status: 413,
      body: { detail: expect.stringContaining('All plan sessions') as string },
    });
    await server.zadd('{rondel}:sessions', 1, 'another');
    expect((await create()).status).toBe(201);
    expect(await server.hexists('{rondel}:session-bytes', 'another')).toBe(0);
    server.disconnect();
    await small.close();
  });

  it.each<[string, unknown, string]>([
    ['no TOML', '[[[', 'PLAN_SYNTAX'],
    ['a tree 1000 deep', JSON.parse(`{"_type":"A","a":${'['.repeat(1000)}${']'.repeat(1000)}}`), 'PLAN_SYNTAX'],
    ['a key of every object', JSON.parse('{"_type":"A","__proto__":{"x":1}}'), 'INVALID_REQUEST'],
    ['a key of every function', { _type: 'A', prototype: { x: 1 } }, 'PLAN_SYNTAX'],
    ['a name that there is not', { name: 'radon/none' }, 'NOT_FOUND'],
    ['a session that there is not', { session: ulid() }, 'NOT_FOUND'],
    ['nothing of all that', { what: 1 }, 'INVALID_REQUEST'],
    ['a listener with a function that is not registered', listening('system'), 'PLAN_INVALID_VALUE'],
  ])('refuse a plan that is %s', async (_what, plan, code) => {
    expect((await api.call('POST', '/v1/plans', { body: { plan } })).body).toMatchObject({ code });
  });

  it('refuse what no plan can hold, and leave the session as it was', async () => {
    const id = await newSession();
    const before = (await api.call('GET', `/v1/plans/${id}/tree`)).body;
    const million = Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`k${index}`, index]));
    const attempts: [string, unknown, string][] = [
      ['__proto__', 1, 'PLAN_UNKNOWN_PROPERTY'],
      ['parameter.__proto__.x', 1, 'PLAN_UNKNOWN_PROPERTY'],
      ['parameter.reco._listener', {}, 'PLAN_UNKNOWN_PROPERTY'],
      ['parameter.reco.reg[999999999]', 1, 'PLAN_UNKNOWN_PROPERTY'],
      ['parameter..reco', 1, 'PLAN_UNKNOWN_PROPERTY'],
      [iterations, { _type: 'Float64', _value: 'inf' }, 'PLAN_INVALID_VALUE'],
      [iterations, million, 'PLAN_SYNTAX'],
    ];
    for (const [path, value, code] of attempts) {
      const { body } = await set(id, path, value);
      expect([path, (body as { code?: string }).code]).toEqual([path, code]);
    }
    expect((await api.call('PUT', pathOf(id, iterations), { body: { value: 1, also: 2 } })).status).toBe(400);
    expect((await api.call('GET', `/v1/plans/${id}/events?property=parameter.reco.none`)).status).toBe(422);
    expect((await api.call('GET', `/v1/plans/${id}/tree`)).body).toEqual(before);
    expect((await api.call('GET', '/v1/plans/none')).status).toBe(400);
  });
});

function listening(fn: string): string {
  return `_module = "RondelRadon"
_type = "RecoPlan{DirectRadonAlgorithm}"
[parameter]
_type = "RecoPlan{DirectRadonParameters}"
[[parameter._listener.pre]]
_type = "LinkedPropertyListener"
plan = ["parameter"]
field = "reco"
fn = { _module = "Base", _type = "${fn}" }
`;
}
