import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job, StepCache } from '@rondel/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { rondel } from '../support/machine/rondel-command.js';
import { eventually, startStack, type Stack, type WorkerProcess } from '../support/machine/stack.js';

const angles = Array.from({ length: 90 }, (_, index) => (index * Math.PI) / 90);

interface PlanOptions {
  /** Steps that are wrapped, with `maxsize`. */
  readonly cached?: { readonly pre?: number; readonly reco?: number };
  readonly frames?: readonly number[];
  readonly iterations?: number;
}

/** Choosing frames, then iterations. */
function planOf({ cached = {}, frames = [1, 2], iterations = 3 }: PlanOptions = {}): {
  _type: string;
  [property: string]: unknown;
} {
  const wrapped = (step: object, maxsize: number | undefined) =>
    maxsize === undefined
      ? step
      : { _module: 'AbstractImageReconstruction', _type: 'ProcessResultCache', param: step, maxsize };
  const pre = { _module: 'RondelRadon', _type: 'RadonPreprocessingParameters', frames };
  const reco = {
    _module: 'RondelRadon',
    _type: 'IterativeRadonReconstructionParameters',
    iterations,
    relTol: 0,
    angles,
  };
  const parameter = {
    _module: 'RondelRadon',
    _type: 'IterativeRadonParameters',
    pre: wrapped(pre, cached.pre),
    reco: wrapped(reco, cached.reco),
  };
  return { _module: 'RondelRadon', _type: 'IterativeRadonAlgorithm', parameter };
}

/** Iterations that take a few seconds, so that something can happen meanwhile. */
const slow = { cached: { reco: 1 }, iterations: 1200 } as const;

describe('results that jobs leave for each other', { timeout: 180_000 }, () => {
  let stack: Stack;
  let artifact: string;
  let scan: string;
  let workers: WorkerProcess[];

  beforeAll(async () => {
    stack = await startStack();
    scan = join(stack.directory, 'scan.npy');
    await rondel(['data', 'phantom', '-o', scan, '--size', '32', '--frames', '3', '--angles', '90'], stack.environment);
    const put = await rondel(['data', 'put', scan, '--json'], stack.environment);
    artifact = (JSON.parse(put.stdout) as { stored: [{ artifact: string }] }).stored[0].artifact;
  });
  afterEach(() => stack.stopWorkers());
  afterAll(() => stack.stop());

  async function startWorkers(count: number, ...args: string[]): Promise<void> {
    workers = [];
    for (let left = count; left > 0; left -= 1) {
      workers.push(await stack.startWorker('--threads', '1', '--data-root', `scans=${stack.directory}`, ...args));
    }
  }

  async function submit(options: PlanOptions, more: object = {}): Promise<string> {
    return (await stack.client.submit({ plan: planOf(options), data: artifact, ...more })).id;
  }

  async function run(options: PlanOptions, more: object = {}): Promise<Job> {
    const job = await stack.client.waitForJob(await submit(options, more));
    expect(job.error?.message).toBeUndefined();
    return job;
  }

  function cacheOf(job: Job, step: 'pre' | 'reco'): StepCache | undefined {
    return job.steps.find(({ path }) => path === `parameter.${step}`)?.cache;
  }

  async function untilStep(id: string, state: string): Promise<void> {
    await eventually(
      async () => (await stack.client.job(id)).steps.some((step) => step.state === state && step.path.endsWith('reco')),
      () => stack.log(),
    );
  }

  function workerOf({ worker }: Job): WorkerProcess {
    const found = workers.find(({ record }) => record.id === worker);
    if (found === undefined) throw new Error(`no worker ${worker}`);
    return found;
  }

  async function resultFiles(): Promise<string[]> {
    const names = await readdir(join(stack.directory, 'store', 'results'), { recursive: true, withFileTypes: true });
    return names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  }

  it('let a sweep run the step before what it varies once in the whole fleet, with the images it has without', async () => {
    await startWorkers(2);
    const iterations = [1, 2, 3, 4, 5, 6];
    const vary = [{ path: 'iterations', values: iterations }];
    const { id } = await stack.client.submitSweep({ plan: planOf({ cached: { pre: 1 } }), data: artifact, vary });
    const { items } = await stack.client.sweep(id);
    const jobs = await Promise.all(items.map(({ job }) => stack.client.waitForJob(job)));
    const states = jobs.map((job) => cacheOf(job, 'pre')?.state);
    expect(states.filter((state) => state === 'stored')).toHaveLength(1);
    expect(states.filter((state) => state === 'hit')).toHaveLength(5);
    expect(new Set(jobs.map(({ worker }) => worker)).size).toBe(2);
    const plain = await Promise.all(iterations.map((count) => run({ iterations: count })));
    expect(jobs.map(({ result }) => result?.artifact)).toEqual(plain.map(({ result }) => result?.artifact));
    expect(plain.map((job) => cacheOf(job, 'pre'))).toEqual(Array(6).fill(undefined));
  });

  it('P6: are forgotten for one node or for a whole plan on request, and those of other plans stay', async () => {
    await startWorkers(1);
    const ours = { cached: { pre: 2, reco: 2 }, iterations: 2 };
    const theirs = { cached: { pre: 2 }, frames: [3] };
    const states = async (options: PlanOptions) => (await run(options)).steps.map(({ cache }) => cache?.state);
    for (const options of [ours, theirs]) await run(options);
    expect([(await states(ours))[1], (await states(theirs))[0]]).toEqual(['hit', 'hit']);
    const node = await stack.client.emptyResults({ plan: planOf(ours), path: 'parameter.reco' });
    expect(node).toEqual({ emptied: 1, steps: ['parameter.reco'] });
    expect(await states(ours)).toEqual(['hit', 'stored']);
    const file = join(stack.directory, 'cached.json');
    await writeFile(file, JSON.stringify(planOf(ours)));
    const emptied = await rondel(['plan', 'empty', file], stack.environment);
    expect(emptied.stdout).toBe('Forgot 2 results of parameter.pre, parameter.reco.\n');
    expect([await states(ours), (await states(theirs))[0]]).toEqual([['stored', 'stored'], 'hit']);
    await expect(stack.client.emptyResults({ plan: planOf({}) })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });

  it('are explained in the record, in provenance and on the command line', async () => {
    await startWorkers(1);
    const frames = [3, 1];
    const first = await run({ cached: { pre: 2 }, frames });
    expect(cacheOf(first, 'pre')).toMatchObject({
      state: 'stored',
      reason: 'Differs from the nearest kept result in parameter.pre.frames.',
    });
    const second = await run({ cached: { pre: 2 }, frames, iterations: 4 });
    const { key } = cacheOf(first, 'pre') ?? {};
    expect(cacheOf(second, 'pre')).toMatchObject({ state: 'hit', job: first.id, key });
    const provenance = await stack.client.provenance(second.id);
    expect(provenance.cached).toEqual([{ path: 'parameter.pre', key, job: first.id, worker: first.worker }]);
    expect(provenance.data).toEqual((await stack.client.provenance(first.id)).data);
    expect(Object.keys(provenance.timings)).not.toContain('read');
    const shown = await rondel(['show', second.id], stack.environment);
    expect(shown.stdout).toMatch(new RegExp(`cache hit, saved .*: Computed by job ${first.id}`));
  });

  it('make reading unnecessary, and are not those of a file that was changed under the same name', async () => {
    await startWorkers(1);
    const file = join(stack.directory, 'changing.npy');
    await writeFile(file, await readFile(scan));
    const there = await run({ cached: { pre: 1, reco: 1 } }, { data: 'root://scans/changing.npy' });
    const again = await run({ cached: { pre: 1, reco: 1 } }, { data: 'root://scans/changing.npy' });
    expect([cacheOf(again, 'pre')?.state, cacheOf(again, 'reco')?.state]).toEqual(['skipped', 'hit']);
    expect(again.result?.artifact).toBe(there.result?.artifact);
    expect(Object.keys((await stack.client.provenance(again.id)).timings)).not.toContain('read');
    const bytes = await readFile(file);
    await writeFile(file, bytes.fill(0, 1000, 100_000));
    const other = await run({ cached: { pre: 1, reco: 1 } }, { data: 'root://scans/changing.npy' });
    expect(cacheOf(other, 'reco')?.state).toBe('stored');
    expect(other.result?.artifact).not.toBe(there.result?.artifact);
  });

  it('are waited for rather than computed twice, and the one who waits can be cancelled', async () => {
    await startWorkers(2);
    const options = { ...slow, frames: [1] };
    const ids = [await submit(options), await submit(options)];
    await Promise.race(ids.map((id) => untilStep(id, 'waiting')));
    const [holder, waiting] = await Promise.all(ids.map((id) => stack.client.waitForJob(id)));
    expect([holder, waiting].map((job) => job && cacheOf(job, 'reco')?.state).sort()).toEqual(['hit', 'stored']);
    expect(holder?.result?.artifact).toBe(waiting?.result?.artifact);

    const more = { ...slow, frames: [2], iterations: 100_000 };
    const computing = await submit(more);
    await untilStep(computing, 'active');
    const cancelled = await submit(more);
    await untilStep(cancelled, 'waiting');
    const before = Date.now();
    await stack.client.cancel(cancelled);
    const next = await run({ iterations: 1, frames: [3] });
    // The slot is free long before the other job ends, or this one would have waited with it.
    expect(Date.parse(next.finishedAt ?? '')).toBeGreaterThan(before);
    expect((await stack.client.job(computing)).state).toBe('active');
    await stack.client.cancel(computing);
  });

  it('are computed by who waits when the one who computes them is cancelled', async () => {
    await startWorkers(2);
    const options = { ...slow, frames: [2, 3] };
    const cancelled = await submit(options);
    await untilStep(cancelled, 'active');
    const waiting = await submit(options);
    await untilStep(waiting, 'waiting');
    await stack.client.cancel(cancelled);
    const job = await stack.client.waitForJob(waiting);
    expect(cacheOf(job, 'reco')?.state).toBe('stored');
  });

  it('are computed by who waits when the worker that computes them is killed', async () => {
    await startWorkers(2);
    const options = { ...slow, frames: [3, 2] };
    const first = await submit(options);
    await untilStep(first, 'active');
    const second = await submit(options);
    await untilStep(second, 'waiting');
    workerOf(await stack.client.job(first)).child.kill('SIGKILL');
    const jobs = await Promise.all([first, second].map((id) => stack.client.waitForJob(id)));
    expect(jobs.map((job) => cacheOf(job, 'reco')?.state).sort()).toEqual(['hit', 'stored']);
    expect(jobs[0]?.result?.artifact).toBe(jobs[1]?.result?.artifact);
    expect(jobs.map(({ attempts }) => attempts.made)).toEqual([2, 1]);
  });

  it('make room for others beyond maxsize, the one used longest ago first, and never take a file of an image', async () => {
    await startWorkers(1);
    const image = await run({ cached: { reco: 2 }, iterations: 11 });
    const kept = async (iterations: number) => cacheOf(await run({ cached: { reco: 2 }, iterations }), 'reco');
    await kept(12);
    expect((await kept(11))?.state).toBe('hit');
    await kept(13);
    expect((await kept(11))?.state).toBe('hit');
    expect(await kept(12)).toMatchObject({
      state: 'stored',
      reason: 'It was removed to make room: maxsize is 2 for each step and input.',
    });
    const { status } = await fetch(`${stack.environment.RONDEL_URL ?? ''}/v1/jobs/${image.id}/result?format=npy`);
    expect(status).toBe(200);
    const passing = await run({ cached: { reco: 0 }, iterations: 12 });
    expect(cacheOf(passing, 'reco')).toEqual({ state: 'off', reason: 'maxsize is 0.' });
  });

  it('keep to the size that a worker has for all of them', async () => {
    // Three images of 32 x 32 x 32 are 384 KiB: there is room for two.
    await startWorkers(1, '--cache-size', String((300 * 2 ** 10) / 2 ** 30));
    const kept = async (frame: number) => cacheOf(await run({ cached: { reco: 9 }, frames: [frame] }), 'reco');
    for (const frame of [1, 2, 3]) expect((await kept(frame))?.state).toBe('stored');
    expect(await kept(1)).toMatchObject({ state: 'stored', reason: 'It was removed because the cache was full.' });
    expect((await kept(3))?.state).toBe('hit');
    const large = await run({ cached: { reco: 9 }, frames: [1, 2, 3] });
    expect(cacheOf(large, 'reco')).toMatchObject({ state: 'miss', reason: expect.stringContaining('bytes') as string });
  });

  it('are computed again when a file of them is damaged or gone', async () => {
    await startWorkers(1);
    const options = { cached: { reco: 1 }, iterations: 21 };
    const first = await run(options);
    for (const file of await resultFiles()) {
      const bytes = await readFile(file);
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 2) ^ 1, bytes.length - 2);
      await rm(file);
      await writeFile(file, bytes);
    }
    const second = await run(options);
    expect(cacheOf(second, 'reco')).toMatchObject({
      state: 'stored',
      reason: expect.stringContaining('damaged') as string,
    });
    await rm(join(stack.directory, 'store', 'results'), { recursive: true });
    const third = await run(options);
    expect(cacheOf(third, 'reco')).toMatchObject({
      state: 'stored',
      reason: expect.stringContaining('no artifact') as string,
    });
    for (const job of [second, third]) expect(job.result?.artifact).toBe(first.result?.artifact);
    expect(cacheOf(await run(options), 'reco')?.state).toBe('hit');
  });

  it('are kept block by block when a job is split', async () => {
    await startWorkers(2);
    const whole = await run({ iterations: 5 });
    const split = await run({ cached: { reco: 8 }, iterations: 5 }, { split: 'slice:8' });
    expect(cacheOf(split, 'reco')).toEqual({ state: 'stored', reason: 'Blocks: 4 stored.' });
    const again = await run({ cached: { reco: 8 }, iterations: 5 }, { split: 'slice:8' });
    expect(cacheOf(again, 'reco')).toEqual({ state: 'hit', reason: 'Blocks: 4 hit.' });
    for (const job of [split, again]) expect(job.result?.artifact).toBe(whole.result?.artifact);
    const { legs: subjobs = [] } = await stack.client.provenance(again.id);
    expect(subjobs.filter(({ cached = [] }) => cached.length > 0)).toHaveLength(4);
  });
});
