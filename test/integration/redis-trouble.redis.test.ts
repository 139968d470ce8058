import { rm } from 'node:fs/promises';
import { redisFacts, requireUsable, withRedis } from '@rondel/jobs/redis';
import { isRondelError } from '@rondel/contracts';
import { openJobs, type Jobs } from '@rondel/jobs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { rondel } from '../support/machine/rondel-command.js';
import { startRedisServer, type RedisServer } from '../support/machine/sentinel.js';
import { eventually } from '../support/machine/stack.js';

describe('what keeps Redis from serving', { timeout: 60_000 }, () => {
  let redis: RedisServer;
  let other: RedisServer;
  const open: Jobs[] = [];
  const opened = async (url: string, onError: (error: Error) => void = () => undefined) => {
    const jobs = await openJobs({ redisUrl: url, onError });
    open.push(jobs);
    return jobs;
  };
  const at = (port: number, login = '') => `redis://${login}127.0.0.1:${port}`;
  beforeAll(async () => {
    redis = await startRedisServer([
      'user locked on >secret ~{rondel}* &{rondel}* +@all',
      'user noscripts on >secret ~{rondel}* &{rondel}* +@all -@scripting',
      'user nokeys on >secret ~other* &{rondel}* +@all',
      'user nochannels on >secret ~{rondel}* resetchannels +@all',
      'user noinfo on >secret ~{rondel}* &{rondel}* +@all -info',
      'user default on >pass ~* &* +@all',
    ]);
    other = await startRedisServer([]);
  });
  afterEach(async () => {
    for (const jobs of open.splice(0)) await jobs.close();
  });
  afterAll(async () => {
    await redis.stop();
    await other.stop();
  });

  const refused = async (url: string) => {
    const error: unknown = await opened(url).catch((reason: unknown) => reason);
    if (!isRondelError(error)) throw new Error(`${url} was not refused in a sentence, but ${String(error)}`);
    return error;
  };

  it.each([
    ['no password', '', /wants a password.*NOAUTH.*redis:\/\/:PASSWORD@/],
    ['a wrong one', ':wrong@', /refuses the user or the password.*WRONGPASS/],
    ['a user that may run no scripts', 'noscripts:secret@', /eval: NOPERM.*ACL SETUSER <user> ~\{rondel\}\*/],
    ['a user of other keys', 'nokeys:secret@', /NOPERM.*keys.*ACL SETUSER/],
    ['a user without channels', 'nochannels:secret@', /subscribe: NOPERM.*channels.*&\{rondel\}\*/],
  ])('O15: %s', async (_what, login, sentence) => {
    const error = await refused(at(redis.port, login));
    expect(error).toMatchObject({ code: 'SERVICE_UNAVAILABLE', failure: { retryable: false } });
    expect(error.message).toMatch(sentence);
    expect(error.message).not.toContain('secret');
  });

  it('O15: a user that may not ask for facts is served, and told what nobody looks at', async () => {
    const said: string[] = [];
    const jobs = await opened(at(redis.port, 'noinfo:secret@'), ({ message }) => void said.push(message));
    expect(said.join()).toMatch(/maxmemory-policy must be noeviction.*\+info/);
    expect(await jobs.redis()).toMatchObject({ version: 'unknown' });
  });

  it('O15: a database that is not there, a password that is, and nobody at the address', async () => {
    expect((await refused(`${at(redis.port, ':pass@')}/99`)).message).toMatch(/does not have the database/);
    expect((await refused(at(1))).message).toMatch(/does not answer.*ECONNREFUSED 127\.0\.0\.1:1/);
    await expect(opened(at(redis.port, ':pass@'))).resolves.toBeDefined();
  });

  it('O15: a node of a cluster, a Sentinel in place of Redis, and Redis in place of a Sentinel', async () => {
    const node = await startRedisServer(['cluster-enabled yes']);
    const sentinel = await startRedisServer([`sentinel monitor lab 127.0.0.1 ${other.port} 1`], { sentinel: true });
    try {
      expect((await refused(at(node.port))).message).toMatch(/is a node of a Redis Cluster/);
      expect((await refused(at(sentinel.port))).message).toMatch(/is a Sentinel.*redis\+sentinel:/);
      const named = (name: string, port: number) =>
        withRedis(`redis+sentinel://127.0.0.1:${port}/${name}`, (found) => found.ping());
      await expect(named('lab', sentinel.port)).resolves.toBe('PONG');
      await expect(named('other', sentinel.port)).rejects.toThrow(/knows no primary by the name "other"/);
      await expect(named('lab', other.port)).rejects.toThrow(/is no Sentinel/);
      await expect(named('lab', 1)).rejects.toThrow(/No Sentinel of REDIS_URL answers \(127\.0\.0\.1:1/);
    } finally {
      await node.stop();
      await sentinel.stop();
    }
  });

  it('O15: a disk on which Redis cannot save its data', async () => {
    const server = await startRedisServer(['save 3600 1']);
    try {
      const jobs = await opened(at(server.port));
      await withRedis(at(server.port), async (admin) => {
        const reply = await admin.config('GET', 'dir');
        const folder = Object.values(reply as object).find((value) => value !== 'dir') as string;
        await rm(folder, { recursive: true });
        await admin.bgsave();
        await eventually(
          async () => (await admin.info('persistence')).includes('rdb_last_bgsave_status:err'),
          () => 'The background save did not fail.',
        );
      });
      await expect(jobs.redis()).rejects.toThrow(/cannot write its data to its disk.*MISCONF.*see its log/);
    } finally {
      await server.stop();
    }
  });

  it('O15: a server that is still loading its data', () => {
    const facts = redisFacts('redis_version:7.0.0\r\nrole:master\r\nloading:1\r\nloading_loaded_perc:41.7\r\n');
    expect(() => requireUsable(facts)).toThrow(/still loading its data.*LOADING, 41 %/);
  });

  it('O15: a server that becomes a replica is told of, and served again when it leads', async () => {
    const said: string[] = [];
    const jobs = await opened(at(other.port), ({ message }) => said.push(message));
    await withRedis(at(other.port), (admin) => admin.replicaof('127.0.0.1', 1));
    await expect(jobs.redis()).rejects.toThrow(/is a replica of 127\.0\.0\.1:1/);
    await expect(jobs.fleet.declare(['default'])).rejects.toThrow(/is a replica now.*READONLY.*Sentinels/);
    const error = await refused(at(other.port));
    expect(error).toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      message: expect.stringMatching(/replica of/) as string,
    });
    const worker = await rondel(['worker', '--engine', 'wasm'], { REDIS_URL: at(other.port) });
    expect(worker).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/is a replica of.*primary in REDIS_URL/) as string,
    });
    await withRedis(at(other.port), (admin) => admin.replicaof('NO', 'ONE'));
    await eventually(
      async () => {
        await jobs.fleet.declare(['default']);
        return true;
      },
      () => said.join('\n'),
    );
  });

  it('O15: an address that is none is wrong usage', async () => {
    const { code, stderr } = await rondel(['api'], { REDIS_URL: 'redis-sentinel://h/0#lab' });
    expect(code).toBe(2);
    expect(stderr).toMatch(/INVALID_REQUEST.*redis\+sentinel:\/\//);
  });
});
