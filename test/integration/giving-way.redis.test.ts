import { subjobQueue, openJobs, type JobHead, type Jobs, type Subjob } from '@rondel/jobs';
import { Redis } from 'ioredis';
import { ulid } from 'ulid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { begunAttempt, queuedHead, queuedWork } from '../support/api/queued-jobs.js';
import { startTestRedis, type TestRedis } from '../support/machine/redis.js';
import { eventually } from '../support/machine/stack.js';

let redis: TestRedis;
let connection: Redis;
let jobs: Jobs;
let pool: string;
let errors: Error[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
  connection = new Redis(redis.url);
  jobs = await openJobs({ redisUrl: redis.url, onError: (error) => void errors.push(error) });
});
beforeEach(() => {
  pool = `pool${ulid().toLowerCase()}`;
  errors = [];
});
afterEach(() => {
  expect(errors).toEqual([]);
});
afterAll(async () => {
  await jobs.close();
  connection.disconnect();
  await redis.stop();
});

async function submit(overrides: Partial<JobHead> = {}): Promise<string> {
  const head = queuedHead(pool, overrides);
  return (await jobs.submit(head, queuedWork)).job.id;
}

interface Taken {
  readonly job: string;
  readonly block: number;
}

/**
 * One slot that takes one sub-job after the other until it has taken one of `wanted`, or too many. Before each it lets `flood`
 * submit what it will, so more comes than goes. Returns what it took, in order.
 */
async function takeUntil(
  wanted: readonly string[],
  { queues = [pool], flood, most = 100 }: { queues?: readonly string[]; flood?: () => Promise<unknown>; most?: number },
): Promise<readonly Taken[]> {
  const taken: Taken[] = [];
  const missing = new Set(wanted);
  const isOver = () => missing.size === 0 || taken.length >= most;
  const run = async (subjob: Subjob) => {
    if (isOver()) return { kind: 'again', delayMs: 600_000 } as const;
    await flood?.();
    const answer = await jobs.ledger.begin(subjob, 'w1');
    if (answer.answer !== 'begun') return { kind: 'done' } as const;
    taken.push(subjob);
    missing.delete(subjob.job);
    const last = answer.attempt.head.stages.length - 1;
    if (subjob.stage === last && last === 0)
      await jobs.ledger.finish(subjob.job, { state: 'cancelled' }, answer.attempt);
    return { kind: 'done' } as const;
  };
  const taker = jobs.takeSubjobs({ concurrency: 1, giveWayEvery: 4, run, onError: (error) => void errors.push(error) });
  taker.serve(queues);
  await eventually(isOver, () => `${taken.length} were taken, without ${[...missing].join()}`, 30_000);
  await taker.close();
  return taken;
}

const place = (taken: readonly Taken[], id: string) => taken.findIndex(({ job }) => job === id);

describe('work that others go before', () => {
  it('O13: in lanes behind begins although more comes in front than goes', async () => {
    await submit({ lane: 'interactive' });
    const [normal, batch] = [await submit(), await submit({ lane: 'batch' })];
    const flood = () => Promise.all([submit({ lane: 'interactive' }), submit({ lane: 'interactive' }), submit()]);
    const taken = await takeUntil([normal, batch], { flood });
    // One later where Redis did not know the script yet.
    expect(place(taken, normal)).toBeLessThanOrEqual(5);
    expect(place(taken, batch)).toBeLessThanOrEqual(9);
    expect(place(taken, normal)).toBeGreaterThan(1);
  });

  it('O13: begins on queues that few workers take from, too, and not while its pool is held', async () => {
    const stages = [{ steps: [], ...subjobQueue(pool, { roots: ['scans'] }) }];
    const special = stages[0]?.queue ?? '';
    const elsewhere = `${pool}-other`;
    await submit({ lane: 'interactive' });
    const ordinary = await submit({ lane: 'batch' });
    const rooted = await submit({ lane: 'batch', stages });
    const held = await submit({ pool: elsewhere, stages: [{ steps: [], queue: elsewhere }] });
    await jobs.fleet.declare([elsewhere]);
    await jobs.pools.pause(elsewhere);
    const flood = () => Promise.all([submit({ lane: 'interactive' }), submit({ lane: 'interactive' })]);
    const taken = await takeUntil([ordinary, rooted], { queues: [pool, special, elsewhere], flood });
    // One more turn where it lay on another queue than the worker was at.
    expect(place(taken, ordinary)).toBeGreaterThan(1);
    expect(place(taken, ordinary)).toBeLessThanOrEqual(5);
    expect(place(taken, rooted)).toBeGreaterThan(1);
    expect(place(taken, rooted)).toBeLessThanOrEqual(10);
    expect(place(taken, held)).toBe(-1);
  });

  it('O13: begins in each pool of a worker, whichever has counted more turns', async () => {
    const busy = `${pool}-busy`;
    await jobs.fleet.declare([busy]);
    const flow = { submitter: 'ada', priority: 1000, stages: [{ steps: [], queue: busy }] };
    for (let index = 0; index < 3; index += 1) await submit({ pool: busy, ...flow });
    const flood = () => Promise.all([submit(), submit()]);
    await flood();
    const taken = await takeUntil(['never'], { queues: [pool, busy], flood, most: 6 });
    const there = (await jobs.pools.demand(busy)).runnable;
    expect(taken).toHaveLength(6);
    expect(there).toBe(0);
  });

  it('O13: begins in its own lane although new submitters come in front of it faster than they go', async () => {
    await submit({ submitter: 'ada', priority: 1 });
    const mine = await submit({ submitter: 'bob', priority: 30 });
    let count = 0;
    const one = () => submit({ submitter: `one-of-many-${(count += 1)}`, priority: 1 });
    const taken = await takeUntil([mine], { flood: () => Promise.all([one(), one()]), most: 200 });
    // After thirty turns nothing comes in front of it any more, and as many as that have come twice.
    expect(place(taken, mine)).toBeGreaterThan(10);
    expect(place(taken, mine)).toBeLessThanOrEqual(62);
  });

  it('O13: begins although blocks of a job that has begun go before it, and blocks although a lane does', async () => {
    const stages = [
      { steps: [], queue: pool },
      { steps: [], queue: pool, axis: 'slice' },
    ];
    const divided = await submit({ stages });
    const attempt = await begunAttempt(jobs, divided);
    const parts = Array.from({ length: 30 }, (_, index) => index.toString(16).padStart(64, '0'));
    await jobs.ledger.completeSubjob(attempt, { parts, history: { data: [], legs: [], timings: {} } }, []);
    await jobs.advance(divided);
    const single = await submit();
    const flood = () => Promise.all([submit({ lane: 'interactive' }), submit({ lane: 'interactive' })]);
    const taken = await takeUntil([single], {});
    expect(place(taken, single)).toBeGreaterThan(1);
    // The sub-job that was begun without being taken is let through as well.
    expect(place(taken, single)).toBeLessThanOrEqual(9);
    await flood();
    expect(place(await takeUntil([divided], { flood }), divided)).toBeLessThanOrEqual(4);
  });
});
