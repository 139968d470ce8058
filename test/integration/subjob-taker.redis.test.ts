import { subjobQueue, openJobs, type Jobs, type Subjob, type SubjobTaker, type SubjobVerdict } from '@rondel/jobs';
import { Redis } from 'ioredis';
import { ulid } from 'ulid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { queuedHead, queuedWork as work } from '../support/api/queued-jobs.js';
import { startTestRedis, type TestRedis } from '../support/machine/redis.js';
import { eventually } from '../support/machine/stack.js';

describe('who takes sub-jobs', () => {
  let redis: TestRedis;
  let jobs: Jobs;
  let connection: Redis;
  let pool: string;
  let special: string;
  let errors: Error[] = [];
  const takers = new Set<SubjobTaker>();

  beforeAll(async () => {
    redis = await startTestRedis();
    connection = new Redis(redis.url);
    jobs = await openJobs({ redisUrl: redis.url, onError: (error) => void errors.push(error), news: 'work' });
  });
  afterAll(async () => {
    await jobs.close();
    connection.disconnect();
    await redis.stop();
  });
  beforeEach(() => {
    errors = [];
    pool = `pool${ulid().toLowerCase()}`;
    special = subjobQueue(pool, { roots: ['scans'] }).queue;
  });
  afterEach(async () => {
    await Promise.all([...takers].map((taker) => taker.close()));
    takers.clear();
  });

  async function submit(kind: 'plain' | 'rooted', lane: 'interactive' | 'normal' = 'normal'): Promise<string> {
    const stage = { steps: [], ...subjobQueue(pool, kind === 'rooted' ? { roots: ['scans'] } : {}) };
    return (await jobs.submit(queuedHead(pool, { stages: [stage], lane }), work)).job.id;
  }

  /** Sub-jobs that begin, and how to end the oldest one that runs. */
  function take(queues: readonly string[], concurrency: number) {
    const begun: string[] = [];
    const running: ((verdict: SubjobVerdict) => void)[] = [];
    const run = ({ job }: Subjob) => {
      begun.push(job);
      return new Promise<SubjobVerdict>((resolve) => running.push(resolve));
    };
    const taker = jobs.takeSubjobs({ concurrency, run, onError: (error) => void errors.push(error) });
    takers.add(taker);
    taker.serve(queues);
    const endOldest = (verdict: SubjobVerdict = { kind: 'done' }) => running.shift()?.(verdict);
    return { begun, running, taker, endOldest };
  }

  const begins = ({ begun }: { readonly begun: readonly string[] }, count: number) =>
    eventually(
      () => begun.length >= count,
      () => `${begun.length} of ${count} began`,
    );

  it('runs so many at a time over all queues, and those first that come first, whichever queue they lie on', async () => {
    const ordinary = [await submit('plain'), await submit('rooted'), await submit('plain'), await submit('rooted')];
    const urgent = [await submit('rooted', 'interactive'), await submit('plain', 'interactive')];
    const taken = take([pool, special], 1);
    for (let count = 1; count <= 6; count += 1) {
      await begins(taken, count);
      expect(taken.running).toHaveLength(1);
      taken.endOldest();
    }
    // One may have begun before the other queue was looked at, and one more with the end of that.
    expect(taken.begun.indexOf(urgent[0] ?? '')).toBeLessThan(3);
    expect(taken.begun.indexOf(urgent[1] ?? '')).toBeLessThan(4);
    const rest = taken.begun.filter((id) => ordinary.includes(id));
    expect(rest.toSorted()).toEqual(ordinary.toSorted());
    expect(errors).toEqual([]);
  });

  it('begins many that lie there at once, and as many as it has slots for', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) ids.push(await submit('plain'));
    const taken = take([pool], 3);
    await begins(taken, 3);
    expect(taken.running).toHaveLength(3);
    for (let index = 0; index < 5; index += 1) {
      await eventually(
        () => taken.running.length > 0,
        () => 'nothing runs',
      );
      taken.endOldest();
    }
    await begins(taken, 5);
    expect(taken.begun.toSorted()).toEqual(ids.toSorted());
  });

  it('hears of a queue that it is told to serve while it waits for others, and leaves one that it is told to leave', async () => {
    const taken = take([pool], 1);
    const first = await submit('plain');
    await begins(taken, 1);
    taken.endOldest();
    taken.taker.serve([special]);
    const plain = await submit('plain');
    const rooted = await submit('rooted');
    await begins(taken, 2);
    taken.endOldest();
    expect(taken.begun).toEqual([first, rooted]);
    taken.taker.serve([pool, special]);
    await begins(taken, 3);
    expect(taken.begun[2]).toBe(plain);
    taken.endOldest();
  });

  it('takes a sub-job again that was put back, at once or when its time has come', async () => {
    const id = await submit('plain');
    const taken = take([pool], 1);
    await begins(taken, 1);
    taken.endOldest({ kind: 'again', delayMs: 0 });
    await begins(taken, 2);
    taken.endOldest({ kind: 'again', delayMs: 200 });
    await begins(taken, 3);
    taken.endOldest();
    expect(taken.begun).toEqual([id, id, id]);
    expect(errors).toEqual([]);
  });

  it('runs others while a sub-job waits to be tried again, and leaves it to others when it closes', async () => {
    const first = await submit('plain');
    const taken = take([pool], 1);
    await begins(taken, 1);
    taken.endOldest({ kind: 'again', delayMs: 60_000 });
    const second = await submit('plain');
    await begins(taken, 2);
    taken.endOldest();
    await taken.taker.close();
    const other = take([pool], 1);
    await begins(other, 1);
    other.endOldest();
    expect([...taken.begun, ...other.begun]).toEqual([first, second, first]);
  });

  it('keeps nothing of a sub-job that waits to be tried again when its job is cancelled', async () => {
    const id = await submit('plain');
    const taken = take([pool], 1);
    await begins(taken, 1);
    taken.endOldest({ kind: 'again', delayMs: 600_000 });
    await submit('plain');
    await begins(taken, 2);
    taken.endOldest();
    await jobs.cancel(id);
    await eventually(
      async () => {
        // It may be taken once more before it is removed.
        taken.endOldest();
        return (await connection.exists(`{rondel}:legs:${pool}:${id}.0.0.0`)) === 0;
      },
      () => 'the sub-job is still there',
    );
  });

  it('keeps a sub-job whose lock has run out while nobody could renew it', { timeout: 60_000 }, async () => {
    const id = await submit('plain');
    const taken = take([pool], 1);
    const other = take([pool], 1);
    await eventually(
      () => taken.begun.length + other.begun.length > 0,
      () => 'nobody took it',
    );
    const lock = `{rondel}:legs:${pool}:${id}.0.0.0:lock`;
    expect(await connection.del(lock)).toBe(1);
    await eventually(
      async () => (await connection.exists(lock)) === 1,
      () => 'the lock was not taken again',
    );
    // Twice as long as sub-jobs are left with workers that have died.
    await new Promise((resolve) => setTimeout(resolve, 9000));
    expect([...taken.begun, ...other.begun]).toEqual([id]);
    for (const each of [taken, other]) each.endOldest();
  });

  it('lets what runs end before it is closed, and takes nothing more', async () => {
    const [first] = [await submit('plain'), await submit('plain')];
    const taken = take([pool], 1);
    await begins(taken, 1);
    let closed = false;
    const closing = taken.taker.close().then(() => (closed = true));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(closed).toBe(false);
    taken.endOldest();
    await closing;
    expect(taken.begun).toEqual([first]);
  });
});
