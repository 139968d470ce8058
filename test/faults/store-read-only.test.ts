import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { eventually, startStack, type Stack } from '../support/machine/stack.js';
import { putSmallFile, stumblingPackage } from '../support/machine/stumbling.js';
import { mountSmallDisk } from './suite/small-disk.js';

const run = promisify(execFile);
const folder = await mkdtemp(join(tmpdir(), 'rondel-disk-'));
const disk = await mountSmallDisk(folder, 64);
if (typeof disk === 'string') console.log(`A disk that becomes read-only is not tried: ${disk}.`);

describe.skipIf(typeof disk === 'string')('an artifact store that becomes read-only', { timeout: 120_000 }, () => {
  let stack: Stack;
  beforeAll(async () => {
    vi.stubEnv('RONDEL_PACKAGES', stumblingPackage);
    stack = await startStack('--store', folder);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await stack.stop();
    if (typeof disk !== 'string') await disk.remove();
    await rm(folder, { recursive: true, force: true });
  });

  /** Waits until nobody has a file open to write. */
  const remount = (how: 'ro' | 'rw') =>
    eventually(
      async () => {
        await run('mount', ['-o', `remount,${how}`, folder]);
        return true;
      },
      () => `It was not mounted ${how}.`,
    );

  it('is no place for workers, costs jobs nothing, and can still be read', async () => {
    const { client, log } = stack;
    const data = await putSmallFile(client);
    const startWorker = () => stack.startWorker('--threads', '1', '--concurrency', '1', '--store', folder);
    const { child } = await startWorker();
    const exit = once(child, 'exit');
    const submission = { plan: { name: 'lab/stumble' }, data, parameters: { seconds: 1 } };
    const done = await client.waitForJob((await client.submit(submission)).id);
    const jobs = [await client.submit(submission), await client.submit(submission)];
    await eventually(async () => (await client.job(jobs[0]?.id ?? '')).state === 'active', log);

    await remount('ro');
    expect(await exit).toEqual([3, null]);
    expect(log()).toContain(`Nothing can be written to the artifact store in ${folder}`);
    expect(await client.health()).toMatchObject({
      status: 'not ready',
      checks: { store: { ok: false, detail: expect.stringContaining('EROFS') as string } },
    });
    await expect(client.submit(submission)).rejects.toMatchObject({ failure: { code: 'SERVICE_UNAVAILABLE' } });
    const image = await client.result(done.id, { format: 'npy' });
    expect((await new Response(image.body).arrayBuffer()).byteLength).toBeGreaterThan(4 * 64);

    await remount('rw');
    await eventually(async () => (await client.health()).status === 'ready', log);
    await startWorker();
    for (const { id } of jobs) {
      const { state, attempts, error } = await client.waitForJob(id);
      expect([state, attempts.allowed - attempts.made, error]).toEqual(['completed', 2, undefined]);
    }
  });
});
