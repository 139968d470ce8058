import { failure } from '@rondel/contracts';
import { subjobPlace } from '@rondel/jobs';
import { ulid } from 'ulid';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { imageResult } from '../support/api/queued-jobs.js';
import { codeOf, startWarmAlgorithms } from '../support/api/warm-algorithms.js';
import { workerRecord } from '../support/api/worker-record.js';

const algorithms = await startWarmAlgorithms();
const { connection, jobs, others, pool, startedWorker, opened, put, begin, complete, subjobOn, subjobsOn } = algorithms;
beforeEach(algorithms.changePool);
afterAll(algorithms.stop);

describe('a warm algorithm', () => {
  it('is bound to the running worker of its place that has the fewest', async () => {
    await startedWorker({ state: 'draining' });
    await startedWorker({ pools: ['elsewhere'] });
    const [one, two] = [await startedWorker(), await startedWorker({ labels: { gpu: 'a100' } })];
    const bound = [(await opened()).worker, (await opened()).worker];
    expect(bound.sort()).toEqual([one, two].sort());
    expect((await opened({ place: 'gpu=a100' })).worker).toBe(two);
    expect((await opened({ place: one })).worker).toBe(one);
  });

  it('is refused where no worker runs', async () => {
    expect(await codeOf(opened())).toBe('WORKER_UNAVAILABLE');
  });

  it('queues one input at a time, on the queue of its worker, each when the one before has ended', async () => {
    const worker = await startedWorker();
    const { id } = await opened();
    const [one, two] = [await put(id), await put(id)];
    expect(await subjobsOn(worker)).toBe(1);
    expect(await subjobOn(worker)).toBe(one);
    await complete(one, worker);
    // As if the process that ended it had died at once: any other goes on.
    await others.algorithms.reconcile();
    expect(await subjobsOn(worker)).toBe(2);
    await complete(two, worker);
    await jobs.algorithms.proceed(id, worker);
    expect(await jobs.algorithms.get(id)).toMatchObject({ state: 'ready', ready: 2, pending: 0, put: 2 });
  });

  it('gives results in the order of the inputs, failures in their place, each once', async () => {
    const worker = await startedWorker();
    const { id } = await opened();
    const [one, two, three] = [await put(id), await put(id), await put(id)];
    expect(await jobs.algorithms.take(id)).toBeUndefined();
    // The last is given up before its turn, and ends first.
    await jobs.cancel(three);
    expect(await jobs.algorithms.get(id)).toMatchObject({ ready: 0, pending: 2 });
    await complete(one, worker);
    const attempt = await begin(two, worker);
    const error = failure('DATA_FORMAT', 'is empty');
    await jobs.ledger.finish(two, { state: 'failed', error }, attempt);
    const taken = await Promise.all([1, 2, 3, 4].map((n) => (n % 2 === 0 ? others : jobs).algorithms.take(id)));
    const ended = taken.flatMap((ticket) => ticket ?? []).sort((a, b) => a.ticket - b.ticket);
    expect(ended.map(({ ticket, job }) => [ticket, job])).toEqual([
      [1, one],
      [2, two],
      [3, three],
    ]);
    expect(ended.map((ticket) => ticket.ended?.error?.code)).toEqual([undefined, 'DATA_FORMAT', 'CANCELLED']);
  });

  it('P7: passes over inputs whose result is for whoever put them, and forgets their place when they have ended', async () => {
    const worker = await startedWorker();
    const { id } = await opened();
    const input = { data: 'root://a/b', references: { data: 'root://a/b' } };
    const one = await put(id);
    const own = await jobs.algorithms.put(id, { job: ulid(), input, own: true });
    const two = await put(id);
    for (const job of [one, own.job, two]) {
      await complete(job, worker);
      await jobs.algorithms.proceed(id, worker);
    }
    expect(await jobs.algorithms.get(id)).toMatchObject({ ready: 2, pending: 0, put: 3 });
    const taken = [await jobs.algorithms.take(id), await jobs.algorithms.take(id), await jobs.algorithms.take(id)];
    expect(taken.map((ticket) => ticket?.job)).toEqual([one, two, undefined]);
    expect((await jobs.ledger.get(own.job))?.state).toBe('completed');
    expect(await connection.llen(`{rondel}:algorithm:${id}:tickets`)).toBe(0);
  });

  it('numbers the inputs of several clients without a gap', async () => {
    await startedWorker();
    const { id } = await opened();
    const puts = Array.from({ length: 20 }, (_, n) =>
      (n % 2 === 0 ? jobs : others).algorithms.put(id, { job: ulid(), input: { data: 'root://a/b', references: {} } }),
    );
    const numbers = (await Promise.all(puts)).map(({ ticket }) => ticket);
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  });

  it('answers a call that is repeated with its key as it did before', async () => {
    const worker = await startedWorker();
    const { id } = await opened();
    const input = { data: 'root://a/b', references: { data: 'root://a/b' } };
    const again = () => jobs.algorithms.put(id, { job: ulid(), input, idempotencyKey: 'k' });
    const first = await again();
    expect(await Promise.all([again(), again()])).toEqual([first, first]);
    await put(id);
    await complete(first.job, worker);
    const taken = await Promise.all([1, 2].map(() => jobs.algorithms.take(id, { idempotencyKey: 'k' })));
    expect(taken.map((ticket) => [ticket?.ticket, ticket?.ended?.state])).toEqual(Array(2).fill([1, 'completed']));
    expect(await jobs.algorithms.take(id)).toBeUndefined();
    expect(await jobs.algorithms.get(id)).toMatchObject({ put: 2, pending: 1, ready: 0 });
  });

  it('counts as demand of its pool while an input is to be computed, also without a worker', async () => {
    const worker = await startedWorker();
    const { id } = await opened();
    expect((await jobs.pools.demand(pool())).slots).toBe(0);
    await Promise.all([put(id), put(id)]);
    expect(await jobs.pools.demand(pool())).toMatchObject({ slots: 1, runnable: 1, active: 0, workers: 1 });
    await jobs.fleet.leave(worker);
    await jobs.algorithms.reconcile();
    expect(await jobs.pools.demand(pool())).toMatchObject({ slots: 1, runnable: 1, active: 0, workers: 0 });
    await jobs.algorithms.close(id);
    expect((await jobs.pools.demand(pool())).slots).toBe(0);
  });

  it('is not run out of order by the reconciler or by a retry', async () => {
    const worker = await startedWorker();
    const { id } = await opened();
    const [one, two] = [await put(id), await put(id)];
    // Older than the time after which a missing sub-job is added.
    for (const job of [one, two]) await connection.zadd('{rondel}:live', 1, job);
    await jobs.reconcile(() => Promise.resolve());
    expect(await subjobsOn(worker)).toBe(1);
    await complete(one, worker);
    expect(await codeOf(jobs.retry(one))).toBe('CONFLICT');
  });

  it('goes to another worker when its own is gone, with what was running and what waits', async () => {
    const first = await startedWorker();
    const { id } = await opened();
    const [one, two] = [await put(id), await put(id)];
    const lost = await begin(one, first);
    await jobs.fleet.leave(first);
    await jobs.algorithms.reconcile();
    expect(await jobs.algorithms.get(id)).toMatchObject({ state: 'lost', worker: first, pending: 2 });
    const second = await startedWorker();
    await Promise.all([jobs.algorithms.reconcile(), others.algorithms.reconcile()]);
    expect(await jobs.algorithms.get(id)).toMatchObject({ state: 'building', worker: second, moves: 1, pending: 2 });
    expect(await subjobsOn(second)).toBe(0);
    expect((await jobs.algorithms.toBuild(second)).map((build) => build.id)).toEqual([id]);
    await jobs.algorithms.built(id, second);
    expect(await subjobOn(second)).toBe(one);
    await complete(one, second);
    // What the first worker did meanwhile comes too late, and so does its sub-job.
    expect(await jobs.ledger.finish(one, { state: 'completed', result: imageResult() }, lost)).toBe('completed');
    expect((await jobs.ledger.begin(lost.subjob, first)).answer).toBe('ended');
    await jobs.algorithms.proceed(id, second);
    await complete(two, second);
    const taken = [await jobs.algorithms.take(id), await jobs.algorithms.take(id)];
    expect(taken.map((ticket) => [ticket?.ticket, ticket?.ended?.state])).toEqual([
      [1, 'completed'],
      [2, 'completed'],
    ]);
  });

  it('lets a worker that is asked to leave finish what it runs, and moves then', async () => {
    const first = await startedWorker();
    const { id } = await opened();
    const [one, two] = [await put(id), await put(id)];
    const attempt = await begin(one, first);
    const second = await startedWorker();
    await jobs.fleet.beat(workerRecord(first, { pools: [pool()], state: 'draining' }));
    await jobs.algorithms.reconcile();
    expect((await jobs.algorithms.get(id)).worker).toBe(first);
    await jobs.ledger.finish(one, { state: 'completed', result: imageResult() }, attempt);
    await jobs.algorithms.proceed(id, first);
    expect(await jobs.algorithms.get(id)).toMatchObject({ worker: second, ready: 1, pending: 1 });
    await jobs.algorithms.built(id, second);
    expect(await subjobOn(second)).toBe(two);
  });

  it('sends only the stages to the next worker that have no place of their own', async () => {
    const first = await startedWorker();
    const stages = [
      { steps: [], queue: '', bound: true },
      { steps: [], queue: 'gpu' },
    ];
    const { id } = await opened({ stages });
    const one = await put(id);
    await jobs.fleet.leave(first);
    const second = await startedWorker();
    await jobs.algorithms.reconcile();
    await jobs.algorithms.built(id, second);
    const queues = (await jobs.ledger.head(one))?.stages.map(({ queue }) => queue);
    expect(queues).toEqual([subjobPlace.worker(second), 'gpu']);
  });

  it('closes: what has not ended is cancelled, nothing more is taken', async () => {
    const worker = await startedWorker();
    const { id } = await opened();
    const [one, two] = [await put(id), await put(id)];
    await complete(one, worker);
    expect(await jobs.algorithms.close(id)).toMatchObject({ state: 'closed', ready: 0, pending: 0 });
    expect((await jobs.ledger.get(two))?.state).toBe('cancelled');
    expect((await jobs.ledger.get(one))?.state).toBe('completed');
    const refused = [put(id), jobs.algorithms.take(id), jobs.algorithms.lock(id, 5)].map(codeOf);
    expect(await Promise.all(refused)).toEqual(Array(3).fill('CONFLICT'));
    expect((await jobs.algorithms.list()).map((algorithm) => algorithm.id)).not.toContain(id);
    expect((await jobs.algorithms.close(id)).state).toBe('closed');
    expect(await codeOf(jobs.algorithms.get(ulid()))).toBe('NOT_FOUND');
  });

  it('closes by itself when nobody has used it for long, but not while something runs or it is locked', async () => {
    const worker = await startedWorker();
    const { id } = await opened({ idleSeconds: 1 });
    const busy = await opened({ idleSeconds: 1 });
    const locked = await opened({ idleSeconds: 1 });
    const one = await put(busy.id);
    await jobs.algorithms.lock(locked.id, 60);
    for (const algorithm of [id, busy.id, locked.id]) {
      await connection.hset(`{rondel}:algorithm:${algorithm}`, 'usedAt', Date.now() - 5000);
    }
    await jobs.algorithms.reconcile();
    const stateOf = async (algorithm: string) => (await jobs.algorithms.get(algorithm)).state;
    expect(await Promise.all([id, busy.id, locked.id].map(stateOf))).toEqual(['closed', 'ready', 'ready']);
    await complete(one, worker);
    await jobs.algorithms.reconcile();
    expect(await stateOf(busy.id)).toBe('closed');
  });
});
