import { fileURLToPath } from 'node:url';
import { failure, type Job, type Submission } from '@rondel/contracts';
import { loadManifests } from '@rondel/reco';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { imageResult, queuedHead, queuedWork } from '../support/api/queued-jobs.js';
import { startTestRedis } from '../support/machine/redis.js';
import { openTestApi } from '../support/api/test-api.js';

const folder = fileURLToPath(new URL('../e2e/gain-file', import.meta.url));
const redis = await startTestRedis();
const packages = await loadManifests([folder], process.cwd());
const { app, jobs, storeBytes, close } = await openTestApi(redis.url, { packages });

afterAll(async () => {
  await close();
  await redis.stop();
});

const plan = { name: 'lab/gain' };
const [data, gainMap, other] = [
  'root://scans/image.npy',
  'root://calibration/gain.npy',
  'root://calibration/other.npy',
];
const place = 'parameter.gain.gainMap';

async function accepted(payload: Partial<Submission>) {
  const answer = await app.inject({ method: 'POST', url: '/v1/jobs', payload: { plan, ...payload } });
  expect(answer.statusCode, answer.body).toBe(202);
  const { id } = answer.json<Job>();
  const work = (await jobs.ledger.archive(id))?.work;
  if (work === undefined) throw new Error('The job is not there.');
  return { id, work, head: await jobs.ledger.head(id), step: stepOf(work.plan) };
}

function stepOf(tree: unknown): unknown {
  return (tree as { parameter: { gain: unknown } }).parameter.gain;
}

async function refused(payload: Partial<Submission>, url = '/v1/jobs') {
  const answer = await app.inject({ method: 'POST', url, payload: { plan, ...payload } });
  expect(answer.statusCode).toBeGreaterThanOrEqual(400);
  return answer.json<{ code: string; path?: string; detail: string }>();
}

describe('a named data reference', () => {
  it('sets the property of its name that the plan leaves open, and is no array of the job', async () => {
    const { work, step, head } = await accepted({ data: { data, gainMap } });
    expect(step).toMatchObject({ gainMap });
    expect(work.data).toEqual({ data });
    expect(head?.data).toEqual({ data, gainMap });
    const same = await accepted({ data, parameters: { gainMap } });
    expect(same.head?.plan.sha256).toBe(head?.plan.sha256);
  });

  it('sets a list to this one file', async () => {
    expect((await accepted({ data: { data, gainMap, offsets: other } })).step).toMatchObject({ offsets: [other] });
  });

  it('is refused where the plan names another file itself, and taken where it is the same', async () => {
    const parameters = { gainMap };
    expect(await refused({ data: { data, gainMap: other }, parameters })).toMatchObject({
      code: 'INVALID_REQUEST',
      path: 'data.gainMap',
      detail: expect.stringContaining(`${place} is ${gainMap}`) as string,
    });
    expect((await accepted({ data: { data, gainMap }, parameters })).step).toMatchObject({ gainMap });
  });

  it('is not missing because something else is wrong', async () => {
    const answer = await refused({ data: { data, gainMap }, parameters: { power: 'two' } });
    expect(JSON.stringify(answer)).toContain('power must be a number');
    expect(JSON.stringify(answer)).not.toContain('PLAN_MISSING_PROPERTY');
  });

  it('takes the place of a file of the machine that has saved the plan', async () => {
    const { toml } = packages[0]?.plans[0] ?? { toml: '' };
    const saved = toml.replace(
      '_type = "RecoPlan{GainStep}"',
      '_type = "RecoPlan{GainStep}"\ngainMap = { _module = "MPIFiles", _type = "MDFFileV2{Float32}", _value = "/home/a.mdf" }',
    );
    expect(await refused({ plan: saved, data })).toMatchObject({ code: 'PLAN_INVALID_VALUE', path: place });
    expect((await accepted({ plan: saved, data: { data, gainMap } })).step).toMatchObject({ gainMap });
  });

  it('is what the result of a job is, once that is there', async () => {
    const { id } = await accepted({ data: { data, gainMap } });
    const artifact = await storeBytes('gain');
    await jobs.ledger.finish(id, { state: 'completed', result: imageResult({ artifact }) });
    expect((await accepted({ data: { data, gainMap: `job:${id}` } })).step).toMatchObject({ gainMap: artifact });
  });

  it('sets it in all jobs of a sweep, and its combinations may vary others', async () => {
    const vary = [{ path: 'power', values: [1, 2] }];
    const payload = { plan, data: { data, gainMap }, vary };
    const sweep = (await app.inject({ method: 'POST', url: '/v1/sweeps', payload })).json<{ jobs: string[] }>();
    for (const id of sweep.jobs) {
      expect(stepOf((await jobs.ledger.archive(id))?.work.plan)).toMatchObject({ gainMap });
    }
    const files = [{ path: 'gainMap', values: [gainMap, other] }];
    const over = await app.inject({ method: 'POST', url: '/v1/sweeps', payload: { plan, data, vary: files } });
    const work = await Promise.all(over.json<{ jobs: string[] }>().jobs.map((id) => jobs.ledger.archive(id)));
    expect(work.map((one) => stepOf(one?.work.plan))).toMatchObject([{ gainMap }, { gainMap: other }]);
  });

  it('sets it in a job of a live plan, whose own value stays open', async () => {
    const session = (await app.inject({ method: 'POST', url: '/v1/plans', payload: { plan } })).json<{ id: string }>();
    const { step } = await accepted({ plan: { session: session.id }, data: { data, gainMap } });
    expect(step).toMatchObject({ gainMap });
    const toml = (await app.inject(`/v1/plans/${session.id}/toml`)).body;
    expect(toml).not.toContain('root://');
  });
});

describe('a warm algorithm', () => {
  it('has the files of its plan, and refuses others with an input', async () => {
    const url = '/v1/algorithms/01ARZ3NDEKTSV4RRFFQ69G5FAV/put';
    const answer = await app.inject({ method: 'POST', url, payload: { data: { data, gainMap: other } } });
    expect(answer.json()).toMatchObject({ code: 'INVALID_REQUEST', path: 'data.gainMap' });
  });
});

describe('a file that a plan names', () => {
  it('sends the work to workers that have its root', async () => {
    const { head } = await accepted({ data, parameters: { gainMap } });
    expect(head?.stages.map(({ requires }) => requires?.roots)).toEqual([['calibration', 'scans']]);
  });

  it('is refused at once where it leads nowhere', async () => {
    const missing = `artifact:sha256-${'0'.repeat(64)}`;
    for (const url of ['/v1/jobs', '/v1/algorithms']) {
      const body = { parameters: { gainMap: missing }, ...(url === '/v1/jobs' && { data }) };
      expect(await refused(body, url)).toMatchObject({ code: 'DATA_NOT_FOUND', path: place });
    }
    expect(await refused({ data, parameters: { gainMap: 'root://scans/../x' } })).toMatchObject({
      code: 'DATA_FORBIDDEN',
      path: place,
    });
    expect(await refused({ data })).toMatchObject({ code: 'PLAN_MISSING_PROPERTY', path: place });
  });

  it('is kept in the store as long as the job needs it', async () => {
    const artifact = await storeBytes('calibration');
    await accepted({ data, parameters: { gainMap: artifact } });
    const live: string[] = [];
    for await (const sha256 of jobs.store.references()) live.push(`artifact:sha256-${sha256}`);
    expect(live).toContain(artifact);
  });
});

describe('a job whose data is the result of another that has not ended', () => {
  const later = { plan: { name: 'radon/fbp' }, parameters: { angles: [0, 1, 2] } };
  const submit = async (reference: string) =>
    (await app.inject({ method: 'POST', url: '/v1/jobs', payload: { ...later, data: reference } })).json<Job>();
  const jobOf = async (id: string) => (await app.inject(`/v1/jobs/${id}`)).json<Job>();
  const stateOf = (id: string, state: Job['state']) =>
    vi.waitFor(async () => expect(await jobOf(id)).toMatchObject({ state }), { timeout: 10_000 });
  const end = (id: string, state: 'failed' | 'cancelled') =>
    jobs.ledger.finish(id, { state, error: failure('STEP_FAILED', 'It was to be.') });

  it('waits for it and says so, and goes on with its image once that is there', async () => {
    const first = await submit(data);
    const second = await submit(`job:${first.id}`);
    expect(second).toMatchObject({
      state: 'waiting',
      data: `job:${first.id}`,
      waiting: { reason: `Waits for job ${first.id} to complete, whose result is its data.` },
    });
    expect(await jobs.queuePlace(second.id)).not.toHaveProperty('position');
    const artifact = await storeBytes('image');
    await jobs.ledger.finish(first.id, { state: 'completed', result: imageResult({ artifact }) });
    await stateOf(second.id, 'queued');
    expect((await jobs.ledger.archive(second.id))?.work.data).toEqual({ data: artifact });
    await vi.waitFor(async () => expect(await jobs.queuePlace(second.id)).toHaveProperty('position'));
  });

  it.each(['failed', 'cancelled'] as const)(
    'ends with it where it is %s, and waits again once it runs again',
    async (state) => {
      const first = await submit(data);
      const second = await submit(`job:${first.id}`);
      const third = await submit(`job:${second.id}`);
      await end(first.id, state);
      await stateOf(third.id, state);
      expect((await jobOf(second.id)).error?.message).toContain(`Job ${first.id}, whose result is data of this one,`);
      await app.inject({ method: 'POST', url: `/v1/jobs/${first.id}/retry` });
      await stateOf(second.id, 'waiting');
      await stateOf(third.id, 'waiting');
      await jobs.ledger.finish(first.id, {
        state: 'completed',
        result: imageResult({ artifact: await storeBytes('one') }),
      });
      await stateOf(second.id, 'queued');
      await stateOf(third.id, 'waiting');
    },
  );

  it('is cancelled by itself, and found by whoever repairs where the process died that would have let it go on', async () => {
    const first = await submit(data);
    const second = await submit(`job:${first.id}`);
    await app.inject({ method: 'DELETE', url: `/v1/jobs/${second.id}` });
    await stateOf(second.id, 'cancelled');
    // Nobody listens for the end of one that nothing was submitted for.
    const quiet = await submit(data);
    const work = { ...queuedWork, data: { data: `job:${quiet.id}` } };
    const createdAt = new Date(Date.now() - 60_000).toISOString();
    const [released, givenUp, known] = Array.from({ length: 3 }, () => queuedHead('default', { createdAt }));
    if (released === undefined || givenUp === undefined || known === undefined) throw new Error('unreachable');
    const lost = await submit(data);
    await jobs.ledger.create(released, work);
    for (const head of [givenUp, known]) await jobs.ledger.create(head, { ...work, data: { data: `job:${lost.id}` } });
    await jobs.ledger.finish(quiet.id, {
      state: 'completed',
      result: imageResult({ artifact: await storeBytes('two') }),
    });
    await end(lost.id, 'failed');
    // Dies after it has decided that the job ends; whatever becomes of the other one then is too late for it.
    await jobs.ledger.release(known.id);
    await jobs.ledger.retry(lost.id);
    await jobs.reconcile(() => Promise.resolve());
    expect((await jobs.ledger.get(released.id))?.state).toBe('queued');
    expect(await jobs.queuePlace(released.id)).toHaveProperty('position');
    expect((await jobs.ledger.get(known.id))?.state).toBe('failed');
    expect((await jobs.ledger.get(givenUp.id))?.state).toBe('waiting');
  });

  it('waits as well where that is to be a file of its plan, by name or as a parameter', async () => {
    const first = await submit(data);
    const reference = `job:${first.id}`;
    const named = await accepted({ data: { data, gainMap: reference } });
    const set = await accepted({ data, parameters: { gainMap: reference, offsets: [other, reference] } });
    for (const { id } of [named, set]) {
      expect(await jobOf(id)).toMatchObject({
        state: 'waiting',
        waiting: { reason: expect.stringContaining(first.id) as string },
      });
    }
    const artifact = await storeBytes('gain of a job');
    await jobs.ledger.finish(first.id, { state: 'completed', result: imageResult({ artifact }) });
    for (const { id } of [named, set]) await stateOf(id, 'queued');
    const work = async (id: string) => (await jobs.ledger.archive(id))?.work;
    expect(stepOf((await work(named.id))?.plan)).toMatchObject({ gainMap: artifact });
    expect(stepOf((await work(set.id))?.plan)).toMatchObject({ gainMap: artifact, offsets: [other, artifact] });
    expect((await work(set.id))?.planToml).not.toContain('job:');
    // What is there already keeps nobody waiting.
    const late = await accepted({ data, parameters: { gainMap: reference } });
    expect(stepOf((await work(late.id))?.plan)).toMatchObject({ gainMap: artifact });
  });

  it('waits in a sweep, with its data and with what is varied', async () => {
    const [first, second] = [await submit(data), await submit(data)];
    const vary = [{ path: 'gainMap', values: [gainMap, `job:${second.id}`] }];
    const payload = { plan, data: `job:${first.id}`, vary };
    const answer = await app.inject({ method: 'POST', url: '/v1/sweeps', payload });
    expect(answer.statusCode, answer.body).toBe(202);
    const [one = '', both = ''] = answer.json<{ jobs: string[] }>().jobs;
    expect((await jobOf(one)).waiting?.reason).not.toContain(second.id);
    expect((await jobOf(both)).waiting?.reason).toContain(second.id);
    const result = imageResult({ artifact: await storeBytes('swept') });
    await jobs.ledger.finish(first.id, { state: 'completed', result });
    await stateOf(one, 'queued');
    await stateOf(both, 'waiting');
    await end(second.id, 'failed');
    await stateOf(both, 'failed');
  });

  it('is refused where the other one has ended without an image', async () => {
    const first = await submit(data);
    await end(first.id, 'failed');
    for (const payload of [
      { ...later, data: `job:${first.id}` },
      { plan, data, parameters: { gainMap: `job:${first.id}` } },
    ]) {
      const answer = await app.inject({ method: 'POST', url: '/v1/jobs', payload });
      expect(answer.json()).toMatchObject({
        code: 'DATA_NOT_FOUND',
        detail: expect.stringContaining('is failed and has no result') as string,
      });
    }
  });

  it('is refused by a warm algorithm, which waits for nothing', async () => {
    const { id } = await submit(data);
    const algorithm = { plan, parameters: { gainMap: `job:${id}` } };
    const put = { data: `job:${id}` };
    for (const [url, payload] of [
      ['/v1/algorithms', algorithm],
      ['/v1/algorithms/01ARZ3NDEKTSV4RRFFQ69G5FAV/put', put],
    ] as const) {
      const answer = await app.inject({ method: 'POST', url, payload });
      expect(answer.json()).toMatchObject({
        code: 'DATA_NOT_FOUND',
        detail: expect.stringContaining('A warm algorithm waits for no job') as string,
      });
    }
  });
});
