import type { BuildAnswer, Job, Session, SessionChange, SessionPage, SessionProperty } from '@rondel/contracts';
import { parsePlan, planFromTree, planHash, withDefaults } from '@rondel/plan';
import { createRegistry } from '@rondel/reco';
import { radonManifest } from '@rondel/radon/manifest';
import { Redis } from 'ioredis';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEvents, type EventReader } from '../support/event-reader.js';
import { startPlanApi, type PlanApi } from '../support/plan-api.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const iterations = 'parameter.reco.iterations';
const frames = 'parameter.pre.frames';
const averages = 'parameter.pre.numAverages';

let redis: TestRedis;
let api: PlanApi;
let other: PlanApi;

beforeAll(async () => {
  redis = await startTestRedis();
  api = await startPlanApi(redis.url);
  other = await startPlanApi(redis.url);
});

afterAll(async () => {
  await api.close();
  await other.close();
  await redis.stop();
});

async function newSession(plan: unknown = { name: 'radon/iterative' }): Promise<string> {
  const { status, body } = await api.call<Session>('POST', '/v1/plans', { body: { plan } });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.id;
}

function pathOf(id: string, path: string): string {
  return `/v1/plans/${id}/properties/${encodeURIComponent(path)}`;
}

function set(id: string, path: string, value: unknown, { on = api, tag }: { on?: PlanApi; tag?: string } = {}) {
  return on.call<SessionChange>('PUT', pathOf(id, path), {
    body: { value },
    headers: tag === undefined ? {} : { 'if-match': tag },
  });
}

async function get(id: string, path: string, on = api): Promise<SessionProperty> {
  return (await on.call<SessionProperty>('GET', pathOf(id, path))).body;
}

async function dataOf(events: EventReader): Promise<unknown> {
  return (await events.next()).data;
}

describe('a session', () => {
  it('is made from a name, TOML, a tree or another session, and gives the plan back', async () => {
    const id = await newSession();
    const answer = await api.call<Session>('GET', `/v1/plans/${id}`);
    expect(answer.body).toMatchObject({ id, version: 0, links: { self: `/v1/plans/${id}` } });
    expect(answer.headers.get('etag')).toBe('"0"');
    expect(Date.parse(answer.body.expiresAt) - Date.now()).toBeGreaterThan(23 * 3600 * 1000);
    const tree = (await api.call('GET', `/v1/plans/${id}/tree`)).body;
    const built = parsePlan(createRegistry([radonManifest]).plan('radon/iterative').toml);
    expect(planFromTree(tree)).toEqual(built);
    const fromTree = await newSession(tree);
    const fromSession = await newSession({ session: fromTree });
    const toml = (await api.call<string>('GET', `/v1/plans/${fromSession}/toml`)).body;
    expect(parsePlan(toml)).toEqual(built);
    expect(parsePlan((await api.call<string>('GET', `/v1/plans/${await newSession(toml)}/toml`)).body)).toEqual(built);
  });

  it('keeps integers and floats apart in Redis and in other processes', async () => {
    const toml = '_module = "LabWeights"\n_type = "RecoPlan{WeightAlgorithm}"\nleft = [1, 2.0, nan]\none = 1.0\n';
    const id = await newSession(toml);
    expect((await other.call<string>('GET', `/v1/plans/${id}/toml`)).body).toBe(toml);
  });

  it('is read and changed property by property, in wrappers and lists too', async () => {
    const id = await newSession();
    expect((await set(id, iterations, 7)).body).toMatchObject({ id, version: 1, changed: [iterations] });
    expect(await get(id, iterations)).toEqual({ path: iterations, version: 1, value: 7 });
    expect((await set(id, 'parameter.reco.reg[1].lambda', 2)).status).toBe(200);
    expect(await get(id, 'parameter.reco.reg[1].λ')).toMatchObject({ value: 2 });
    await set(id, frames, [1, 2, 3]);
    const short = await api.call<SessionProperty>('GET', `${pathOf(id, frames)}?transform=shape`);
    expect(short.body).toEqual({ path: frames, version: 3, transform: 'shape', value: [3] });
    const removed = await api.call<SessionChange>('DELETE', pathOf(id, frames));
    expect([removed.body.version, removed.headers.get('etag')]).toEqual([4, '"4"']);
    expect(await get(id, frames)).toEqual({ path: frames, version: 4, missing: true });
    const reference = { _remote: 'range', start: 0, stop: 3, length: 100 };
    await set(id, 'parameter.reco.angles', reference);
    const remote = await api.call('GET', `${pathOf(id, 'parameter.reco.angles')}?transform=length`);
    expect(remote.body).toMatchObject({ remote: true, value: reference });
  });

  it('is set at many places at once or not at all, and cleared', async () => {
    const id = await newSession();
    const all = `/v1/plans/${id}/set-all`;
    const wrong = await api.call('POST', all, { body: { iterations: 3, lambda: 'none', iteratons: 1 } });
    expect(wrong).toMatchObject({ status: 422, body: { problems: [{ code: 'PLAN_UNKNOWN_PROPERTY' }, {}] } });
    expect(await get(id, iterations)).toMatchObject({ version: 0, value: 20 });
    const right = await api.call<SessionChange>('POST', all, { body: { iterations: 3, numAverages: 2 } });
    expect(right.body.changed.sort()).toEqual([averages, iterations]);
    await api.call('POST', `/v1/plans/${id}/clear`, { body: { path: 'parameter.reco' } });
    expect([await get(id, iterations), await get(id, averages)]).toMatchObject([{ missing: true }, { value: 2 }]);
    await api.call('POST', `/v1/plans/${id}/clear`, { body: { keepStructure: false } });
    expect(Object.keys((await api.call<object>('GET', `/v1/plans/${id}/tree`)).body)).not.toContain('parameter');
  });

  it('says whether it can be built, and all that is missing', async () => {
    const id = await newSession();
    const build = async () => (await api.call<BuildAnswer>('POST', `/v1/plans/${id}/build`)).body;
    const { catalog } = createRegistry([radonManifest]);
    const plan = parsePlan(createRegistry([radonManifest]).plan('radon/iterative').toml);
    expect(await build()).toEqual({ ready: true, version: 0, sha256: planHash(withDefaults(plan, catalog)) });
    await set(id, 'parameter.reco.reg', [{ _type: 'L2Regularization' }, { _type: 'L2Regularization' }]);
    expect(await build()).toMatchObject({
      ready: false,
      problems: [
        { code: 'PLAN_MISSING_PROPERTY', path: 'parameter.reco.reg[1].lambda' },
        { code: 'PLAN_MISSING_PROPERTY', path: 'parameter.reco.reg[2].lambda' },
      ],
    });
  });

  it('is forked, and each goes its own way', async () => {
    const id = await newSession();
    await set(id, iterations, 3);
    const fork = (await api.call<Session>('POST', `/v1/plans/${id}/fork`)).body.id;
    await set(fork, iterations, 4);
    expect([await get(id, iterations), await get(fork, iterations)]).toMatchObject([{ value: 3 }, { value: 4 }]);
  });

  it('lets properties follow others until they are set by hand, in every process and copy', async () => {
    const id = await newSession();
    const link = `/v1/plans/${id}/links/${averages}`;
    expect((await api.call('PUT', link, { body: { source: frames, function: 'length' } })).status).toBe(200);
    const followed = await set(id, frames, [1, 2, 3], { on: other });
    expect(followed.body.changed.sort()).toEqual([frames, averages]);
    await set(id, averages, 9);
    const fork = (await other.call<Session>('POST', `/v1/plans/${id}/fork`)).body.id;
    for (const session of [id, fork]) {
      await set(session, frames, [1], { on: other });
      expect(await get(session, averages)).toMatchObject({ value: 9 });
    }
    const circle = await api.call('PUT', `/v1/plans/${id}/links/${frames}`, { body: { source: averages } });
    expect(circle).toMatchObject({ status: 422, body: { code: 'PLAN_INVALID_VALUE' } });
    const unknown = { source: frames, function: 'constructor' };
    expect(await api.call('PUT', link, { body: unknown })).toMatchObject({ body: { code: 'PLAN_INVALID_VALUE' } });
    expect((await api.call('DELETE', link)).status).toBe(200);
    expect((await api.call<string>('GET', `/v1/plans/${id}/toml`)).body).not.toContain('_listener');
  });

  it('gives a job the plan as it was then', async () => {
    const id = await newSession();
    await set(id, iterations, 5);
    const data = `artifact:sha256-${'0'.repeat(64)}`;
    const refused = await api.call('POST', '/v1/jobs', { body: { plan: { session: id }, data } });
    expect(refused).toMatchObject({ body: { code: 'DATA_NOT_FOUND' } });
    await other.call('PUT', pathOf(id, iterations), { body: { value: 6 } });
    const stored = await fetch(`${api.url}/v1/data`, {
      method: 'PUT',
      body: 'raw data',
      headers: { 'content-type': 'application/octet-stream' },
    });
    const { artifact } = (await stored.json()) as { artifact: string };
    const job = await api.call<Job>('POST', '/v1/jobs', { body: { plan: { session: id }, data: artifact } });
    expect(job.status).toBe(202);
    await set(id, iterations, 7);
    const { plan } = (await api.call<{ plan: string }>('GET', `/v1/jobs/${job.body.id}/plan`)).body;
    expect(plan).toContain('iterations = 6');
    const again = await newSession({ job: job.body.id });
    expect(await get(again, iterations)).toMatchObject({ value: 6 });
  });

  it('is listed with what it began as, the newest first, in pages', async () => {
    const named = await newSession();
    const own = await newSession((await api.call('GET', `/v1/plans/${named}/tree`)).body);
    await set(named, iterations, 7);
    const all = (await other.call<SessionPage>('GET', '/v1/plans?limit=100')).body.sessions;
    const ids = all.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort().reverse());
    const type = 'IterativeRadonAlgorithm';
    expect(all.find(({ id }) => id === named)).toMatchObject({ version: 1, plan: { name: 'radon/iterative', type } });
    expect(all.find(({ id }) => id === own)?.plan).toEqual({ type });
    const { links, expiresAt } = (await api.call<Session>('GET', `/v1/plans/${own}`)).body;
    const listed = (await api.call<SessionPage>('GET', '/v1/plans?limit=100')).body.sessions;
    expect(listed.find(({ id }) => id === own)).toMatchObject({ links, expiresAt });

    const paged: string[] = [];
    let cursor: string | undefined = '';
    while (cursor !== undefined) {
      const after: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page: SessionPage = (await api.call<SessionPage>('GET', `/v1/plans?limit=2${after}`)).body;
      paged.push(...page.sessions.map(({ id }) => id));
      cursor = page.cursor;
    }
    expect(paged).toEqual(ids);
    await api.call('DELETE', `/v1/plans/${own}`);
    expect((await api.call<SessionPage>('GET', '/v1/plans?limit=100')).body.sessions).toHaveLength(all.length - 1);
  });

  it('is gone when it was deleted', async () => {
    const id = await newSession();
    await get(id, iterations, other);
    expect((await api.call('DELETE', `/v1/plans/${id}`)).status).toBe(204);
    for (const process of [api, other]) {
      expect(await process.call('GET', `/v1/plans/${id}`)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
      expect((await set(id, iterations, 1, { on: process })).status).toBe(404);
    }
    expect((await api.call('DELETE', `/v1/plans/${id}`)).status).toBe(404);
  });
});

describe('editors of one session', () => {
  it('do not overwrite each other when they say what they have seen', async () => {
    const id = await newSession();
    const seen = (await api.call('GET', pathOf(id, iterations))).headers.get('etag') ?? '';
    expect((await set(id, iterations, 1, { tag: seen })).status).toBe(200);
    const late = await set(id, iterations, 2, { on: other, tag: seen });
    expect(late).toMatchObject({ status: 412, body: { code: 'CONFLICT', details: { ifMatch: 0, version: 1 } } });
    expect(await get(id, iterations)).toMatchObject({ value: 1 });
    expect((await set(id, iterations, 3, { tag: '*' })).status).toBe(200);
    expect((await set(id, iterations, 3, { tag: 'W/"2"' })).body).toMatchObject({ code: 'INVALID_REQUEST' });
  });

  it('lose no accepted write, ten at once over two processes', async () => {
    const id = await newSession({
      _module: 'LabWeights',
      _type: 'RecoPlan{WeightAlgorithm}',
      parameter: { _type: 'RecoPlan{WeightParameters}', weights: Array.from({ length: 10 }, () => 0), scale: 0 },
    });
    const rounds = 4;
    const versions: number[] = [];
    const count = async (on: PlanApi) => {
      for (;;) {
        const { headers, body } = await on.call<SessionProperty>('GET', pathOf(id, 'parameter.scale'));
        const next = await set(id, 'parameter.scale', Number(body.value) + 1, { on, tag: headers.get('etag') ?? '' });
        if (next.status === 200) return versions.push(next.body.version);
        expect(next.status).toBe(412);
      }
    };
    const client = async (number: number) => {
      const on = number % 2 === 0 ? api : other;
      for (let round = 1; round <= rounds; round += 1) {
        const own = await set(id, `parameter.weights[${number + 1}]`, round, { on });
        expect(own.status).toBe(200);
        versions.push(own.body.version);
        await count(on);
      }
    };
    await Promise.all(Array.from({ length: 10 }, (_, number) => client(number)));
    for (const process of [api, other]) {
      expect(await get(id, 'parameter.scale', process)).toMatchObject({ value: 10 * rounds });
      expect(await get(id, 'parameter.weights', process)).toMatchObject({
        value: Array.from({ length: 10 }, () => rounds),
      });
    }
    // Every accepted write made a version of its own.
    expect([...versions].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 * rounds }, (_, index) => index + 1));
  });
});

describe('event streams', () => {
  it('tell an observer of one process what was changed in another', async () => {
    const id = await newSession();
    const events = await readEvents(`${api.url}/v1/plans/${id}/events?property=${iterations}`);
    expect(await events.next()).toEqual({ id: '0', event: 'open', data: { version: 0 } });
    await set(id, averages, 2, { on: other });
    await set(id, iterations, 3, { on: other });
    await set(id, iterations, 3, { on: other });
    expect(await events.next()).toEqual({ id: '2', event: 'change', data: { path: iterations, version: 2, value: 3 } });
    expect(await events.next()).toMatchObject({ id: '3', data: { value: 3 } });
    await other.call('DELETE', pathOf(id, iterations));
    expect(await dataOf(events)).toEqual({ path: iterations, version: 4, missing: true });
    await events.close();
  });

  it('of a property with a transform never send the value', async () => {
    const id = await newSession();
    const events = await readEvents(`${api.url}/v1/plans/${id}/events?property=parameter.reco.angles&transform=length`);
    await events.next();
    await set(
      id,
      'parameter.reco.angles',
      Array.from({ length: 10_000 }, (_, index) => index / 7),
      { on: other },
    );
    expect(await dataOf(events)).toEqual({
      path: 'parameter.reco.angles',
      version: 1,
      transform: 'length',
      value: 10_000,
    });
    expect(events.length).toBeLessThan(1000);
    await events.close();
  });

  it('of the whole plan replay to the tree, links and replaced nodes included', async () => {
    const id = await newSession();
    const events = await readEvents(`${other.url}/v1/plans/${id}/events`);
    await events.next();
    await api.call('PUT', `/v1/plans/${id}/links/${averages}`, { body: { source: frames, function: 'length' } });
    await set(id, frames, [1, 2]);
    await set(id, 'parameter.pre', { _type: 'TransmissionPreprocessingParameters', numAverages: 4 });
    const heard = [];
    for (let count = 0; count < 4; count += 1) heard.push(await dataOf(events));
    expect(heard).toMatchObject([
      { version: 1, path: 'parameter.pre._listener' },
      { version: 2, path: frames, value: [1, 2] },
      { version: 2, path: averages, value: 2 },
      { version: 3, path: 'parameter.pre', value: { numAverages: 4 } },
    ]);
    await events.close();
  });

  it('resume where a reader left off, in a process that was started since', async () => {
    const first = await startPlanApi(redis.url);
    const id = (await first.call<Session>('POST', '/v1/plans', { body: { plan: { name: 'radon/iterative' } } })).body
      .id;
    await set(id, iterations, 1, { on: first });
    await first.close();
    await set(id, iterations, 2);
    await set(id, iterations, 3);
    const second = await startPlanApi(redis.url);
    expect(await get(id, iterations, second)).toMatchObject({ version: 3, value: 3 });
    const whole = await readEvents(`${second.url}/v1/plans/${id}/events`, { 'last-event-id': '1' });
    await whole.next();
    const last = async (): Promise<unknown> => {
      const data = (await dataOf(whole)) as SessionProperty;
      return data.version === 3 ? data : last();
    };
    expect(await last()).toEqual({ path: iterations, version: 3, value: 3 });
    const property = await readEvents(`${second.url}/v1/plans/${id}/events?property=${averages}`, {
      'last-event-id': '1',
    });
    await property.next();
    await set(id, averages, 8);
    expect(await dataOf(property)).toEqual({ path: averages, version: 4, value: 8 });
    await Promise.all([whole.close(), property.close()]);
    await second.close();
  });

  it('begin anew when it is not known any more what was missed', async () => {
    const id = await newSession({
      _type: 'RecoPlan{WeightAlgorithm}',
      parameter: { _type: 'RecoPlan{WeightParameters}' },
    });
    const weights = Array.from({ length: 40_000 }, (_, index) => index / 3);
    for (let round = 0; round < 4; round += 1) await set(id, 'parameter.weights', weights);
    const fresh = await startPlanApi(redis.url);
    const whole = await readEvents(`${fresh.url}/v1/plans/${id}/events`, { 'last-event-id': '0' });
    await whole.next();
    expect(await whole.next()).toEqual({ id: '4', event: 'restart', data: { version: 4 } });
    const one = await readEvents(`${fresh.url}/v1/plans/${id}/events?property=parameter.weights&transform=length`, {
      'last-event-id': '0',
    });
    await one.next();
    expect(await one.next()).toMatchObject({ id: '4', event: 'change', data: { value: 40_000 } });
    await Promise.all([whole.close(), one.close()]);
    await fresh.close();
  });

  it('end with the session', async () => {
    const id = await newSession();
    const events = await readEvents(`${api.url}/v1/plans/${id}/events`);
    await events.next();
    await other.call('DELETE', `/v1/plans/${id}`);
    expect((await events.next()).event).toBe('end');
    await expect(events.next()).rejects.toThrow('ended');
  });
});

describe('limits', () => {
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
    const redisOfItsOwn = await startTestRedis();
    const small = await startPlanApi(redisOfItsOwn.url, { ttlMs: 60_000, mostSessions: 2 });
    const create = () => small.call<Session>('POST', '/v1/plans', { body: { plan: { name: 'radon/fbp' } } });
    const [first] = [await create(), await create()];
    expect(await create()).toMatchObject({ status: 413, body: { code: 'QUOTA_EXCEEDED' } });
    await small.call('DELETE', `/v1/plans/${first.body.id}`);
    expect((await create()).status).toBe(201);
    await small.close();
    await redisOfItsOwn.stop();
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

describe('a plan that holds an array of two million numbers', () => {
  const count = 2_000_000;
  // Neither HTTP nor Redis may move more than this for one number in it: heads, keys and answers, but no array.
  const small = 16 * 1024;

  it('moves no more than what is set', async () => {
    const weights = Array.from({ length: count }, (_, index) => Math.sin(index));
    const tree = { _type: 'RecoPlan{WeightAlgorithm}', parameter: { _type: 'RecoPlan{WeightParameters}', weights } };
    const id = await newSession(tree);
    await get(id, 'parameter.scale', other);
    const traffic = await redisTraffic();
    const before = await traffic.bytes();
    const events = await readEvents(`${other.url}/v1/plans/${id}/events?property=parameter.weights&transform=length`);
    await events.next();
    let moved = 0;
    for (let round = 1; round <= 5; round += 1) {
      const answer = await set(id, 'parameter.scale', round);
      expect(answer.status).toBe(200);
      moved += answer.length;
      expect(await get(id, 'parameter.scale', other)).toMatchObject({ value: round });
      const length = await other.call<SessionProperty>('GET', `${pathOf(id, 'parameter.weights')}?transform=length`);
      expect(length.body).toMatchObject({ value: count });
      moved += length.length;
    }
    expect(moved + events.length).toBeLessThan(small);
    expect((await traffic.bytes()) - before).toBeLessThan(small);
    await events.close();
    traffic.close();
  });
});

/** Bytes that Redis has received and sent since it was started, heartbeats of idle clients included. */
async function redisTraffic() {
  const connection = new Redis(redis.url);
  await connection.ping();
  const field = (info: string, name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
  return {
    async bytes() {
      const info = await connection.info('stats');
      return field(info, 'total_net_input_bytes') + field(info, 'total_net_output_bytes');
    },
    close: () => connection.disconnect(),
  };
}
