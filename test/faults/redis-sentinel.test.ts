import { setTimeout as sleep } from 'node:timers/promises';
import { withRedis } from '@rondel/jobs/redis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startRedisServer, type RedisServer } from '../support/machine/sentinel.js';
import { eventually, startStackOn, type Stack } from '../support/machine/stack.js';
import { putSmallFile, stumblingPackage } from '../support/machine/stumbling.js';

/** As the README has it. */
const user = 'user rondel on >secret ~{rondel}* &{rondel}* +@all -@admin -@dangerous +info';

describe('with Sentinels', { timeout: 120_000 }, () => {
  const servers: RedisServer[] = [];
  let first: RedisServer;
  let second: RedisServer;
  let stack: Stack;
  const start = async (...call: Parameters<typeof startRedisServer>) => {
    const server = await startRedisServer(...call);
    servers.unshift(server);
    return server;
  };
  const isReplica = async () => {
    const info = await withRedis(`redis://127.0.0.1:${second.port}`, (redis) => redis.info('replication'));
    return info.includes('master_link_status:up');
  };
  beforeAll(async () => {
    vi.stubEnv('RONDEL_PACKAGES', stumblingPackage);
    first = await start([user, 'appendonly yes', 'repl-diskless-sync-delay 0']);
    second = await start([user, 'appendonly yes', `replicaof 127.0.0.1 ${first.port}`]);
    await eventually(isReplica, () => 'The replica did not connect.');
    const sentinel = await start(
      [
        'requirepass watch',
        `sentinel monitor lab 127.0.0.1 ${first.port} 1`,
        'sentinel down-after-milliseconds lab 500',
        'sentinel failover-timeout lab 3000',
      ],
      { sentinel: true },
    );
    const { port } = sentinel;
    const known = () =>
      withRedis(`redis://:watch@127.0.0.1:${port}`, async (redis) => {
        return String(await redis.call('SENTINEL', 'replicas', 'lab')).includes(String(second.port));
      });
    await eventually(known, () => 'The Sentinel does not know the replica.');
    // Nobody listens at the first one.
    const url = `redis+sentinel://rondel:secret@127.0.0.1:1,127.0.0.1:${port}/lab?sentinelPassword=watch`;
    const redis = { url, pause: () => undefined, resume: () => undefined, stop: () => Promise.resolve() };
    stack = await startStackOn(redis);
    await stack.startWorker('--threads', '1', '--concurrency', '1');
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await stack.stop();
    for (const server of servers) await server.stop();
  });

  it('O15: goes on with the replica that the Sentinels have made the primary, and loses nothing', async () => {
    const { client } = stack;
    const data = await putSmallFile(client);
    const submission = { plan: { name: 'lab/stumble' }, data, parameters: { seconds: 2 } };
    const [running, waiting] = [await client.submit(submission), await client.submit(submission)];
    await eventually(async () => (await client.job(running.id)).state === 'active', stack.log);
    await sleep(500);
    // All that was answered has reached the replica.
    await withRedis(`redis://127.0.0.1:${first.port}`, async (redis) => {
      await redis.multi().set('other', '1').del('other').exec();
      expect(await redis.wait(1, 5000)).toBe(1);
    });
    first.process.kill('SIGKILL');

    const later: string[] = [];
    await eventually(async () => later.push((await client.submit(submission)).id) > 0, stack.log, 30_000);
    for (const id of [running.id, waiting.id, ...later]) {
      expect(await client.waitForJob(id)).toMatchObject({ state: 'completed', attempts: { made: 1 } });
    }
    expect((await client.health()).status).toBe('ready');
  });

  it('O15: needs no more than the permissions that the manual has', async () => {
    const { client } = stack;
    const data = await putSmallFile(client);
    const submission = { plan: { name: 'lab/stumble' }, data, parameters: { seconds: 0 } };
    const sweep = await client.submitSweep({ ...submission, vary: [{ path: 'seconds', values: [0, 0.1] }] });
    await eventually(async () => (await client.sweep(sweep.id)).states.completed === 2, stack.log);
    await client.pausePool('default');
    const { id } = await client.submit(submission);
    await client.cancel(id);
    await client.resumePool('default');
    expect(stack.log()).not.toContain('NOPERM');
  });
});
