import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from '@rondel/client';
import type { Erasure, Job, JobPage, Sweep } from '@rondel/contracts';
import { finishErasures } from '@rondel/api';
import { recordJob, resultLimits } from '@rondel/jobs';
import { Redis } from 'ioredis';
import { afterAll, expect, it, vi } from 'vitest';
import { rondel } from '../support/machine/rondel-command.js';
import { openTestApi } from '../support/api/test-api.js';
import { startTestRedis } from '../support/machine/redis.js';

const redis = await startTestRedis();
const api = await openTestApi(redis.url);
const { app, jobs, store, directory } = api;
const server = new Redis(redis.url);
const client = createClient({ url: await app.listen({ host: '127.0.0.1', port: 0 }) });
afterAll(async () => {
  server.disconnect();
  await api.close();
  await redis.stop();
});

const submission = (data: string) => ({
  plan: { name: 'radon/fbp' },
  data,
  parameters: { angles: [0, 1] },
  title: 'scan of Erika Mustermann',
  submitter: 'mustermann',
  labels: { patient: 'mustermann' },
});
const submit = async (data: string, headers: Record<string, string> = {}) => {
  const answer = await app.inject({ method: 'POST', url: '/v1/jobs', payload: submission(data), headers });
  expect(answer.statusCode, answer.body).toBe(202);
  return answer.json<Job>().id;
};
const erase = async (id: string) => {
  const answer = await app.inject({ method: 'DELETE', url: `/v1/jobs/${id}?erase=true` });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json<Erasure>();
};
const write = (id: string, record: object) => store.putRecord(id, record);
/** Ends a job with an image, as a worker does. */
const complete = async (id: string, image: string, preview: string) => {
  const result = {
    ...{ artifact: image, preview, shape: [1, 1, 1, 1, 1], dtype: 'f32', axes: ['x', 'y', 'z', 'contrast', 'time'] },
    ...{ spacing: [1, 1, 1, 1, 1], min: 0, max: 1, mean: 0.5, seconds: 1 },
  };
  await jobs.ledger.finish(id, { state: 'completed', result });
  await recordJob(jobs.ledger, id, write);
};
const hashOf = (artifact: string) => artifact.replace('artifact:sha256-', '');
const isStored = async (artifact: string) => (await store.stat(hashOf(artifact))) !== undefined;
/** Whether something in Redis or in the store holds a text. */
const traces = async (text: string) => {
  const found: string[] = [];
  for (const key of await server.keys('*')) {
    const type = await server.type(key);
    const value =
      type === 'string'
        ? await server.get(key)
        : type === 'hash'
          ? await server.hgetall(key)
          : type === 'zset'
            ? await server.zrange(key, '0', '-1')
            : type === 'set'
              ? await server.smembers(key)
              : type === 'list'
                ? await server.lrange(key, '0', '-1')
                : await server.xrange(key, '-', '+');
    if (`${key} ${JSON.stringify(value)}`.includes(text)) found.push(`redis ${key}`);
  }
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && `${path} ${await readFile(path, 'latin1')}`.includes(text)) found.push(path);
  }
  return found;
};

it('H15: a completed job goes with data, image, preview, shared results and every trace; its id answers 410', async () => {
  const [data, image, preview] = [
    await api.storeBytes('raw data'),
    await api.storeBytes('image'),
    await api.storeBytes('preview'),
  ];
  const id = await submit(data, { 'idempotency-key': 'erika' });
  await complete(id, image, preview);
  await store.putPreview(id, Buffer.from('picture'));
  const key = 'a'.repeat(64);
  const kept = { document: 'b'.repeat(64), seconds: 1, job: id, worker: 'w-1', data: [] };
  await jobs.results.claim({ key, slot: 's', facts: {} }, 'token');
  await jobs.results.keep({ key, slot: 's', facts: {}, result: kept, bytes: 1, maxsize: 1 }, 'token', resultLimits);
  const answer = await erase(id);
  expect(answer.kept).toEqual([]);
  expect(answer.erased).toEqual(
    expect.arrayContaining(['state and events', 'record', 'preview', `shared-result:${key}`, data, image, preview]),
  );
  for (const artifact of [data, image, preview]) expect(await isStored(artifact)).toBe(false);
  expect(await traces('mustermann')).toEqual([]);
  expect(await traces('Erika')).toEqual([]);
  for (const artifact of [data, image, preview]) expect(await traces(hashOf(artifact).slice(2))).toEqual([]);
  // The queues forget by themselves the sub-job that nobody has taken in this test; it holds nothing but the id.
  const places = (await traces(id)).filter((path) => !path.includes(':legs:'));
  expect(places.map((path) => path.replace(directory, '').split('/')[1]).sort()).toEqual(['erased', 'erasing']);
  expect(await server.keys('*idempotency*')).toEqual([]);
  const gone = await app.inject({ url: `/v1/jobs/${id}` });
  expect(gone.statusCode).toBe(410);
  expect(gone.json()).toMatchObject({ code: 'NOT_FOUND', details: { id, erasedAt: answer.erasedAt } });
  for (const part of ['plan', 'events', 'provenance', 'result', 'preview']) {
    expect([part, (await app.inject({ url: `/v1/jobs/${id}/${part}` })).statusCode]).toEqual([part, 410]);
  }
  expect((await app.inject({ url: '/v1/jobs?submitter=mustermann' })).json<JobPage>().jobs).toEqual([]);
  expect(await erase(id)).toEqual({ id, erasedAt: answer.erasedAt, erased: [], kept: [] });
  // A worker that is late with its record.
  await store.putRecord(id, { job: 'mustermann' });
  expect(await store.getRecord(id)).toBeUndefined();
});

it('H15: what other jobs, sweeps and plans name stays, and the answer says for whom', async () => {
  const data = await api.storeBytes('shared data');
  const image = await api.storeBytes('same image');
  const [first, second] = [await submit(data), await submit(data)];
  await complete(first, image, await api.storeBytes('one preview'));
  await complete(second, image, await api.storeBytes('other preview'));
  const waiting = await submit(`job:${first}`);
  const outlook = await client.erasureOutlook(first);
  const answer = await erase(first);
  expect(outlook.kept).toEqual(answer.kept);
  expect(answer.erased.filter((each) => each.startsWith('artifact:'))).toEqual(outlook.artifacts);
  expect(outlook.artifacts).toHaveLength(1);
  await expect(client.erasureOutlook(first)).rejects.toThrow('was erased on');
  const reasons = Object.fromEntries(answer.kept.map(({ artifact, reason }) => [artifact, reason]));
  expect(Object.keys(reasons).sort()).toEqual([data, image].sort());
  expect(reasons[data]).toContain(second);
  expect(reasons[image]).toContain('has not ended');
  expect(await isStored(data)).toBe(true);
  expect(await isStored(image)).toBe(true);
  expect((await erase(waiting)).kept).toEqual([{ artifact: image, reason: expect.stringContaining(second) as string }]);
  // The last one that names them takes them along.
  expect(await client.erasureOutlook(second)).toMatchObject({
    artifacts: expect.arrayContaining([data, image]) as string[],
    kept: [],
  });
  expect((await erase(second)).kept).toEqual([]);
  expect(await isStored(data)).toBe(false);
  expect(await isStored(image)).toBe(false);
});

it('H15: a job that waits is cancelled first, and a sweep keeps its place', async () => {
  const data = await api.storeBytes('data of a sweep');
  const payload = {
    plan: { name: 'radon/fbp' },
    data,
    parameters: { angles: [0, 1] },
    vary: [{ path: 'filter', values: ['ramp', 'hann'] }],
  };
  const sweep = (await app.inject({ method: 'POST', url: '/v1/sweeps', payload })).json<Sweep & { jobs: string[] }>();
  const [job = ''] = sweep.jobs;
  const answer = await erase(job);
  expect(answer.kept.map(({ artifact }) => artifact).sort()).toEqual([data, `sweep:${sweep.id}`].sort());
  // Nothing brings it back.
  await jobs.reconcile(write);
  const { items, states, erased, total } = (await app.inject({ url: `/v1/sweeps/${sweep.id}` })).json<Sweep>();
  expect(items[0]).toMatchObject({ job, state: 'cancelled', erased: answer.erasedAt });
  expect(items[1]).toMatchObject({ state: 'queued' });
  expect({ total, erased, ...states }).toMatchObject({ total: 2, erased: 1, queued: 1, cancelled: 0 });
  expect((await app.inject({ url: `/v1/jobs/${job}` })).statusCode).toBe(410);
});

it('H15: data that is the result of an erased job is refused as what it is, with the time', async () => {
  const id = await submit(await api.storeBytes('of one that is erased'));
  const { erasedAt } = await erase(id);
  const refused = await app.inject({ method: 'POST', url: '/v1/jobs', payload: submission(`job:${id}`) });
  expect([refused.statusCode, refused.json<object>()]).toMatchObject([
    422,
    {
      code: 'DATA_NOT_FOUND',
      detail: `Job ${id} was erased on ${erasedAt}. The reference "data" is to its result.`,
      details: { erasedAt },
    },
  ]);
  const never = 'job:01HZZZZZZZZZZZZZZZZZZZZZZZ';
  const unknown = await app.inject({ method: 'POST', url: '/v1/jobs', payload: submission(never) });
  expect(unknown.json()).toMatchObject({
    code: 'DATA_NOT_FOUND',
    detail: expect.stringMatching(/^There is no job/) as string,
  });
});

it('H15: what broke off in the middle is gone for everybody, and goes on by itself', async () => {
  const data = await api.storeBytes('half erased');
  const id = await submit(data);
  await jobs.cancel(id);
  await recordJob(jobs.ledger, id, write);
  const erasedAt = await store.files.tombstones.begin(id);
  await jobs.ledger.forget(id);
  expect((await app.inject({ url: `/v1/jobs/${id}` })).statusCode).toBe(410);
  expect(await isStored(data)).toBe(true);
  await finishErasures({ jobs, store });
  expect(await store.getRecord(id)).toBeUndefined();
  expect(await isStored(data)).toBe(false);
  expect(await store.files.tombstones.begun()).toContain(id);
  await finishErasures({ jobs, store }, Date.parse(erasedAt) + 120_000);
  expect(await store.files.tombstones.begun()).toEqual([]);
  expect(await store.erasedAt(id)).toBe(erasedAt);
});

it('H15: a job goes with its data although a worker records it in the moment in which it is erased', async () => {
  const data = await api.storeBytes('recorded late');
  const id = await submit(data);
  const { tombstones } = store.files;
  const begin = tombstones.begin.bind(tombstones);
  const late = vi.spyOn(tombstones, 'begin').mockImplementationOnce(async (job) => {
    const erasedAt = await begin(job);
    await recordJob(jobs.ledger, job, write);
    return erasedAt;
  });
  const { erased } = await erase(id);
  late.mockRestore();
  expect(erased).toEqual(expect.arrayContaining(['record', data]));
  expect(await isStored(data)).toBe(false);
});

it('H15: what is damaged goes as well, with the files that are still named in it', async () => {
  const uploads = ['one', 'two', 'three', 'four'].map((text) => api.storeBytes(`damaged ${text}`));
  const [inHead = '', inState = '', inRecord = '', ofOtherType = ''] = await Promise.all(uploads);
  const [badHead, badState, badRecord, badType] = [
    await submit(inHead),
    await submit(inState),
    await submit(inRecord),
    await submit(ofOtherType),
  ];
  await server.hset(`{rondel}:job:${badHead}`, 'head', '{"id":');
  await server.hset(`{rondel}:job:${badState}`, 'state', 'lost');
  await server.hset('{rondel}:indexed', badState, '[');
  await jobs.cancel(badRecord);
  await recordJob(jobs.ledger, badRecord, write);
  await jobs.ledger.forget(badRecord);
  await writeFile(join(directory, 'records', badRecord.slice(0, 5), `${badRecord}.json`), `{"job": "${inRecord}`);
  await server.set(`{rondel}:job:${badType}`, 'no hash');
  for (const id of [badHead, badState, badRecord, badType]) {
    const { erased } = await erase(id);
    expect([id, erased.length > 0]).toEqual([id, true]);
    expect((await app.inject({ url: `/v1/jobs/${id}` })).statusCode).toBe(410);
    expect(await server.exists(`{rondel}:job:${id}`)).toBe(0);
  }
  for (const artifact of [inHead, inState, inRecord]) expect(await isStored(artifact)).toBe(false);
  await finishErasures({ jobs, store }, Date.now() + 120_000);
});

it('H15: many go at once by what they have in common, with what only they name, and the rest is told', async () => {
  const [own, shared] = [await api.storeBytes('of all of them'), await api.storeBytes('of another one, too')];
  const of = async (submitter: string, data: string) => {
    const payload = { ...submission(data), submitter, labels: { study: 'closed' } };
    return (await app.inject({ method: 'POST', url: '/v1/jobs', payload })).json<Job>().id;
  };
  const ended = await of('erika', own);
  await complete(ended, await api.storeBytes('image of one'), await api.storeBytes('preview of one'));
  const many = [ended, await of('erika', own), await of('erika', shared)];
  const other = await of('otto', shared);
  const answer = await client.eraseJobs({ filter: { submitter: 'erika', label: 'study=closed' } });
  expect(answer).toEqual({
    done: 3,
    refused: [],
    kept: [{ artifact: shared, reason: expect.stringContaining('needs it') as string }],
  });
  expect([await isStored(own), await isStored(shared)]).toEqual([false, true]);
  for (const id of many) expect((await app.inject({ url: `/v1/jobs/${id}` })).statusCode).toBe(410);
  expect((await client.job(other)).state).toBe('queued');
  expect((await client.jobCounts({ submitter: 'erika' })).total).toBe(0);
  const byId = await client.eraseJobs({ ids: [other, '01HZZZZZZZZZZZZZZZZZZZZZZZ'] });
  expect(byId).toMatchObject({ done: 1, refused: [{ id: '01HZZZZZZZZZZZZZZZZZZZZZZZ', code: 'NOT_FOUND' }] });
  const nobody = await app.inject({ method: 'POST', url: '/v1/jobs/erase', payload: { filter: {} } });
  expect(nobody.statusCode).toBe(400);
});

it('H15: a job that never was is not found', async () => {
  const url = '/v1/jobs/01HZZZZZZZZZZZZZZZZZZZZZZZ?erase=true';
  expect((await app.inject({ method: 'DELETE', url })).statusCode).toBe(404);
});

it('H15: the command line and the SDK erase, and the command asks before unless told not to', async () => {
  const command = (...args: string[]) => rondel(args, { RONDEL_URL: client.url });
  const data = await api.storeBytes('by command');
  const [first, second, third] = [await submit(data), await submit(data), await submit(data)];
  const asked = await command('erase', first);
  expect(asked.code).toBe(2);
  expect(asked.stderr).toContain('--yes');
  expect((await client.job(first)).state).toBe('queued');
  const erased = await command('erase', '--yes', first);
  expect(erased.stdout).toContain(`Job ${first} is erased`);
  expect(erased.stdout).toContain(data);
  const json = await command('--json', 'cancel', '--erase', second);
  expect(JSON.parse(json.stdout)).toMatchObject({ id: second, kept: [{ artifact: data }] });
  expect(await client.erase(third)).toMatchObject({ id: third, kept: [] });
  await expect(client.job(third)).rejects.toThrow(`Job ${third} was erased on`);
  expect((await command('erase', '--yes', third)).stdout).toContain(`Job ${third} was erased before`);
  const others = await api.storeBytes('by command, too');
  const [fourth, fifth] = [await submit(others), await submit(others)];
  const filter = ['--submitter', 'mustermann', '--state', 'queued'];
  expect((await command('--json', 'erase', ...filter)).code).toBe(2);
  expect((await client.job(fourth)).state).toBe('queued');
  const many = await command('erase', '--yes', ...filter);
  expect([many.code, many.stdout]).toEqual([0, expect.stringContaining('jobs are erased.')]);
  for (const id of [fourth, fifth]) await expect(client.job(id)).rejects.toThrow('was erased on');
});
