import type { Job, JobPage, WorkerRecord } from '@rondel/contracts';
import { Redis } from 'ioredis';
import { afterAll, expect, it } from 'vitest';
import { openTestApi } from '../support/test-api.js';
import { startTestRedis } from '../support/redis.js';
import { workerRecord } from '../support/worker-record.js';

const redis = await startTestRedis();
const api = await openTestApi(redis.url);
const { app, jobs } = api;
const server = new Redis(redis.url);
const data = await api.storeBytes('data');
afterAll(async () => {
  server.disconnect();
  await api.close();
  await redis.stop();
});

const get = (url: string) => app.inject({ url });
const submit = async () => {
  const payload = { plan: { name: 'radon/fbp' }, data, parameters: { angles: [0, 1] } };
  const answer = await app.inject({ method: 'POST', url: '/v1/jobs', payload });
  expect(answer.statusCode, answer.body).toBe(202);
  return answer.json<Job>().id;
};
const key = (name: string) => `{rondel}:${name}`;

it('H10: a damaged record of any kind is passed over, named and counted, and all others are served', async () => {
  const [whole, noJson, otherHead, wrongState, otherType] = [
    await submit(),
    await submit(),
    await submit(),
    await submit(),
    await submit(),
  ];
  const good = workerRecord('w-1');
  await jobs.fleet.beat(good);
  await server.hset(key(`job:${noJson}`), 'head', '{"id":');
  await server.hset(key(`job:${otherHead}`), 'head', '{"id":"x","stages":[]}');
  await server.hset(key(`job:${wrongState}`), 'state', 'lost-in-space');
  await server.set(key(`job:${otherType}`), 'no hash');
  for (const [name, text] of [
    ['half', '{"id": "half", "pools": ["def'],
    ['other', '{"id": "other"}'],
    ['null', 'null'],
  ] as const) {
    await server.set(key(`worker:${name}`), text);
    await server.zadd(key('workers'), Date.now(), name);
  }
  for (const set of ['jobs', 'live']) await server.zadd(key(set), 1, 'no id at all');
  await server.sadd(key('unrecorded'), 'no id either', noJson);
  await server.hset(key('queues'), 'legs:any:x', '[not json');
  await server.hset(key('needs'), 'default', '{"engine": 5}');
  await server.zadd(key('capabilities:default'), Date.now(), '{');
  await server.zadd(key('sweeps'), 1, '01HZZZZZZZZZZZZZZZZZZZZZZZ');
  await server.hset(key('sweep:01HZZZZZZZZZZZZZZZZZZZZZZZ'), { head: '{}', items: '[]' });
  await server.zadd(key('algorithms'), 1, '01HZZZZZZZZZZZZZZZZZZZZZZY');
  await server.hset(key('algorithm:01HZZZZZZZZZZZZZZZZZZZZZZY'), 'head', '[]');

  const list = await get('/v1/jobs');
  expect(list.statusCode).toBe(200);
  expect(list.json<JobPage>().jobs.map(({ id }) => id)).toEqual([whole]);
  expect((await get('/v1/workers')).json<{ workers: WorkerRecord[] }>().workers.map(({ id }) => id)).toEqual([good.id]);
  for (const id of [noJson, otherHead, wrongState, otherType]) {
    expect((await get(`/v1/jobs/${id}`)).statusCode).toBe(404);
  }
  const urls = [
    '/v1/pools',
    '/v1/pools/default/demand',
    '/v1/sweeps',
    '/v1/algorithms',
    `/v1/jobs/${whole}`,
    '/readyz',
  ];
  for (const url of urls) expect([url, (await get(url)).statusCode]).toEqual([url, 200]);
  const recorded: string[] = [];
  await jobs.reconcile((id) => Promise.resolve(void recorded.push(id)));
  expect(recorded).toEqual([]);
  const after = await submit();
  expect((await get(`/v1/jobs/${after}`)).statusCode).toBe(200);
  const metrics = await get('/metrics');
  expect(metrics.statusCode).toBe(200);
  expect(metrics.body).toMatch(/rondel_damaged_records\{kind="job"\} 4/);
  expect(metrics.body).toMatch(/rondel_damaged_records\{kind="worker"\} 3/);
});

it('H9: a list reads what it shows, never the plans of its jobs', async () => {
  const id = await submit();
  const large = 4 * 2 ** 20;
  await server.hset(key(`job:${id}`), 'work', 'x'.repeat(large));
  const sent = async () => Number(/^total_net_output_bytes:(\d+)/m.exec(await server.info('stats'))?.[1]);
  const before = await sent();
  const { jobs: page } = (await get('/v1/jobs')).json<JobPage>();
  expect(page.map((job) => job.id)).toContain(id);
  expect((await sent()) - before).toBeLessThan(large / 4);
});
