import { openJobs, type BeginAnswer, type JobHead, type Jobs } from '@rondel/jobs';
import {
  keptEvents,
  keptOfSubjobs,
  largestPriority,
  lockKey,
  priorityOfScore,
  queueEntryName,
  queueLayout,
  scoresOf,
  subjobPrefix,
  type QueueLayout,
} from '@rondel/jobs/bullmq-layout';
import { Queue, Worker, type Job } from 'bullmq';
import { Redis } from 'ioredis';
import { ulid } from 'ulid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { queuedHead, queuedWork as work } from '../support/api/queued-jobs.js';
import { startTestRedis, type TestRedis } from '../support/machine/redis.js';
import { eventually } from '../support/machine/stack.js';

// What `libs/jobs/src/bullmq/layout.ts` and `layout.lua` take for granted, compared with what BullMQ does by itself. Another
// version of BullMQ may be used when this passes.

let redis: TestRedis;
let connection: Redis;
let jobs: Jobs;
let pool: string;
let layout: QueueLayout;
let queue: Queue;
let worker: Worker;
const errors: Error[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
  connection = new Redis(redis.url, { maxRetriesPerRequest: null });
  jobs = await openJobs({ redisUrl: redis.url, onError: (error) => void errors.push(error), news: 'work' });
});
afterAll(async () => {
  await jobs.close();
  connection.disconnect();
  await redis.stop();
  expect(errors).toEqual([]);
});
beforeEach(async () => {
  pool = `pool${ulid().toLowerCase()}`;
  layout = queueLayout(pool);
  const options = { connection, prefix: subjobPrefix };
  queue = new Queue(pool, { ...options, streams: { events: { maxLen: keptEvents } } });
  worker = new Worker(pool, null, { ...options, autorun: false });
  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
});
afterEach(async () => {
  await Promise.all([queue.close(), worker.close()]);
});

/** All that Redis holds of the queue, by the names of the keys without what they begin with. */
async function contents(): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const key of (await connection.keys(`${layout.prefix}*`)).sort()) {
    found[key.slice(layout.prefix.length)] = await valueOf(key);
  }
  return found;
}

/** Without the time, which is in the ids of events and in each entry. */
async function valueOf(key: string): Promise<unknown> {
  switch (await connection.type(key)) {
    case 'hash': {
      const { timestamp, opts, ...fields } = await connection.hgetall(key);
      return {
        ...fields,
        ...(timestamp !== undefined && { timestamp: Number(timestamp) > 0 }),
        ...(opts !== undefined && { opts: JSON.parse(opts) as unknown }),
      };
    }
    case 'zset':
      return connection.zrange(key, '0', '-1', 'WITHSCORES');
    case 'list':
      return connection.lrange(key, '0', '-1');
    case 'stream':
      return (await connection.xrange(key, '-', '+')).map(([, fields]) => fields);
    default:
      return connection.get(key);
  }
}

/** BullMQ's types leave out that there may be none. */
const taken = (token: string): Promise<Job | undefined> => worker.getNextJob(token);
const idOf = (job: string) => `${job}.0.0.0`;

async function submitted(overrides: Partial<JobHead> = {}): Promise<JobHead> {
  const head = queuedHead(pool, overrides);
  await jobs.submit(head, work);
  return head;
}

const waitingIds = () => connection.zrange(layout.waiting, '0', '-1');
const marked = async () => (await connection.exists(layout.marker)) === 1;

describe('what a script puts on a queue', () => {
  it.each(['running', 'paused'])('is what BullMQ puts there, but for events: on a %s one', async (state) => {
    if (state === 'paused') await queue.pause();
    const before = await contents();
    const heads = [await submitted(), await submitted(), await submitted({ lane: 'interactive' })];
    const priorities = await Promise.all(
      heads.map(async ({ id }) => Number(await connection.hget(`${layout.prefix}${idOf(id)}`, 'priority'))),
    );
    const ours = await contents();
    const others = (await connection.keys(`${layout.prefix}*`)).filter((key) => key !== layout.settings);
    await connection.del(...others);
    if (state === 'paused') await queue.pause();
    for (const [index, { id: job }] of heads.entries()) {
      const options = { jobId: idOf(job), priority: priorities[index] ?? 0, ...keptOfSubjobs };
      await queue.add(queueEntryName, { v: 1, job, generation: 0, stage: 0, block: 0 }, options);
    }
    expect(Object.keys(ours)).toEqual(expect.arrayContaining(heads.map(({ id }) => idOf(id))));
    const { events: _, ...theirs } = await contents();
    // Pausing is one.
    expect(ours).toEqual({ ...theirs, ...(before.events !== undefined && { events: before.events }) });
    expect(await marked()).toBe(state === 'running');
  });

  it('is left as it is when BullMQ adds it once more', async () => {
    const { id: job } = await submitted();
    const [first] = await waitingIds();
    const entry = await valueOf(`${layout.prefix}${idOf(job)}`);
    await queue.add(queueEntryName, { other: true }, { jobId: idOf(job), priority: 1, ...keptOfSubjobs });
    expect(await waitingIds()).toEqual([first]);
    expect(await valueOf(`${layout.prefix}${idOf(job)}`)).toEqual(entry);
  });
});

describe('the order of a queue', () => {
  const add = (jobId: string, priority: number) => queue.add('x', {}, { jobId, priority });
  const next = async () => (await taken(ulid()))?.id;

  it('is in scores that a priority begins, in which each comes behind those before it', async () => {
    await add('late', 7);
    await add('one', 5);
    await add('two', 5);
    expect(await waitingIds()).toEqual(['one', 'two', 'late']);
    const scores = await Promise.all(['one', 'two', 'late'].map((id) => connection.zscore(layout.waiting, id)));
    expect(scores.map((score) => priorityOfScore(Number(score)))).toEqual([5, 5, 7]);
    expect(await connection.zcount(layout.waiting, ...scoresOf(5, 6))).toBe(2);
    expect([await next(), await next(), await next(), await next()]).toEqual(['one', 'two', 'late', undefined]);
  });

  it('ends with the largest priority that is one', async () => {
    await add('last', largestPriority);
    expect(priorityOfScore(Number(await connection.zscore(layout.waiting, 'last')))).toBe(largestPriority);
    await expect(add('beyond', largestPriority + 1)).rejects.toThrow(/[Pp]riority/);
  });

  it('begins with what has lost its worker, then with what a script has put before all', async () => {
    await add('first', 1);
    await add('let-through', 9);
    await add('lost', 9);
    await connection.zadd(layout.waiting, 0, 'let-through');
    await connection.zrem(layout.waiting, 'lost');
    await connection.lpush(layout.first, 'lost');
    expect([await next(), await next(), await next()]).toEqual(['lost', 'let-through', 'first']);
  });

  it('follows a score that a script has changed, and the priority goes back with the entry', async () => {
    await add('stays', 5);
    await add('moves', 9);
    await connection.zadd(layout.waiting, scoresOf(3, 3)[0], 'moves');
    await connection.hset(`${layout.prefix}moves`, 'priority', 3);
    const token = ulid();
    const job = await taken(token);
    expect(job?.id).toBe('moves');
    await job?.moveToWait(token);
    const [least, most] = scoresOf(3, 3);
    const score = Number(await connection.zscore(layout.waiting, 'moves'));
    expect(score >= least && score <= most).toBe(true);
  });
});

describe('an entry that BullMQ gives out', () => {
  it('is the first of those that were given out, with a lock, and leaves a marker behind', async () => {
    const heads = [await submitted(), await submitted()];
    await connection.del(layout.marker);
    for (const { id: job } of heads) {
      const token = ulid();
      await taken(token);
      expect((await connection.lrange(layout.given, '0', '0'))[0]).toBe(idOf(job));
      expect(await connection.get(lockKey(layout, idOf(job)))).toBe(token);
      expect(await connection.pttl(lockKey(layout, idOf(job)))).toBeGreaterThan(0);
      const data: unknown = JSON.parse((await connection.hget(`${layout.prefix}${idOf(job)}`, 'data')) ?? '');
      expect(data).toEqual({ v: 1, job, generation: 0, stage: 0, block: 0 });
    }
    expect(await connection.zrange(layout.marker, '0', '-1', 'WITHSCORES')).toEqual(['0', '0']);
  });

  it('is gone from Redis when it is done with', async () => {
    const { id } = await submitted();
    const token = ulid();
    const job = await taken(token);
    await job?.moveToCompleted(null, token, false);
    const left = (await connection.keys(`${layout.prefix}*`)).filter((key) => key.includes(id));
    expect(left).toEqual([]);
    expect(await connection.exists(layout.given, layout.waiting)).toBe(0);
  });

  it('is locked again by who writes the token there once more', async () => {
    const { id } = await submitted();
    const token = ulid();
    const job = await taken(token);
    await connection.del(lockKey(layout, idOf(id)));
    await connection.set(lockKey(layout, idOf(id)), token, 'PX', 10_000);
    await job?.moveToCompleted(null, token, false);
    expect(await connection.exists(layout.given)).toBe(0);
  });
});

describe('a paused queue', () => {
  it('says so among its settings, gives nothing out, and marks what waits when it goes on', async () => {
    await queue.pause();
    expect(await connection.hexists(layout.settings, 'paused')).toBe(1);
    await submitted();
    expect(await taken(ulid())).toBeUndefined();
    expect((await waitingIds()).length).toBe(1);
    await queue.resume();
    expect(await connection.hexists(layout.settings, 'paused')).toBe(0);
    expect(await marked()).toBe(true);
  });
});

describe('who takes sub-jobs', () => {
  it('begins an attempt in the message in which it asks for one, puts it back with a marker, and leaves none behind', async () => {
    const { id } = await submitted();
    const begun: (BeginAnswer['answer'] | undefined)[] = [];
    let putBack: () => void = () => undefined;
    const kept = new Promise<void>((resolve) => (putBack = resolve));
    const taker = jobs.takeSubjobs({
      concurrency: 1,
      beginAs: { worker: 'w1', reserve: () => ({ release: () => undefined }) },
      run: async (subjob, answer) => {
        begun.push(answer?.answer.answer);
        if (begun.length > 1) return { kind: 'done' };
        await kept;
        if (answer?.answer.answer === 'begun') await jobs.ledger.giveBack(answer.answer.attempt, 'drained');
        return { kind: 'again', delayMs: 0 };
      },
      onError: (error) => void errors.push(error),
    });
    try {
      taker.serve([pool]);
      await eventually(() => begun.length === 1, String);
      expect(await marked()).toBe(false);
      putBack();
      await eventually(() => begun.length === 2, String);
      expect(begun).toEqual(['begun', 'begun']);
      await eventually(async () => (await connection.exists(`${layout.prefix}${idOf(id)}`)) === 0, String);
      expect(await marked()).toBe(false);
    } finally {
      await taker.close();
    }
  });
});
