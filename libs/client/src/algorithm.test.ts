import { isRondelError } from '@rondel/contracts';
import { afterEach, expect, test } from 'vitest';
import type { WarmAlgorithm } from './algorithm.js';
import { createClient } from './client.js';
import { startScriptedServer, type ScriptedAnswer, type ScriptedServer } from './testing/scripted-server.mjs';

const servers: ScriptedServer[] = [];
const id = '01JD0000000000000000000000';

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function algorithmOf(
  ...answers: ScriptedAnswer[]
): Promise<{ algorithm: WarmAlgorithm; server: ScriptedServer }> {
  const server = await startScriptedServer(answers);
  servers.push(server);
  return { algorithm: createClient({ url: server.url }).openAlgorithm(id), server };
}

function json(body: unknown, status = 200): ScriptedAnswer {
  return { status, headers: { 'content-type': 'application/json' }, chunks: [JSON.stringify(body)] };
}

const lease = json({ token: 'mine', expiresAt: '2030-01-01T00:00:00Z' });

test('taking asks again, with the same key, until something has ended', async () => {
  const taken = { ticket: 1, job: id, error: { code: 'DATA_FORMAT', message: 'is empty', retryable: false } };
  const { algorithm, server } = await algorithmOf({ status: 204 }, json(taken));
  expect(await algorithm.take({ idempotencyKey: 'once' })).toEqual(taken);
  expect(server.requests.map(({ method, url }) => [method, url])).toEqual(
    Array(2).fill(['POST', `/v1/algorithms/${id}/take?wait=60`]),
  );
  expect(server.requests.map(({ headers }) => headers['idempotency-key'])).toEqual(['once', 'once']);
});

test('waiting ends when something is ready, or nothing ever will be', async () => {
  const { algorithm, server } = await algorithmOf(
    json({ id, state: 'building', ready: 0 }),
    json({ id, state: 'ready', ready: 2 }),
    json({ id, state: 'closed', ready: 0 }),
  );
  expect((await algorithm.wait()).ready).toBe(2);
  expect((await algorithm.wait()).state).toBe('closed');
  expect(server.requests).toHaveLength(3);
});

test('being built ends in the failure that kept it from being built', async () => {
  const error = { code: 'DATA_NOT_FOUND', message: 'there is no such file', retryable: false };
  const { algorithm, server } = await algorithmOf(
    json({ id, state: 'building', ready: 0 }),
    json({ id, state: 'ready', ready: 0 }),
    json({ id, state: 'failed', ready: 0, pending: 0, error }),
    json({ id, state: 'failed', ready: 0, pending: 0, error }),
  );
  expect((await algorithm.built()).state).toBe('ready');
  await expect(algorithm.built()).rejects.toMatchObject({ failure: error });
  expect((await algorithm.wait()).state).toBe('failed');
  expect(server.requests[0]?.url).toBe(`/v1/algorithms/${id}?wait=60&until=built`);
});

test('the lock goes with every call until it is given back', async () => {
  const ticket = json({ ticket: 1, job: id }, 202);
  const { algorithm, server } = await algorithmOf(ticket, lease, ticket, { status: 204 }, ticket);
  await algorithm.put('root://a/b');
  await algorithm.lock({ seconds: 5 });
  await algorithm.put('root://a/b');
  await algorithm.unlock();
  await algorithm.put('root://a/b');
  expect(server.requests.map(({ headers }) => headers['rondel-lock'])).toEqual([
    undefined,
    undefined,
    'mine',
    'mine',
    undefined,
  ]);
  expect(JSON.parse(server.requests[1]?.body ?? '')).toEqual({ seconds: 5 });
});

test('locking waits while somebody else holds the lock, and fails at once for any other reason', async () => {
  const held = json({ code: 'CONFLICT', detail: 'locked', details: { remainingSeconds: 0.01 } }, 409);
  const { algorithm, server } = await algorithmOf(held, lease, json({ code: 'CONFLICT', detail: 'closed' }, 409));
  await algorithm.lock();
  expect(server.requests).toHaveLength(2);
  const refused: unknown = await algorithm.lock().catch((error: unknown) => error);
  expect(isRondelError(refused) && refused.message).toBe('closed');
});

test('waiting for a lock can be given up', async () => {
  const held = json({ code: 'CONFLICT', detail: 'locked', details: { remainingSeconds: 60 } }, 409);
  const { algorithm } = await algorithmOf(held);
  const controller = new AbortController();
  const locking = algorithm.lock({ signal: controller.signal });
  setTimeout(() => controller.abort(new Error('enough')), 50);
  await expect(locking).rejects.toThrow('enough');
});
