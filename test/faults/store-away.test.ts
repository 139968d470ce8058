import { once } from 'node:events';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { rondel } from '../support/machine/rondel-command.js';
import { eventually, startStack, type Stack } from '../support/machine/stack.js';
import { putSmallFile, stumblingPackage } from '../support/machine/stumbling.js';

describe('a folder that is not the artifact store of the API', { timeout: 120_000 }, () => {
  let stack: Stack;
  beforeAll(async () => {
    vi.stubEnv('RONDEL_PACKAGES', stumblingPackage);
    stack = await startStack();
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await stack.stop();
  });

  it('is no place for a worker to start at', async () => {
    const wrong = join(stack.directory, 'not-mounted');
    await mkdir(wrong);
    const { code, stderr } = await rondel(['worker', '--engine', 'wasm', '--store', wrong], stack.environment);
    expect([code, stderr]).toEqual([3, expect.stringContaining(`${wrong} holds no artifact store`)]);
  });

  it('makes a worker leave that had another one there, and costs its jobs nothing', async () => {
    const { client, directory, log } = stack;
    const data = await putSmallFile(client);
    const worker = await stack.startWorker('--threads', '1', '--concurrency', '1');
    const exit = once(worker.child, 'exit');
    const submission = { plan: { name: 'lab/stumble' }, data, parameters: { seconds: 3 } };
    const [running, waiting] = [await client.submit(submission), await client.submit(submission)];
    await eventually(async () => (await client.job(running.id)).state === 'active', log);

    const store = join(directory, 'store');
    await rename(store, `${store}-away`);
    await mkdir(store);
    expect(await exit).toEqual([3, null]);
    expect(log()).toContain(`${store} holds no artifact store`);
    expect(await client.health()).toMatchObject({ status: 'not ready', checks: { store: { ok: false } } });
    await expect(client.submit(submission)).rejects.toMatchObject({ failure: { code: 'SERVICE_UNAVAILABLE' } });
    for (const { id } of [running, waiting]) expect((await client.job(id)).state).toBe('queued');

    await rename(store, `${store}-empty`);
    await rename(`${store}-away`, store);
    await eventually(async () => (await client.health()).status === 'ready', log);
    await stack.startWorker('--threads', '1', '--concurrency', '1');
    for (const { id } of [running, waiting]) {
      const { state, attempts, error } = await client.waitForJob(id);
      expect([state, attempts.allowed - attempts.made, error]).toEqual(['completed', 2, undefined]);
    }
  });
});
