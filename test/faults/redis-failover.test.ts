import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestRedis, type TestRedis } from '../support/machine/redis.js';
import { eventually, startStackOn, type Stack } from '../support/machine/stack.js';
import { putSmallFile, stumblingPackage } from '../support/machine/stumbling.js';
import { startTcpProxy, type TcpProxy } from './proxy/tcp-proxy.js';

describe('when a replica takes over from Redis', { timeout: 120_000 }, () => {
  const servers: { first?: TestRedis; second?: TestRedis } = {};
  const connections: { first?: Redis; second?: Redis } = {};
  let proxy: TcpProxy;
  let stack: Stack;
  beforeAll(async () => {
    vi.stubEnv('RONDEL_PACKAGES', stumblingPackage);
    const [first, second] = [await startTestRedis(), await startTestRedis()];
    Object.assign(servers, { first, second });
    Object.assign(connections, { first: new Redis(first.url), second: new Redis(second.url) });
    const { password } = new URL(first.url);
    for (const redis of Object.values(connections)) await redis.config('SET', 'masterauth', password);
    await connections.second?.config('SET', 'requirepass', password);
    if (connections.second) await follow(connections.second, first);
    // The address that everybody knows.
    proxy = await startTcpProxy(portOf(first));
    const url = new URL(first.url);
    url.port = String(proxy.port);
    stack = await startStackOn({ ...first, url: url.href });
    await stack.startWorker('--threads', '1', '--concurrency', '1');
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    for (const redis of Object.values(connections)) redis.disconnect();
    await stack.stop();
    await proxy.close();
    await servers.second?.stop();
  });

  it('whoever is still connected to what is a replica now goes where the address leads', async () => {
    await loseNothing(() => takeOver('first', 'second', { replaced: 'answers' }));
  });

  it('whoever is connected to a machine that has died without a word goes there, too', async () => {
    await loseNothing(() => takeOver('second', 'first', { replaced: 'is silent' }));
  });

  /** Three jobs: one runs meanwhile, one waits, and one is submitted afterwards. */
  async function loseNothing(change: () => Promise<void>): Promise<void> {
    const { client } = stack;
    const data = await putSmallFile(client);
    const submission = { plan: { name: 'lab/stumble' }, data, parameters: { seconds: 4 } };
    const running = await client.submit(submission);
    const waiting = await client.submit(submission);
    await eventually(async () => (await client.job(running.id)).state === 'active', stack.log);
    await sleep(500);

    await change();
    const later: string[] = [];
    const accepted = async () => later.push((await client.submit(submission)).id) > 0;
    await eventually(accepted, stack.log, 30_000);
    for (const id of [running.id, waiting.id, ...later]) {
      expect(await client.waitForJob(id)).toMatchObject({ state: 'completed', attempts: { made: 1 } });
    }
    expect((await client.health()).status).toBe('ready');
  }

  /** Nobody's connections break. */
  async function takeOver(
    from: 'first' | 'second',
    to: 'first' | 'second',
    { replaced }: { replaced: 'answers' | 'is silent' },
  ): Promise<void> {
    const [old, next] = [servers[from], servers[to]];
    const [oldRedis, nextRedis] = [connections[from], connections[to]];
    if (!old || !next || !oldRedis || !nextRedis) throw new Error('The servers were not started.');
    proxy.lead(portOf(next));
    if (replaced === 'is silent') proxy.silence();
    await nextRedis.replicaof('NO', 'ONE');
    await follow(oldRedis, next);
  }
});

function portOf({ url }: TestRedis): number {
  return Number(new URL(url).port);
}

async function follow(replica: Redis, master: TestRedis): Promise<void> {
  await replica.replicaof('127.0.0.1', portOf(master));
  const isUp = async () => (await replica.info('replication')).includes('master_link_status:up');
  await eventually(isUp, () => 'The replica did not connect.');
}
