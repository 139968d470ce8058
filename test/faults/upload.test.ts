import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Client, type UploadSource } from '@rondel/client';
import { freePort } from '@rondel/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rondel, startRondel } from '../support/machine/rondel-command.js';
import { startTestRedis, type TestRedis } from '../support/machine/redis.js';
import { eventually } from '../support/machine/stack.js';
import { startTcpProxy, type TcpProxy } from './proxy/tcp-proxy.js';

const mebibyte = 2 ** 20;
/** Enough that no buffer on the way takes all of it. */
const pieces = 24;
const patienceSeconds = 120;

let redis: TestRedis;
let directory: string;
let proxy: TcpProxy;
let api: ChildProcess;
let port: number;
let log = '';
/** Reaches the API directly; the others go through the proxy. */
let direct: Client;

async function startApi(): Promise<void> {
  api = startRondel(['api', '--port', String(port)], { REDIS_URL: redis.url, RONDEL_HOME: directory });
  api.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  api.stdout?.resume();
  await eventually(
    async () => (await direct.health()).status === 'ready',
    () => log,
    120_000,
  );
}

async function endApi(signal: NodeJS.Signals): Promise<void> {
  const exited = once(api, 'exit');
  api.kill(signal);
  await exited;
}

beforeAll(async () => {
  redis = await startTestRedis();
  directory = await mkdtemp(join(tmpdir(), 'rondel-upload-'));
  port = await freePort();
  direct = createClient({ url: `http://127.0.0.1:${port}` });
  await startApi();
  proxy = await startTcpProxy(port);
}, 180_000);

afterAll(async () => {
  await proxy.close();
  await endApi('SIGTERM');
  await redis.stop();
  await rm(directory, { recursive: true, force: true });
}, 60_000);

const throughProxy = () => createClient({ url: `http://127.0.0.1:${proxy.port}` });
const sha256Of = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

interface Spoiled {
  readonly source: UploadSource;
  /** Where each request began. */
  readonly offsets: number[];
}

/** Bytes of which a piece is handed out at a time; before some of them something happens, once in each request. */
function spoiled(bytes: Buffer, faults: Readonly<Record<number, () => unknown>>): Spoiled {
  const offsets: number[] = [];
  const faultCount = Object.keys(faults).length;
  const left = new Map(Object.entries(faults).map(([piece, fault]) => [Number(piece), fault]));
  const read = (offset: number) => {
    const request = offsets.push(offset);
    let position = offset;
    return new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const piece = Math.floor(position / mebibyte);
          // A request that broke may read on for a while.
          const isFirst = request === offsets.length && left.size > faultCount - request;
          const fault = isFirst ? left.get(piece) : undefined;
          if (fault) left.delete(piece);
          await fault?.();
          const next = bytes.subarray(position, (piece + 1) * mebibyte);
          position += next.length;
          if (next.length > 0) controller.enqueue(new Uint8Array(next));
          else controller.close();
        },
      },
      { highWaterMark: 0 },
    );
  };
  return { source: { bytes: bytes.length, read }, offsets };
}

describe('an upload', () => {
  it('goes on where it was when connections break', async () => {
    const bytes = randomBytes(pieces * mebibyte);
    const { source, offsets } = spoiled(bytes, { 9: () => proxy.cut(), 17: () => proxy.cut() });
    const stored = await throughProxy().upload(source, { sha256: sha256Of(bytes), patienceSeconds });
    expect(stored).toMatchObject({ sha256: sha256Of(bytes), bytes: bytes.length, existed: false });
    expect(offsets.length).toBeGreaterThanOrEqual(3);
    expect(offsets[0]).toBe(0);
    expect(Math.max(...offsets)).toBeGreaterThan(0);
  });

  it('goes on after the API was killed and started again', async () => {
    const bytes = randomBytes(pieces * mebibyte);
    const restart = async () => {
      await endApi('SIGKILL');
      await startApi();
    };
    const { source, offsets } = spoiled(bytes, { 12: restart });
    const stored = await throughProxy().upload(source, { sha256: sha256Of(bytes), patienceSeconds });
    expect(stored).toMatchObject({ sha256: sha256Of(bytes), bytes: bytes.length });
    expect(offsets.length).toBeGreaterThanOrEqual(2);
    expect(offsets.at(-1)).toBeGreaterThan(0);
  }, 300_000);

  it('of the command line goes on too', async () => {
    const bytes = randomBytes(64 * mebibyte);
    const file = join(directory, 'scan.bin');
    await writeFile(file, bytes);
    const environment = { RONDEL_URL: `http://127.0.0.1:${proxy.port}`, RONDEL_HOME: directory };
    const incoming = join(directory, 'store', 'incoming');
    const before = new Set(await readdir(incoming));
    const command = rondel(['data', 'put', file, '--json'], environment);
    await eventually(
      async () => (await readdir(incoming)).some((name) => name.endsWith('.upload') && !before.has(name)),
      () => log,
      120_000,
    );
    proxy.cut();
    const { code, stdout, stderr } = await command;
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ stored: [{ sha256: sha256Of(bytes), bytes: bytes.length }] });
  }, 300_000);

  it('is refused when its bytes are not those that were promised', async () => {
    const bytes = randomBytes(10 * mebibyte);
    const upload = direct.upload(spoiled(bytes, {}).source, { sha256: '0'.repeat(64) });
    await expect(upload).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('ends with the last error when nobody answers any more', async () => {
    const gone = await startTcpProxy(port);
    const { source } = spoiled(randomBytes(pieces * mebibyte), { 3: () => gone.close() });
    const upload = createClient({ url: `http://127.0.0.1:${gone.port}` }).upload(source, { patienceSeconds: 1 });
    await expect(upload).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });
}, 180_000);

describe('the protocol', () => {
  const call = (method: string, path: string, headers: Record<string, string> = {}, body?: Buffer) =>
    fetch(`${direct.url}${path}`, { method, headers, ...(body && { body: new Uint8Array(body) }) });
  const append = (path: string, offset: number, body: Buffer, complete = '?0') =>
    call(
      'PATCH',
      path,
      { 'content-type': 'application/partial-upload', 'upload-offset': String(offset), 'upload-complete': complete },
      body,
    );
  const begin = async () => {
    const begun = await call('POST', '/v1/uploads', { 'upload-complete': '?0', 'upload-length': '6' });
    expect(begun.status).toBe(201);
    expect(begun.headers.get('upload-limit')).toContain('max-size=');
    return begun.headers.get('location') ?? '';
  };

  it('tells how much has arrived and takes it piece by piece', async () => {
    const path = await begin();
    expect((await append(path, 0, Buffer.from('abc'))).status).toBe(204);
    const wrong = await append(path, 5, Buffer.from('def'));
    expect(wrong.status).toBe(409);
    expect(wrong.headers.get('upload-offset')).toBe('3');
    const state = await call('HEAD', path);
    expect([state.status, state.headers.get('upload-offset'), state.headers.get('upload-complete')]).toEqual([
      204,
      '3',
      '?0',
    ]);
    const last = await append(path, 3, Buffer.from('def'), '?1');
    expect(last.status).toBe(201);
    const stored = (await last.json()) as { sha256: string };
    expect(stored.sha256).toBe(sha256Of(Buffer.from('abcdef')));
    // Whoever did not get that answer sends nothing more and gets it again.
    expect((await call('HEAD', path)).headers.get('upload-complete')).toBe('?1');
    expect(await (await append(path, 6, Buffer.alloc(0), '?1')).json()).toMatchObject({ sha256: stored.sha256 });
  });

  it('refuses too much at once, forgets what is given up, and knows no other uploads', async () => {
    const large = { 'upload-complete': '?0', 'upload-length': String(2 ** 50) };
    expect((await call('POST', '/v1/uploads', large)).status).toBe(413);
    const path = await begin();
    expect((await call('DELETE', path)).status).toBe(204);
    expect((await call('HEAD', path)).status).toBe(404);
    expect((await append(path, 0, Buffer.from('abc'))).status).toBe(404);
    expect((await append('/v1/uploads/..%2fescape', 0, Buffer.from('abc'))).status).toBe(400);
  });
});
