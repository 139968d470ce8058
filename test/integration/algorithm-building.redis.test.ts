import { failure } from '@rondel/contracts';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { algorithmWork, codeOf, startWarmAlgorithms } from '../support/api/warm-algorithms.js';

const algorithms = await startWarmAlgorithms();
const { connection, jobs, others, startedWorker, created, opened, put, begin, subjobOn, subjobsOn } = algorithms;
beforeEach(algorithms.changePool);
afterAll(algorithms.stop);

describe('the building of a warm algorithm', () => {
  const stages = [
    { steps: [{ path: 'parameter.pre', type: 'Pre' }], queue: '', bound: true },
    { steps: [{ path: 'parameter.reco', type: 'Reco' }], queue: 'gpu' },
  ];

  it('is asked of its worker at once, with the parts that run there, and only until it is done', async () => {
    const worker = await startedWorker();
    const { id, state } = await created({ stages });
    expect(state).toBe('building');
    const build = {
      id,
      plan: algorithmWork.plan,
      planSha256: 'f'.repeat(64),
      stages: [['parameter.pre']],
      attempts: 2,
    };
    expect(await others.algorithms.toBuild(worker)).toEqual([expect.objectContaining(build)]);
    await others.algorithms.built(id, worker);
    expect((await jobs.algorithms.get(id)).state).toBe('ready');
    expect(await jobs.algorithms.toBuild(worker)).toEqual([]);
  });

  it('comes before the first input, which waits for it', async () => {
    const worker = await startedWorker();
    const { id } = await created();
    const one = await put(id);
    await jobs.algorithms.reconcile();
    expect(await subjobsOn(worker)).toBe(0);
    await jobs.algorithms.built(id, worker);
    expect(await subjobOn(worker)).toBe(one);
  });

  it('that fails is the failure of the algorithm: it says why and takes nothing more', async () => {
    const worker = await startedWorker();
    const { id } = await created();
    const one = await put(id);
    const error = failure('DATA_NOT_FOUND', 'parameter.reco.angles: there is no such file.', { at: 'parameter' });
    await jobs.algorithms.built(id, worker, error);
    expect(await jobs.algorithms.get(id)).toMatchObject({ state: 'failed', error, pending: 1 });
    const refused: unknown = await put(id).catch((reason: unknown) => reason);
    expect(refused).toMatchObject({ failure: { code: 'CONFLICT', details: { code: 'DATA_NOT_FOUND' } } });
    // What was in line has its answer in its place.
    expect(await subjobOn(worker)).toBe(one);
    const attempt = await begin(one, worker);
    await jobs.ledger.finish(one, { state: 'failed', error }, attempt);
    expect((await jobs.algorithms.take(id))?.ended?.error).toEqual(error);
    expect(await codeOf(jobs.algorithms.take(id))).toBe('CONFLICT');
    // Another worker would fail as well.
    await jobs.fleet.leave(worker);
    await startedWorker();
    await jobs.algorithms.reconcile();
    expect(await jobs.algorithms.get(id)).toMatchObject({ state: 'failed', worker, moves: 0 });
    expect((await jobs.algorithms.close(id)).state).toBe('closed');
  });

  it('is no worker’s any more when the algorithm has moved or is closed', async () => {
    const first = await startedWorker();
    const { id } = await created();
    const second = await startedWorker();
    await jobs.fleet.leave(first);
    await jobs.algorithms.reconcile();
    expect(await jobs.algorithms.toBuild(first)).toEqual([]);
    // What the first one says now comes too late.
    await jobs.algorithms.built(id, first, failure('INTERNAL', 'broken'));
    expect((await jobs.algorithms.get(id)).state).toBe('building');
    await jobs.algorithms.close(id);
    expect(await jobs.algorithms.toBuild(second)).toEqual([]);
    expect(await connection.keys('{rondel}:builds:*')).toEqual([]);
  });

  it('is bound to a worker that has the data roots of its remote values', async () => {
    await startedWorker();
    const having = await startedWorker({ roots: ['scans'] });
    const bound = [1, 2].map(async () => (await created({ requires: { roots: ['scans'] } })).worker);
    expect(await Promise.all(bound)).toEqual([having, having]);
    const refused: unknown = await created({ requires: { roots: ['masks'] } }).catch((reason: unknown) => reason);
    expect(refused).toMatchObject({ code: 'WORKER_UNAVAILABLE' });
    expect(String(refused)).toContain('data root masks');
  });
});

describe('the lock of a warm algorithm', () => {
  it('keeps others out until it is given back, and says for how long', async () => {
    await startedWorker();
    const { id } = await opened();
    const { token } = await jobs.algorithms.lock(id, 30);
    const refused: unknown = await put(id).catch((error: unknown) => error);
    expect(refused).toMatchObject({ failure: { code: 'CONFLICT', details: { remainingSeconds: 30 } } });
    const attempts = [
      jobs.algorithms.take(id),
      jobs.algorithms.lock(id, 5),
      jobs.algorithms.close(id),
      jobs.algorithms.unlock(id, 'another'),
    ].map(codeOf);
    expect(await Promise.all(attempts)).toEqual(Array(4).fill('CONFLICT'));
    await put(id, 'a', token);
    expect((await jobs.algorithms.lock(id, 60, token)).token).toBe(token);
    expect(await jobs.algorithms.take(id, { token })).toBeUndefined();
    await jobs.algorithms.unlock(id, token);
    await put(id);
    expect((await jobs.algorithms.get(id)).lock).toBeUndefined();
  });

  it('ends by itself; whoever still believes to hold it is told', async () => {
    await startedWorker();
    const { id } = await opened();
    const { token } = await jobs.algorithms.lock(id, 30);
    await connection.hset(`{rondel}:algorithm:${id}`, 'lockUntil', Date.now() - 1000);
    await put(id);
    expect(await codeOf(put(id, 'a', token))).toBe('CONFLICT');
    expect((await jobs.algorithms.lock(id, 30)).token).not.toBe(token);
  });

  it('is renewed by every use', async () => {
    await startedWorker();
    const { id } = await opened();
    const { token, expiresAt } = await jobs.algorithms.lock(id, 30);
    await connection.hset(`{rondel}:algorithm:${id}`, 'lockUntil', Date.now() + 500);
    await put(id, 'a', token);
    const renewed = (await jobs.algorithms.get(id)).lock?.expiresAt ?? '';
    expect(Date.parse(renewed)).toBeGreaterThanOrEqual(Date.parse(expiresAt));
  });
});
