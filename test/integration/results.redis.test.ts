import { createHash, randomUUID } from 'node:crypto';
import { openJobs, resultLimits, type Jobs, type KeptResult, type NewResult, type WantedResult } from '@rondel/jobs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestRedis, type TestRedis } from '../support/machine/redis.js';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const kept = (job: string): KeptResult => ({ document: hash(job), seconds: 2, job, worker: 'w', data: [] });

describe('the index of kept results', () => {
  let redis: TestRedis;
  let jobs: Jobs;
  let other: Jobs;
  let slot: string;

  beforeAll(async () => {
    redis = await startTestRedis();
    const open = () => openJobs({ redisUrl: redis.url, onError: () => undefined });
    [jobs, other] = [await open(), await open()];
  });
  beforeEach(async () => {
    slot = hash(randomUUID());
    await jobs.results.trim({ ...resultLimits, maxBytes: -1 });
  });
  afterAll(async () => {
    await jobs.close();
    await other.close();
    await redis.stop();
  });

  const wanted = (value: number): WantedResult => ({
    key: hash(`${slot} ${value}`),
    slot,
    facts: { value: String(value) },
  });
  const made = (value: number, more: Partial<NewResult> = {}): NewResult => ({
    ...wanted(value),
    result: kept(`job${value}`),
    bytes: 100,
    maxsize: 100,
    ...more,
  });

  async function leave(value: number, more: Partial<NewResult> = {}, limits = resultLimits): Promise<string[]> {
    await jobs.results.claim(wanted(value), 'a');
    return jobs.results.keep(made(value, more), 'a', limits);
  }

  it('P6: is emptied of the results of some steps and keeps all others; what is being computed is kept then', async () => {
    await leave(1, { family: 'pre' });
    await leave(2, { family: 'pre' });
    await leave(3, { family: 'other' });
    await leave(4);
    await jobs.results.claim(wanted(5), 'busy');
    expect(await other.results.empty(['pre', 'never seen'])).toBe(2);
    expect(await jobs.results.claim(wanted(1), 'b')).toMatchObject({
      kind: 'compute',
      reason: 'It was removed because the cache of its plan was emptied.',
    });
    expect((await jobs.results.claim(wanted(3), 'b')).kind).toBe('hit');
    expect((await jobs.results.claim(wanted(4), 'b')).kind).toBe('hit');
    await jobs.results.keep(made(5, { family: 'pre' }), 'busy', resultLimits);
    expect((await jobs.results.claim(wanted(5), 'b')).kind).toBe('hit');
    expect(await jobs.results.empty(['pre'])).toBe(1);
  });

  it('lets one of many compute, and gives its result to all others', async () => {
    const tokens = Array.from({ length: 20 }, (_, index) => `job${index} 0.0 1`);
    const claims = await Promise.all(
      tokens.map((token, index) => (index % 2 === 0 ? jobs : other).results.claim(wanted(1), token)),
    );
    const computing = tokens.filter((_, index) => claims[index]?.kind === 'compute');
    expect(computing).toHaveLength(1);
    expect(claims.filter(({ kind }) => kind === 'taken')).toEqual(
      Array(19).fill({ kind: 'taken', holder: computing[0] }),
    );
    await jobs.results.keep(made(1), computing[0] ?? '', resultLimits);
    expect(await other.results.claim(wanted(1), 'late')).toEqual({ kind: 'hit', result: kept('job1') });
  });

  it('lets the next one compute when the right is given up, and says so to those who listen', async () => {
    const { key } = wanted(1);
    await jobs.results.claim(wanted(1), 'a');
    const told = new Promise<void>((resolve) => other.news.listen(`result:${key}`, resolve));
    await jobs.results.release(key, 'b');
    expect((await other.results.claim(wanted(1), 'b')).kind).toBe('taken');
    await jobs.results.release(key, 'a');
    await told;
    expect((await other.results.claim(wanted(1), 'b')).kind).toBe('compute');
    expect(await jobs.results.renew(key, 'a')).toBe(false);
    expect(await other.results.renew(key, 'b')).toBe(true);
  });

  it('keeps the first of two results of one name', async () => {
    await leave(1);
    await jobs.results.keep(made(1, { result: kept('second') }), 'b', resultLimits);
    expect(await jobs.results.claim(wanted(1), 'c')).toMatchObject({ result: { job: 'job1' } });
  });

  it('makes room in a slot for what was used last', async () => {
    for (const value of [1, 2]) expect(await leave(value, { maxsize: 2 })).toEqual([]);
    await pause();
    await jobs.results.claim(wanted(1), 'a');
    expect(await leave(3, { maxsize: 2 })).toEqual([wanted(2).key]);
    expect(await jobs.results.claim(wanted(2), 'a')).toMatchObject({
      kind: 'compute',
      reason: 'It was removed to make room: maxsize is 2 for each step and input.',
    });
    expect(await leave(4, { maxsize: 1 })).toHaveLength(2);
  });

  it('makes room in all slots for what was used last, by size and by age', async () => {
    for (const value of [1, 2, 3]) {
      await leave(value, { slot: hash(`${slot}${value}`) });
      await pause();
    }
    expect(await jobs.results.trim({ ...resultLimits, maxBytes: 250 })).toEqual([wanted(1).key]);
    expect(await leave(4, { bytes: 200 }, { ...resultLimits, maxBytes: 250 })).toEqual([wanted(2).key, wanted(3).key]);
    await pause();
    expect(await jobs.results.trim({ ...resultLimits, maxAgeMs: 0 })).toEqual([wanted(4).key]);
    expect(await jobs.results.claim(wanted(4), 'a')).toMatchObject({
      reason: 'It was removed because nobody had used it for long.',
    });
  });

  it('forgets a result whose files are damaged, but not the one that has taken its place', async () => {
    const { key } = wanted(1);
    await leave(1);
    expect(await jobs.results.drop(key, kept('another').document, 'A file is gone.')).toBe(false);
    expect(await jobs.results.drop(key, kept('job1').document, 'A file is gone.')).toBe(true);
    expect(await jobs.results.claim(wanted(1), 'a')).toEqual({ kind: 'compute', reason: 'A file is gone.' });
  });

  it('tells which keys nobody keeps or computes', async () => {
    await leave(1);
    await jobs.results.claim(wanted(2), 'a');
    const found = [1, 2, 3].map((value) => wanted(value).key);
    expect(await jobs.results.unknown(found)).toEqual([wanted(3).key]);
  });
});

/** Use is ordered by the millisecond. */
async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 5));
}
