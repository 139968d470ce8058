import type { JobState } from '@rondel/contracts';
import { openJobs } from '@rondel/jobs';
import { Redis } from 'ioredis';
import { ulid } from 'ulid';
import { afterAll, expect, it } from 'vitest';
import { begunAttempt, queuedHead, submitSweep } from '../support/api/queued-jobs.js';
import { startTestRedis } from '../support/machine/redis.js';

const server = await startTestRedis();
const jobs = await openJobs({ redisUrl: server.url, onError: () => undefined });
const redis = new Redis(server.url);

afterAll(async () => {
  redis.disconnect();
  await jobs.close();
  await server.stop();
});

const work = { plan: { _type: 'X' }, planToml: '_type = "X"\n', parameters: {}, data: { data: 'root://a/b' } };
const createdAt = new Date().toISOString();
const many = 3000;
/** Of the same millisecond, as those of a sweep are. */
const made = Array.from({ length: many }, (_, index) => {
  const labels = { scan: String(index % 3), ...(index % 1000 === 0 && { rare: 'yes' }) };
  return { head: queuedHead(index % 2 === 0 ? 'a' : 'b', { id: ulid(), createdAt, labels, submitter: 'ada' }), work };
});

async function all(filter: { state?: JobState[]; pool?: string; label?: string; submitter?: string }, limit = 400) {
  const ids: string[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await jobs.ledger.find({ ...filter, limit, ...(cursor !== undefined && { cursor }) });
    ids.push(...page.ids);
    if (page.cursor === undefined) return ids;
    ({ cursor } = page);
  }
}

it('O14: finds jobs by sets that the scripts keep, in pages, newest first, and counts their states', async () => {
  await submitSweep(jobs, made);
  const [first, second, third] = made.map(({ head }) => head.id) as [string, string, string];
  const attempt = await begunAttempt(jobs, first);
  await jobs.ledger.finish(first, { state: 'failed' }, attempt);
  await begunAttempt(jobs, second);
  await jobs.cancel(third);
  expect(await all({ state: ['failed', 'active', 'cancelled'] })).toEqual([first, second, third].sort().reverse());
  expect(await all({ label: 'rare' })).toHaveLength(3);
  expect(await all({ label: 'rare=yes', pool: 'b' })).toEqual([]);
  expect(await all({ label: 'scan=0', pool: 'a', state: ['queued'] })).toHaveLength(many / 6 - 1);
  expect(new Set(await all({ submitter: 'ada' })).size).toBe(many);
  expect(await jobs.ledger.count({})).toMatchObject({ total: many, states: { queued: many - 3, active: 1 } });
  expect(await jobs.ledger.count({ label: 'scan=0' })).toMatchObject({ total: many / 3, states: { failed: 1 } });
  await jobs.retry(first);
  expect(await all({ state: ['failed'] })).toEqual([]);
});

it('O14, H9: does not look at jobs that have nothing of what is asked for', async () => {
  const reads = async () => Number(/^cmdstat_hmget:calls=(\d+)/m.exec(await redis.info('commandstats'))?.[1] ?? 0);
  const before = await reads();
  expect(await all({ label: 'none' })).toEqual([]);
  expect(await reads()).toBe(before);
});

it('O14: makes the index anew that is lost or lacks jobs, and forgets jobs that have expired', async () => {
  const found = await all({ label: 'scan=1', pool: 'b' });
  await redis.del(...(await redis.keys('{rondel}:index:*')), '{rondel}:indexed');
  expect(await all({ label: 'scan=1', pool: 'b' })).toEqual(found);
  await redis.del('{rondel}:index:state:queued');
  await jobs.ledger.mendIndex();
  expect((await jobs.ledger.count({ pool: 'a' })).total).toBe(many / 2);
  const [gone = ''] = found;
  await redis.del(`{rondel}:job:${gone}`);
  await jobs.ledger.forgetExpired(Date.now() + 8 * 24 * 3600 * 1000);
  expect(await all({ label: 'scan=1', pool: 'b' })).toEqual(found.slice(1));
  expect(await redis.hexists('{rondel}:indexed', gone)).toBe(0);
});
