import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { eventually, startStack, type Stack } from '../support/machine/stack.js';
import { putSmallFile, stumblingPackage } from '../support/machine/stumbling.js';

describe('while Redis has no memory left', { timeout: 120_000 }, () => {
  let stack: Stack;
  let redis: Redis;
  beforeAll(async () => {
    vi.stubEnv('RONDEL_PACKAGES', stumblingPackage);
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
    const data = await putSmallFile(client);
    const submission = { plan: { name: 'lab/stumble' }, data, parameters: { seconds: 2 } };
    await redis.config('SET', 'maxmemory', '0');
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
    const known = (await client.jobs()).jobs.map(({ id }) => id);
    expect(known.slice(0, 2)).toEqual([waiting.id, running.id]);
  });
});
