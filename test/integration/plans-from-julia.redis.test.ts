import { readFileSync } from 'node:fs';
import type { Job, Session, SessionChange } from '@rondel/contracts';
import { afterAll, describe, expect, it } from 'vitest';
import { loadPlanErrors } from '../parity/julia-load-plan.js';
import { averages, frames, iterations, pathOf, startPlanSessions } from '../support/api/plan-sessions.js';

const { api, newSession, set, get, stop } = await startPlanSessions();
afterAll(stop);

const linked = readFileSync(new URL('../parity/plans/julia/linked.toml', import.meta.url), 'utf8');
const misspelt = linked.replace('"length"', '"lenght"');
const data = 'root://scans/head.npy';

async function planOfJob(body: object): Promise<string> {
  const job = await api.call<Job>('POST', '/v1/jobs', { body: { data, ...body } });
  expect(job.status, JSON.stringify(job.body)).toBe(202);
  return (await api.call<{ plan: string }>('GET', `/v1/jobs/${job.body.id}/plan`)).body.plan;
}

describe('a plan with a link', () => {
  it('P1: follows the parameters of a job, of a session and of a job from a session', async () => {
    expect(await planOfJob({ plan: linked, parameters: { frames: [1, 2, 3] } })).toContain('iterations = 3\n');
    const body = { plan: linked, parameters: { frames: [1, 2] } };
    const { id } = (await api.call<Session>('POST', '/v1/plans', { body })).body;
    expect(await get(id, iterations)).toMatchObject({ value: 2, version: 0 });
    expect(await planOfJob({ plan: { session: id }, parameters: { frames: [1] } })).toContain('iterations = 1\n');
    const all = await api.call<SessionChange>('POST', `/v1/plans/${id}/set-all`, { body: { frames: [4, 5, 6, 7] } });
    expect(all.body.changed.sort()).toEqual([frames, iterations]);
    expect(await get(id, iterations)).toMatchObject({ value: 4 });
  });

  it('P1: keeps what was set by hand in a session, in its jobs and copies too', async () => {
    const id = await newSession(linked);
    await set(id, iterations, 7);
    const parameters = { frames: [1, 2, 3] };
    expect(await planOfJob({ plan: { session: id }, parameters })).toContain('iterations = 7\n');
    const copy = await api.call<Session>('POST', '/v1/plans', { body: { plan: { session: id }, parameters } });
    expect(await get(copy.body.id, iterations)).toMatchObject({ value: 7 });
  });

  it('P1: follows in each combination of a sweep', async () => {
    const vary = [{ path: 'frames', values: [[1], [1, 2, 3]] }];
    const sweep = await api.call<{ jobs: string[] }>('POST', '/v1/sweeps', { body: { plan: linked, data, vary } });
    const plans = sweep.body.jobs.map((job) => api.call<{ plan: string }>('GET', `/v1/jobs/${job}/plan`));
    const made = (await Promise.all(plans)).map(({ body }) => /iterations = (\d+)/.exec(body.plan)?.[1]);
    expect(made).toEqual(['1', '3']);
  });

  it.each([
    ['/v1/jobs', { data }],
    ['/v1/sweeps', { data, vary: [{ path: 'frames', values: [[1]] }] }],
    ['/v1/plans', {}],
    ['/v1/algorithms', {}],
  ])('P2: through a function that nobody has registered is refused by %s', async (path, others) => {
    const { status, body } = await api.call('POST', path, { body: { plan: misspelt, ...others } });
    expect([status, body]).toMatchObject([422, { code: 'PLAN_INVALID_VALUE', path: iterations }]);
    expect(body).toMatchObject({ detail: expect.stringMatching(/"Base\.lenght".*Did you mean length/) as string });
  });
});

describe('a session of a plan from Julia', () => {
  it('P4: gives a file that loads there, whatever was set in it', async () => {
    const id = await newSession(linked);
    await set(id, 'parameter.reco.solver', 'POGM');
    await set(id, 'parameter.reco.reg', [{ _type: 'L2Regularization', lambda: 0.5 }]);
    await set(id, 'parameter.pre', { _type: 'RadonPreprocessingParameters', frames: [1] });
    await api.call('PUT', `/v1/plans/${id}/links/${averages}`, { body: { source: frames, function: 'length' } });
    const { body: toml } = await api.call<string>('GET', `/v1/plans/${id}/toml`);
    expect(loadPlanErrors(toml)).toEqual([]);
    expect(await get(id, 'parameter.reco.reg[1].lambda')).toMatchObject({ value: 0.5 });
  });
});

describe('nothing in a session', () => {
  it('P9: reads as null, not as missing, and is an empty table in the file', async () => {
    const id = await newSession({ name: 'radon/fbp' });
    const angles = 'parameter.reco.angles';
    expect(await get(id, angles)).toEqual({ path: angles, version: 0, missing: true });
    await set(id, angles, null);
    expect(await get(id, angles)).toEqual({ path: angles, version: 1, value: null });
    const tree = (await api.call('GET', `/v1/plans/${id}/tree`)).body;
    expect(tree).toMatchObject({ parameter: { reco: { angles: null } } });
    expect((await api.call<string>('GET', `/v1/plans/${id}/toml`)).body).toContain('angles = {}');
    expect(await get(await newSession(tree), angles)).toMatchObject({ value: null });
    await api.call('DELETE', pathOf(id, angles));
    expect(await get(id, angles)).toMatchObject({ missing: true });
  });

  it('P9: is what a union or a tuple of Julia holds, without the tags', async () => {
    const file = (name: string) => readFileSync(new URL(`../parity/plans/julia/${name}.toml`, import.meta.url), 'utf8');
    const filtered = await newSession(file('julia_head_filtered_default'));
    expect(await get(filtered, 'parameter.reco.filter')).toMatchObject({ value: null });
    const tuple = await newSession(file('iterative_air05'));
    expect(await get(tuple, 'parameter.reco.shape')).toMatchObject({ value: [64, 64, 64] });
  });
});
