import { isRondelError, type RondelError } from '@rondel/contracts';
import { afterEach, expect, test } from 'vitest';
import { createClient, type Client } from './client.js';
import { startScriptedServer, type ScriptedAnswer, type ScriptedServer } from './testing/scripted-server.mjs';

const servers: ScriptedServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function clientOf(...answers: ScriptedAnswer[]): Promise<{ client: Client; server: ScriptedServer }> {
  const server = await startScriptedServer(answers);
  servers.push(server);
  return { client: createClient({ url: server.url, token: 'secret', submitter: 'ada' }), server };
}

function json(body: unknown, status = 200): ScriptedAnswer {
  return { status, headers: { 'content-type': 'application/json' }, chunks: [JSON.stringify(body)] };
}

async function failureOf(promise: Promise<unknown>): Promise<RondelError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isRondelError(error)) throw new Error(`expected a RondelError, got ${String(error)}`);
  return error;
}

const id = '01JD0000000000000000000000';

test('a submission is sent as JSON with the token and the idempotency key', async () => {
  const { client, server } = await clientOf(json({ id, state: 'queued' }, 202));
  const job = await client.submit({ plan: { name: 'radon/fbp' }, data: `job:${id}` }, { idempotencyKey: 'once' });
  expect(job.id).toBe(id);
  const request = server.requests[0];
  expect(request).toMatchObject({ method: 'POST', url: '/v1/jobs' });
  expect(request?.headers).toMatchObject({
    authorization: 'Bearer secret',
    'idempotency-key': 'once',
    'rondel-submitter': 'ada',
  });
  expect(JSON.parse(request?.body ?? '')).toEqual({ plan: { name: 'radon/fbp' }, data: `job:${id}` });
});

test('a problem document becomes an error with its code, path, details and problems', async () => {
  const problem = {
    type: 'about:blank',
    title: 'The plan is wrong',
    status: 422,
    detail: 'parameter.reco.iterations must be an integer >= 1, got 0',
    code: 'PLAN_INVALID_VALUE',
    path: 'parameter.reco.iterations',
    details: { minimum: 1 },
    problems: [
      { code: 'PLAN_INVALID_VALUE', message: 'first', at: 'parameter.reco.iterations' },
      { code: 'PLAN_UNKNOWN_TYPE', message: 'second', at: 'parameter.pre' },
    ],
  };
  const { client } = await clientOf(json(problem, 422));
  const error = await failureOf(client.job(id));
  expect(error.failure).toMatchObject({
    code: 'PLAN_INVALID_VALUE',
    message: problem.detail,
    at: problem.path,
    details: problem.details,
  });
  expect(error.failure.problems?.map(({ code, at }) => [code, at])).toEqual([
    ['PLAN_INVALID_VALUE', 'parameter.reco.iterations'],
    ['PLAN_UNKNOWN_TYPE', 'parameter.pre'],
  ]);
});

test('an error answer that is no problem document gets its code from the status', async () => {
  const { client } = await clientOf({ status: 502, chunks: ['<h1>Bad Gateway</h1>'] });
  const error = await failureOf(client.catalog());
  expect(error.code).toBe('SERVICE_UNAVAILABLE');
  expect(error.message).toContain('answered 502: <h1>Bad Gateway</h1>');
});

test('an answer that is not JSON is reported as such', async () => {
  const { client } = await clientOf({ chunks: ['hello'] });
  expect((await failureOf(client.catalog())).message).toContain('is not JSON');
});

test('a server that is not there is reported with its address and how to start one', async () => {
  const { client, server } = await clientOf(json({}));
  await server.close();
  const error = await failureOf(client.job(id));
  expect(error.code).toBe('SERVICE_UNAVAILABLE');
  expect(error.message).toContain(server.url);
  expect(error.message).toContain('rondel up');
  expect(error.message).toContain('ECONNREFUSED');
});

test('an address that is not a URL is refused before anything is sent', () => {
  expect(() => createClient({ url: 'localhost:7420' })).toThrow('write http://HOST:PORT');
});

test('a submission can wait for the end of its job', async () => {
  const { client, server } = await clientOf(json({ id, state: 'completed' }, 202));
  const submission = { plan: { name: 'radon/fbp' }, data: `job:${id}` } as const;
  expect((await client.submit(submission, { waitSeconds: 5 })).state).toBe('completed');
  expect(server.requests[0]?.url).toBe('/v1/jobs?wait=5');
});

test('waiting asks again until the job has ended', async () => {
  const { client, server } = await clientOf(json({ id, state: 'active' }), json({ id, state: 'completed' }));
  expect((await client.waitForJob(id)).state).toBe('completed');
  expect(server.requests.map(({ url }) => url)).toEqual(Array(2).fill(`/v1/jobs/${id}?wait=60`));
});

test('waiting ends with the reason of its signal', async () => {
  const { client } = await clientOf(json({ id, state: 'active' }));
  await expect(client.waitForJob(id, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
});

test('a broken event stream resumes after the last event that arrived, until the job has ended', async () => {
  const stream = { headers: { 'content-type': 'text/event-stream' } };
  const { client, server } = await clientOf(
    { ...stream, chunks: ['id: 1\nevent: state\ndata: {"state":"active","attempt":1}\n\n'], cut: true },
    { ...stream, chunks: ['id: 2\nevent: progress\ndata: {"fraction":0.5}\n\n', ': beat\n\n'] },
    json({ id, state: 'active' }),
    { ...stream, chunks: ['id: 3\nevent: result\ndata: {"state":"completed"}\n\n'] },
    json({ id, state: 'completed' }),
  );
  const events = [];
  for await (const event of client.events(id)) events.push(event);
  expect(events).toEqual([
    { id: '1', type: 'state', data: { state: 'active', attempt: 1 } },
    { id: '2', type: 'progress', data: { fraction: 0.5 } },
    { id: '3', type: 'result', data: { state: 'completed' } },
  ]);
  const streams = server.requests.filter(({ url }) => url.endsWith('/events'));
  expect(streams.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '1', '2']);
});

test('the events of a job that ended long ago are over at once', async () => {
  const { client } = await clientOf({ chunks: [': connected\n\n'] }, json({ id, state: 'completed' }));
  expect(await client.events(id).next()).toEqual({ done: true, value: undefined });
});

test('events of an unknown job fail at once, without another attempt', async () => {
  const { client, server } = await clientOf(json({ code: 'NOT_FOUND', detail: 'There is no such job.' }, 404));
  expect((await failureOf(client.events(id).next())).code).toBe('NOT_FOUND');
  expect(server.requests).toHaveLength(1);
});

test('a kind of event that this version does not know is passed over', async () => {
  const { client } = await clientOf({
    chunks: ['event: applause\ndata: {}\n\nevent: result\ndata: {"state":"failed"}\n\n'],
  });
  expect((await client.events(id).next()).value).toEqual({ type: 'result', data: { state: 'failed' } });
});

test('a result comes as a stream with its size, and its query names format, slice and window', async () => {
  const { client, server } = await clientOf({
    headers: { 'content-length': '5', 'content-type': 'image/png' },
    chunks: ['pixel'],
  });
  const { body, bytes, mediaType } = await client.result(id, { format: 'png', slice: 3, window: [0, 0.5] });
  expect(await new Response(body).text()).toBe('pixel');
  expect({ bytes, mediaType }).toEqual({ bytes: 5, mediaType: 'image/png' });
  expect(server.requests[0]?.url).toBe(`/v1/jobs/${id}/result?format=png&slice=3&window=0%2C0.5`);
});

test('data is uploaded from a stream with the hash it must have', async () => {
  const stored = { artifact: 'artifact:sha256-aa', sha256: 'aa', bytes: 6, existed: false };
  const { client, server } = await clientOf(json(stored));
  expect(await client.putData(new Blob(['sinogr', 'am']).stream(), { sha256: 'aa' })).toEqual(stored);
  expect(server.requests[0]).toMatchObject({ method: 'PUT', url: '/v1/data', body: 'sinogram' });
  expect(server.requests[0]?.headers['rondel-sha256']).toBe('aa');
});

const begunUpload: ScriptedAnswer = { status: 201, headers: { location: '/v1/uploads/u1' } };
const source = (bytes: number) => {
  const blob = new Blob([new Uint8Array(bytes)]);
  return { bytes, read: (offset: number) => blob.slice(offset) };
};

test('an upload whose progress somebody wants to know goes in pieces', async () => {
  const stored = { artifact: 'artifact:sha256-aa', sha256: 'aa', bytes: 1_500_000, existed: false };
  const { client, server } = await clientOf(begunUpload, { status: 204 }, json(stored, 201));
  const arrived: number[] = [];
  const onProgress = (bytes: number) => void arrived.push(bytes);
  expect(await client.upload(source(1_500_000), { onProgress, sha256: 'aa' })).toEqual(stored);
  expect(arrived).toEqual([2 ** 20, 1_500_000]);
  const [, first, last] = server.requests;
  expect(first).toMatchObject({ method: 'PATCH', url: '/v1/uploads/u1', headers: { 'upload-complete': '?0' } });
  expect(first?.body).toHaveLength(2 ** 20);
  expect(last?.headers).toMatchObject({
    'upload-offset': `${2 ** 20}`,
    'upload-complete': '?1',
    'rondel-sha256': 'aa',
  });
  expect(last?.body).toHaveLength(1_500_000 - 2 ** 20);
});

test('an upload that is given up is removed from the server', async () => {
  const { client, server } = await clientOf(begunUpload, { status: 204 }, { status: 204 });
  const leaving = new AbortController();
  const onProgress = () => leaving.abort();
  await expect(client.upload(source(1_500_000), { onProgress, signal: leaving.signal })).rejects.toThrow(/abort/);
  await expect
    .poll(() => server.requests.at(-1), { timeout: 10_000 })
    .toMatchObject({ method: 'DELETE', url: '/v1/uploads/u1' });
});

test('asking for data tells its size, or nothing when it is not there', async () => {
  const { client } = await clientOf({ headers: { 'content-length': '7' } }, { status: 404 });
  expect(await client.hasData('aa')).toBe(7);
  expect(await client.hasData('bb')).toBeUndefined();
});

test('what is a list is sent once for each of its entries', async () => {
  const demand = { pool: 'gpu', slots: 1, runnable: 1, active: 0, paused: false, workers: 0 };
  const { client, server } = await clientOf(json(demand));
  const label = ['gpu=a100', 'site=north'];
  expect(await client.demand('gpu', { label, engine: 'tensorflow' })).toEqual(demand);
  expect(server.requests[0]?.url).toBe('/v1/pools/gpu/demand?label=gpu%3Da100&label=site%3Dnorth&engine=tensorflow');
});

test('health answers also when the server cannot take jobs', async () => {
  const { client } = await clientOf(json({ status: 'unavailable', checks: { redis: { status: 'down' } } }, 503));
  const health = await client.health();
  expect(health.status).toBe('unavailable');
  expect(health.checks).toEqual({ redis: { status: 'down' } });
  expect(health.serverTime).toBeInstanceOf(Date);
});

test('an answer to HEAD, which has no body, is told in words', async () => {
  const { client } = await clientOf({ status: 401 }, { status: 403 });
  expect(await failureOf(client.hasData('a'.repeat(64)))).toMatchObject({
    code: 'UNAUTHENTICATED',
    message: expect.stringContaining('--token or RONDEL_TOKEN') as unknown,
  });
  expect(await failureOf(client.hasData('a'.repeat(64)))).toMatchObject({ code: 'FORBIDDEN' });
});
