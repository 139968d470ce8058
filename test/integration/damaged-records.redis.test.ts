import { gzipSync } from 'node:zlib';
import type { Job, JobPage, Session, SessionPage, WorkerRecord } from '@rondel/contracts';
import { Redis } from 'ioredis';
import { afterAll, expect, it } from 'vitest';
import { openTestApi } from '../support/api/test-api.js';
import { startTestRedis } from '../support/machine/redis.js';
import { eventually } from '../support/machine/stack.js';
import { workerRecord } from '../support/api/worker-record.js';

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
  for (const [id, text] of Object.entries({ half: 'garbage{', other: '{"id":5,"build":7}', none: 'null' })) {
    await server.hset(key('apis'), id, text);
  }
  await server.hset(key('turns:normal:default'), 'now', 'soon', '100 ', 'later');
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

it('H10: a damaged sub-job is passed over, and a job whose work cannot be read fails with the reason', async () => {
  const [lost, unreadable, good] = [await submit(), await submit(), await submit()];
  const [subjob = ''] = await server.keys(`*:${lost}.0.0.0`);
  await server.hset(subjob, 'data', '{"job":');
  await server.hset(key(`job:${unreadable}`), 'work', '{"plan":{}}');
  const before = jobs.damaged().get('sub-job') ?? 0;
  const errors: Error[] = [];
  const answers = new Map<string, string>();
  const taker = jobs.takeSubjobs({
    concurrency: 1,
    onError: (error) => errors.push(error),
    beginAs: { worker: 'w-1', reserve: () => ({ release: () => undefined }) },
    async run(subjob, begun) {
      const { answer } = begun ?? { answer: await jobs.ledger.begin(subjob, 'w-1') };
      answers.set(subjob.job, answer.answer);
      if (answer.answer === 'damaged') await jobs.ledger.failDamaged(subjob.job, answer.reason);
      return { kind: 'done' };
    },
  });
  taker.serve(['default']);
  await eventually(
    () => Promise.resolve(answers.has(good)),
    () => `Only ${[...answers.keys()].join()} were taken.`,
  );
  await taker.close();
  expect(errors).toEqual([]);
  expect([answers.get(lost), answers.get(unreadable), answers.get(good)]).toEqual([undefined, 'damaged', 'begun']);
  const { state, error } = (await get(`/v1/jobs/${unreadable}`)).json<Job>();
  expect([state, error?.code, error?.message]).toEqual([
    'failed',
    'INTERNAL',
    expect.stringMatching(/damaged: its work does not say what is to be run/),
  ]);
  expect(jobs.damaged().get('sub-job')).toBe(before + 1);
  expect(await server.exists(subjob)).toBe(0);
});

it('H10: a damaged plan session is not found, for what reason, and the others are served', async () => {
  const create = async () =>
    (await app.inject({ method: 'POST', url: '/v1/plans', payload: { plan } })).json<Session>().id;
  const plan = { name: 'radon/fbp' };
  const [whole, noSnapshot, noPlan, badLog, badHash, badAbout] = [
    await create(),
    await create(),
    await create(),
    await create(),
    await create(),
    await create(),
  ];
  await server.del(key(`session:${noSnapshot}:snapshot`));
  await server.set(key(`session:${noPlan}:snapshot`), JSON.stringify({ released: [], text: '5' }));
  await server.xadd(key(`session:${badLog}:log`), '1-0', 'r', '{"changes":[{"at":["none"],"text":"]"}],"released":[]}');
  await server.hset(key(`session:${badLog}`), 'version', 1);
  await server.hset(key(`session:${badHash}`), 'version', 'seven');
  await server.hset(key(`session:${badAbout}`), 'about', '{"type":5}');
  const other = await openTestApi(redis.url);
  const damaged = [noSnapshot, noPlan, badLog, badHash];
  for (const id of damaged) {
    for (const path of ['', '/tree', '/toml']) {
      const answer = await other.app.inject({ url: `/v1/plans/${id}${path}` });
      expect([id, path, answer.statusCode, answer.json<{ detail: string }>().detail]).toEqual([
        id,
        path,
        404,
        expect.stringMatching(/is damaged: /),
      ]);
    }
  }
  const page = await other.app.inject({ url: '/v1/plans?limit=100' });
  const listed = page.json<SessionPage>().sessions.map(({ id }) => id);
  expect(listed).toContain(whole);
  expect(listed).not.toContain(badAbout);
  expect((await other.app.inject({ url: `/v1/plans/${whole}` })).statusCode).toBe(200);
  for (const id of damaged) {
    expect((await other.app.inject({ method: 'DELETE', url: `/v1/plans/${id}` })).statusCode).toBe(204);
  }
  expect(other.jobs.damaged().get('plan session')).toBeGreaterThanOrEqual(5);
  await other.close();
});

it('H10: a warm algorithm whose work cannot be read stops neither its worker nor the list', async () => {
  await jobs.fleet.beat(workerRecord('w-9'));
  const create = async () => {
    const payload = { plan: { name: 'radon/fbp' }, parameters: { angles: [0, 1] } };
    const answer = await app.inject({ method: 'POST', url: '/v1/algorithms', payload });
    expect(answer.statusCode, answer.body).toBe(201);
    return answer.json<{ id: string; worker: string }>();
  };
  const [bad, good] = [await create(), await create()];
  await server.hset(key(`algorithm:${bad.id}`), 'work', '{"plan":[]}', 'usedAt', 'long ago');
  const toBuild = [await jobs.algorithms.toBuild(bad.worker), await jobs.algorithms.toBuild(good.worker)].flat();
  expect(toBuild.map(({ id }) => id)).toContain(good.id);
  expect(toBuild.map(({ id }) => id)).not.toContain(bad.id);
  const put = { method: 'POST' as const, url: `/v1/algorithms/${bad.id}/put`, payload: { data } };
  expect((await app.inject(put)).statusCode).toBe(404);
  const list = await get('/v1/algorithms');
  expect([list.statusCode, list.body.includes(good.id), list.body.includes(bad.id)]).toEqual([200, true, false]);
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

it('H10: a damaged event of a job is passed over, however many there are, and the stream goes on', async () => {
  const id = await submit();
  const stream = key(`job:${id}:events`);
  const damaged = ['{"level":', '{"level":"loud","message":"no"}', 'null'];
  for (let index = 0; index < 120; index += 1) {
    await server.xadd(stream, '*', 'type', 'log', 'data', damaged[index % 3] ?? '');
  }
  await server.xadd(stream, '*', 'nothing', 'at all');
  await server.xadd(stream, '*', 'type', 'log', 'data', '{"level":"info","message":"whole"}');
  const { done } = await jobs.cancelAll([id]);
  expect(done).toHaveLength(1);
  const { statusCode, body } = await get(`/v1/jobs/${id}/events`);
  const told = [...body.matchAll(/^event: (\w+)$/gm)].map(([, type]) => type);
  expect([statusCode, told]).toEqual([200, ['state', 'log', 'state', 'result']]);
  expect(jobs.damaged().get('event')).toBe(121);
});

it('H10: a damaged batch of a sweep stops neither its other jobs nor what looks for live references', async () => {
  const payload = {
    plan: { name: 'radon/fbp' },
    data,
    parameters: { angles: [0, 1] },
    vary: [{ path: 'filter', values: ['ramp', 'hann'] }],
  };
  const answer = await app.inject({ method: 'POST', url: '/v1/sweeps', payload });
  const { id } = answer.json<{ id: string }>();
  const batches = key(`sweep:${id}:jobs`);
  await server.rpush(batches, 'no gzip', gzipSync('{"head":'), gzipSync('[{"head":{},"work":{}}]'));
  await server.zadd(key('sweeps:unsettled'), 1, id);
  const named: string[] = [];
  for await (const sha256 of jobs.store.references()) named.push(sha256);
  expect(named).toContain(data.replace('artifact:sha256-', ''));
  await jobs.sweeps.settle(id, () => Promise.resolve());
  expect([await server.exists(batches), await jobs.sweeps.isSettled(id)]).toEqual([0, true]);
  expect(jobs.damaged().get('sweep')).toBeGreaterThanOrEqual(1);
});

it('H10: what a worker was asked or has answered, and what jobs have left for each other, is read with care', async () => {
  const id = await jobs.questions.ask('w-7', { path: 'a', look: true }, { project: 'default', seconds: 60 });
  await server.set(key(`question:${id}`), '{"path":5}');
  const other = await jobs.questions.ask('w-7', { path: 'b', look: true }, { project: 'default', seconds: 60 });
  expect(await jobs.questions.take('w-7')).toEqual({
    id: other,
    project: 'default',
    question: { path: 'b', look: true },
  });
  await server.set(key(`answer:${other}`), '{"val');
  expect(await jobs.questions.answerTo(other)).toBeUndefined();
  const wanted = { key: 'k', slot: 's', facts: {} };
  await server.hset(key('results:entry:k'), 'entry', '{"document":1}', 'slot', 's', 'bytes', '1');
  expect(await jobs.results.claim(wanted, 'me')).toMatchObject({ kind: 'compute' });
  await server.hset(key('results:entry:near'), 'facts', '[');
  await server.zadd(key('results:slot:s'), 1, 'near');
  expect(await jobs.results.claim({ ...wanted, key: 'k2' }, 'me')).toMatchObject({ kind: 'compute' });
});
