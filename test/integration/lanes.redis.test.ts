import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subjobQueue, openJobs, type JobHead, type Jobs } from '@rondel/jobs';
import { Redis } from 'ioredis';
import { ulid } from 'ulid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { prepareRedis, type AppendOnlyRedis } from '../faults/suite/append-only-redis.js';
import { openSlot, queuedJob, submitSweep, type OneSlot } from '../support/api/queued-jobs.js';
import { eventually } from '../support/machine/stack.js';

let directory: string;
let redis: AppendOnlyRedis;
let connection: Redis;
let jobs: Jobs;
let pool: string;
let slots: OneSlot[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rondel-lanes-'));
  redis = await prepareRedis(directory, 'always');
  await redis.start();
  connection = new Redis(redis.url, { maxRetriesPerRequest: null });
  connection.on('error', () => undefined);
  jobs = await openJobs({ redisUrl: redis.url, onError: () => undefined });
});
beforeEach(async () => {
  pool = `pool${ulid().toLowerCase()}`;
  await jobs.fleet.declare([pool]);
});
afterEach(async () => {
  await Promise.all(slots.map((slot) => slot.close()));
  slots = [];
});
afterAll(async () => {
  await jobs.close();
  connection.disconnect();
  await redis.kill();
  await rm(directory, { recursive: true, force: true });
});

async function submit(overrides: Partial<JobHead> = {}): Promise<string> {
  const { head, work } = queuedJob(pool, overrides);
  return (await jobs.submit(head, work)).job.id;
}

function many(count: number, overrides: Partial<JobHead> = {}): Promise<string[]> {
  return submitSweep(
    jobs,
    Array.from({ length: count }, () => queuedJob(pool, overrides)),
  );
}

function slot(queue = pool): OneSlot {
  const opened = openSlot(jobs, { queue, onError: () => undefined });
  slots.push(opened);
  return opened;
}

/** Lets that many jobs begin and waits until they have. */
async function serve(by: OneSlot, count: number): Promise<readonly string[]> {
  const before = by.begun.length;
  by.letBegin(count);
  await eventually(
    () => by.begun.length === before + count,
    () => `${by.begun.length - before} of ${count} began`,
    60_000,
  );
  return by.begun.slice(before);
}

/** The two jobs that a slot holds and may have been handed already are not called back. */
const underWay = 2;

describe('submitters', () => {
  it('need not wait for the sweep of another', async () => {
    const sweep = await many(500, { submitter: 'ada' });
    const one = slot();
    expect(await serve(one, 20)).toEqual(sweep.slice(0, 20));
    const single = await submit({ submitter: 'bob' });
    expect((await jobs.queuePlace(single))?.position).toBeLessThanOrEqual(1);
    expect(await serve(one, underWay + 1)).toContain(single);
    expect(await jobs.pools.demand(pool)).toMatchObject({ slots: 500 - 20 - underWay });
    expect(await jobs.ledger.waiting(pool)).toBeGreaterThanOrEqual(500 - 20 - underWay - 1);
  });

  it('take turns, however many jobs each has and whoever came first', async () => {
    const ada = await many(50, { submitter: 'ada' });
    const bob = await many(20, { submitter: 'bob' });
    const order = await serve(slot(), 70);
    const whose = order.map((id) => (ada.includes(id) ? 'ada' : 'bob'));
    expect(whose.slice(0, 40)).toEqual(Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? 'ada' : 'bob')));
    expect(order.filter((id) => ada.includes(id))).toEqual(ada);
    expect(order.filter((id) => bob.includes(id))).toEqual(bob);
  });

  it('gain nothing by having waited idle: who comes back takes turns from then on', async () => {
    await many(30, { submitter: 'ada' });
    const one = slot();
    await serve(one, 20);
    const bob = await many(30, { submitter: 'bob' });
    const order = await serve(one, 14);
    const turns = order.filter((id) => bob.includes(id)).length;
    expect(turns).toBeGreaterThanOrEqual(5);
    expect(turns).toBeLessThanOrEqual(8);
  });

  it('lose no turns by what they cancel', async () => {
    await many(40, { submitter: 'bob' });
    const cancelled = await many(100, { submitter: 'ada' });
    await jobs.cancelAll(cancelled);
    expect(await jobs.pools.demand(pool)).toMatchObject({ runnable: 40 });
    expect(await jobs.ledger.waiting(pool)).toBe(40);
    const again = await submit({ submitter: 'ada' });
    expect((await serve(slot(), 3)).includes(again)).toBe(true);
  });
});

describe('a lane', () => {
  it('gives way to those before it, and its own work goes on after that', async () => {
    const sweep = await many(20, { lane: 'batch', submitter: 'ada' });
    const one = slot();
    await serve(one, 3);
    const normal = await submit({ submitter: 'ada' });
    const interactive = [await submit({ lane: 'interactive' }), await submit({ lane: 'interactive' })];
    const order = await serve(one, 10);
    const at = (id: string) => order.indexOf(id);
    expect(interactive.map(at)).toEqual([at(interactive[0] ?? ''), at(interactive[0] ?? '') + 1]);
    expect(at(interactive[0] ?? '')).toBeLessThan(underWay);
    expect(at(normal)).toBe(at(interactive[1] ?? '') + 1);
    expect(order.filter((id) => sweep.includes(id))).toEqual(sweep.slice(3, 10));
  });

  it('has priorities: the lower number first, and more of the turns', async () => {
    await many(10, { submitter: 'ada' });
    const urgent = await submit({ submitter: 'ada', priority: 1 });
    const other = await submit({ submitter: 'ada', priority: 1 });
    const one = slot();
    expect((await serve(one, 2)).toSorted()).toEqual([urgent, other].toSorted());
    await serve(one, 10);

    const half = await many(40, { submitter: 'ada', priority: 50 });
    await many(40, { submitter: 'bob', priority: 100 });
    const order = await serve(one, 30);
    expect(order.filter((id) => half.includes(id))).toHaveLength(20);
  });

  it('counts turns together on all queues of a place', async () => {
    await many(10, { submitter: 'ada' });
    const stages = [{ steps: [], ...subjobQueue(pool, { roots: ['scans'] }) }];
    // Its turn is that of one and a half jobs of the usual priority, so that none is level with it.
    const special = await submit({ submitter: 'bob', priority: 150, stages });
    const late = await submit({ submitter: 'ada' });
    const place = await jobs.queuePlace(special);
    expect(place?.position).toBe(0);
    expect(await jobs.countBefore(place?.order ?? '', [pool])).toBe(1);
    const { order = '', position } = (await jobs.queuePlace(late)) ?? {};
    expect([position, await jobs.countBefore(order, [stages[0]?.queue ?? ''])]).toEqual([10, 1]);
  });
});

describe('the order of turns', () => {
  const longAgo = () => new Date(Date.now() - 60_000).toISOString();
  const record = () => Promise.resolve();

  /** Takes sub-jobs off their queue behind everybody's back. */
  async function lose(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      await connection.zrem(`{rondel}:legs:${pool}:prioritized`, `${id}.0.0.0`);
      await connection.del(`{rondel}:legs:${pool}:${id}.0.0.0`);
    }
  }

  it('outlives Redis, and sub-jobs that were lost come back to their places', async () => {
    const createdAt = longAgo();
    const ada = await many(30, { submitter: 'ada', createdAt });
    const bob = await many(30, { submitter: 'bob', createdAt });
    await lose([...ada.slice(0, 10), ...bob.slice(5, 15)]);
    await redis.kill();
    await redis.start();
    await eventually(
      () => jobs.reconcile(record).then(() => true),
      () => 'Redis did not come back',
    );
    expect(await jobs.pools.demand(pool)).toMatchObject({ slots: 60 });
    const order = await serve(slot(), 20);
    expect(order.filter((id) => ada.includes(id)).toSorted()).toEqual(ada.slice(0, 10).toSorted());
    expect(order.filter((id) => bob.includes(id)).toSorted()).toEqual(bob.slice(0, 10).toSorted());
  });

  it('stays when its numbers have grown large and begin again', async () => {
    const turns = `{rondel}:turns:normal:${pool}`;
    const first = await submit({ submitter: 'ada' });
    await connection.hset(turns, 'now', 300_000);
    const ada = await many(4, { submitter: 'ada' });
    const bob = await many(4, { submitter: 'bob' });
    await jobs.reconcile(record);
    expect(Number(await connection.hget(turns, 'now'))).toBeLessThan(1);
    const carol = await submit({ submitter: 'carol' });
    const [, last = '0'] = (await connection.zrange(`{rondel}:queued:${pool}`, '-1', '-1', 'WITHSCORES')).map(String);
    expect(Number(last) - 2 ** 18).toBeLessThan(100);
    const order = await serve(slot(), 10);
    expect(order[0]).toBe(first);
    expect(order.slice(1, 4).toSorted()).toEqual([ada[0], bob[0], carol].toSorted());
    expect(order.slice(4, 6).toSorted()).toEqual([ada[1], bob[1]].toSorted());
    expect(order.slice(8).toSorted()).toEqual([ada[3], bob[3]].toSorted());
  });

  it('lets a job that has begun go before all that has not, in its lane', async () => {
    const stages = [0, 1].map(() => ({ steps: [], queue: pool }));
    const twice = await submit({ submitter: 'ada', stages });
    const [subjob] = await jobs.ledger.openSubjobs(twice);
    const begun = subjob === undefined ? undefined : await jobs.ledger.begin(subjob, 'w1');
    if (begun?.answer !== 'begun') throw new Error('the job did not begin');
    await many(5, { submitter: 'bob' });
    const history = { data: [], legs: [], timings: {} };
    await jobs.ledger.completeSubjob(begun.attempt, { parts: ['a'.repeat(64)], history }, []);
    await jobs.advance(twice);
    const one = slot();
    const order = await serve(one, 6);
    expect(order.indexOf(twice)).toBeLessThan(underWay);
  });
});
