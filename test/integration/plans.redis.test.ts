import type { BuildAnswer, Job, Session, SessionChange, SessionPage, SessionProperty } from '@rondel/contracts';
import { parsePlan, planFromTree, planHash, withDefaults } from '@rondel/plan';
import { createRegistry } from '@rondel/reco';
import { leastSquaresManifest } from '@rondel/least-squares/manifest';
import { radonManifest } from '@rondel/radon/manifest';
import { afterAll, describe, expect, it } from 'vitest';
import type { PlanApi } from '../support/api/plan-api.js';
import { averages, frames, iterations, pathOf, startPlanSessions } from '../support/api/plan-sessions.js';

const { api, other, newSession, set, get, stop } = await startPlanSessions();
afterAll(stop);

describe('a session', () => {
  it('is made from a name, TOML, a tree or another session, and gives the plan back', async () => {
    const id = await newSession();
    const answer = await api.call<Session>('GET', `/v1/plans/${id}`);
    expect(answer.body).toMatchObject({ id, version: 0, links: { self: `/v1/plans/${id}` } });
    expect(answer.headers.get('etag')).toBe('"0"');
    expect(Date.parse(answer.body.expiresAt) - Date.now()).toBeGreaterThan(23 * 3600 * 1000);
    const tree = (await api.call('GET', `/v1/plans/${id}/tree`)).body;
    const built = parsePlan(createRegistry([leastSquaresManifest, radonManifest]).plan('radon/iterative').toml);
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
    const { catalog } = createRegistry([leastSquaresManifest, radonManifest]);
    const plan = parsePlan(createRegistry([leastSquaresManifest, radonManifest]).plan('radon/iterative').toml);
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
