import type { Job } from '@rondel/contracts';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestRedis } from '../support/machine/redis.js';
import { eventually } from '../support/machine/stack.js';
import { openTestApi } from '../support/api/test-api.js';
import { workerRecord } from '../support/api/worker-record.js';

const redis = await startTestRedis();
const api = await openTestApi(redis.url);
const { app, jobs } = api;
const server = new Redis(redis.url);
afterAll(async () => {
  server.disconnect();
  await api.close();
  await redis.stop();
});

const plan = { name: 'radon/fbp' };
const parameters = { angles: [0, 1] };
const key = (name: string) => `{rondel}:${name}`;
let data: string;
const post = (url: string, payload: object) => app.inject({ method: 'POST', url, payload });
const submit = () => post('/v1/jobs', { plan, data, parameters });
const sweep = () =>
  post('/v1/sweeps', { plan, data, parameters, vary: [{ path: 'filter', values: ['ramp', 'hann'] }] });

/** What is asked while one key is damaged. */
const urls = ['/v1/jobs', '/v1/jobs?label=a', '/v1/pools', '/v1/sweeps', '/v1/plans', '/v1/algorithms', '/readyz'];

/** The id of a job that is accepted at the second try at the latest, or some later one. */
async function accepted(): Promise<string> {
  for (;;) {
    const { statusCode, body } = await submit();
    if (statusCode === 202) return (JSON.parse(body) as Job).id;
    expect(statusCode, body).toBe(503);
  }
}
const cancel = (id: string) => app.inject({ method: 'DELETE', url: `/v1/jobs/${id}` });

beforeAll(async () => {
  data = await api.storeBytes('data');
  await jobs.fleet.beat(workerRecord('w-1'));
  expect((await submit()).statusCode).toBe(202);
  expect((await post('/v1/plans', { plan })).statusCode).toBe(201);
  expect((await post('/v1/algorithms', { plan, parameters })).statusCode).toBe(201);
  const labelled = { plan, data, parameters, labels: { a: 'b' }, pool: 'default', engine: 'webgpu' };
  expect((await post('/v1/jobs', labelled)).statusCode).toBe(202);
  expect((await sweep()).statusCode).toBe(202);
});

interface Problem {
  readonly code: string;
  readonly detail: string;
}

/** @param damaged Keys of which one is named: what an answer is made of may have been read a moment ago. */
function expectOurs(damaged: readonly string[], { statusCode, body }: { statusCode: number; body: string }): void {
  const where = `with ${damaged.at(-1)} damaged: ${body.slice(0, 500)}`;
  expect(statusCode, where).toBe(503);
  const { code, detail } = JSON.parse(body) as Problem;
  expect(code, where).toBe('SERVICE_UNAVAILABLE');
  expect(detail, where).toMatch(/ in Redis is passed over: .* look at it there and delete it\. Try again\.$/);
  expect(damaged, where).toContain(/^The key (\S+) /.exec(detail)?.[1]);
}

/** Of keys that differ in an id, a special queue or a label alone, one. */
async function oneOfEachKind(): Promise<string[]> {
  const all = (await server.keys(key('*'))).filter((name) => !/:(?:check|store)$/.test(name)).sort();
  return [...new Map(all.map((name) => [name.replace(/[0-9A-Z]{26}|#\w+|(?<=index:label:).*/g, ''), name])).values()];
}

it('H10: a key of another type than it should have is moved aside, whatever it is, and everything goes on', async () => {
  const kinds = await oneOfEachKind();
  expect(kinds.length).toBeGreaterThan(30);
  for (const [index, damaged] of kinds.entries()) {
    const held = await server.type(damaged);
    if (held === 'none') continue;
    await server.del(damaged);
    await (held === 'string' ? server.hset(damaged, 'a', 'b') : server.set(damaged, 'garbage'));
    for (const ask of [...urls.map((url) => () => app.inject({ url })), submit]) {
      await eventually(
        async () => {
          const answer = await ask();
          if (answer.statusCode >= 300) expectOurs(kinds.slice(0, index + 1), answer);
          return answer.statusCode < 300;
        },
        () => `Refused for good with ${damaged} damaged.`,
        20_000,
      );
    }
  }
  const aside = (await server.keys(key('damaged:*'))).map((name) => name.replace('damaged:', ''));
  expect(aside.filter((name) => !kinds.includes(name))).toEqual([]);
});

it('H10: what sets of ids named before they were overwritten is found again', async () => {
  const lists = ['/v1/jobs?limit=100', '/v1/sweeps', '/v1/plans', '/v1/algorithms'];
  const listed = async () =>
    Promise.all(
      lists.map(async (url) => [...new Set((await app.inject({ url })).body.match(/"id":"\w{26}"/g))].sort()),
    );
  await jobs.fleet.beat(workerRecord('w-1'));
  const algorithm = await post('/v1/algorithms', { plan, parameters });
  const session = await post('/v1/plans', { plan });
  expect([algorithm.statusCode, session.statusCode, (await sweep()).statusCode]).toEqual([201, 201, 202]);
  const before = await listed();
  const live = (await jobs.ledger.live(Infinity)).sort();
  expect(before.map((ids) => ids.length > 0)).toEqual([true, true, true, true]);
  for (const set of ['jobs', 'live', 'sweeps', 'sessions', 'algorithms']) {
    await server.set(key(set), 'garbage');
    await listed();
    await jobs.ledger.live(Infinity).catch(() => []);
  }
  await eventually(
    async () => JSON.stringify(await listed()) === JSON.stringify(before),
    () => `Other lists than ${JSON.stringify(before)}`,
  );
  expect((await jobs.ledger.live(Infinity)).sort()).toEqual(live);
});

it('H10: a job whose end meets a damaged key has ended once, and is recorded', async () => {
  const { id } = (await submit()).json<Job>();
  await server.set(key('unrecorded'), 'garbage');
  await server.set(key(`job:${id}:events`), 'garbage');
  await eventually(
    async () => {
      const answer = await cancel(id);
      if (answer.statusCode !== 202) expectOurs([key('unrecorded'), key(`job:${id}:events`)], answer);
      return answer.statusCode === 202;
    },
    () => `Job ${id} was not cancelled.`,
  );
  expect((await app.inject({ url: `/v1/jobs/${id}` })).json<Job>().state).toBe('cancelled');
  const recorded: string[] = [];
  await eventually(
    async () => {
      await jobs.reconcile((job) => Promise.resolve(void recorded.push(job))).catch(() => undefined);
      return recorded.includes(id);
    },
    () => `Only ${recorded.join()} were recorded.`,
  );
  expect(await jobs.ledger.live(Infinity)).not.toContain(id);
});

it('H10: what scripts count with and is no number is passed over, also among the settings of a queue', async () => {
  for (const name of ['id', 'pc']) await server.set(key(`legs:default:${name}`), 'many');
  await server.hset(key('legs:default:meta'), 'opts.maxLenEvents', 'all', 'concurrency', 'some', 'paused', '1');
  await server.hset(key('session-bytes'), 'x', 'y');
  await server.hset(key('ended'), 'default cancelled count', 'three');
  const submitted = await submit();
  expect(submitted.statusCode, submitted.body).toBe(202);
  expect((await post('/v1/plans', { plan })).statusCode).toBe(201);
  const pools = (await app.inject({ url: '/v1/pools' })).json<{ pools: { name: string; paused: boolean }[] }>();
  expect(pools.pools.find(({ name }) => name === 'default')).toMatchObject({ paused: true });
  const { id } = submitted.json<Job>();
  expect((await cancel(id)).statusCode).toBe(202);
  await eventually(
    async () => {
      await jobs.reconcile(() => Promise.resolve()).catch(() => undefined);
      return !(await jobs.ledger.unrecorded()).includes(id);
    },
    () => 'The job was not ticked off.',
  );
  const { body } = await app.inject({ url: '/metrics' });
  expect(body).toMatch(/rondel_job_seconds_count\{pool="default",state="cancelled"\} [1-9]/);
  expect(jobs.damaged().get('key')).toBeGreaterThan(3);
  expect(await server.get(key('damaged:legs:default:id'))).toBe('many');
  await jobs.pools.resume('default');
});

it('H10: a worker goes on taking sub-jobs whatever key of their queue was overwritten, and while it waits for them', async () => {
  const taken = new Set<string>();
  const taker = jobs.takeSubjobs({
    concurrency: 1,
    onError: () => undefined,
    beginAs: { worker: 'w-1', reserve: () => ({ release: () => undefined }) },
    async run(subjob, begun) {
      const { answer } = begun ?? { answer: await jobs.ledger.begin(subjob, 'w-1') };
      if (answer.answer === 'begun') taken.add(subjob.job);
      return { kind: 'done' };
    },
  });
  taker.serve(['default']);
  for (const name of ['marker', 'prioritized', 'active', 'stalled', 'events', 'meta', 'delayed']) {
    await server.del(key(`legs:default:${name}`));
    await server.set(key(`legs:default:${name}`), 'garbage');
    const ids = await Promise.all([accepted(), accepted()]);
    await eventually(
      async () => {
        // As if they had been written down long ago.
        for (const id of ids) await server.zadd(key('live'), 'XX', 1, id);
        await jobs.reconcile(() => Promise.resolve()).catch(() => undefined);
        return ids.every((id) => taken.has(id));
      },
      () => `Of ${ids.join()} only ${[...taken].join()} were begun with ${name} damaged.`,
      20_000,
    );
  }
  await taker.close();
}, 60_000);

it('H10: that somebody has overwritten what tells of a loss of all data is no loss', async () => {
  const { id } = await jobs.dataRun(undefined);
  await server.set(key('run'), 'garbage');
  expect(await jobs.dataRun(id)).toMatchObject({ id, afterLoss: false });
  await server.del(key('run'), key('damaged:run'));
  expect(await jobs.dataRun(id)).toMatchObject({ afterLoss: true });
});
