import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client, WarmAlgorithm } from '@rondel/client';
import { createClient } from '@rondel/client';
import { float32Array, isRondelError, mdfFacts, type NdArray, type Taken } from '@rondel/contracts';
import { encodeArray, readDataset, writeMdf } from '@rondel/formats';
import { simulateMpi } from '@rondel/mpi/phantom';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { rondel } from '../support/machine/rondel-command.js';
import { eventually, startStack, type Stack } from '../support/machine/stack.js';

const shape = [8, 96, 64] as const;
const angles = Array.from({ length: shape[1] }, (_, index) => (index * Math.PI) / shape[1]);

/** One that keeps what its first step gives. */
const cachedPlan = {
  _module: 'RondelRadon',
  _type: 'IterativeRadonAlgorithm',
  parameter: {
    _type: 'IterativeRadonParameters',
    pre: {
      _module: 'AbstractImageReconstruction',
      _type: 'ProcessResultCache',
      maxsize: 4,
      param: { _module: 'RondelRadon', _type: 'RadonPreprocessingParameters' },
    },
    reco: { _module: 'RondelRadon', _type: 'IterativeRadonReconstructionParameters' },
  },
};

/** One frame of [frame, period, channel, sample]. */
function frameOf({ data, shape, axes }: NdArray, frame: number): NdArray<Float32Array> {
  const length = data.length / (shape[0] ?? 1);
  const values = Float32Array.from(data.subarray(frame * length, (frame + 1) * length));
  return { dtype: 'float32', data: values, shape: [1, ...shape.slice(1)], ...(axes && { axes }) };
}

describe('a warm algorithm', { timeout: 180_000 }, () => {
  let stack: Stack;
  let inputs: readonly string[];
  let broken: string;
  const opened: WarmAlgorithm[] = [];

  beforeAll(async () => {
    stack = await startStack();
    inputs = await Promise.all([1, 2, 3, 4, 5].map((seed) => stored(`scan${seed}.npy`, shape, seed)));
    broken = await stored('broken.npy', [8, 100, 64], 6);
  });
  afterEach(async () => {
    // One that stays open would be built on the next test's worker, and take a slot from what is tested there.
    await Promise.all(opened.splice(0).map((algorithm) => algorithm.close()));
    await stack.stopWorkers();
  });
  afterAll(() => stack.stop());

  /** Line integrals of nothing in particular, another for each seed. */
  async function stored(name: string, extents: readonly number[], seed: number): Promise<string> {
    const length = extents.reduce((product, extent) => product * extent, 1);
    const values = Float32Array.from({ length }, (_, index) => ((index * (seed + 6)) % 97) / 97);
    const file = join(stack.directory, name);
    await writeFile(file, (await encodeArray(float32Array(values, extents), 'npy')).parts);
    const put = await rondel(['data', 'put', file, '--json'], stack.environment);
    return (JSON.parse(put.stdout) as { stored: [{ artifact: string }] }).stored[0].artifact;
  }

  async function open(...submission: Parameters<Client['algorithm']>): Promise<WarmAlgorithm> {
    const algorithm = await stack.client.algorithm(...submission);
    opened.push(algorithm);
    return algorithm;
  }

  function planOf(iterations: number) {
    return { plan: { name: 'radon/iterative' }, parameters: { iterations, angles } };
  }

  async function plainImages(iterations: number): Promise<(string | undefined)[]> {
    const jobs = [];
    for (const data of inputs) jobs.push(await stack.client.submit({ ...planOf(iterations), data }));
    const ended = await Promise.all(jobs.map(({ id }) => stack.client.waitForJob(id)));
    return ended.map(({ result }) => result?.artifact);
  }

  async function putAll(algorithm: WarmAlgorithm): Promise<void> {
    for (const data of inputs) await algorithm.put(data);
  }

  async function takeAll(algorithm: WarmAlgorithm, count = inputs.length): Promise<Taken[]> {
    const taken: Taken[] = [];
    for (let left = count; left > 0; left -= 1) taken.push(await algorithm.take());
    return taken;
  }

  async function warmthOf(taken: readonly Taken[]): Promise<(boolean | undefined)[]> {
    return Promise.all(taken.map(async ({ job }) => (await stack.client.provenance(job)).warm));
  }

  it('is built once and answers in order with the images of plain jobs', async () => {
    await stack.startWorker('--threads', '1');
    const algorithm = await open(planOf(3));
    expect(await algorithm.isReady()).toBe(false);
    expect(await algorithm.built()).toMatchObject({ state: 'ready', ready: 0, pending: 0, put: 0 });
    await putAll(algorithm);
    expect((await algorithm.wait()).ready).toBeGreaterThan(0);
    expect(await algorithm.isReady()).toBe(true);
    const taken = await takeAll(algorithm);
    expect(taken.map(({ ticket }) => ticket)).toEqual([1, 2, 3, 4, 5]);
    expect(await warmthOf(taken)).toEqual(Array(5).fill(true));
    expect(await algorithm.state()).toMatchObject({ state: 'ready', ready: 0, pending: 0, put: 5, moves: 0 });
    expect(taken.map(({ result }) => result?.artifact)).toEqual(await plainImages(3));
    expect(new Set(taken.map(({ result }) => result?.artifact)).size).toBe(5);
  });

  it('of a live scanner reads its system matrix once, and gives the frames in order as plain jobs have them', async () => {
    await stack.startWorker('--threads', '1');
    const { measurement, calibrations } = simulateMpi({ size: 6, frames: 3 });
    const [calibration] = calibrations;
    const facts = calibration && mdfFacts(calibration);
    if (calibration === undefined || facts === undefined) throw new Error('The simulation says nothing of its scan.');
    const matrix = join(stack.directory, 'matrix.mdf');
    await writeMdf(matrix, { data: calibration.data, companions: calibration.companions, facts });
    const sf = (await stack.client.putData(new Blob([await readFile(matrix)]))).artifact;
    const scan = { plan: { name: 'mpi/single-patch' }, parameters: { sf: [sf], SNRThresh: -1, iterations: 3 } };
    const frames: string[] = [];
    for (const frame of [0, 1, 2]) {
      const values = frameOf(measurement.data, frame);
      frames.push((await stack.client.putData(new Blob([...(await encodeArray(values, 'npy')).parts]))).artifact);
    }
    const algorithm = await open(scan);
    for (const data of frames) await algorithm.put(data);
    const taken = await takeAll(algorithm, frames.length);
    expect(taken.map(({ ticket, error }) => [ticket, error])).toEqual(frames.map((_, index) => [index + 1, undefined]));
    const steps = await Promise.all(taken.map(async ({ job }) => (await stack.client.job(job)).steps));
    const held = steps.map((all) => all.flatMap(({ cache }) => cache?.held ?? []).map(({ state }) => state));
    expect(held).toEqual([['stored'], ['hit'], ['hit']]);
    const plain = [];
    for (const data of frames) plain.push((await stack.client.submit({ ...scan, data })).id);
    const images = await Promise.all(plain.map(async (id) => (await stack.client.waitForJob(id)).result?.artifact));
    expect(taken.map(({ result }) => result?.artifact)).toEqual(images);
    expect(new Set(images).size).toBe(frames.length);
  });

  it('stays warm next to another one on the same slot, and on one slot of several', async () => {
    await stack.startWorker('--threads', '1', '--concurrency', '2');
    const [one, two] = [await open(planOf(4)), await open(planOf(5))];
    const taken: Taken[][] = [[], []];
    for (const data of inputs.slice(0, 3)) {
      for (const [index, algorithm] of [one, two].entries()) {
        await algorithm.put(data);
        taken[index]?.push(await algorithm.take());
      }
    }
    expect(await Promise.all(taken.map(warmthOf))).toEqual(Array(2).fill([true, true, true]));
  });

  it('P7, D15: is created, listed, shown, used and closed on the command line', async () => {
    await stack.startWorker('--threads', '1');
    const command = async (...args: string[]) => {
      const { code, stdout, stderr } = await rondel([...args, '--json'], stack.environment);
      return { code, stderr, answer: (stdout === '' ? {} : JSON.parse(stdout)) as Record<string, unknown> };
    };
    const set = ['--set', 'iterations=2', '--set', `angles=${JSON.stringify(angles)}`];
    const plan = join(stack.directory, 'cached.json');
    await writeFile(plan, JSON.stringify(cachedPlan));
    const made = await command('algorithms', 'new', plan, ...set, '--label', 'scan=7');
    expect(made).toMatchObject({ code: 0, answer: { state: 'ready', labels: { scan: '7' } } });
    const id = String(made.answer.id);
    const begin = id.slice(0, 12).toLowerCase();
    const image = join(stack.directory, 'warm.npy');
    const asStack = join(stack.directory, 'scan1.tif');
    const scan1 = await readDataset(join(stack.directory, 'scan1.npy'));
    await writeFile(asStack, (await encodeArray(scan1.data, 'tif')).parts);
    const [listed, shown, used, asTiff, failed] = await Promise.all([
      command('algorithms'),
      command('algorithms', 'show', begin),
      command('algorithms', 'reconstruct', begin, join(stack.directory, 'scan1.npy'), '-o', image),
      command('algorithms', 'reconstruct', begin, asStack, '-o', image.replace('.npy', '.tiff')),
      command('algorithms', 'reconstruct', id, broken),
    ]);
    expect(listed.answer).toMatchObject({ algorithms: [{ id }] });
    expect(shown.answer).toMatchObject({ id, made: { parameters: { iterations: 2 } } });
    expect(used).toMatchObject({ code: 0, answer: { state: 'completed', labels: { algorithm: id } } });
    expect((await readFile(image)).subarray(1, 6).toString()).toBe('NUMPY');
    const same = (used.answer as { result?: { artifact: string } }).result?.artifact;
    expect(asTiff).toMatchObject({ code: 0, answer: { result: { artifact: same } } });
    expect((await readDataset(image.replace('.npy', '.tiff'))).data).toMatchObject({ shape: [8, 64, 64] });
    expect((await stack.client.provenance(String(used.answer.id))).warm).toBe(true);
    expect(failed).toMatchObject({ code: 1, answer: { error: { code: 'DATA_SHAPE_MISMATCH' } } });
    expect((await command('algorithms', 'empty', begin)).answer).toEqual({
      emptied: 3,
      steps: ['parameter.pre'],
    });
    expect(await command('algorithms', 'close', begin)).toMatchObject({
      code: 0,
      answer: { closed: [{ id, state: 'closed' }] },
    });
    expect((await command('algorithms')).answer).toEqual({ algorithms: [] });
  });

  it('delivers failures in their place', async () => {
    await stack.startWorker('--threads', '1');
    const algorithm = await open(planOf(2));
    for (const data of [inputs[0] ?? '', broken, inputs[1] ?? '']) await algorithm.put(data);
    const taken = await takeAll(algorithm, 3);
    expect(taken.map(({ error }) => error?.code)).toEqual([undefined, 'DATA_SHAPE_MISMATCH', undefined]);
    expect(taken.map(({ result }) => result === undefined)).toEqual([false, true, false]);
  });

  it('loses nothing and keeps the order when its worker is killed in the middle', async () => {
    const first = await stack.startWorker('--threads', '1');
    const iterations = 60;
    const expected = await plainImages(iterations);
    const algorithm = await open(planOf(iterations));
    const second = await stack.startWorker('--threads', '1');
    await putAll(algorithm);
    const taken = [await algorithm.take()];
    await eventually(
      async () => (await stack.client.jobs({ label: `algorithm=${algorithm.id}`, state: 'active' })).jobs.length > 0,
      () => stack.log(),
    );
    first.child.kill('SIGKILL');
    taken.push(...(await takeAll(algorithm, 4)));
    expect(taken.map(({ error }) => error?.message)).toEqual(Array(5).fill(undefined));
    expect(taken.map(({ ticket }) => ticket)).toEqual([1, 2, 3, 4, 5]);
    expect(taken.map(({ result }) => result?.artifact)).toEqual(expected);
    expect(await algorithm.state()).toMatchObject({ worker: second.record.id, state: 'ready', moves: 1 });
    const last = await Promise.all(taken.map(async ({ job }) => (await stack.client.job(job)).worker));
    expect(last.slice(-3)).toEqual(Array(3).fill(second.record.id));
  });

  it('keeps a second client out while the first one holds the lock', async () => {
    await stack.startWorker('--threads', '1');
    const algorithm = await open(planOf(2));
    const other = createClient({ url: stack.client.url }).openAlgorithm(algorithm.id);
    await algorithm.lock({ seconds: 30 });
    const refused = await other.put(inputs[0] ?? '').catch((error: unknown) => error);
    if (!isRondelError(refused)) throw new Error('the lock did not keep anybody out');
    expect(refused.code).toBe('CONFLICT');
    await algorithm.put(inputs[0] ?? '');
    const waiting = other.lock();
    expect((await algorithm.take()).ticket).toBe(1);
    await algorithm.unlock();
    await waiting;
    expect((await other.put(inputs[1] ?? '')).ticket).toBe(2);
    expect((await other.take()).ticket).toBe(2);
    await other.unlock();
  });

  it('whose plan cannot be built fails at once, with the path, and refuses inputs', async () => {
    const scans = join(stack.directory, 'scans');
    await mkdir(scans);
    await stack.startWorker('--threads', '1');
    const { record } = await stack.startWorker('--threads', '1', '--data-root', `scans=${scans}`);
    const remote = { _remote: 'npy', uri: 'root://scans/angles.npy' };
    const algorithm = await open({ ...planOf(2), parameters: { angles: remote } });
    const reason = await algorithm.built().catch((error: unknown) => error);
    if (!isRondelError(reason)) throw new Error('it was built');
    expect(reason.failure).toMatchObject({ code: 'DATA_NOT_FOUND', at: 'parameter.reco.angles' });
    expect(await algorithm.state()).toMatchObject({ state: 'failed', worker: record.id, error: { code: reason.code } });
    expect((await algorithm.wait()).state).toBe('failed');
    for (const use of [() => algorithm.put(inputs[0] ?? ''), () => algorithm.take()]) {
      await expect(use()).rejects.toMatchObject({ code: 'CONFLICT' });
    }
    await algorithm.close();
  });

  it('closes and cancels what has not ended', async () => {
    await stack.startWorker('--threads', '1');
    const algorithm = await open(planOf(5000));
    const [one, two] = [await algorithm.put(inputs[0] ?? ''), await algorithm.put(inputs[1] ?? '')];
    expect(await algorithm.close()).toMatchObject({ state: 'closed', pending: 0 });
    for (const { job } of [one, two]) expect((await stack.client.job(job)).state).toBe('cancelled');
    const refused = await algorithm.put(inputs[0] ?? '').catch((error: unknown) => error);
    expect(isRondelError(refused) && refused.code).toBe('CONFLICT');
  });

  it('is refused with a plan that cannot be built, and where nobody would run it', async () => {
    const codeOf = async (submission: Parameters<typeof stack.client.algorithm>[0]) => {
      const refused = await open(submission).catch((error: unknown) => error);
      return isRondelError(refused) ? refused.code : 'taken';
    };
    expect(await codeOf(planOf(2))).toBe('WORKER_UNAVAILABLE');
    expect(await codeOf({ plan: { name: 'radon/iterative' }, parameters: { iterations: 0 } })).toBe(
      'PLAN_INVALID_VALUE',
    );
    expect(await codeOf({ ...planOf(2), pool: 'nowhere' })).toBe('POOL_UNKNOWN');
  });
});
