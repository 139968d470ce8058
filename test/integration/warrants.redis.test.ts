import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failure, type Job } from '@rondel/contracts';
import { marked, markOf, openJobs, type JobHead, type Jobs, type JobWork } from '@rondel/jobs';
import { rulesOfApi, rulesOfWorker } from '@rondel/local';
import { openArtifactStore, storeIdentity, type ArtifactStore } from '@rondel/store';
import { openSigner, openSigningKey, publishKey, type SigningKey } from '@rondel/warrants';
import { superviseAs, type RunningWorker } from '@rondel/worker/supervisor';
import type { TrailNote } from '@rondel/telemetry/trail';
import { Redis } from 'ioredis';
import { ulid } from 'ulid';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { queuedHead, queuedWork } from '../support/api/queued-jobs.js';
import { addRedisUser, refusedCommands } from '../support/machine/redis-users.js';
import { startTestRedis, type TestRedis } from '../support/machine/redis.js';
import { simulatedExecutors } from '../support/machine/simulated-executor.js';

// Real supervisors, each as a user of Redis for its pool alone, and somebody who can write to Redis.

const key = (name: string) => `{rondel}:${name}`;

describe('a worker that demands that an API has signed what it does', { timeout: 60_000 }, () => {
  let redis: TestRedis;
  let attacker: Redis;
  let folder: string;
  let store: ArtifactStore;
  let jobs: Jobs;
  let signing: SigningKey;
  let ofPoolA: string;
  const workers: RunningWorker[] = [];
  /** In the audit log. */
  const noted: TrailNote[] = [];
  /** Ids of jobs that fail the next time. */
  const failing = new Set<string>();
  const executors = simulatedExecutors(({ job }) => (failing.delete(job) ? failure('STEP_FAILED', 'no') : undefined));

  beforeAll(async () => {
    redis = await startTestRedis();
    attacker = new Redis(redis.url);
    folder = await mkdtemp(join(tmpdir(), 'rondel-warrants-'));
    const [storeDirectory, trust, scans] = ['store', 'trust', 'scans'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await mkdir(scans);
    store = openArtifactStore(storeDirectory);
    const identity = await storeIdentity(storeDirectory);
    signing = await openSigningKey(join(folder, 'signing.pem'));
    await publishKey(signing, trust);
    const signer = openSigner({ key: signing, installation: () => identity });
    const url = await addRedisUser(redis.url, 'api', rulesOfApi());
    jobs = await openJobs({ redisUrl: url, onError: () => undefined, signer });
    await jobs.store.announce(identity);
    for (const pool of ['a', 'b']) {
      // Whoever has put a job of one pool to those of the other had to be allowed both.
      const rules = rulesOfWorker({ pools: pool === 'a' ? ['a'] : ['a', 'b'], workers: `of-${pool}` });
      const redisUrl = await addRedisUser(redis.url, `worker-${pool}`, rules);
      if (pool === 'a') ofPoolA = redisUrl;
      workers.push(
        await superviseAs(
          `of-${pool}-1`,
          {
            ...{ redisUrl, storeDirectory, pools: [pool], engine: 'wasm', logLevel: 'silent', trustKeys: [trust] },
            trail: {
              note: (note) => void noted.push(note),
              problem: () => undefined,
              settled: () => Promise.resolve(),
              isRequired: false,
            },
            ...{ roots: { a: scans }, grants: { a: [{ project: 'heart', prefix: '' }] } },
          },
          executors.start,
        ),
      );
    }
  });
  afterAll(async () => {
    for (const worker of workers) await worker.drain();
    attacker.disconnect();
    await jobs.close();
    await redis.stop();
    await rm(folder, { recursive: true, force: true });
  });

  afterEach(() => jobs.pools.resume('a'));

  const ended = (id: string) =>
    vi.waitFor(
      async () => {
        const job = await jobs.ledger.get(id);
        expect(job?.finishedAt).toBeDefined();
        return job as Job;
      },
      { timeout: 20_000, interval: 20 },
    );
  const recorded = (id: string) =>
    vi.waitFor(
      async () => {
        const record = (await store.getRecord(id)) as { readonly job: Job } | undefined;
        expect(record).toBeDefined();
        return record as { readonly job: Job };
      },
      { timeout: 20_000, interval: 20 },
    );

  /** A job that waits while its pool is paused, so that somebody has time. */
  async function held(tamper: (id: string) => Promise<unknown>, head: Partial<JobHead> = {}, work = queuedWork) {
    await jobs.pools.pause('a');
    const made = queuedHead('a', head);
    await jobs.submit(made, work);
    await tamper(made.id);
    await jobs.pools.resume('a');
    return made.id;
  }
  async function edit<T extends object>(id: string, field: 'head' | 'work', change: (value: T) => T): Promise<void> {
    const value = JSON.parse((await attacker.hget(key(`job:${id}`), field)) ?? '') as T;
    await attacker.hset(key(`job:${id}`), field, JSON.stringify(change(value)));
  }

  it('H11: runs what was signed, for its project, and hands executors no credential', async () => {
    const head = queuedHead('a', { project: 'heart' });
    await jobs.submit(head, queuedWork);
    expect((await ended(head.id)).error?.message).toBeUndefined();
    expect(executors.requests(head.id)).toMatchObject([{ project: 'heart', signed: {} }]);
    const text = JSON.stringify(executors.told);
    expect(text).toContain('"grants":{"a":[{"project":"heart","prefix":""}]}');
    expect(text).not.toMatch(/redis:\/\/|for-a-test|PRIVATE|trust/);
  });

  const withWork = (change: (work: JobWork) => JobWork) => (id: string) => edit<JobWork>(id, 'work', change);
  const withHead = (change: (head: JobHead) => JobHead) => (id: string) => edit<JobHead>(id, 'head', change);
  it.each<[string, (id: string) => Promise<unknown>, RegExp]>([
    ['names another file', withWork((work) => ({ ...work, data: { data: 'root://a/secret' } })), /data "data" is not/],
    ['names one more file', withWork((work) => ({ ...work, data: { ...work.data, dark: 'root://a/c' } })), /"dark"/],
    ['has another plan', withWork((work) => ({ ...work, plan: { _type: 'Y' } })), /its plan is not/],
    ['may write more', withWork((work) => ({ ...work, maxOutputBytes: 2 ** 40 })), /its plan is not/],
    ['is of another project', withHead((head) => ({ ...head, project: 'heart' })), /its project is not/],
    ['has another priority', withHead((head) => ({ ...head, priority: 1 })), /its head is not/],
    [
      'is cut elsewhere',
      withHead((head) => ({ ...head, stages: [{ steps: [], queue: 'a', axis: 'slice' }, ...head.stages] })),
      /its list of stages/,
    ],
    ['has no warrant', (id) => attacker.hdel(key(`job:${id}`), 'warrant'), /no API has signed it/],
    ['has a warrant that is none', (id) => attacker.hset(key(`job:${id}`), 'warrant', 'x'), /its warrant is damaged/],
  ])('refuses a job that %s, and computes nothing', async (_, tamper, words) => {
    const id = await held(tamper);
    const { state, error } = await ended(id);
    expect([state, error?.code]).toEqual(['failed', 'WARRANT_REFUSED']);
    expect(error?.message).toMatch(words);
    expect(executors.requests(id)).toEqual([]);
    expect((await recorded(id)).job.error?.code).toBe('WARRANT_REFUSED');
    expect(noted).toContainEqual({ what: 'job.refused', ids: [id], code: 'WARRANT_REFUSED' });
  });

  it('refuses a job with what was signed of another one, or for another installation', async () => {
    const other = await held(() => Promise.resolve());
    const elsewhere = openSigner({ key: signing, installation: () => 'elsewhere' });
    const warrant = (await attacker.hget(key(`job:${other}`), 'warrant')) ?? '';
    const copied = await held((id) => attacker.hset(key(`job:${id}`), 'warrant', warrant));
    expect((await ended(copied)).error?.message).toMatch(/its id is not what was signed/);
    const foreign = await held(async (id) => {
      const digest = 'A'.repeat(43);
      const what = { for: 'job', id, project: 'default', stages: [], head: digest, work: digest, data: {} } as const;
      await attacker.hset(key(`job:${id}`), 'warrant', await elsewhere.sign(what));
    });
    expect((await ended(foreign)).error?.message).toMatch(/another installation \(elsewhere\)/);
  });

  it('leaves a job alone that lies on a queue for which it was not signed', async () => {
    const head = queuedHead('a');
    await jobs.pools.pause('a');
    await jobs.submit(head, queuedWork);
    const entry = { name: 'leg', data: JSON.stringify({ job: head.id, generation: 0, stage: 0, block: 0 }) };
    const id = `${head.id}.0.0.0`;
    await attacker.hset(key(`legs:b:${id}`), { ...entry, opts: '{}', timestamp: 1, delay: 0, priority: 1 });
    await attacker.zadd(key('legs:b:prioritized'), 1, id);
    await attacker.zadd(key('legs:b:marker'), 0, '0');
    await vi.waitFor(async () => expect(await attacker.exists(key(`legs:b:${id}`))).toBe(0), { timeout: 20_000 });
    expect(await attacker.hget(key(`job:${head.id}`), 'state')).toBe('queued');
    expect(executors.requests(head.id)).toEqual([]);
    await jobs.pools.resume('a');
    expect((await ended(head.id)).worker).toBe('of-a-1');
  });

  it('runs a job again as it was signed, and not what somebody has made of it meanwhile', async () => {
    const head = queuedHead('a');
    failing.add(head.id);
    await jobs.submit(head, queuedWork);
    const first = await ended(head.id);
    expect(first.error?.code).toBe('STEP_FAILED');
    await recorded(head.id);
    await jobs.retry(head.id);
    await vi.waitFor(async () => expect((await ended(head.id)).state).toBe('completed'), { timeout: 20_000 });
    const [, again] = executors.requests(head.id);
    expect(again?.signed).toEqual({ continues: { attempts: 1, finishedAt: first.finishedAt } });
    const other = queuedHead('a');
    failing.add(other.id);
    await jobs.submit(other, queuedWork);
    await ended(other.id);
    await edit<JobWork>(other.id, 'work', (work) => ({ ...work, data: { data: 'root://a/secret' } }));
    await jobs.retry(other.id);
    await vi.waitFor(async () => expect((await ended(other.id)).error?.code).toBe('WARRANT_REFUSED'), {
      timeout: 20_000,
    });
  });

  it('takes the image of another job from the store, whatever Redis says it is', async () => {
    const first = queuedHead('a');
    await jobs.submit(first, queuedWork);
    await ended(first.id);
    await recorded(first.id);
    const reading = (id: string): JobWork => ({ ...queuedWork, data: { data: `job:${id}` } });
    const follower = queuedHead('a', { data: `job:${first.id}` });
    await jobs.submit(follower, reading(first.id));
    expect((await ended(follower.id)).error?.message).toBeUndefined();
    expect(executors.requests(follower.id)[0]?.data).toEqual({ data: `artifact:sha256-${'0'.repeat(64)}` });
    const result = (await attacker.hget(key(`job:${first.id}`), 'result')) ?? '';
    await attacker.hset(key(`job:${first.id}`), 'result', result.replace('0'.repeat(64), '1'.repeat(64)));
    const misled = queuedHead('a', { data: `job:${first.id}` });
    await jobs.submit(misled, reading(first.id));
    expect((await ended(misled.id)).error?.message).toMatch(/what other jobs have made for it is not/);
    expect(executors.requests(misled.id)).toEqual([]);
  });

  it('keeps the record of a job that somebody has put back into Redis as another one', async () => {
    const id = await held(() => Promise.resolve());
    const { job: before } = await ended(id).then(() => recorded(id));
    await attacker.hset(key(`job:${id}`), 'state', 'queued', 'b:0.0:state', 'queued', 'allowed', 9);
    await edit<JobWork>(id, 'work', (work) => ({ ...work, plan: { _type: 'Y' } }));
    const count = executors.requests(id).length;
    await jobs.advance(id);
    await vi.waitFor(async () => expect(await attacker.hget(key(`job:${id}`), 'state')).toBe('completed'), {
      timeout: 20_000,
    });
    expect(executors.requests(id)).toHaveLength(count);
    expect((await recorded(id)).job).toEqual(before);
  });

  it('builds no algorithm and answers no question that nobody has signed for it', async () => {
    const stages = [{ steps: [{ path: 'p', type: 'T' }], queue: '', bound: true }];
    const { data: _, stages: __, ...head } = queuedHead('a');
    const opened = await jobs.algorithms.create({ ...head, stages, place: 'a', idleSeconds: 60 }, queuedWork);
    await vi.waitFor(async () => expect((await jobs.algorithms.get(opened.id)).state).toBe('ready'), {
      timeout: 20_000,
    });
    const forged = marked(ulid(), markOf('a'));
    const fields = await attacker.hgetall(key(`algorithm:${opened.id}`));
    await attacker.hset(key(`algorithm:${forged}`), {
      ...fields,
      head: (fields.head ?? '').replace(opened.id, forged),
      state: 'building',
    });
    await attacker.sadd(key(`builds:${opened.worker}`), forged);
    await attacker.publish(key('news:workers'), `build:${opened.worker}`);
    await vi.waitFor(async () => expect(await attacker.hget(key(`algorithm:${forged}`), 'state')).toBe('failed'), {
      timeout: 20_000,
    });
    expect(await attacker.hget(key(`algorithm:${forged}`), 'error')).toContain('WARRANT_REFUSED');

    const answer = (id: string) =>
      vi.waitFor(
        async () => {
          const found = await jobs.questions.answerTo(id);
          expect(found).toBeDefined();
          return found;
        },
        { timeout: 20_000 },
      );
    const look = { path: 'root://a/none.npy', look: true } as const;
    const asked = { project: 'heart', seconds: 30 };
    const id = await jobs.questions.ask('of-a-1', look, asked);
    expect(await answer(id)).toMatchObject({ failure: { code: 'DATA_NOT_FOUND' } });
    const ofAnother = await jobs.questions.ask('of-c-1', look, asked);
    const text = (await attacker.get(key(`question:${ofAnother}`))) ?? '';
    const put = async (again: string, said: string) => {
      await attacker.set(key(`question:${again}`), said);
      await attacker.rpush(key('questions:of-a-1'), again);
      await attacker.publish(key('news:workers'), 'question:of-a-1');
      return answer(again);
    };
    const refused = { failure: { code: 'WARRANT_REFUSED' } };
    expect(await put(ofAnother, text)).toMatchObject(refused);
    expect(await put('forged', JSON.stringify({ ...look, project: 'heart' }))).toMatchObject(refused);
    const ungranted = await jobs.questions.ask('of-a-1', look, { ...asked, project: 'brain' });
    expect(await answer(ungranted)).toMatchObject({ failure: { code: 'DATA_FORBIDDEN' } });
  });

  it('is a user of Redis who takes from its pool alone, lists no jobs and reads no tokens', async () => {
    // All that came before was allowed.
    expect(await refusedCommands(redis.url)).toEqual([]);
    const stolen = new Redis(ofPoolA);
    const forbidden = [
      ['bzpopmin', key('legs:b:marker'), '1'],
      ['zpopmin', key('legs:b:prioritized')],
      ['lrange', key('legs:b:active'), '0', '-1'],
      ['bzpopmin', key('legs:@worker=of-b-1:marker'), '1'],
      ['eval', "return redis.call('ZRANGE', '{rondel}:jobs', 0, -1)", '0'],
      ['zrange', key('live'), '0', '-1'],
      ['zrange', key('index:pool:b'), '0', '-1'],
      ['zrange', key('queued:b'), '0', '-1'],
      ['hgetall', key('tokens')],
      ['get', key('session:x:snapshot')],
      ['subscribe', key('news')],
      ['keys', '*'],
      ['scan', '0'],
      ['config', 'get', 'maxmemory-policy'],
      ['flushall'],
      ['acl', 'list'],
      ['script', 'flush'],
      ['replicaof', 'no', 'one'],
      ['set', 'other', '1'],
    ];
    for (const [command = '', ...operands] of forbidden) {
      await expect(stolen.call(command, ...operands), [command, ...operands].join(' ')).rejects.toThrow(
        /NOPERM|can't access|can't run/,
      );
    }
    expect(await stolen.call('zrange', key('legs:a:prioritized'), '0', '-1')).toEqual([]);
    stolen.disconnect();
  });

  it('opens the jobs and warm algorithms of its pool and those that may run anywhere, whatever ids it knows', async () => {
    const [own, anywhere, foreign] = ['a', '@any', 'b'].map((reach) => marked(ulid(), markOf(reach)));
    const stolen = new Redis(ofPoolA);
    for (const id of [own, anywhere]) {
      expect(await stolen.hgetall(key(`job:${id}`))).toEqual({});
      expect(await stolen.xrange(key(`job:${id}:events`), '-', '+')).toEqual([]);
      expect(await stolen.hgetall(key(`algorithm:${id}`))).toEqual({});
    }
    const forbidden = [
      ['hgetall', key(`job:${foreign}`)],
      ['hset', key(`job:${foreign}`), 'state', 'cancelled'],
      ['del', key(`job:${foreign}`)],
      ['rename', key(`job:${foreign}`), key(`job:${own}`)],
      ['rename', key(`job:${own}`), key(`job:${foreign}`)],
      ['xrange', key(`job:${foreign}:events`), '-', '+'],
      ['eval', `return redis.call('HGETALL', '{rondel}:job:${foreign}')`, '0'],
      ['hgetall', key(`algorithm:${foreign}`)],
      ['lrange', key(`algorithm:${foreign}:tickets`), '0', '-1'],
      ['hgetall', key(`damaged:job:${foreign}`)],
      // Ids, submitters and labels of all jobs.
      ['hgetall', key('indexed')],
      ['hgetall', key('turns:normal:b')],
      ['lpop', key('questions:of-b-1')],
      ['set', key('worker:of-b-1'), '{}'],
      ['set', key('drain:of-b-1'), 'asked'],
      ['zadd', key('capabilities:b'), '1', '{}'],
    ];
    for (const [command = '', ...operands] of forbidden) {
      await expect(stolen.call(command, ...operands), [command, ...operands].join(' ')).rejects.toThrow(
        /NOPERM|can't access/,
      );
    }
    stolen.disconnect();
  });

  it('is told what its pool has to do, also while others have warm algorithms', async () => {
    const stages = [{ steps: [{ path: 'p', type: 'T' }], queue: '', bound: true }];
    const { data: _, stages: __, ...head } = queuedHead('b');
    const foreign = { ...head, stages, place: 'b', idleSeconds: 60 };
    const { id } = await jobs.algorithms.create(foreign, queuedWork);
    const ofWorker = await openJobs({ redisUrl: ofPoolA, pools: ['a'], news: 'work', onError: () => undefined });
    expect(await ofWorker.pools.demand('a')).toMatchObject({ pool: 'a', workers: 1 });
    await ofWorker.close();
    await jobs.algorithms.close(id);
  });

  it('takes a sub-job off its queue of a job that its user may not open, and goes on', async () => {
    const foreign = queuedHead('a', { id: marked(ulid(), markOf('b')) });
    const own = queuedHead('a');
    await jobs.submit(foreign, queuedWork);
    await jobs.submit(own, queuedWork);
    expect((await ended(own.id)).worker).toBe('of-a-1');
    await vi.waitFor(
      () => expect(noted).toContainEqual({ what: 'job.refused', ids: [foreign.id], code: 'WARRANT_REFUSED' }),
      {
        timeout: 20_000,
      },
    );
    expect(await attacker.hget(key(`job:${foreign.id}`), 'state')).toBe('queued');
    expect(executors.requests(foreign.id)).toEqual([]);
    await jobs.cancel(foreign.id);
  });
});
