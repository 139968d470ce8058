import { afterEach, expect, test } from 'vitest';
import { openConnection } from '../connection.js';
import { startScriptedServer, type ScriptedAnswer, type ScriptedServer } from '../testing/scripted-server.mjs';
import { reconstruct, submitFrom } from './reconstruct.js';
import { openSession, type OpenSession } from './session.js';

const servers: ScriptedServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const job = '01JD0000000000000000000000';
const session = '01JD0000000000000000000001';
const data = 'root://scans/tooth.h5';

async function sessionWith(...answers: ScriptedAnswer[]): Promise<{ open: OpenSession; server: ScriptedServer }> {
  const server = await startScriptedServer(answers);
  servers.push(server);
  return { open: openSession(openConnection({ url: server.url }), { id: session, version: 0 }), server };
}

function json(body: unknown, status = 200): ScriptedAnswer {
  return { status, headers: { 'content-type': 'application/json' }, chunks: [JSON.stringify(body)] };
}

const accepted = json({ id: job, state: 'queued' }, 202);

function calls({ requests }: ScriptedServer): string[] {
  return requests.map(({ method, url }) => `${method} ${url.replace(job, 'JOB')}`);
}

test('the image has the facts of the result, and its values are fetched when they are asked for', async () => {
  const result = {
    artifact: 'artifact:sha256-aa',
    shape: [2],
    dtype: 'uint8',
    axes: ['x'],
    spacing: [1],
    min: 3,
    max: 7,
    mean: 5,
  };
  const file = new Uint8Array(130);
  file.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, 118, 0]);
  file.set(new TextEncoder().encode("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }"), 10);
  file.set([3, 7], 128);
  const warnings = [{ code: 'DARK_MISSING', message: 'No dark fields.' }];
  const { open, server } = await sessionWith(accepted, json({ id: job, state: 'completed', result, warnings }), {
    chunks: [file],
  });
  const image = await reconstruct(open, data, { pool: 'gpu', labels: { scan: 'tooth' } });
  expect(image).toMatchObject({ shape: [2], axes: ['x'], dtype: 'uint8', min: 3, max: 7, mean: 5, job: { id: job } });
  expect(image.warnings).toEqual(warnings);
  expect(calls(server)).toEqual(['POST /v1/jobs', 'GET /v1/jobs/JOB?wait=60']);
  expect(await image.array()).toEqual(Uint8Array.of(3, 7));
  expect(calls(server).at(-1)).toBe('GET /v1/jobs/JOB/result?format=npy');
  expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
    plan: { session },
    data,
    pool: 'gpu',
    labels: { scan: 'tooth' },
  });
});

test('bytes and arrays are uploaded first, references are passed on', async () => {
  const stored = json({ artifact: 'artifact:sha256-aa', sha256: 'aa', bytes: 132, existed: false });
  const { open, server } = await sessionWith(stored, accepted, accepted);
  const array = { dtype: 'uint8', shape: [3], data: Uint8Array.of(1, 2, 3) } as const;
  await submitFrom(open, array);
  await submitFrom(open, { data, dark: 'root://scans/dark.npy' });
  expect(calls(server)).toEqual(['PUT /v1/data', 'POST /v1/jobs', 'POST /v1/jobs']);
  const sent = server.requests.slice(1).map(({ body }) => (JSON.parse(body) as { data: unknown }).data);
  expect(sent).toEqual(['artifact:sha256-aa', { data, dark: 'root://scans/dark.npy' }]);
});

test('the failure of a job is thrown with its path and the id of the job, and nothing is cancelled', async () => {
  const error = { code: 'STEP_FAILED', message: 'not finite', retryable: false, at: 'parameter.reco' };
  const { open, server } = await sessionWith(accepted, json({ id: job, state: 'failed', error }));
  await expect(reconstruct(open, data)).rejects.toMatchObject({
    code: 'STEP_FAILED',
    failure: { at: 'parameter.reco', details: { job } },
  });
  expect(calls(server).filter((call) => call.startsWith('DELETE'))).toEqual([]);
});

test('a job that somebody else cancelled is told as such', async () => {
  const { open } = await sessionWith(accepted, json({ id: job, state: 'cancelled' }));
  await expect(reconstruct(open, data)).rejects.toMatchObject({ code: 'CANCELLED' });
});

test('a job that nobody waits for any more is cancelled, and the reason is thrown', async () => {
  const leaving = new AbortController();
  const progress = {
    headers: { 'content-type': 'text/event-stream' },
    chunks: ['event: progress\ndata: {"fraction":0.5}\n\n'],
  };
  const { open, server } = await sessionWith(accepted, progress, json({ id: job, state: 'cancelled' }, 202));
  const onProgress = () => leaving.abort(new Error('enough'));
  await expect(reconstruct(open, data, { signal: leaving.signal, onProgress })).rejects.toThrow('enough');
  expect(calls(server)).toEqual(['POST /v1/jobs', 'GET /v1/jobs/JOB/events', 'DELETE /v1/jobs/JOB']);
});

test('a job that could not be cancelled is named, with what was wrong before', async () => {
  const { open } = await sessionWith(
    accepted,
    json({ code: 'INTERNAL', detail: 'broken' }, 500),
    json({ code: 'FORBIDDEN', detail: 'not yours' }, 403),
  );
  await expect(reconstruct(open, data)).rejects.toMatchObject({
    code: 'SERVICE_UNAVAILABLE',
    message: `Job ${job} was given up but not cancelled: not yours`,
    cause: { code: 'INTERNAL' },
  });
});
