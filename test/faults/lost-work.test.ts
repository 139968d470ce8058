import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from '@rondel/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { rondel } from '../support/machine/rondel-command.js';
import { childrenOf, eventually, startStack, type Stack, type WorkerProcess } from '../support/machine/stack.js';

let stack: Stack;
let data: string;

beforeAll(async () => {
  stack = await startStack();
  const phantom = join(stack.directory, 'phantom.npy');
  const made = await rondel(
    ['data', 'phantom', '-o', phantom, '--size', '64', '--frames', '2', '--angles', '128'],
    stack.environment,
  );
  expect(made.code, made.stderr).toBe(0);
  const put = await rondel(['data', 'put', phantom, '--json'], stack.environment);
  data = (JSON.parse(put.stdout) as { stored: [{ artifact: string }] }).stored[0].artifact;
});
afterEach(() => stack.stopWorkers());
afterAll(() => stack.stop());

const angles = Array.from({ length: 128 }, (_, index) => (index * Math.PI) / 128);

/** Computes for some seconds, reporting every iteration. */
function submitLong({
  iterations = 80,
  ...overrides
}: { iterations?: number; attempts?: number; split?: string } = {}): Promise<Job> {
  return stack.client.submit({
    plan: { name: 'radon/iterative' },
    parameters: { iterations, angles },
    data,
    ...overrides,
  });
}

async function untilIterating(id: string): Promise<void> {
  await eventually(
    async () => {
      const { state, progress, error } = await stack.client.job(id);
      expect(state, error?.message).not.toBe('failed');
      return (progress?.iteration ?? 0) >= 2;
    },
    () => stack.log(),
  );
}

async function settled(id: string): Promise<Job> {
  return stack.client.waitForJob(id);
}

/** The image that nobody disturbed, computed once by a worker that leaves afterwards. */
async function undisturbedFrom({ child }: WorkerProcess): Promise<string | undefined> {
  const expected = await undisturbed();
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
  return expected;
}

let image: string | undefined;
async function undisturbed(): Promise<string | undefined> {
  if (image === undefined) {
    const { id } = await submitLong();
    image = (await settled(id)).result?.artifact;
  }
  return image;
}

function pidOf(pid: number | undefined): number {
  if (pid === undefined) throw new Error('the process did not start');
  return pid;
}

describe('a job', { timeout: 120_000 }, () => {
  it('completes once, with the same image, when its executor is killed', async () => {
    const { child } = await stack.startWorker();
    const expected = await undisturbed();
    const { id } = await submitLong();
    await untilIterating(id);
    for (const executor of await childrenOf(pidOf(child.pid))) process.kill(executor, 'SIGKILL');
    const job = await settled(id);
    expect(job).toMatchObject({ state: 'completed', attempts: { made: 2 } });
    expect(job.result?.artifact).toBe(expected);
  });

  it('completes once, with the same image, on another worker when its whole worker is killed', async () => {
    const first = await stack.startWorker();
    const expected = await undisturbed();
    const { id } = await submitLong();
    await untilIterating(id);
    const executors = await childrenOf(pidOf(first.child.pid));
    first.child.kill('SIGKILL');
    const second = await stack.startWorker();
    const job = await settled(id);
    expect(job).toMatchObject({ state: 'completed', attempts: { made: 2 }, worker: second.record.id });
    expect(job.result?.artifact).toBe(expected);
    // The orphaned executors must not go on using the machine.
    await eventually(
      () => !executors.some(isAlive),
      () => `still alive: ${executors.join(' ')}`,
    );
  });

  it('fails as WORKER_LOST when every attempt is killed', async () => {
    const { child } = await stack.startWorker();
    const { id } = await submitLong({ attempts: 2 });
    for (const attempt of [1, 2]) {
      await eventually(
        async () => {
          const job = await stack.client.job(id);
          return job.state === 'active' && job.attempts.made === attempt && (job.progress?.iteration ?? 0) >= 1;
        },
        () => stack.log(),
      );
      for (const executor of await childrenOf(pidOf(child.pid))) process.kill(executor, 'SIGKILL');
    }
    expect(await settled(id)).toMatchObject({ state: 'failed', error: { code: 'WORKER_LOST' } });
  });

  it('stops computing within a second when it is cancelled', async () => {
    const { child } = await stack.startWorker();
    const { id } = await submitLong({ iterations: 5000 });
    await untilIterating(id);
    const before = await childrenOf(pidOf(child.pid));
    const started = performance.now();
    await stack.client.cancel(id);
    await eventually(
      () => !before.some(isAlive),
      () => `still alive: ${before.join(' ')}`,
    );
    expect((performance.now() - started) / 1000).toBeLessThan(1);
    expect(await stack.client.job(id)).toMatchObject({ state: 'cancelled', error: { code: 'CANCELLED' } });
    // The worker goes on with a fresh executor.
    const next = await submitLong({ iterations: 2 });
    expect((await settled(next.id)).state).toBe('completed');
  });

  it('ends as TIMEOUT when it takes longer than allowed, and the command exits 5', async () => {
    await stack.startWorker();
    const set = ['--set', 'iterations=5000', '--set', `angles=[${angles.join(', ')}]`];
    const { code, stdout } = await rondel(
      ['submit', 'radon/iterative', data, ...set, '--timeout', '2', '--json'],
      stack.environment,
    );
    expect([code, (JSON.parse(stdout) as Job).error?.code]).toEqual([5, 'TIMEOUT']);
  });

  it('is finished by a worker that is asked to leave', async () => {
    const { child } = await stack.startWorker();
    const { id } = await submitLong();
    await untilIterating(id);
    child.kill('SIGTERM');
    expect(await settled(id)).toMatchObject({ state: 'completed', attempts: { made: 1 } });
    await eventually(
      () => child.exitCode === 0,
      () => stack.log(),
    );
  });

  it('goes back to the queue, at no cost of attempts, when the worker may not wait for it', async () => {
    const expected = await undisturbedFrom(await stack.startWorker());
    const { child } = await stack.startWorker('--grace', '0.5');
    const { id } = await submitLong({ attempts: 1 });
    await untilIterating(id);
    child.kill('SIGTERM');
    await eventually(
      async () => (await stack.client.job(id)).state === 'queued',
      () => stack.log(),
    );
    const second = await stack.startWorker();
    const job = await settled(id);
    expect(job).toMatchObject({ state: 'completed', worker: second.record.id });
    expect(job.result?.artifact).toBe(expected);
  });

  it('that is split completes with the same image when a worker is killed among its blocks', async () => {
    const first = await stack.startWorker('--threads', '1');
    const expected = await undisturbed();
    await stack.startWorker('--threads', '1');
    const { id } = await submitLong({ split: 'slice:16' });
    await eventually(
      async () => {
        const running = (await stack.client.job(id)).steps[1]?.subjobs ?? [];
        return running.some(({ worker, fraction = 0 }) => worker === first.record.id && fraction > 0);
      },
      () => stack.log(),
    );
    first.child.kill('SIGKILL');
    const job = await settled(id);
    expect(job.error?.message).toBeUndefined();
    expect(job.result?.artifact).toBe(expected);
    expect(job.steps[1]?.subjobs?.map(({ state }) => state)).toEqual(Array(4).fill('completed'));
  });

  it('keeps its result when Redis is away for a moment while it computes', async () => {
    await stack.startWorker();
    const { id } = await submitLong();
    await untilIterating(id);
    stack.redis.pause();
    await new Promise((resolve) => setTimeout(resolve, 4000));
    stack.redis.resume();
    expect(await settled(id)).toMatchObject({ state: 'completed' });
  });

  it('leaves a record in the store that outlives Redis', async () => {
    await stack.startWorker();
    const { id } = await submitLong({ iterations: 2 });
    const job = await settled(id);
    const records = join(stack.directory, 'store');
    await eventually(
      async () => (await findRecord(records, id)) !== undefined,
      () => stack.log(),
    );
    expect(JSON.parse((await findRecord(records, id)) ?? '')).toMatchObject({
      job: { id, state: 'completed', result: { artifact: job.result?.artifact } },
      provenance: { planSha256: job.plan.sha256 },
    });
  });
});

async function findRecord(folder: string, id: string): Promise<string | undefined> {
  const { readdir } = await import('node:fs/promises');
  const names = await readdir(folder, { recursive: true });
  const found = names.find((name) => name.endsWith(`${id}.json`));
  return found === undefined ? undefined : readFile(join(folder, found), 'utf8');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
