import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from '@rondel/contracts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { rondel } from '../support/machine/rondel-command.js';
import { softwareGpu } from '../support/machine/software-gpu.js';
import { childrenOf, startStack, type Stack, type WorkerProcess } from '../support/machine/stack.js';

const preload = new URL('lose-device.mjs', import.meta.url).href;
const angles = Array.from({ length: 24 }, (_, index) => (index * Math.PI) / 24);

describe.skipIf(softwareGpu === undefined)('a job whose worker loses its GPU while it computes', () => {
  let stack: Stack;
  let worker: WorkerProcess;
  let data: string;

  beforeAll(async () => {
    stack = await startStack();
    for (const [name, value] of Object.entries(softwareGpu ?? {})) vi.stubEnv(name, value);
    vi.stubEnv('NODE_OPTIONS', `--import=${preload}`);
    vi.stubEnv('LOSSES_LEFT', join(stack.directory, 'losses'));
    await losses(0);
    worker = await stack.startWorker('--engine', 'webgpu', '--executor-env', 'LOSSES_LEFT');
    vi.unstubAllEnvs();
    const phantom = join(stack.directory, 'phantom.npy');
    await rondel(
      ['data', 'phantom', '-o', phantom, '--size', '16', '--frames', '1', '--angles', '24'],
      stack.environment,
    );
    const put = await rondel(['data', 'put', phantom, '--json'], stack.environment);
    data = (JSON.parse(put.stdout) as { stored: [{ artifact: string }] }).stored[0].artifact;
  });
  afterAll(() => stack.stop());

  function losses(count: number): Promise<void> {
    return writeFile(join(stack.directory, 'losses'), String(count));
  }

  async function reconstruct(attempts = 3): Promise<Job> {
    const { id } = await stack.client.submit({
      plan: { name: 'radon/iterative' },
      parameters: { iterations: 60, angles },
      data,
      attempts,
    });
    return stack.client.waitForJob(id);
  }

  function executors(): Promise<number[]> {
    return childrenOf(worker.record.pid);
  }

  it('completes on the second attempt, in a fresh process of the same worker, with the same image', async () => {
    const undisturbed = await reconstruct();
    const before = await executors();
    await losses(1);
    const job = await reconstruct();
    expect(job).toMatchObject({ state: 'completed', attempts: { made: 2 }, worker: worker.record.id });
    expect(job.result?.artifact).toBe(undisturbed.result?.artifact);
    expect(undisturbed.attempts.made).toBe(1);
    const after = await executors();
    expect(after).toHaveLength(before.length);
    expect(after).not.toEqual(before);
  }, 90_000);

  it('fails as WORKER_LOST when every attempt loses it, and the worker goes on', async () => {
    await losses(2);
    const job = await reconstruct(2);
    expect(job).toMatchObject({ state: 'failed', attempts: { made: 2 }, error: { code: 'WORKER_LOST' } });
    expect(job.error?.message).toContain('GPU was lost');
    expect(await reconstruct()).toMatchObject({ state: 'completed', attempts: { made: 1 }, worker: worker.record.id });
    expect(worker.child.exitCode).toBeNull();
  }, 90_000);
});
