import { failure, type Preview } from '@rondel/contracts';
import {
  endedNews,
  openJobs,
  recordJob,
  type JobHead,
  type Jobs,
  type Subjob,
  type SubjobTaker,
  type TakeOptions,
} from '@rondel/jobs';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  begunAttempt,
  imageResult,
  loseSubjob,
  onlySubjob,
  queuedHead,
  queuedSubjob,
  queuedWork as work,
} from '../support/api/queued-jobs.js';
import { startTestRedis, type TestRedis } from '../support/machine/redis.js';

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

const result = imageResult();

function takeFrom(queue: string, { run }: Pick<TakeOptions, 'run'>): SubjobTaker {
  const taker = jobs.takeSubjobs({ concurrency: 1, run, onError });
  taker.serve([queue]);
  return taker;
}

/** On a pool that nobody else uses, unless told. */
function head(overrides: Partial<JobHead> = {}): JobHead {
  return queuedHead(overrides.pool ?? `pool${ulid().toLowerCase()}`, overrides);
}

const begin = (id: string, worker?: string) => begunAttempt(jobs, id, worker);

describe('a job in the ledger', () => {
  it('ends in exactly one state however many try to end it at once', async () => {
    const { id } = (await jobs.submit(head(), work)).job;
    const attempt = await begin(id);
    const answers = await Promise.all([
      jobs.ledger.finish(id, { state: 'completed', result }, attempt),
      jobs.ledger.finish(id, { state: 'failed', error: failure('STEP_FAILED', 'no') }, attempt),
      jobs.ledger.finish(id, { state: 'cancelled' }),
    ]);
    expect(answers.filter((answer) => answer === 'done')).toHaveLength(1);
    const job = await jobs.ledger.get(id);
    expect(job?.state).toBe(['completed', 'failed', 'cancelled'][answers.indexOf('done')]);
  });

  it('is handed to whoever ends it as it is to be recorded', async () => {
    const { id } = (await jobs.submit(head(), work)).job;
    const attempt = await begin(id);
    const ended = await jobs.ledger.end(id, { state: 'completed', result }, attempt);
    expect(ended.answer).toBe('done');
    expect(ended.archive).toEqual(await jobs.ledger.archive(id));
    expect(await jobs.ledger.end(id, { state: 'completed', result }, attempt)).toEqual({ answer: 'completed' });
  });

  it('tells workers of its end only when they may be running it in vain', async () => {
    const worker = await openJobs({ redisUrl: redis.url, onError, news: 'work' });
    const told: string[] = [];
    const [own, cancelled] = [(await jobs.submit(head(), work)).job, (await jobs.submit(head(), work)).job];
    const heard = new Promise<void>((resolve) => {
      worker.news.listen(own.id, () => told.push(own.id));
      worker.news.listen(cancelled.id, () => {
        told.push(cancelled.id);
        resolve();
      });
    });
    await jobs.ledger.finish(own.id, { state: 'completed', result }, await begin(own.id));
    await begin(cancelled.id);
    await jobs.cancel(cancelled.id);
    await heard;
    expect(told).toEqual([cancelled.id]);
    await worker.close();
  });

  it('tells people of its end apart from all else that happens to it', async () => {
    const { id } = (await jobs.submit(head(), work)).job;
    const told: string[] = [];
    const listening = await openJobs({ redisUrl: redis.url, onError });
    listening.news.listen(id, () => told.push('news'));
    listening.news.listen(endedNews(id), () => told.push('end'));
    // Whoever begins to listen is told once to look.
    await expect.poll(() => told.length).toBe(2);
    told.length = 0;
    await jobs.ledger.finish(id, { state: 'completed', result }, await begin(id));
    await expect.poll(() => [...told].sort()).toEqual(['end', 'news', 'news']);
    await listening.close();
  });

  it('ignores reports and results of an attempt that another one has replaced', async () => {
    const { id } = (await jobs.submit(head(), work)).job;
    const first = await begin(id, 'w1');
    const second = await begin(id, 'w2');
    expect(second.attempt).toBe(first.attempt + 1);
    expect(await jobs.ledger.report(first, { progress: { fraction: 0.9 } })).toBe(false);
    expect(await jobs.ledger.finish(id, { state: 'completed', result }, first)).toBe('stale');
    expect(await jobs.ledger.report(second, { progress: { fraction: 0.1 } })).toBe(true);
    expect((await jobs.ledger.get(id))?.progress?.fraction).toBe(0.1);
  });

  it('D3: shows the newest preview of an attempt that counts, and keeps it and the curve after the end', async () => {
    const { id } = (await jobs.submit(head(), work)).job;
    const first = await begin(id, 'w1');
    const second = await begin(id, 'w2');
    const preview = (iteration: number): Preview => ({
      sha256: 'a'.repeat(64),
      iteration,
      iterations: 9,
      residual: 0.125,
      frame: 0,
      slice: 4,
    });
    expect(await jobs.ledger.report(first, { preview: preview(1) })).toBe(false);
    await jobs.ledger.report(second, { preview: preview(2) });
    await jobs.ledger.report(second, { preview: preview(3) });
    expect((await jobs.ledger.get(id))?.preview).toEqual(preview(3));
    const told = (await jobs.ledger.events(id, '0-0')).filter(({ event }) => event.type === 'preview');
    expect(told.map(({ event }) => event.data)).toEqual([preview(2), preview(3)]);
    const points = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) => ({ iteration: from + index, residual: 1 / (from + index) }));
    await jobs.ledger.report(second, { residuals: points(1, 4) });
    // An attempt that does again what was done adds nothing; of many points half are left.
    await jobs.ledger.report(second, { residuals: points(2, 301) });
    const curve = (await jobs.ledger.archive(id))?.residuals ?? [];
    expect(curve.length).toBeLessThanOrEqual(256);
    expect([curve[0], curve.at(-1)?.iteration]).toEqual([{ iteration: 1, residual: 1 }, 300]);
    expect(curve.map(({ iteration }) => iteration)).toEqual([...new Set(curve.map(({ iteration }) => iteration))]);
    await jobs.ledger.finish(id, { state: 'cancelled' }, second);
    const ended = await jobs.ledger.archive(id);
    expect(ended).toMatchObject({ job: { state: 'cancelled', preview: preview(3) }, residuals: curve });
    await jobs.ledger.retry(id);
    const again = await jobs.ledger.archive(id);
    expect([again?.job.preview, again?.residuals]).toEqual([undefined, undefined]);
  });

  it('is not begun more often than it has attempts', async () => {
    const { id } = (await jobs.submit(head({ attemptsPerRun: 2 }), work)).job;
    await begin(id);
    await begin(id);
    expect(await jobs.ledger.begin(await onlySubjob(jobs, id), 'w3')).toEqual({ answer: 'exhausted', attempts: 2 });
  });

  it('does not lose an attempt when a worker hands it back because it must leave', async () => {
    const { id } = (await jobs.submit(head({ attemptsPerRun: 1 }), work)).job;
    await jobs.ledger.giveBack(await begin(id), 'drained');
    expect(await jobs.ledger.get(id)).toMatchObject({ state: 'queued', attempts: { made: 1, allowed: 2 } });
    expect((await begin(id)).attempt).toBe(2);
  });

  it('is found again under its idempotency key', async () => {
    const first = (await jobs.submit(head(), work, 'a key')).job;
    const second = (await jobs.submit(head(), work, 'a key')).job;
    const other = (await jobs.submit(head(), work, 'another key')).job;
    expect(second.id).toBe(first.id);
    expect(other.id).not.toBe(first.id);
  });

  it('runs again after it has ended, with fresh attempts and no trace of the failure', async () => {
    const { id } = (await jobs.submit(head({ attemptsPerRun: 1 }), work)).job;
    await jobs.ledger.finish(id, { state: 'failed', error: failure('STEP_FAILED', 'no') }, await begin(id));
    const again = await jobs.retry(id);
    expect(again).toMatchObject({ state: 'queued', attempts: { made: 1, allowed: 2 } });
    expect(again.error).toBeUndefined();
    expect((await begin(id)).attempt).toBe(2);
    await expect(jobs.retry(id)).rejects.toMatchObject({ failure: { code: 'CONFLICT' } });
  });

  it('tells what happened to it, in order, to whoever asks later', async () => {
    const { id } = (await jobs.submit(head(), work)).job;
    const attempt = await begin(id);
    await jobs.ledger.report(attempt, { progress: { fraction: 0.5 } });
    await jobs.ledger.report(attempt, { log: { level: 'warn', message: 'careful' } });
    await jobs.ledger.finish(id, { state: 'completed', result }, attempt);
    const events = await jobs.ledger.events(id, '0-0');
    expect(events.map(({ event }) => event.type)).toEqual(['state', 'state', 'progress', 'log', 'state', 'result']);
    const rest = await jobs.ledger.events(id, events[3]?.id ?? '');
    expect(rest.map(({ event }) => event.type)).toEqual(['state', 'result']);
  });

  it('knows how many come before it on its queue: lower priority numbers, then age', async () => {
    const pool = `pool${ulid().toLowerCase()}`;
    const early = (await jobs.submit(head({ pool, createdAt: new Date(Date.now() - 1000).toISOString() }), work)).job;
    const { job: late, before } = await jobs.submit(head({ pool }), work);
    expect(before).toBe(1);
    const urgent = (await jobs.submit(head({ pool, priority: 1 }), work)).job;
    expect(await jobs.queuePlace(urgent.id)).toMatchObject({ queue: pool, place: pool, position: 0 });
    expect(await jobs.queuePlace(early.id)).toMatchObject({ queue: pool, place: pool, position: 1 });
    expect(await jobs.queuePlace(late.id)).toMatchObject({ queue: pool, place: pool, position: 2 });
  });

  it('is listed by state, pool and label, page by page', async () => {
    const pool = `pool${ulid().toLowerCase()}`;
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      const created = new Date(Date.now() + index).toISOString();
      ids.unshift(
        (await jobs.submit(head({ pool, labels: { scan: String(index % 2) }, createdAt: created }), work)).job.id,
      );
    }
    const first = await jobs.ledger.list({ pool, limit: 3 });
    const second = await jobs.ledger.list({ pool, limit: 3, ...(first.cursor && { cursor: first.cursor }) });
    expect([...first.jobs, ...second.jobs].map(({ id }) => id)).toEqual(ids);
    expect((await jobs.ledger.list({ pool, label: 'scan=1', limit: 9 })).jobs).toHaveLength(2);
    expect((await jobs.ledger.list({ pool, state: ['failed'], limit: 9 })).jobs).toHaveLength(0);
  });
});

describe('a job in stages', () => {
  const history = { data: [], legs: [], timings: {} };
  const staged = () =>
    head({
      stages: [
        { steps: [], queue: 'cpu' },
        { steps: [], queue: 'gpu', axis: 'slice' },
        { steps: [], queue: 'cpu' },
      ],
    });
  const beginSubjob = async (subjob: Subjob | undefined) => {
    if (subjob === undefined) throw new Error('there is no such sub-job');
    const answer = await jobs.ledger.begin(subjob, 'w1');
    if (answer.answer !== 'begun') throw new Error(`begin answered ${answer.answer}`);
    return answer.attempt;
  };

  it('gives every block its part, and all parts in order to the stage that joins them', async () => {
    const { id } = (await jobs.submit(staged(), work)).job;
    await jobs.ledger.completeSubjob(await begin(id), { parts: ['p0', 'p1', 'p2'], history }, []);
    const blocks = (await jobs.ledger.advance(id)).subjobs;
    expect(blocks.map(({ stage, block }) => [stage, block])).toEqual([
      [1, 0],
      [1, 1],
      [1, 2],
    ]);
    const attempts = await Promise.all(blocks.map(beginSubjob));
    expect(attempts.map(({ inputs }) => inputs.parts)).toEqual([['p0'], ['p1'], ['p2']]);
    for (const [index, attempt] of [...attempts.entries()].reverse()) {
      expect((await jobs.ledger.openSubjobs(id)).length).toBe(index + 1);
      // The first two have seen the same file, the last one another state of it.
      const data = [
        { name: 'parameter.reco.sf', reference: 'root://a/b', sha256: index < 2 ? '1' : '2', bytes: 8, format: 'hdf5' },
      ];
      await jobs.ledger.completeSubjob(attempt, { parts: [`q${index}`], history: { ...history, data } }, []);
    }
    const [last] = (await jobs.ledger.advance(id)).subjobs;
    const { inputs } = await beginSubjob(last);
    expect(inputs).toMatchObject({ parts: ['q0', 'q1', 'q2'], axis: 'slice' });
    expect(inputs.history?.data.map(({ sha256 }) => sha256)).toEqual(['1', '2']);
  });

  it('advances once, however many advance it', async () => {
    const { id } = (await jobs.submit(staged(), work)).job;
    await jobs.ledger.completeSubjob(await begin(id), { parts: ['p0'], history }, []);
    const answers = await Promise.all([jobs.ledger.advance(id), jobs.ledger.advance(id)]);
    for (const { subjobs } of answers) expect(subjobs.map(({ stage }) => stage)).toEqual([1]);
  });

  it('is advanced by the reconciler when the worker died between handing in its part and queueing the next', async () => {
    const lost = staged();
    const { id } = (await jobs.submit({ ...lost, createdAt: new Date(Date.now() - 60_000).toISOString() }, work)).job;
    await jobs.ledger.completeSubjob(await begin(id), { parts: ['p0', 'p1'], history }, []);
    await jobs.reconcile(() => Promise.resolve());
    expect((await jobs.ledger.openSubjobs(id)).map(({ stage, block }) => [stage, block])).toEqual([
      [1, 0],
      [1, 1],
    ]);
  });

  it('forgets its blocks when it runs again, and refuses sub-jobs of the run before', async () => {
    const { id } = (await jobs.submit(staged(), work)).job;
    await jobs.ledger.completeSubjob(await begin(id), { parts: ['p0'], history }, []);
    const [stale] = (await jobs.ledger.advance(id)).subjobs;
    await jobs.ledger.finish(id, { state: 'failed', error: failure('STEP_FAILED', 'no') });
    await jobs.retry(id);
    expect(stale && (await jobs.ledger.begin(stale, 'w1'))).toEqual({ answer: 'ended' });
    expect((await begin(id)).subjob).toMatchObject({ generation: 1, stage: 0, block: 0 });
  });
});

describe('the reconciler', () => {
  it('gives a sub-job to a job that has lost it', async () => {
    const lost = head({ createdAt: new Date(Date.now() - 60_000).toISOString() });
    await jobs.submit(lost, work);
    const submitted = await queuedSubjob(redis.url, lost);
    await loseSubjob(redis.url, lost);
    expect(await queuedSubjob(redis.url, lost)).toBeUndefined();
    await jobs.reconcile(() => Promise.resolve());
    // What our script leaves with the job is what BullMQ leaves when it is asked to add a sub-job.
    expect(submitted).toMatchObject({ data: expect.stringContaining(lost.id) as string });
    expect(submitted).toEqual(await queuedSubjob(redis.url, lost));
    const taken: string[] = [];
    const taker = takeFrom(lost.pool, {
      run: ({ job }) => {
        taken.push(job);
        return Promise.resolve({ kind: 'done' });
      },
    });
    await expect.poll(() => taken, { timeout: 10_000 }).toEqual([lost.id]);
    await taker.close();
  });

  it('records an ended job whose worker died before it could', async () => {
    const { id } = (await jobs.submit(head(), work)).job;
    await jobs.ledger.finish(id, { state: 'completed', result }, await begin(id));
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
    const { id } = (await jobs.submit(head(), work)).job;
    await expect(recordJob(jobs.ledger, id, () => Promise.resolve())).rejects.toMatchObject({
      failure: { code: 'CONFLICT' },
    });
  });
});

describe('a sub-job', () => {
  it('goes back to the queue and is taken again when its taker says so', async () => {
    const job = (await jobs.submit(head(), work)).job;
    let runs = 0;
    const taker = takeFrom(job.pool, {
      run: () => {
        runs += 1;
        return Promise.resolve(runs < 3 ? { kind: 'again', delayMs: runs === 1 ? 0 : 100 } : { kind: 'done' });
      },
    });
    await expect.poll(() => runs, { timeout: 15_000 }).toBe(3);
    await taker.close();
    expect(runs).toBe(3);
  });

  it('is taken from a worker that died, once its lock has run out', { timeout: 60_000 }, async () => {
    const job = (await jobs.submit(head(), work)).job;
    const { fork } = await import('node:child_process');
    const dying = fork(new URL('../support/machine/dying-taker.mjs', import.meta.url), [redis.url, job.pool]);
    await new Promise((resolve) => dying.once('message', resolve));
    dying.kill('SIGKILL');
    const taken: string[] = [];
    const taker = takeFrom(job.pool, {
      run: ({ job: id }) => {
        taken.push(id);
        return Promise.resolve({ kind: 'done' });
      },
    });
    await expect.poll(() => taken, { timeout: 40_000 }).toEqual([job.id]);
    await taker.close();
  });
});
