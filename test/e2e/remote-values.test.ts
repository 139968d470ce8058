import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect } from '@rondel/client';
import { isRondelError, type Job, type NdArray, type Submission } from '@rondel/contracts';
import { encodeArray } from '@rondel/formats';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { rondel } from '../support/machine/rondel-command.js';
import { eventually, startStack, type Stack } from '../support/machine/stack.js';

const projections = 90;
const degrees = Float64Array.from({ length: projections }, (_, index) => index * 2);
const radians = degrees.map((value) => (value * Math.PI) / 180);

function array(data: Float64Array, shape: readonly number[] = [data.length]): NdArray {
  return { dtype: 'float64', shape, data };
}

describe('a remote value', { timeout: 120_000 }, () => {
  let stack: Stack;
  let data: string;
  let scans: string;

  beforeAll(async () => {
    vi.stubEnv('RONDEL_PACKAGES', fileURLToPath(new URL('./gain-file', import.meta.url)));
    stack = await startStack();
    scans = join(stack.directory, 'scans');
    await mkdir(scans);
    await write('theta.npy', array(radians));
    await write('theta.h5', array(degrees));
    await write('table.npy', array(radians.slice(0, 60), [30, 2]));
    await writeFile(join(stack.directory, 'secret.npy'), (await encodeArray(array(radians), 'npy')).parts);
    await symlink(join(stack.directory, 'secret.npy'), join(scans, 'link.npy'));
    const file = join(stack.directory, 'scan.npy');
    const size = ['--size', '32', '--frames', '1', '--angles', String(projections)];
    await rondel(['data', 'phantom', '-o', file, ...size], stack.environment);
    data = await stored(file);
    await stack.startWorker('--threads', '1', '--data-root', `scans=${scans}`);
    await stack.startWorker('--threads', '1', '--pool', 'elsewhere');
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await stack.stop();
  });

  async function write(name: string, values: NdArray): Promise<void> {
    const { parts } = await encodeArray(values, name.endsWith('.h5') ? 'h5' : 'npy');
    await writeFile(join(scans, name), parts);
  }

  async function stored(file: string): Promise<string> {
    const put = await rondel(['data', 'put', file, '--json'], stack.environment);
    return (JSON.parse(put.stdout) as { stored: [{ artifact: string }] }).stored[0].artifact;
  }

  async function run(angles: unknown, overrides: object = {}): Promise<Job> {
    const submission = { plan: { name: 'radon/fbp' }, data, parameters: { angles }, ...overrides };
    return stack.client.waitForJob((await stack.client.submit(submission)).id);
  }

  async function imageOf(angles: unknown): Promise<string | undefined> {
    const job = await run(angles);
    expect(job.error?.message).toBeUndefined();
    return job.result?.artifact;
  }

  it('gives bit for bit the image that its numbers in the plan give', async () => {
    const written = await imageOf([...radians]);
    expect(await imageOf({ _remote: 'npy', uri: 'root://scans/theta.npy' })).toBe(written);
    const hdf5 = { _remote: 'hdf5', uri: 'root://scans/theta.h5', dataset: '/image', unit: 'deg' };
    expect(await imageOf(hdf5)).toBe(written);
    expect(await imageOf({ _remote: 'npy', uri: await stored(join(scans, 'theta.npy')) })).toBe(written);
    const step = Math.PI / projections;
    const even = Array.from({ length: projections }, (_, index) => index * step);
    const range = { _remote: 'range', start: 0, stop: Math.PI, length: projections, endpoint: false };
    expect(await imageOf(range)).toBe(await imageOf(even));
  });

  it('of a job that has ended is not read again, although somebody has put the job back into Redis', async () => {
    const before = await run({ _remote: 'npy', uri: 'root://scans/theta.npy' });
    const redis = new Redis(stack.redis.url);
    const hash = `{rondel}:job:${before.id}`;
    await vi.waitFor(async () => expect(await redis.sismember('{rondel}:unrecorded', before.id)).toBe(0), 20_000);
    await redis.hset(hash, 'state', 'queued', 'b:0.0:state', 'queued', 'allowed', 9);
    await redis.hdel(hash, 'finishedAt', 'result');
    await redis.zadd('{rondel}:live', 1, before.id);
    await eventually(
      async () => (await redis.hget(hash, 'state')) === 'completed',
      () => stack.log(),
    );
    redis.disconnect();
    const job = await stack.client.job(before.id);
    expect([job.result?.artifact, job.state]).toEqual([before.result?.artifact, 'completed']);
    expect(stack.log()).toContain(`Job ${before.id} has ended at ${before.finishedAt}`);
  });

  it('is read for people on a worker that has its root, also while all slots are busy', async () => {
    const rondel = connect({ url: stack.client.url });
    const plan = await rondel.plan('radon/iterative');
    await plan.setAll({ angles: { _remote: 'npy', uri: 'root://scans/theta.npy' }, iterations: 100_000 });
    const { id } = await plan.submit(data);
    await eventually(
      async () => (await stack.client.job(id)).state === 'active',
      () => stack.log(),
    );
    const { angles } = plan.parameter.reco;
    expect(await angles.get()).toEqual({ _remote: 'npy', uri: 'root://scans/theta.npy' });
    expect(await angles.resolved()).toEqual([...radians]);
    expect(await angles.resolved({ transform: 'length' })).toBe(projections);
    expect(await angles.resolved({ transform: 'shape' })).toEqual([projections]);
    expect(await angles.resolved({ transform: 'hash' })).toMatch(/^[0-9a-f]{64}$/);
    // What is no reference stands for itself.
    expect(await plan.parameter.reco.iterations.resolved()).toBe(100_000);
    expect((await stack.client.job(id)).state).toBe('active');
    await stack.client.cancel(id);
    await plan.close();
  });

  it.each([
    ['too large to be handed out', 'root://scans/long.npy', 'QUOTA_EXCEEDED', 'Ask for its length, shape or hash'],
    ['that is not there', 'root://scans/none.npy', 'DATA_NOT_FOUND', 'parameter.reco.angles'],
    ['in a root that no worker has', 'root://masks/a.npy', 'WORKER_UNAVAILABLE', '--data-root masks=FOLDER'],
  ])('%s says so to who asks what it stands for', async (_, uri, code, words) => {
    await write('long.npy', array(new Float64Array(10_001)));
    const plan = await connect({ url: stack.client.url }).plan('radon/fbp');
    const { angles } = plan.parameter.reco;
    await angles.set({ _remote: 'npy', uri });
    const refused = await angles.resolved().catch((error: unknown) => error);
    if (!isRondelError(refused)) throw new Error('it was answered');
    expect(refused.failure.code).toBe(code);
    expect(refused.message).toContain(words);
    await plan.close();
  });

  it('stays a reference in the plan, and provenance says what it stood for', async () => {
    const job = await run({ _remote: 'npy', uri: 'root://scans/theta.npy' });
    const provenance = await stack.client.provenance(job.id);
    expect(provenance.plan).toContain('root://scans/theta.npy');
    expect(provenance.remoteValues).toEqual([
      {
        path: 'parameter.reco.angles',
        resolver: 'npy',
        shape: [projections],
        dtype: 'float64',
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      },
    ]);
  });

  it('is read again for every job: a changed file is never answered with what was built before', async () => {
    const angles = { _remote: 'npy', uri: 'root://scans/changing.npy' };
    const warmth = async () => {
      const job = await run(angles);
      const { warm, timings } = await stack.client.provenance(job.id);
      expect('build' in timings).toBe(warm === false);
      return { warm, image: job.result?.artifact };
    };
    await write('changing.npy', array(radians));
    const first = await warmth();
    expect(first.warm).toBe(false);
    expect(await warmth()).toEqual({ warm: true, image: first.image });
    await write('changing.npy', array(radians.map((angle) => -angle)));
    const changed = await warmth();
    expect(changed.warm).toBe(false);
    expect(changed.image).not.toBe(first.image);
  });

  it('is resolved only on the worker that runs its step', async () => {
    const plan = `_module = "RondelRadon"
_type = "RecoPlan{DirectRadonAlgorithm}"

[parameter]
_type = "RecoPlan{DirectRadonParameters}"

    [parameter.pre]
    _module = "DaggerImageReconstruction"
    _type = "RecoPlan{DaggerReconstructionUtility}"
    worker = "elsewhere"

        [parameter.pre.param]
        _module = "RondelRadon"
        _type = "RecoPlan{RadonPreprocessingParameters}"

    [parameter.reco]
    _type = "RecoPlan{RadonFilteredBackprojectionParameters}"
`;
    const remote = await run({ _remote: 'npy', uri: 'root://scans/theta.npy' }, { plan });
    expect(remote.error?.message).toBeUndefined();
    expect(remote.steps[0]?.worker).not.toBe(remote.steps[1]?.worker);
    expect(remote.result?.artifact).toBe((await run([...radians], { plan })).result?.artifact);
    expect((await stack.client.provenance(remote.id)).remoteValues).toHaveLength(1);
  });

  it('in a root that nobody has keeps the job waiting, and it says so', async () => {
    const angles = { _remote: 'npy', uri: 'root://scans/theta.npy' };
    const submission = { plan: { name: 'radon/fbp' }, data, parameters: { angles }, pool: 'elsewhere' };
    const { id, state, waiting } = await stack.client.submit(submission);
    expect(state).toBe('queued');
    expect(waiting?.reason).toBe('needs data root scans, 0 of 1 workers have it');
    await stack.client.cancel(id);
  });

  it.each([
    ['leaves its root through a symbolic link', { uri: 'root://scans/link.npy' }, 'DATA_FORBIDDEN'],
    ['is not there', { uri: 'root://scans/none.npy' }, 'DATA_NOT_FOUND'],
    ['is in another format', { uri: 'root://scans/theta.h5' }, 'DATA_FORMAT'],
    ['holds what the property does not take', { uri: 'root://scans/table.npy' }, 'PLAN_INVALID_VALUE'],
  ])('that %s fails the job with the path of the property', async (_, fields, code) => {
    const job = await run({ _remote: 'npy', ...fields });
    expect(job).toMatchObject({ state: 'failed', attempts: { made: 1 } });
    expect(job.error?.code).toBe(code);
    expect(job.error?.at).toMatch(/^parameter\.reco\.angles/);
    expect(job.error?.message).not.toContain(stack.directory);
  });

  describe('beside it, a data file that a property names', () => {
    const gainMap = 'root://scans/gain.npy';
    const square = (...values: number[]) => array(Float64Array.from(values), [2, 2]);
    let image: string;

    beforeAll(async () => {
      await write('image.npy', square(1, 2, 3, 4));
      image = await stored(join(scans, 'image.npy'));
    });

    async function calibrate(overrides: Partial<Submission> = {}) {
      const submission: Submission = { plan: { name: 'lab/gain' }, data: { data: image, gainMap }, ...overrides };
      const job = await stack.client.waitForJob((await stack.client.submit(submission)).id);
      expect(job.error?.message).toBeUndefined();
      return { job, held: job.steps[0]?.cache?.held?.[0], values: await valuesOf(job.id) };
    }

    async function valuesOf(id: string): Promise<number[]> {
      const { body } = await stack.client.result(id, { format: 'npy' });
      const bytes = await new Response(body).arrayBuffer();
      // What stands before the values of 4 numbers takes the rest.
      return [...new Float32Array(bytes.slice(-16))];
    }

    it('is read once by a warm worker: the next job finds what was made of it, and gives the same bits', async () => {
      await write('gain.npy', square(2, 3, 4, 5));
      const first = await calibrate();
      // The factor is the first gain, as the file has it.
      expect(first.values).toEqual([4, 12, 24, 40]);
      expect(first.held).toMatchObject({ path: 'parameter.gain.load', state: 'stored', bytes: 32 });
      const second = await calibrate();
      expect(second.held).toMatchObject({ state: 'hit', job: first.job.id });
      expect(second.job.result?.artifact).toBe(first.job.result?.artifact);
      const { data, found } = await stack.client.provenance(second.job.id);
      expect(data).toMatchObject([{ name: 'data' }, { name: 'parameter.gain.gainMap', reference: gainMap }]);
      const uploaded = await stored(join(scans, 'gain.npy'));
      expect(`artifact:sha256-${data[1]?.sha256}`).toBe(uploaded);
      expect(found).toEqual({ 'parameter.gain.scale': 2 });
      // The plan with what was found, and the file by its hash, gives the same bits.
      const again = await calibrate({ data: { data: image, gainMap: uploaded }, parameters: { scale: 2 } });
      expect(again.job.result?.artifact).toBe(first.job.result?.artifact);
    });

    it('that was changed under its name is never taken for what it was', async () => {
      const toml = `_module = "LabGain"
_type = "RecoPlan{GainAlgorithm}"
[parameter]
_type = "RecoPlan{GainParameters}"
    [parameter.gain]
    _module = "AbstractImageReconstruction"
    _type = "RecoPlan{ProcessResultCache}"
        [parameter.gain.param]
        _module = "LabGain"
        _type = "RecoPlan{GainStep}"
`;
      for (const plan of [{ name: 'lab/gain' }, toml]) {
        for (const factor of [1, 3, 1]) {
          await write('gain.npy', square(1, factor, factor, factor));
          expect((await calibrate({ plan })).values).toEqual([1, 2 * factor, 3 * factor, 4 * factor]);
        }
      }
    });

    it('goes with a job that waits for the image of another, and begins with it', async () => {
      await write('gain.npy', square(2, 2, 2, 2));
      const plan = { name: 'lab/gain' };
      const first = await stack.client.submit({ plan, data: { data: image, gainMap } });
      const { job, values } = await calibrate({ data: { data: `job:${first.id}`, gainMap } });
      expect(values).toEqual([16, 32, 48, 64]);
      const { data } = await stack.client.provenance(job.id);
      expect(data[0]?.reference).toBe((await stack.client.job(first.id)).result?.artifact);
    });

    it('that leads out of its root fails the job with the path of the property, before anything is read', async () => {
      const submission = { plan: { name: 'lab/gain' }, data: { data: image, gainMap: 'root://scans/link.npy' } };
      const job = await stack.client.waitForJob((await stack.client.submit(submission)).id);
      expect(job.error).toMatchObject({ code: 'DATA_FORBIDDEN', at: 'parameter.gain.gainMap' });
    });
  });

  it.each([
    ['leaves its root', { _remote: 'npy', uri: 'root://scans/../secret.npy' }, 'DATA_FORBIDDEN', '.uri'],
    ['names a path', { _remote: 'npy', uri: '/etc/passwd' }, 'DATA_NOT_FOUND', '.uri'],
    ['names no resolver', { _remote: 'nyp', uri: 'root://scans/theta.npy' }, 'PLAN_INVALID_VALUE', ''],
    ['asks for the environment', { _remote: 'env', name: 'HOME' }, 'PLAN_INVALID_VALUE', ''],
    [
      'has a field too many',
      { _remote: 'range', start: 0, stop: 1, length: 3, setp: 1 },
      'PLAN_INVALID_VALUE',
      '.setp',
    ],
    ['has a field too few', { _remote: 'range', start: 0, stop: 1 }, 'PLAN_INVALID_VALUE', '.length'],
    ['is too long', { _remote: 'range', start: 0, stop: 1, length: 1e12 }, 'PLAN_INVALID_VALUE', '.length'],
  ])('that %s is refused when it is submitted', async (_, angles, code, field) => {
    const refused = await run(angles).catch((error: unknown) => error);
    if (!isRondelError(refused)) throw new Error('the submission was taken');
    expect(refused.failure).toMatchObject({ code, at: `parameter.reco.angles${field}` });
  });
});
