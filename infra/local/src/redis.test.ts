import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { freePort } from './free-port.js';
import { redisFacts, withRedis } from '@rondel/jobs/redis';
import { probeRedis, requireUsable } from './redis-probe.js';
import { findRedisProgram } from './redis-program.js';
import { runningRedis } from './redis-record.js';
import { ensureRedis, type AvailableRedis } from './redis.js';

const program = await findRedisProgram(process.env);
const environment = { ...process.env, REDIS_URL: undefined };
const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rondel-redis-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function start(directory: string): Promise<AvailableRedis> {
  const redis = await ensureRedis({ directory, environment });
  cleanups.push(() => redis.stop());
  return redis;
}

async function startForeign(...parameters: string[]): Promise<string> {
  const port = await freePort();
  const child = spawn(program ?? '', ['--port', String(port), '--save', '', ...parameters], { stdio: 'ignore' });
  cleanups.push(() => {
    child.kill('SIGKILL');
  });
  const url = `redis://127.0.0.1:${port}`;
  await until(() => probeRedis(url).then(Boolean, () => false));
  return url;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let round = 0; round < 200; round += 1) {
    if (await condition()) return;
    await sleep(50);
  }
  throw new Error('the condition did not come true within 10 s');
}

describe.skipIf(program === undefined)('with a Redis server on the PATH', { timeout: 60_000 }, () => {
  test('a private Redis keeps an append-only file, never evicts, wants its password and stays on loopback', async () => {
    const directory = await temporaryFolder();
    const redis = await start(directory);
    expect(redis.origin).toBe('private');
    expect(new URL(redis.url).hostname).toBe('127.0.0.1');
    const [info, bound] = await withRedis(redis.url, (connection) =>
      Promise.all([connection.info(), connection.config('GET', 'bind')]),
    );
    expect(info).toContain('aof_enabled:1');
    expect(info).toContain('maxmemory_policy:noeviction');
    expect(JSON.stringify(bound)).toContain('127.0.0.1');
    await expect(probeRedis(redis.address)).rejects.toThrow(/NOAUTH|Authentication/);
  });

  test('two private servers in two folders run side by side and keep their own data', async () => {
    const [first, second] = await Promise.all([start(await temporaryFolder()), start(await temporaryFolder())]);
    await withRedis(first.url, (connection) => connection.set('where', 'first'));
    expect(await withRedis(second.url, (connection) => connection.get('where'))).toBeNull();
  });

  test('what was written is there after a stop and a new start in the same folder', async () => {
    const directory = await temporaryFolder();
    const first = await start(directory);
    await withRedis(first.url, (connection) => connection.set('kept', 'yes'));
    await first.stop();
    expect(await runningRedis(directory)).toBeUndefined();
    const second = await start(directory);
    expect(await withRedis(second.url, (connection) => connection.get('kept'))).toBe('yes');
  });

  test('a folder that a living process uses is refused', async () => {
    const directory = await temporaryFolder();
    await start(directory);
    await expect(start(directory)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('a private Redis that is killed comes back at the same address', async () => {
    const redis = await start(await temporaryFolder());
    const info = await withRedis(redis.url, (connection) => connection.info('server'));
    const pid = Number(/^process_id:(\d+)/m.exec(info)?.[1]);
    process.kill(pid, 'SIGKILL');
    await until(() =>
      withRedis(redis.url, (connection) => connection.info('server')).then(
        (again) => !again.includes(`process_id:${pid}\r`),
        () => false,
      ),
    );
    expect(await probeRedis(redis.url)).toMatchObject({ evictionPolicy: 'noeviction', appendOnly: true });
  });

  test('a private Redis dies with a process that is killed without warning', async () => {
    const directory = await temporaryFolder();
    const owner = await startOwner(directory);
    const record = await runningRedis(directory);
    expect(record?.owner).toBe(owner.pid);
    owner.kill('SIGKILL');
    await until(() =>
      probeRedis(record?.url ?? '').then(
        () => false,
        () => true,
      ),
    );
    const next = await start(directory);
    expect(next.url).not.toBe(record?.url);
  });

  test('a server that may evict keys is refused with what to do', async () => {
    const url = await startForeign('--maxmemory-policy', 'allkeys-lru');
    await expect(
      ensureRedis({ directory: await temporaryFolder(), environment: { REDIS_URL: url } }),
    ).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      message: expect.stringMatching(/allkeys-lru.*config set maxmemory-policy noeviction/) as string,
    });
  });

  test('the server of REDIS_URL is used and left running', async () => {
    const url = await startForeign('--maxmemory-policy', 'noeviction');
    const redis = await ensureRedis({ directory: await temporaryFolder(), environment: { REDIS_URL: url } });
    expect(redis).toMatchObject({ url, origin: 'external' });
    await redis.stop();
    expect(await probeRedis(url)).toMatchObject({ evictionPolicy: 'noeviction', appendOnly: false });
  });

  /** A process of its own that owns a private Redis. */
  async function startOwner(directory: string): Promise<ChildProcess> {
    const entry = new URL('../dist/index.js', import.meta.url).href;
    const script = `
      import { ensureRedis } from ${JSON.stringify(entry)};
      delete process.env.REDIS_URL;
      await ensureRedis({ directory: ${JSON.stringify(directory)} });
      console.log('ready');
      setInterval(() => {}, 1000);
    `;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    cleanups.push(() => {
      child.kill('SIGKILL');
    });
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve());
      child.once('exit', () => reject(new Error('the owner ended before it was ready')));
    });
    return child;
  }
});

test('an address where nothing answers is named without its password', async () => {
  const port = await freePort();
  const url = `redis://:hidden@127.0.0.1:${port}`;
  const error: unknown = await probeRedis(url).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  expect(String(error)).toContain(`127.0.0.1:${port}`);
  expect(String(error)).not.toContain('hidden');
});

test('a REDIS_URL that is no address of a Redis is refused', async () => {
  await expect(
    ensureRedis({ directory: await temporaryFolder(), environment: { REDIS_URL: 'localhost:6379' } }),
  ).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
});

test('a server older than 6.2 is refused with both versions', async () => {
  const facts = redisFacts('redis_version:6.0.16\r\nmaxmemory_policy:noeviction\r\n');
  await expect(requireUsable(facts, 'redis://h:1')).rejects.toThrow(/has version 6\.0\.16.*Rondel needs 6\.2/);
  await expect(requireUsable({ ...facts, version: '6.2.0' }, 'redis://h:1')).resolves.toBeUndefined();
});

test('the password is in a file that only its user can read', async () => {
  if (program === undefined) return;
  const directory = await temporaryFolder();
  const redis = await start(directory);
  const { stat } = await import('node:fs/promises');
  const { mode } = await stat(join(directory, 'redis.conf'));
  expect(mode & 0o077).toBe(0);
  expect(await readFile(join(directory, 'redis.conf'), 'utf8')).toContain(new URL(redis.url).password);
});
