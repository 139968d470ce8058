import { failure, type Result } from '@rondel/contracts';
import { openJobs, recordJob, takeLegs, type BegunAttempt, type JobHead, type Jobs, type JobWork } from '@rondel/jobs';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestRedis, type TestRedis } from '../support/redis.js';

let redis: TestRedis;
let jobs: Jobs;
const errors: Error[] = [];
const onError = (error: Error) => void errors.push(error);

beforeAll(async () => {
  redis = await startTestRedis();
  jobs = await openJobs({ redisUrl: redis.url, onError });
});

afterAll(async () => {
  await jobs.close();
  await redis.stop();
});

const work: JobWork = { plan: { _type: 'X' }, planToml: '_type = "X"\n', parameters: {}, data: { data: 'root://a/b' } };
const result: Result = {
  artifact: `artifact:sha256-${'0'.repeat(64)}`,
  shape: [1, 2],
  dtype: 'float32',
  axes: ['y', 'x'],
  spacing: [1, 1],
  min: 0,
  max: 1,
  mean: 0.5,
  seconds: 1,
};

function head(overrides: Partial<JobHead> = {}): JobHead {
  return {
    id: ulid(),
    pool: `pool${ulid().toLowerCase()}`,
    priority: 100,
    attemptsPerRun: 2,
    labels: {},
    plan: { sha256: 'f'.repeat(64) },
    data: 'root://a/b',
    createdAt: new Date().toISOString(),
    ...overrides,
  };
}

async function begin(id: string, worker = 'w1'): Promise<BegunAttempt> {
  const answer = await jobs.ledger.begin(id, worker);
  if (answer.answer !== 'begun') throw new Error(`begin answered ${answer.answer}`);
  return answer.attempt;
}

describe('a job in the ledger', () => {
  it('ends in exactly one state however many try to end it at once', async () => {
    const { id } = await jobs.submit(head(), work);
    const attempt = await begin(id);
    const answers = await Promise.all([
      jobs.ledger.finish(attempt, { state: 'completed', result }),
      jobs.ledger.finish(attempt, { state: 'failed', error: failure('STEP_FAILED', 'no') }),
      jobs.ledger.finish({ id }, { state: 'cancelled' }),
    ]);
    expect(answers.filter((answer) => answer === 'done')).toHaveLength(1);
    const job = await jobs.ledger.get(id);
    expect(job?.state).toBe(['completed', 'failed', 'cancelled'][answers.indexOf('done')]);
  });

  it('ignores reports and results of an attempt that another one has replaced', async () => {
    const { id } = await jobs.submit(head(), work);
    const first = await begin(id, 'w1');
    const second = await begin(id, 'w2');
    expect(second.attempt).toBe(first.attempt + 1);
    expect(await jobs.ledger.report(first, { progress: { fraction: 0.9 } })).toBe(false);
    expect(await jobs.ledger.finish(first, { state: 'completed', result })).toBe('stale');
    expect(await jobs.ledger.report(second, { progress: { fraction: 0.1 } })).toBe(true);
    expect((await jobs.ledger.get(id))?.progress?.fraction).toBe(0.1);
  });

  it('is not begun more often than it has attempts', async () => {
    const { id } = await jobs.submit(head({ attemptsPerRun: 2 }), work);
    await begin(id);
    await begin(id);
    expect(await jobs.ledger.begin(id, 'w3')).toEqual({ answer: 'exhausted', attempts: 2 });
  });

  it('does not lose an attempt when a worker hands it back because it must leave', async () => {
    const { id } = await jobs.submit(head({ attemptsPerRun: 1 }), work);
    await jobs.ledger.giveBack(await begin(id), 'drained');
    expect(await jobs.ledger.get(id)).toMatchObject({ state: 'queued', attempts: { made: 1, allowed: 2 } });
    expect((await begin(id)).attempt).toBe(2);
  });

  it('is found again under its idempotency key', async () => {
    const first = await jobs.submit(head(), work, 'a key');
    const second = await jobs.submit(head(), work, 'a key');
    const other = await jobs.submit(head(), work, 'another key');
    expect(second.id).toBe(first.id);
    expect(other.id).not.toBe(first.id);
  });

  it('runs again after it has ended, with fresh attempts and no trace of the failure', async () => {
    const { id } = await jobs.submit(head({ attemptsPerRun: 1 }), work);
    await jobs.ledger.finish(await begin(id), { state: 'failed', error: failure('STEP_FAILED', 'no') });
    const again = await jobs.retry(id);
    expect(again).toMatchObject({ state: 'queued', attempts: { made: 1, allowed: 2 } });
    expect(again.error).toBeUndefined();
    expect((await begin(id)).attempt).toBe(2);
    await expect(jobs.retry(id)).rejects.toMatchObject({ failure: { code: 'CONFLICT' } });
  });

  it('tells what happened to it, in order, to whoever asks later', async () => {
    const { id } = await jobs.submit(head(), work);
    const attempt = await begin(id);
    await jobs.ledger.report(attempt, { progress: { fraction: 0.5 } });
    await jobs.ledger.report(attempt, { log: { level: 'warn', message: 'careful' } });
    await jobs.ledger.finish(attempt, { state: 'completed', result });
    const events = await jobs.ledger.events(id, '0-0');
    expect(events.map(({ event }) => event.type)).toEqual(['state', 'state', 'progress', 'log', 'state', 'result']);
    const rest = await jobs.ledger.events(id, events[3]?.id ?? '');
    expect(rest.map(({ event }) => event.type)).toEqual(['state', 'result']);
  });

  it('knows how many jobs of its pool come first: lower priority numbers, then age', async () => {
    const pool = `pool${ulid().toLowerCase()}`;
    const early = await jobs.submit(head({ pool, createdAt: new Date(Date.now() - 1000).toISOString() }), work);
    const late = await jobs.submit(head({ pool }), work);
    const urgent = await jobs.submit(head({ pool, priority: 1 }), work);
    expect(await jobs.ledger.position(pool, urgent.id)).toBe(0);
    expect(await jobs.ledger.position(pool, early.id)).toBe(1);
    expect(await jobs.ledger.position(pool, late.id)).toBe(2);
  });

  it('is listed by state, pool and label, page by page', async () => {
    const pool = `pool${ulid().toLowerCase()}`;
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      const created = new Date(Date.now() + index).toISOString();
      ids.unshift(
        (await jobs.submit(head({ pool, labels: { scan: String(index % 2) }, createdAt: created }), work)).id,
      );
    }
    const first = await jobs.ledger.list({ pool, limit: 3 });
    const second = await jobs.ledger.list({ pool, limit: 3, ...(first.cursor && { cursor: first.cursor }) });
    expect([...first.jobs, ...second.jobs].map(({ id }) => id)).toEqual(ids);
    expect((await jobs.ledger.list({ pool, label: 'scan=1', limit: 9 })).jobs).toHaveLength(2);
    expect((await jobs.ledger.list({ pool, state: 'failed', limit: 9 })).jobs).toHaveLength(0);
  });
});

describe('the reconciler', () => {
  it('gives a leg to a job whose submission died half way', async () => {
    const lost = head({ createdAt: new Date(Date.now() - 60_000).toISOString() });
    await jobs.ledger.create(lost, work);
    const taken: string[] = [];
    await jobs.reconcile(() => Promise.resolve());
    const taker = takeLegs({
      redisUrl: redis.url,
      pool: lost.pool,
      concurrency: 1,
      run: (job) => {
        taken.push(job);
        return Promise.resolve({ kind: 'done' });
      },
      onError,
    });
    await expect.poll(() => taken, { timeout: 10_000 }).toEqual([lost.id]);
    await taker.close();
  });

  it('records an ended job whose worker died before it could', async () => {
    const { id } = await jobs.submit(head(), work);
    await jobs.ledger.finish(await begin(id), { state: 'completed', result });
    const recorded: string[] = [];
    const record = (job: string) => {
      recorded.push(job);
      return Promise.resolve();
    };
    await jobs.reconcile(record);
    expect(recorded).toContain(id);
    recorded.length = 0;
    await jobs.reconcile(record);
    expect(recorded).not.toContain(id);
  });

  it('does not record a job that has not ended', async () => {
    const { id } = await jobs.submit(head(), work);
    await expect(recordJob(jobs.ledger, id, () => Promise.resolve())).rejects.toMatchObject({
      failure: { code: 'CONFLICT' },
    });
  });
});

describe('a leg', () => {
  it('goes back to the queue and is taken again when its taker says so', async () => {
    const job = await jobs.submit(head(), work);
    let runs = 0;
    const taker = takeLegs({
      redisUrl: redis.url,
      pool: job.pool,
      concurrency: 1,
      run: () => {
        runs += 1;
        return Promise.resolve(runs < 3 ? { kind: 'again', delayMs: runs === 1 ? 0 : 100 } : { kind: 'done' });
      },
      onError,
    });
    await expect.poll(() => runs, { timeout: 15_000 }).toBe(3);
    await taker.close();
    expect(runs).toBe(3);
  });

  it('hands its taker the signal that BullMQ fires on a lost lock', async () => {
    const job = await jobs.submit(head(), work);
    const signals: AbortSignal[] = [];
    const taker = takeLegs({
      redisUrl: redis.url,
      pool: job.pool,
      concurrency: 1,
      run: (_id, signal) => {
        signals.push(signal);
        return Promise.resolve({ kind: 'done' });
      },
      onError,
    });
    await expect.poll(() => signals, { timeout: 10_000 }).toHaveLength(1);
    expect(signals[0]?.aborted).toBe(false);
    await taker.close();
  });

  it('is taken from a worker that died, once its lock has run out', { timeout: 60_000 }, async () => {
    const job = await jobs.submit(head(), work);
    const { fork } = await import('node:child_process');
    const dying = fork(new URL('../support/dying-taker.mjs', import.meta.url), [redis.url, job.pool]);
    await new Promise((resolve) => dying.once('message', resolve));
    dying.kill('SIGKILL');
    const taken: string[] = [];
    const taker = takeLegs({
      redisUrl: redis.url,
      pool: job.pool,
      concurrency: 1,
      run: (id) => {
        taken.push(id);
        return Promise.resolve({ kind: 'done' });
      },
      onError,
    });
    await expect.poll(() => taken, { timeout: 40_000 }).toEqual([job.id]);
    await taker.close();
  });
});
