import { failure, float32Array, type Job, type JobCounts, type JobPage, type SelectionAnswer } from '@rondel/contracts';
import { createClient, type Client } from '@rondel/client';
import { encodeArray } from '@rondel/formats';
import { recordJob } from '@rondel/jobs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { begunAttempt, imageResult } from '../support/api/queued-jobs.js';
import { rondel } from '../support/machine/rondel-command.js';
import { startTestRedis } from '../support/machine/redis.js';
import { openTestApi } from '../support/api/test-api.js';
import { workerRecord } from '../support/api/worker-record.js';

const redis = await startTestRedis();
const { app, jobs, store, storeBytes, close } = await openTestApi(redis.url);
const artifact = await storeBytes('raw data');
const absent = '01JD0000000000000000000000';
let client: Client;

beforeAll(async () => {
  client = createClient({ url: await app.listen({ host: '127.0.0.1', port: 0 }), submitter: 'ada' });
});

afterAll(async () => {
  await close();
  await redis.stop();
});

function submit(overrides: Record<string, unknown> = {}): Promise<Job> {
  return client.submit({ plan: { name: 'radon/fbp' }, data: artifact, ...overrides });
}

async function complete(id: string, value = 3): Promise<void> {
  const image = float32Array(
    new Float32Array([0, 1, 2, value]),
    [1, 1, 2, 2],
    ['frame', 'slice', 'y', 'x'],
    [1, 1, 1, 1],
  );
  const { sha256 } = await store.put((await encodeArray(image, 'npy')).parts);
  const result = imageResult({ artifact: `artifact:sha256-${sha256}`, shape: [1, 1, 2, 2], max: value });
  await jobs.ledger.finish(id, { state: 'completed', result }, await begunAttempt(jobs, id));
}

async function failed(overrides: Record<string, unknown> = {}): Promise<string> {
  const { id } = await submit(overrides);
  const error = { code: 'STEP_FAILED', message: 'It broke.', retryable: false } as const;
  await jobs.ledger.finish(id, { state: 'failed', error }, await begunAttempt(jobs, id));
  return id;
}

/** The bytes are gone as after a removal for their age. */
async function remove(reference: string): Promise<void> {
  const sha256 = reference.replace('artifact:sha256-', '');
  const now = Date.now();
  await store.files.discard(sha256, { round: now, unusedSince: now + 60_000 });
  await store.files.deleteDiscarded({ before: now + 1, mustStay: () => false });
}

describe('running a completed job again', () => {
  it('D1: makes a new job that names the old one, which keeps image and record', async () => {
    const first = await submit({
      parameters: { filter: 'hann' },
      labels: { scan: '7' },
      title: 'tooth',
      split: 'slice:2',
    });
    await complete(first.id);
    const before = await client.job(first.id);
    const again = await client.retry(first.id);
    expect(again.id).not.toBe(first.id);
    expect(again).toMatchObject({ state: 'queued', rerunOf: first.id, title: 'tooth', set: 'filter = hann' });
    expect(again).toMatchObject({ plan: first.plan, data: first.data, labels: { scan: '7' }, submitter: 'ada' });
    expect(await client.jobPlan(again.id)).toEqual(await client.jobPlan(first.id));
    const runs = { rerunOf: first.id, label: 'scan=7' };
    expect((await client.jobs(runs)).jobs.map(({ id }) => id)).toEqual([again.id]);
    expect((await client.jobs({ ...runs, q: 'toothless' })).jobs).toEqual([]);
    const shown = await rondel(['show', first.id], { RONDEL_URL: client.url });
    expect(shown.stdout).toContain(`run again as ${again.id}, queued`);
    expect(await client.jobCounts(runs)).toMatchObject({ total: 1, states: { queued: 1 } });
    await client.cancel(again.id);
    expect(await client.job(first.id)).toEqual(before);
    await expect(jobs.retry(first.id)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('D1: goes on under its id for one that has failed', async () => {
    const id = await failed();
    expect(await client.retry(id)).toMatchObject({ id, state: 'queued' });
  });

  it.each(['completed', 'failed'] as const)(
    'O3: is refused when data of a %s job was removed, and changes nothing',
    async (state) => {
      const white = await storeBytes(`white fields of one that has ${state}`);
      const { id } = await submit({ data: { data: artifact, white } });
      if (state === 'completed') await complete(id, 4);
      else {
        const error = { code: 'STEP_FAILED', message: 'It broke.', retryable: false } as const;
        await jobs.ledger.finish(id, { state, error }, await begunAttempt(jobs, id));
      }
      const before = await client.job(id);
      const { total } = await client.jobCounts();
      await remove(white);
      const refusal = { code: 'DATA_NOT_FOUND', message: expect.stringContaining('data "white"') as string };
      await expect(client.retry(id)).rejects.toMatchObject(refusal);
      expect(await client.job(id)).toEqual(before);
      expect(await client.jobCounts()).toMatchObject({ total });
    },
  );
});

describe('many jobs', () => {
  const label = 'set=many';
  const labels = { set: 'many' };

  it('D10: are counted by state, found by words, and cancelled and run again by filter and by id', async () => {
    const [one, two, three] = [
      await submit({ labels, title: 'Tooth of a whale' }),
      await submit({ labels, parameters: { filter: 'cosine' } }),
      await submit({ labels, pool: 'default', submitter: 'bob' }),
    ];
    const done = await submit({ labels });
    await complete(done.id, 5);
    const broken = await failed({ labels });
    const counts = async (query: string) => (await app.inject(`/v1/jobs/counts?${query}`)).json<JobCounts>();
    expect(await counts(`label=${encodeURIComponent(label)}`)).toEqual({
      total: 5,
      states: { queued: 3, waiting: 0, active: 0, completed: 1, failed: 1, cancelled: 0 },
    });
    const found = async (query: string) =>
      (await app.inject(`/v1/jobs?label=set&${query}`)).json<JobPage>().jobs.map(({ id }) => id);
    expect(await found('q=whale%20TOOTH')).toEqual([one.id]);
    expect(await found('q=cosine')).toEqual([two.id]);
    expect(await found('q=bob')).toEqual([three.id]);
    expect(await found('submitter=bob')).toEqual([three.id]);
    expect(await found(`q=${done.id.toLowerCase()}`)).toEqual([done.id]);
    expect(await found('state=failed&state=completed')).toEqual([broken, done.id]);
    expect(await found('q=walrus')).toEqual([]);

    expect(await client.cancelJobs({ filter: { label } })).toEqual({ done: 3, refused: [] });
    const byId = await client.cancelJobs({ ids: [one.id, absent] });
    expect(byId.done).toBe(0);
    expect(byId.refused.map(({ id, code }) => [id, code])).toEqual([
      [one.id, 'CONFLICT'],
      [absent, 'NOT_FOUND'],
    ]);
    // What has completed is not meant by a filter that does not say so.
    expect(await client.retryJobs({ filter: { label } })).toEqual({ done: 4, refused: [] });
    expect((await client.jobCounts({ label })).states).toMatchObject({ queued: 4, completed: 1 });
    const again = await client.retryJobs({ ids: [done.id, one.id] });
    expect(again).toMatchObject({ done: 1, refused: [{ id: one.id, code: 'CONFLICT' }] });
    expect((await client.jobs({ label, q: 'fbp' })).jobs.map(({ rerunOf }) => rerunOf)).toContain(done.id);
  });

  it('D10: take more than one request where a filter finds more than one cancels', async () => {
    for (let index = 0; index < 3; index += 1) await submit({ labels: { set: 'paged' } });
    const page = await client.jobs({ label: 'set=paged', limit: 2 });
    const answer = await app.inject({
      method: 'POST',
      url: '/v1/jobs/cancel',
      payload: { filter: { label: 'set=paged' }, cursor: page.cursor },
    });
    expect(answer.json<SelectionAnswer>()).toEqual({ done: 1, refused: [] });
  });

  it.each([{}, { filter: {} }, { ids: [] }, { ids: [absent], filter: { state: ['queued'] } }])(
    'D10: %j says too little or too much, and is refused',
    async (payload) => {
      const answer = await app.inject({ method: 'POST', url: '/v1/jobs/cancel', payload });
      expect(answer.json()).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
    },
  );
});

describe('the command line', () => {
  const command = (...args: string[]) => rondel(args, { RONDEL_URL: client.url, RONDEL_SUBMITTER: 'ada' });

  it('D10: cancels and runs again many, by id and by what they have in common', async () => {
    const labels = { set: 'cli' };
    const ids = [await submit({ labels }), await submit({ labels }), await submit({ labels })].map(({ id }) => id);
    const [one = '', two = '', three = ''] = ids;
    const cancelled = await command('cancel', one, two, '--json');
    expect([cancelled.code, JSON.parse(cancelled.stdout)]).toEqual([0, { done: 2, refused: [] }]);
    const retried = await command('retry', '--label', 'set=cli');
    expect(retried).toMatchObject({ code: 0, stdout: '2 jobs started again.\n' });
    const [both, neither, absentOne] = await Promise.all([
      command('cancel', three, '--state', 'queued'),
      command('cancel'),
      command('retry', one, absent, '--json'),
    ]);
    expect([both.code, neither.code, absentOne.code]).toEqual([2, 2, 2]);
    expect(JSON.parse(absentOne.stdout)).toMatchObject({
      done: 0,
      refused: [{ code: 'CONFLICT' }, { code: 'NOT_FOUND' }],
    });
  });

  it('D15: takes the beginning of an id that no other job has, and names those that have it', async () => {
    const { id } = await submit({ title: 'the only one' });
    const [shown, several, none] = await Promise.all([
      command('show', id.slice(0, 25).toLowerCase(), '--json'),
      command('show', id.slice(0, 4)),
      command('get', '0000ZZZZ', '-o', 'none.npy'),
    ]);
    expect(JSON.parse(shown.stdout)).toMatchObject({ id, title: 'the only one' });
    expect(several.code).toBe(2);
    expect(several.stderr).toMatch(/jobs begin with .*Write more of it/);
    expect(none).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no job whose id begins with') as string,
    });
  });
});

describe('D15: the beginning of an id', () => {
  const command = (...args: string[]) => rondel([...args, '--json'], { RONDEL_URL: client.url });
  const plan = { name: 'radon/fbp' };

  it('D15: will do for workers, data of jobs, sweeps, live plans and warm algorithms', async () => {
    for (const id of ['gpu-1', 'gpu-2-a', 'gpu-2-b'])
      await jobs.fleet.beat(workerRecord(id, { pools: ['default', 'gpu'] }));
    const job = await submit();
    await complete(job.id);
    const session = (await app.inject({ method: 'POST', url: '/v1/plans', payload: { plan } })).json<{ id: string }>();
    const warm = await client.algorithm({ plan });
    const vary = [{ path: 'filter', values: ['ramp', 'hann'] }];
    const sweep = await client.submitSweep({ plan, data: artifact, vary });
    const short = (id: string) => id.slice(0, 25).toLowerCase();
    const options = ['--worker', 'gpu-1', '--detach'];
    const said = await Promise.all([
      command('workers', 'drain', 'gpu-2-a'),
      command('submit', `session:${short(session.id)}`, `job:${short(job.id)}`, ...options),
      command('algorithms', 'show', short(warm.id)),
      command('sweeps', 'show', short(sweep.id)),
      command('data', 'info', `job:${short(job.id)}`),
    ]);
    const answers = said.map(({ stdout }) => JSON.parse(stdout) as unknown);
    expect(answers).toMatchObject([
      { id: 'gpu-2-a' },
      { data: `job:${job.id}` },
      { id: warm.id },
      { id: sweep.id },
      { reference: `job:${job.id}`, state: 'completed' },
    ]);
    const refused = await Promise.all([
      command('workers', 'drain', 'gpu-'),
      command('workers', 'drain', 'cpu-'),
      command('submit', 'radon/fbp', artifact, '--worker', 'gpu-2'),
      command('submit', 'radon/fbp', `job:${job.id.slice(0, 4)}`),
      command('submit', `session:${absent.slice(0, 20)}`, artifact),
    ]);
    expect(refused.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2]);
    expect(refused.map(({ stdout }) => stdout)).toEqual([
      expect.stringMatching(/ids of 3 workers begin with gpu-: gpu-1, gpu-2-a, gpu-2-b\. Write more of it/),
      expect.stringContaining('There is no worker whose id begins with'),
      expect.stringMatching(/ids of 2 workers begin with gpu-2: gpu-2-a, gpu-2-b/),
      expect.stringMatching(/ids of \d+ jobs begin with/),
      expect.stringContaining('There is no session whose id begins with'),
    ]);
    await warm.close();
  });
});

describe('what a job is called', () => {
  it('D5: is its title, else plan and file, with what was set in one line', async () => {
    const title = 'Tooth, first try';
    expect(await submit({ title })).toMatchObject({ title });
    const data = 'root://scans/today/tooth.h5#/exchange/data';
    const angles = Array.from({ length: 180 }, (_, index) => index / 100);
    const made = await submit({ data, parameters: { filter: 'hann', angles } });
    expect(made).toMatchObject({ title: 'radon/fbp of tooth.h5', set: 'filter = hann, angles = [180 values]' });
    const dataNames = { data: 'scan.npy' };
    expect(await submit({ dataNames, strict: true })).toMatchObject({ title: 'radon/fbp of scan.npy' });
    const [own] = (await app.inject('/v1/catalog')).json<{ plans: { toml: string }[] }>().plans;
    expect(await submit({ plan: own?.toml })).toMatchObject({ title: 'DirectRadonAlgorithm' });
    const sweep = await client.submitSweep({
      plan: { name: 'radon/fbp' },
      data: artifact,
      title,
      vary: [{ path: 'filter', values: ['ramp', 'hann'] }],
    });
    expect(sweep.title).toBe(title);
    expect(await client.job(sweep.jobs[1] ?? '')).toMatchObject({ title, set: 'filter = hann' });
  });

  it('D5: has no name of a file where the lab hides them', async () => {
    const hiding = await openTestApi(redis.url, { hidesNames: true });
    const post = async (path: string, payload: object) =>
      (await hiding.app.inject({ method: 'POST', url: path, payload })).json<Job & { jobs?: string[] }>();
    const [plan, dataNames] = [{ name: 'radon/fbp' }, { data: 'Doe_Jane.h5' }];
    const data = 'root://scans/Doe_Jane.h5';
    const given = { plan, data: await hiding.storeBytes('raw data'), dataNames };
    const [stored, root, sweep] = [
      await post('/v1/jobs', given),
      await post('/v1/jobs', { plan, data }),
      await post('/v1/sweeps', { ...given, vary: [{ path: 'filter', values: ['ramp', 'hann'] }] }),
    ];
    expect([stored.title, root.title, sweep.title]).toEqual(['radon/fbp', 'radon/fbp', 'radon/fbp']);
    const submission = await hiding.app.inject(`/v1/jobs/${root.id}/submission`);
    expect(submission.json()).not.toHaveProperty('title');
    // What was written down before names were hidden is not copied.
    const before = await submit({ data: given.data, dataNames });
    expect(before.title).toBe('radon/fbp of Doe_Jane.h5');
    const again = await hiding.app.inject(`/v1/jobs/${before.id}/submission`);
    expect(again.json()).not.toHaveProperty('title');
    expect(again.body).not.toContain('Doe');
    await complete(before.id, 4);
    const repeated = await post(`/v1/jobs/${before.id}/retry`, {});
    expect(repeated).toMatchObject({ rerunOf: before.id, title: 'radon/fbp' });
    expect(JSON.stringify(await jobs.ledger.head(repeated.id))).not.toContain('Doe');
    await jobs.cancel(repeated.id);
    const kept = await Promise.all([stored.id, ...(sweep.jobs ?? [])].map((id) => jobs.ledger.head(id)));
    expect(JSON.stringify([kept, stored, sweep])).not.toContain('Doe');
    await jobs.cancel(root.id);
    await hiding.close();
  });

  it('D5: shows and records no path of a data root where the lab hides them, and runs what has one', async () => {
    const hiding = await openTestApi(redis.url, { hidesNames: true });
    const call = (method: 'GET' | 'POST', url: string, payload?: object) =>
      hiding.app.inject({ method, url, ...(payload && { payload }) });
    const data = 'root://scans/Jane Doe/Doe_Jane.h5#/entry';
    const plan = {
      name: 'radon/fbp',
      parameters: { angles: { _remote: 'npy', uri: 'root://scans/Jane Doe/angles.npy' } },
    };
    // Jobs of other tests have names on purpose.
    const labels = { asked: 'without-paths' };
    const submitted = await call('POST', '/v1/jobs', {
      plan: { name: plan.name },
      parameters: plan.parameters,
      data,
      labels,
    });
    expect(submitted.statusCode, submitted.body).toBe(202);
    const { id, data: shown } = submitted.json<Job>();
    expect(shown).toBe('root://scans/…#/entry');
    const attempt = await begunAttempt(jobs, id);
    expect(attempt.work).toMatchObject({ data: { data }, hidesPaths: true });
    const message = 'root://scans/Jane Doe/Doe_Jane.h5 lacks /entry. /data/scans/Jane Doe/Doe_Jane.h5 has others.';
    await jobs.ledger.report(attempt, { log: { level: 'warn', message } });
    const error = failure('DATA_FORMAT', message);
    await jobs.ledger.finish(id, { state: 'failed', error }, attempt);
    await recordJob(jobs.ledger, id, (name, record) => hiding.store.putRecord(name, record));
    const record = JSON.stringify(await hiding.store.getRecord(id));
    expect(record).toContain('root://scans/…');
    const of = `/v1/jobs/${id}`;
    const vary = [{ path: 'filter', values: ['ramp', 'hann'] }];
    const answers = [
      submitted,
      await call('POST', '/v1/sweeps', { plan: { name: plan.name }, data, vary }),
      await call('POST', '/v1/jobs', { plan: { name: plan.name }, data: `${data}?axes=angle,angle` }),
      ...(await Promise.all(
        [of, `${of}/events`, `${of}/plan`, `${of}/submission`, '/v1/jobs?label=asked=without-paths', '/v1/sweeps'].map(
          (path) => call('GET', path),
        ),
      )),
    ];
    for (const { body } of answers) expect(body).not.toMatch(/Doe|angles\.npy/);
    expect(record).not.toMatch(/Doe|angles\.npy/);
    expect(answers[4]?.body).toContain('lacks /entry');
    expect(answers[7]?.json<JobPage>().jobs.map((job) => job.id)).toEqual([id]);
    const again = await call('POST', '/v1/jobs', { plan: { name: plan.name }, data: shown });
    expect(again.json<{ code: string }>().code).toBe('DATA_NOT_FOUND');
    expect(again.body).toContain('Write the path itself.');
    expect((await call('POST', `${of}/retry`)).json()).toMatchObject({ id, state: 'queued' });
    expect((await begunAttempt(jobs, id)).work.data).toEqual({ data });
    await jobs.cancel(id);
    await hiding.close();
  });

  it.each(['', '  ', 'two\nlines', 'x'.repeat(201)])('D5: %j is no title', async (title) => {
    await expect(submit({ title })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });
});
