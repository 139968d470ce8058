import { readFile } from 'node:fs/promises';
import { encodeArray } from '@rondel/formats';
import {
  failure,
  float32Array,
  type CarriedFields,
  type DataInfo,
  type Job,
  type Problem,
  type Submission,
} from '@rondel/contracts';
import { decode } from 'fast-png';
import { afterAll, expect, it, vi } from 'vitest';
import type { Answer } from '@rondel/jobs';
import { begunAttempt, imageResult } from '../support/api/queued-jobs.js';
import { workerRecord } from '../support/api/worker-record.js';
import { startTestRedis } from '../support/machine/redis.js';
import { openTestApi } from '../support/api/test-api.js';

/** What the form of the dashboard is made of. */
const redis = await startTestRedis();
const { app, jobs, store, storeBytes, close } = await openTestApi(redis.url);

afterAll(async () => {
  await close();
  await redis.stop();
});

const submit = (payload: Submission) => app.inject({ method: 'POST', url: '/v1/jobs', payload });
const submissionOf = async (id: string) => (await app.inject(`/v1/jobs/${id}/submission`)).json<Submission>();

it('D2: everything that a job was submitted with can be submitted again', async () => {
  const data = { data: await storeBytes('counts'), dark: await storeBytes('dark'), white: await storeBytes('white') };
  const submission: Submission = {
    plan: { name: 'radon/iterative' },
    parameters: { iterations: 7, 'parameter.reco.relTol': 0.25 },
    data,
    pool: 'default',
    lane: 'interactive',
    priority: 7,
    split: 'slice:8',
    worker: 'gpu=a100',
    engine: 'wasm',
    attempts: 2,
    timeoutSeconds: 60,
    title: 'Tooth, fine',
    labels: { sample: 'tooth', run: '3' },
  };
  const { id, plan } = (await submit(submission)).json<Job>();
  expect(await submissionOf(id)).toEqual(submission);
  expect((await submit(await submissionOf(id))).json<Job>().plan).toEqual(plan);
});

/** One value for each: whoever adds a field adds one here. */
const carried: Required<CarriedFields> = { strict: true, submitter: 'lab', project: 'knee' };

it('what a job carries goes with it to sweeps and to whatever runs it again', async () => {
  const body = { plan: { name: 'radon/fbp' }, data: await storeBytes('counts'), ...carried };
  const { id, ...job } = (await submit({ ...body, parameters: { angles: [0, 1, 2] } })).json<Job>();
  expect(job).toMatchObject(carried);
  const { submitter: _, project: _project, ...offered } = carried;
  expect(await submissionOf(id)).toMatchObject(offered);
  await jobs.ledger.finish(id, { state: 'completed', result: imageResult() });
  const retried = await app.inject({ method: 'POST', url: `/v1/jobs/${id}/retry` });
  expect(retried.json<Job>()).toMatchObject({ ...carried, rerunOf: id });
  const vary = [{ path: 'centerOfRotation', values: [1, 2] }];
  const sweep = (await app.inject({ method: 'POST', url: '/v1/sweeps', payload: { ...body, vary } })).json<{
    jobs: string[];
  }>();
  for (const one of sweep.jobs) expect((await app.inject(`/v1/jobs/${one}`)).json<Job>()).toMatchObject(carried);
});

it('D2: a plan of ones own comes back as its text, with what was set in it', async () => {
  const { toml = '' } =
    (await app.inject('/v1/catalog')).json<{ plans: { name: string; toml: string }[] }>().plans[0] ?? {};
  const data = await storeBytes('counts');
  const first = (await submit({ plan: toml, data, parameters: { centerOfRotation: 31.5 } })).json<Job>();
  const again = await submissionOf(first.id);
  expect(again.plan).toMatch(/centerOfRotation = 31\.5/);
  expect(again).not.toHaveProperty('parameters');
  expect((await submit(again)).json<Job>().plan).toEqual(first.plan);
});

it('D8: plan, pool and every data reference are found wrong at once', async () => {
  const missing = `artifact:sha256-${'1'.repeat(64)}`;
  const answer = await submit({
    plan: { name: 'radon/iterative' },
    parameters: { iterations: -1, relTol: 'small' },
    data: { data: missing, dark: missing },
    pool: 'nowhere',
  });
  const { problems } = answer.json<{ problems: (Problem & { path?: string })[] }>();
  expect(answer.statusCode).toBe(422);
  expect(problems.map(({ code, path }) => `${code} ${path ?? ''}`).sort()).toEqual([
    'DATA_NOT_FOUND data.dark',
    'DATA_NOT_FOUND data.data',
    'PLAN_INVALID_VALUE parameter.reco.iterations',
    'PLAN_INVALID_VALUE parameter.reco.relTol',
    'POOL_UNKNOWN ',
  ]);
});

it('D9: a file is looked at before anybody submits it', async () => {
  const values = Float32Array.from({ length: 3 * 4 * 6 }, (_, index) => index);
  const { parts } = await encodeArray(float32Array(values, [3, 4, 6]), 'npy');
  const { sha256 } = await store.put(parts);
  const info = (await app.inject(`/v1/data/${sha256}/info`)).json<DataInfo>();
  expect(info).toMatchObject({
    format: 'npy',
    shape: [3, 4, 6],
    dtype: 'float32',
    companions: {},
    plane: { at: 1, min: 24, max: 47, finite: true },
  });
  const picture = await app.inject(info.links?.picture ?? '');
  expect(picture.headers['content-type']).toBe('image/png');
  expect(decode(picture.rawPayload)).toMatchObject({ width: 6, height: 4 });

  const letter = (await storeBytes('Dear colleagues, ...')).replace('artifact:sha256-', '');
  const refused = await app.inject(`/v1/data/${letter}/info`);
  expect([refused.statusCode, refused.json()]).toMatchObject([422, { code: 'DATA_FORMAT' }]);
  expect((await app.inject(`/v1/data/${'1'.repeat(64)}/info`)).statusCode).toBe(404);
});

it('says of a file of magnetic particle imaging what it is, and draws no picture of its samples', async () => {
  const file = await readFile(new URL('../../libs/formats/src/testing/calibration.mdf', import.meta.url));
  const sha256 = (await storeBytes(file)).replace('artifact:sha256-', '');
  const info = (await app.inject(`/v1/data/${sha256}/info`)).json<DataInfo>();
  expect(info).toMatchObject({ format: 'hdf5', shape: [6, 1, 2, 3], dtype: 'complex64' });
  expect(info.mdf).toMatchObject({ calibrationSize: [2, 2, 1], numBackgroundFrames: 2, meanSnr: 2.5 });
  expect(info.links).toBeUndefined();
});

it('D9: a file in a data root is looked at by a worker that has it, or it is said that none can', async () => {
  const reference = 'root://scans/day 1/scan.npy';
  const ask = () => app.inject({ url: '/v1/data/info', query: { reference } });
  expect((await ask()).json()).toMatchObject({ code: 'WORKER_UNAVAILABLE' });
  expect((await app.inject({ url: '/v1/data/info', query: { reference: 'job:1' } })).statusCode).toBe(422);
  await jobs.fleet.beat(workerRecord('w1', { roots: ['scans'] }));
  const answered = async (answer: Answer) => {
    const asked = ask();
    const question = await vi.waitUntil(() => jobs.questions.take('w1'), { timeout: 5000 });
    expect(question).toMatchObject({ question: { path: reference, look: true } });
    await jobs.questions.answer(question.id, answer);
    return asked;
  };
  const refused = await answered({ failure: failure('DATA_FORMAT', 'scan.npy is empty.') });
  expect([refused.statusCode, refused.json()]).toMatchObject([422, { code: 'DATA_FORMAT' }]);
  const old = await answered({ value: 5 });
  expect(old.json()).toMatchObject({ code: 'WORKER_UNAVAILABLE' });
  const info = { format: 'npy', bytes: 80, shape: [3, 2], dtype: 'float32', companions: {} };
  const found = (await answered({ value: { info, picture: 'iVBORw==' } })).json<DataInfo>();
  expect(found).toMatchObject(info);
  const picture = await app.inject(found.links?.picture ?? '');
  expect([picture.headers['content-type'], picture.rawPayload.byteLength]).toEqual(['image/png', 4]);
});

it('D9: steps that never ran are not shown as failed', async () => {
  const { id } = (await submit({ plan: { name: 'radon/fbp' }, data: await storeBytes('no data') })).json<Job>();
  const attempt = await begunAttempt(jobs, id);
  await jobs.ledger.finish(id, { state: 'failed', error: failure('DATA_FORMAT', 'no data'), steps: [] }, attempt);
  const { steps, state } = (await app.inject(`/v1/jobs/${id}`)).json<Job>();
  expect([state, steps.map((step) => step.state)]).toEqual(['failed', ['cancelled', 'cancelled']]);
});
