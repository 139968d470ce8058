import { fileURLToPath } from 'node:url';
import { encodeNpy } from '@rondel/formats';
import { float32Array } from '@rondel/contracts';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { eventually, startStack, type Stack } from '../support/stack.js';

const stumbling = fileURLToPath(new URL('stumbling-package', import.meta.url));

describe('while Redis has no memory left', { timeout: 120_000 }, () => {
  let stack: Stack;
  let redis: Redis;
  beforeAll(async () => {
    vi.stubEnv('RONDEL_PACKAGES', stumbling);
    stack = await startStack();
    redis = new Redis(stack.redis.url);
    await stack.startWorker('--threads', '1', '--concurrency', '1');
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    redis.disconnect();
    await stack.stop();
  });

  it('the API refuses jobs with the reason, and those that were accepted go on when there is room again', async () => {
    const { client } = stack;
    const { artifact: data } = await client.putData(
      new Blob([...encodeNpy(float32Array(new Float32Array(64), [1, 1, 8, 8]))]),
    );
    const submission = { plan: { name: 'lab/stumble' }, data, parameters: { seconds: 2 } };
    const running = await client.submit(submission);
    const waiting = await client.submit(submission);
    await eventually(async () => (await client.job(running.id)).state === 'active', stack.log);

    const used = Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1]);
    await redis.config('SET', 'maxmemory', String(Math.floor(used / 2)));
    const refused = client.submit(submission);
    await expect(refused).rejects.toMatchObject({
      failure: { code: 'SERVICE_UNAVAILABLE', message: expect.stringContaining('Redis has no memory left') as string },
    });
    expect(await client.health()).toMatchObject({
      status: 'not ready',
      checks: { redis: { ok: false, detail: expect.stringContaining('Raise its maxmemory') as string } },
    });
    // The first one ends meanwhile, which cannot be written down.
    await new Promise((resolve) => setTimeout(resolve, 4000));
    expect((await client.job(running.id)).state).toBe('active');

    await redis.config('SET', 'maxmemory', '0');
    for (const { id } of [running, waiting]) {
      expect(await client.waitForJob(id)).toMatchObject({ state: 'completed', attempts: { made: 1 } });
    }
    expect((await client.health()).status).toBe('ready');
    expect((await client.jobs()).jobs).toHaveLength(2);
  });
});
