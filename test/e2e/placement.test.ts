import { once } from 'node:events';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Job, Submission } from '@rondel/contracts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { rondel } from '../support/machine/rondel-command.js';
import { softwareGpu } from '../support/machine/software-gpu.js';
import { eventually, startStack, type Stack, type WorkerProcess } from '../support/machine/stack.js';

const slabs = fileURLToPath(new URL('../../apps/docs/how-to/slab-projection', import.meta.url));
const angles = Array.from({ length: 48 }, (_, index) => (index * Math.PI) / 48);

describe('work goes to the workers that can do it', { timeout: 120_000 }, () => {
  let stack: Stack;
  let data: string;
  let scans: string;
  let rooted: WorkerProcess;
  let plain: WorkerProcess;

  beforeAll(async () => {
    vi.stubEnv('RONDEL_PACKAGES', slabs);
    stack = await startStack();
    vi.unstubAllEnvs();
    scans = join(stack.directory, 'scans');
    await mkdir(scans);
    const file = join(stack.directory, 'head.npy');
    const size = ['--size', '32', '--frames', '1', '--angles', '48'];
    const made = await rondel(['data', 'phantom', '-o', file, ...size], stack.environment);
    expect(made.code, made.stderr).toBe(0);
    const put = await rondel(['data', 'put', file, '--json'], stack.environment);
    data = (JSON.parse(put.stdout) as { stored: [{ artifact: string }] }).stored[0].artifact;
    await rename(file, join(scans, 'head.npy'));
    rooted = await stack.startWorker('--threads', '1', '--data-root', `scans=${scans}`);
    plain = await stack.startWorker('--threads', '1');
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await stack.stop();
  });

  function submit(overrides: Partial<Submission> = {}): Promise<Job> {
    return stack.client.submit({ plan: { name: 'radon/fbp' }, data, parameters: { angles }, ...overrides });
  }

  async function completed(jobs: readonly Job[]): Promise<Job[]> {
    const ended = await Promise.all(jobs.map(({ id }) => stack.client.waitForJob(id)));
    for (const { state, error } of ended) expect(state, error?.message).toBe('completed');
    return ended;
  }

  /** The fleet that an answer tells of is that of a moment ago: a worker that has just left may still be counted. */
  async function waitsFor({ id }: Job, reason: string): Promise<void> {
    await vi.waitFor(async () => expect((await stack.client.job(id)).waiting?.reason).toBe(reason), {
      timeout: 15_000,
      interval: 100,
    });
  }

  it('ten jobs on files of a data root run where that root is, while others use every worker', async () => {
    // All wait before the first begins: otherwise the other worker may take each of its jobs as it comes.
    await stack.client.pausePool('default');
    const submitted: Promise<Job>[] = [];
    for (let index = 0; index < 10; index += 1) {
      const data = 'root://scans/head.npy';
      submitted.push(submit({ data }), ...Array.from({ length: 4 }, () => submit()));
    }
    const waiting = await Promise.all(submitted);
    await stack.client.resumePool('default');
    const jobs = await completed(waiting);
    const onFiles = jobs.filter((job) => job.data === 'root://scans/head.npy');
    expect(onFiles.map(({ worker }) => worker)).toEqual(Array.from({ length: 10 }, () => rooted.record.id));
    const others = jobs.filter((job) => job.data === data).map(({ worker }) => worker);
    expect(new Set(others)).toEqual(new Set([rooted.record.id, plain.record.id]));
    const images = new Set(jobs.map(({ result }) => result?.artifact));
    expect(images.size).toBe(1);
  });

  it('a busy worker takes what comes first, whichever queue it lies on', async () => {
    // One of its own for each try.
    const pool = `busy${Date.now()}`;
    const { child, record } = await stack.startWorker(
      '--threads',
      '1',
      '--pool',
      pool,
      '--data-root',
      `scans=${scans}`,
    );
    try {
      await stack.client.pausePool(pool);
      const many: Job[] = [];
      for (let index = 0; index < 20; index += 1) many.push(await submit({ pool }));
      const root = { pool, data: 'root://scans/head.npy' };
      const [late, urgent] = [await submit(root), await submit({ ...root, lane: 'interactive' })];
      // The worker looks at a queue that has just come, and must not find one resumed and the other still paused.
      await sleep(1000);
      await stack.client.resumePool(pool);
      const jobs = await completed([...many, late, urgent]);
      const order = jobs.toSorted((a, b) => (a.finishedAt ?? '').localeCompare(b.finishedAt ?? '')).map(({ id }) => id);
      expect(order.indexOf(late.id)).toBe(jobs.length - 1);
      // What the worker had taken before it looked at the other queue runs first.
      expect(order.indexOf(urgent.id)).toBeLessThan(5);
    } finally {
      const exit = once(child, 'exit');
      process.kill(record.pid, 'SIGTERM');
      await exit;
    }
  });

  it('O13: jobs of lanes behind run while more comes in front than a worker can do, about when they were told to', async () => {
    const pool = `flood${Date.now()}`;
    const { child } = await stack.startWorker('--threads', '1', '--pool', pool, '--give-way', '4');
    const interactive = { pool, lane: 'interactive' } as const;
    try {
      await Promise.all(Array.from({ length: 20 }, () => submit(interactive)));
      const behind = [await submit({ pool }), await submit({ pool, lane: 'batch' })];
      const ended = completed(behind);
      const over = new AbortController();
      void ended.finally(() => over.abort());
      while (!over.signal.aborted) {
        await Promise.all([submit(interactive), submit(interactive)]);
        await sleep(20);
      }
      await ended;
      const waiting = await stack.client.jobs({ pool, state: 'queued', limit: 50 });
      expect(waiting.jobs.length).toBeGreaterThan(8);
      const late = await submit({ pool, lane: 'batch' });
      await vi.waitFor(
        async () => {
          // Every fourth turn is for lanes behind, so it may have begun by now.
          const { startedAt, waiting } = await stack.client.job(late.id);
          expect(Date.parse(startedAt ?? waiting?.estimatedStart ?? 'never')).toBeLessThan(Date.now() + 30_000);
        },
        { timeout: 15_000, interval: 100 },
      );
    } finally {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    }
  });

  it('a job that needs a root and a label nobody has says so, and starts when such a worker comes', async () => {
    const onFiles = await submit({ data: 'root://vault/head.npy' });
    const labelled = await submit({ worker: 'gpu=h100' });
    await waitsFor(onFiles, 'needs data root vault, 0 of 2 workers have it');
    await waitsFor(labelled, 'needs label gpu=h100, 0 of 2 workers have it');
    const { slots, special } = await stack.client.demand('default');
    expect(slots).toBe(1);
    expect(special).toEqual([{ requires: { roots: ['vault'] }, runnable: 1, active: 0, workers: 0 }]);
    const [first] = await completed([await submit()]);
    expect(first?.attempts.made).toBe(1);

    const { record } = await stack.startWorker('--data-root', `vault=${scans}`, '--label', 'gpu=h100');
    for (const { worker } of await completed([onFiles, labelled])) expect(worker).toBe(record.id);
    // A sub-job leaves its queue a moment after its job has ended.
    await eventually(async () => (await stack.client.demand('default')).slots === 0, stack.log);
  });

  it('a plan of a package that only some workers have runs on those', async () => {
    const waiting = await submit({ plan: { name: 'lab/slabs' }, pool: 'default' });
    const others = await stack.client.workers();
    await waitsFor(waiting, `needs package @lab/slab-projection, 0 of ${others.length} workers have it`);
    vi.stubEnv('RONDEL_PACKAGES', slabs);
    const { record } = await stack.startWorker('--threads', '1');
    vi.unstubAllEnvs();
    const jobs = [waiting, ...(await Promise.all([1, 2, 3].map(() => submit({ plan: { name: 'lab/slabs' } }))))];
    for (const { worker } of await completed(jobs)) expect(worker).toBe(record.id);
  });

  it('a job that asks for an engine waits for it', async () => {
    const asked = await rondel(
      [
        'submit',
        'radon/fbp',
        data,
        '--set',
        `angles=${JSON.stringify(angles)}`,
        '--engine',
        'webgpu',
        '--detach',
        '--json',
      ],
      stack.environment,
    );
    expect(asked.code, asked.stderr).toBe(0);
    const job = JSON.parse(asked.stdout) as Job;
    const { id } = job;
    await waitsFor(job, `needs engine webgpu, 0 of ${(await stack.client.workers()).length} workers have it`);
    const [wasm] = await completed([await submit({ engine: 'wasm' })]);
    expect((await stack.client.provenance(wasm?.id ?? '')).engine.name).toBe('wasm');
    expect((await stack.client.job(id)).state).toBe('queued');
    if (softwareGpu === undefined) {
      console.info('No WebGPU device here: that the job starts when a worker with the engine comes was not checked.');
      await stack.client.cancel(id);
      return;
    }
    for (const [name, value] of Object.entries(softwareGpu)) vi.stubEnv(name, value);
    const { record } = await stack.startWorker('--threads', '1', '--engine', 'webgpu');
    vi.unstubAllEnvs();
    const [ended] = await completed([await stack.client.job(id)]);
    expect(ended?.worker).toBe(record.id);
  });
});
