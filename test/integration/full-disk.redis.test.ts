import { once } from 'node:events';
import { readdir, statfs } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@rondel/client';
import { startWorker } from '@rondel/worker';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { mountSmallDisk } from '../faults/suite/small-disk.js';
import { startTestRedis } from '../support/machine/redis.js';
import { openTestApi } from '../support/api/test-api.js';

const mebibyte = 2 ** 20;
const leastFreeBytes = mebibyte;
/** What others leave of the disk; as often as somebody has asked. */
let free: () => Promise<number> = () => Promise.resolve(Infinity);

const redis = await startTestRedis();
const api = await openTestApi(redis.url, {
  freeBytes: () => free(),
  maxUploadBytes: 2 ** 40,
  limits: {
    defaultSeconds: 50,
    maxSeconds: 100,
    openUploads: { ofOne: 9, bytesOfOne: 2 ** 40, inAll: 9, bytes: 2 ** 40 },
    leastFreeBytes,
  },
});
const url = await api.app.listen({ host: '127.0.0.1', port: 0 });
const client = createClient({ url });
afterAll(async () => {
  await api.close();
  await redis.stop();
});

/** Others write while an upload arrives: there is room when it begins, and none when it is asked for again. */
function otherWritersMeanwhile(): void {
  const answers = [2 ** 30, 2 ** 30];
  free = () => Promise.resolve(answers.shift() ?? leastFreeBytes / 2);
}

interface Heard {
  readonly answer: string;
  readonly seconds: number;
  readonly sentBytes: number;
}

/** A client that sends all that it has before it listens: nothing is read before the connection takes no more. */
async function sendFirst(path: string, headers: Readonly<Record<string, string>>, method = 'PUT'): Promise<Heard> {
  const { port, host } = new URL(url);
  const socket = connect({ host: '127.0.0.1', port: Number(port) });
  await once(socket, 'connect');
  socket.pause();
  // Which destroys it.
  socket.on('error', () => undefined);
  const began = performance.now();
  const lines = Object.entries({ host, 'transfer-encoding': 'chunked', ...headers }).map((pair) => pair.join(': '));
  socket.write([`${method} ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
  const piece = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65_536, 1), Buffer.from('\r\n')]);
  let sentBytes = 0;
  while (!socket.destroyed && performance.now() - began < 30_000) {
    sentBytes += 65_536;
    if (!socket.write(piece)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => undefined);
  }
  const seconds = (performance.now() - began) / 1000;
  const answer = socket.read() as Buffer | null;
  socket.destroy();
  return { answer: String(answer ?? ''), seconds, sentBytes };
}

describe('an upload that meets a full disk', { timeout: 60_000 }, () => {
  beforeEach(otherWritersMeanwhile);

  it('O12: ends the sending of a client that does not listen meanwhile, within seconds', async () => {
    const put = await sendFirst('/v1/data', { 'content-type': 'application/octet-stream' });
    expect(put.seconds).toBeLessThan(15);
    const begun = await begin();
    otherWritersMeanwhile();
    const headers = { 'content-type': 'application/partial-upload', 'upload-offset': '0', 'upload-complete': '?1' };
    const patched = await sendFirst(begun, headers, 'PATCH');
    await fetch(`${url}${begun}`, { method: 'DELETE' });
    expect(patched.seconds).toBeLessThan(15);
    expect(Math.max(put.sentBytes, patched.sentBytes)).toBeLessThan(100 * mebibyte);
  });

  it('O12: answers 507 at once, while the body is still being sent', async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      async pull(controller) {
        sent += 65_536;
        // Never ends: whoever waited for that would not be answered.
        if (sent > 64 * mebibyte) await sleep(60_000, undefined, { ref: false });
        controller.enqueue(new Uint8Array(65_536));
      },
    });
    const answer = await fetch(`${url}/v1/data`, {
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream' },
      body: endless,
      duplex: 'half',
    });
    expect(answer.status).toBe(507);
    expect(answer.headers.get('connection')).toBe('close');
    expect(await answer.json()).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      detail: expect.stringMatching(/has only 524288 left.*--min-free/) as string,
    });
    expect(await incoming()).toEqual([]);
  });

  it('O12: is told by the SDK in the words of the server, without sending the rest, and leaves nothing behind', async () => {
    let sent = 0;
    const read = () =>
      new ReadableStream<Uint8Array>({
        pull(controller) {
          sent += 65_536;
          controller.enqueue(new Uint8Array(65_536));
        },
      });
    // Asked once more when the upload is begun.
    const answers = [2 ** 40, 2 ** 40, 2 ** 40];
    free = () => Promise.resolve(answers.shift() ?? leastFreeBytes / 2);
    await expect(client.upload({ bytes: 2 ** 34, read }, { patienceSeconds: 5 })).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
      message: expect.stringMatching(/has only 524288 left/) as string,
    });
    expect(sent).toBeLessThan(200 * mebibyte);
    await expect.poll(incoming).toEqual([]);
  });

  it('O12: is told of where the disk itself takes no more', async ({ skip }) => {
    const disk = await mountSmallDisk(api.directory, 16);
    if (typeof disk === 'string') return skip(disk);
    try {
      free = () => Promise.resolve(2 ** 30);
      const put = await fetch(`${url}/v1/data`, {
        method: 'PUT',
        headers: { 'content-type': 'application/octet-stream' },
        body: new Blob([Buffer.alloc(40 * mebibyte)]),
      });
      expect(put.status).toBe(507);
      expect(await put.json()).toMatchObject({
        code: 'QUOTA_EXCEEDED',
        detail: expect.stringMatching(/no space left/) as string,
      });
      const { bavail, bsize } = await statfs(api.directory);
      expect(bavail * bsize).toBeGreaterThan(15 * mebibyte);
    } finally {
      await disk.remove();
    }
  });

  async function begin(): Promise<string> {
    free = () => Promise.resolve(2 ** 30);
    const answer = await fetch(`${url}/v1/uploads`, { method: 'POST', headers: { 'upload-complete': '?0' } });
    return answer.headers.get('location') ?? '';
  }

  const incoming = async () =>
    (await readdir(join(api.directory, 'incoming'))).filter((name) => !name.endsWith('.finished'));
});

it('H5: where the disk is full no job begins, and the job says so while it waits', async () => {
  free = () => Promise.resolve(2 ** 30);
  const worker = await startWorker({
    redisUrl: redis.url,
    storeDirectory: api.directory,
    pools: ['default'],
    engine: 'wasm',
    logLevel: 'silent',
    leastFreeBytes: 2 ** 60,
  });
  try {
    const { artifact: data } = await client.putData(new Blob(['data']));
    const { id } = await client.submit({ plan: { name: 'radon/fbp' }, data, parameters: { angles: [0, 1] } });
    const resting =
      /^The only worker that can run it takes nothing now: The disk of the artifact store has .* left; below .* no job begins/;
    await vi.waitFor(async () => expect((await client.job(id)).waiting?.reason).toMatch(resting), 10_000);
    expect((await client.job(id)).waiting).not.toHaveProperty('estimatedStart');
    const ready = await fetch(`${url}/readyz`);
    expect(await ready.text()).toMatch(/1 of 1 workers take no jobs: The disk of the artifact store/);
    expect(await client.job(id)).toMatchObject({ state: 'queued', attempts: { made: 0 } });
    await client.cancel(id);
  } finally {
    await worker.drain();
  }
});
