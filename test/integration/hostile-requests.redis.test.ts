import { connect } from 'node:net';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { NdArray } from '@rondel/contracts';
import { encodeArray } from '@rondel/formats';
import { mostQueuesOfOne, mostSpecialQueues } from '@rondel/jobs';
import { afterAll, describe, expect, it } from 'vitest';
import { startTestRedis } from '../support/machine/redis.js';
import { openTestApi } from '../support/api/test-api.js';
import { workerRecord } from '../support/api/worker-record.js';

const redis = await startTestRedis();
const bodies = { seconds: 0.5, streamed: { everySeconds: 0.5, leastBytes: 100 }, allBytes: 3000 };
/** The store of the test says that it has 1 GiB left. */
const limits = {
  defaultSeconds: 50,
  maxSeconds: 100,
  openUploads: { ofOne: 2, inAll: 3, bytes: 900, bytesOfOne: 600 },
  maxOutputBytes: 2 ** 30,
  leastFreeBytes: 2 ** 30 - 2 ** 20 + 10,
};
const api = await openTestApi(redis.url, { limits, app: { bodies, allowOrigins: ['https://lab.example'] } });
const { app } = api;
const port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port);
afterAll(async () => {
  await api.close();
  await redis.stop();
});

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
const changes: readonly (readonly [Method, string])[] = [
  ['POST', '/v1/pools/default/pause'],
  ['POST', '/v1/jobs'],
  ['PUT', '/v1/data'],
  ['POST', '/v1/store/clean'],
  ['DELETE', '/v1/jobs/01HZZZZZZZZZZZZZZZZZZZZZZZ'],
];

/** What the API says to bytes that are written piece by piece, until it closes the connection. */
async function say(...pieces: string[]): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port });
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  // It may be closed while something is still on its way.
  socket.on('error', () => undefined);
  const closed = once(socket, 'close');
  for (const piece of pieces) {
    socket.write(piece);
    await pause(60);
  }
  await closed;
  return answer;
}

describe('pages of other sites', () => {
  it('H2: nothing is read or changed under a name that is not the API’s own', async () => {
    for (const [method, url] of [...changes, ['GET', '/v1/jobs'], ['GET', '/'], ['GET', '/none']] as const) {
      const answer = await app.inject({ method, url, headers: { host: 'rebound.example:7420' } });
      expect(answer).toMatchObject({ statusCode: 403 });
      expect(answer.json()).toMatchObject({ code: 'FORBIDDEN' });
      expect(answer.headers).toHaveProperty('content-security-policy');
    }
    expect(await app.inject({ url: '/v1/jobs', headers: { host: 'localhost:7420' } })).toMatchObject({
      statusCode: 200,
    });
  });

  it.each<[string, Record<string, string>]>([
    ['with a foreign origin', { origin: 'https://evil.example' }],
    ['of a sandbox or a file', { origin: 'null' }],
    ['of another port of this machine', { origin: 'http://localhost:3000', host: 'localhost:7420' }],
    ['that the browser calls cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['that the browser calls same-site', { 'sec-fetch-site': 'same-site' }],
  ])('H2: a page %s changes nothing, with a body or without', async (_what, headers) => {
    for (const [method, url] of changes) {
      const answer = await app.inject({ method, url, headers });
      expect([url, answer.statusCode, answer.json<{ code: string }>().code]).toEqual([url, 403, 'FORBIDDEN']);
    }
  });

  it('H2: its own pages, programs and allowed origins do', async () => {
    const allowed = [
      {},
      { origin: 'http://localhost:7420', host: 'localhost:7420', 'sec-fetch-site': 'same-origin' },
      { origin: 'https://lab.example', 'sec-fetch-site': 'cross-site' },
    ];
    for (const headers of allowed) {
      const answer = await app.inject({ method: 'POST', url: '/v1/pools/default/resume', headers });
      expect(answer.statusCode).toBe(200);
    }
  });
});

describe('requests that do not end', () => {
  const head = (method: string, path: string, ...lines: string[]) =>
    [`${method} ${path} HTTP/1.1`, 'Host: localhost', ...lines, '', ''].join('\r\n');
  const json = 'Content-Type: application/json';
  const bytes = 'Content-Type: application/octet-stream';

  it.each([
    ['a body that stops', head('POST', '/v1/jobs', json, 'Content-Length: 100'), '{'],
    ['chunks that stop', head('POST', '/v1/jobs', json, 'Transfer-Encoding: chunked'), '1\r\n \r\n'],
    ['an upload that trickles', head('PUT', '/v1/data', bytes, 'Content-Length: 90000'), 'a'],
  ])('H6: %s are answered 408 and closed', async (_what, start, drop) => {
    const answer = await say(start, ...Array.from({ length: 12 }, () => drop));
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toMatch(/content-security-policy[^]*application\/problem\+json[^]*"code":"TIMEOUT"/);
  });

  it('H6: an upload that is slow but comes is taken', async () => {
    const start = head('PUT', '/v1/data', bytes, 'Content-Length: 1200', 'Connection: close');
    const pieces = Array.from({ length: 12 }, () => 'a'.repeat(100));
    expect(await say(start, ...pieces)).toMatch(/^HTTP\/1\.1 201 /);
  });

  it('H6: bodies that are held at once have a total', async () => {
    const held = [1, 2].map(() => say(head('POST', '/v1/jobs', json, 'Content-Length: 1400'), '{'));
    await pause(100);
    const late = await app.inject({ method: 'POST', url: '/v1/jobs', payload: { data: 'x'.repeat(1000) } });
    expect([late.statusCode, late.json<{ code: string }>().code, late.headers['retry-after']]).toEqual([
      503,
      'SERVICE_UNAVAILABLE',
      '2',
    ]);
    const chunks = await say(
      head('POST', '/v1/jobs', json, 'Transfer-Encoding: chunked'),
      `3e8\r\n${' '.repeat(1000)}\r\n`,
    );
    expect(chunks).toMatch(/^HTTP\/1\.1 503 /);
    await Promise.all(held);
    const later = await app.inject({ method: 'POST', url: '/v1/jobs', payload: { data: 'x'.repeat(1000) } });
    expect(later.statusCode).toBe(400);
  });
});

describe('requests that nobody can understand', () => {
  it.each([
    [
      'an address that cannot be decoded',
      'GET /v1/jobs/%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      400,
    ],
    [
      'a part of it that is too long',
      `GET /v1/jobs/${'a'.repeat(600)} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      414,
    ],
    ['headers that are too long', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ['no HTTP', 'HELO\r\n\r\n', 400],
    [
      'a body of a type that is not taken',
      'POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi',
      415,
    ],
    [
      'an upload of another type',
      'PUT /v1/data HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi',
      415,
    ],
  ])('H14: %s gets a problem document with security headers', async (_what, request, status) => {
    const answer = await say(request);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer.toLowerCase()).toMatch(/content-security-policy: [^]*content-type: application\/problem\+json/);
    expect(answer).toContain(`"status":${status}`);
  });

  it('H14: labels are found by own names only', async () => {
    for (const label of ['constructor', '__proto__', 'toString=', 'hasOwnProperty']) {
      const { jobs } = (await app.inject({ url: '/v1/jobs', query: { label } })).json<{ jobs: unknown[] }>();
      expect([label, jobs]).toEqual([label, []]);
    }
  });
});

describe('uploads', () => {
  it('H13: one that has another length than it announced is refused, and kept', async () => {
    const begun = await app.inject({
      method: 'POST',
      url: '/v1/uploads',
      headers: { 'upload-complete': '?0', 'upload-length': '500' },
    });
    const url = begun.headers.location ?? '';
    const send = (payload: string, offset: number, complete: string, more: Record<string, string> = {}) =>
      app.inject({
        method: 'PATCH',
        url,
        payload,
        headers: {
          'content-type': 'application/partial-upload',
          'upload-offset': String(offset),
          'upload-complete': complete,
          ...more,
        },
      });
    const short = await send('abc', 0, '?1');
    const { code, detail } = short.json<{ code: string; detail: string }>();
    expect([short.statusCode, code, detail]).toEqual([400, 'INVALID_REQUEST', expect.stringContaining('500')]);
    expect((await send('x', 3, '?0', { 'upload-length': '7' })).statusCode).toBe(400);
    expect((await send('x'.repeat(498), 3, '?0')).statusCode).toBe(413);
    expect((await send('x'.repeat(497), 3, '?1')).statusCode).toBe(201);
  });

  it('H5: those that are open have a number and a size together, freed when they end', async () => {
    const begin = (submitter: string, length: number) =>
      app.inject({
        method: 'POST',
        url: '/v1/uploads',
        headers: { 'upload-complete': '?0', 'upload-length': String(length), 'rondel-submitter': submitter },
      });
    const status = async (submitter: string, length: number) => {
      const answer = await begin(submitter, length);
      const { detail = '' } = answer.json<{ detail?: string }>();
      return [answer.statusCode, /--[a-z-]+/.exec(detail)?.[0]];
    };
    const first = await begin('ada', 10);
    expect(await status('ada', 10)).toEqual([201, undefined]);
    expect(await status('ada', 10)).toEqual([413, '--max-open-uploads']);
    expect(await status('bob', 1000)).toEqual([413, '--max-open-upload-bytes']);
    expect(await status('bob', 10)).toEqual([201, undefined]);
    expect(await status('eve', 10)).toEqual([413, '--max-open-uploads']);
    await app.inject({ method: 'DELETE', url: first.headers.location ?? '' });
    expect(await status('ada', 595)).toEqual([413, '--max-open-upload-bytes']);
    // What does not say how long it will be counts with what comes.
    const unsaid = { 'upload-complete': '?0', 'rondel-submitter': 'ada' };
    const { headers } = await app.inject({ method: 'POST', url: '/v1/uploads', headers: unsaid });
    const send = (offset: number, length: number) =>
      app.inject({
        method: 'PATCH',
        url: headers.location ?? '',
        payload: 'x'.repeat(length),
        headers: {
          'content-type': 'application/partial-upload',
          'upload-offset': String(offset),
          'upload-complete': '?0',
        },
      });
    expect((await send(0, 300)).statusCode).toBe(204);
    const more = await send(300, 300);
    expect([more.statusCode, more.json<{ detail: string }>().detail]).toEqual([
      413,
      expect.stringMatching(/600 bytes are the most of all open uploads of yours .*--max-open-upload-bytes/),
    ]);
    expect((await send(300, 200)).statusCode).toBe(204);
  });

  it('H5: leave room on the disk, and have a largest size', async () => {
    const put = (length: number) =>
      app.inject({
        method: 'PUT',
        url: '/v1/data',
        payload: Buffer.alloc(length),
        headers: { 'content-type': 'application/octet-stream' },
      });
    for (const [length, option, status] of [
      [2 ** 20 - 9, '--min-free', 507],
      [2 ** 20 + 1, '--max-upload', 413],
    ] as const) {
      const answer = await put(length);
      expect(answer.statusCode).toBe(status);
      expect(answer.json()).toMatchObject({
        code: 'QUOTA_EXCEEDED',
        detail: expect.stringContaining(option) as string,
      });
    }
    expect((await put(100)).statusCode).toBe(201);
  });
});

describe('the image of a job', () => {
  const shape = [4096, 4096];
  const submit = (data: string, parameters: object, path = '/v1/jobs', more: object = {}) =>
    app.inject({
      method: 'POST',
      url: path,
      payload: { plan: { name: 'radon/fbp' }, parameters: { angles: [0], ...parameters }, data, ...more },
    });
  const refusal = (answer: Awaited<ReturnType<typeof submit>>) => {
    const { detail = '' } = answer.json<{ detail?: string }>();
    return [answer.statusCode, detail];
  };
  const limit = expect.stringMatching(/What parameter\.reco .* would take .*--max-output/) as string;

  it('H5: has a largest size, that of 8 KB of slices in the store too', async () => {
    const slices: NdArray = { shape: [2048, 1, 1], dtype: 'float32', data: new Float32Array(2048) };
    const { parts } = await encodeArray(slices, 'npy');
    const data = await api.storeBytes(Buffer.concat(parts));
    expect(refusal(await submit(data, { shape }))).toEqual([413, limit]);
    expect(refusal(await submit(data, { shape: [256, 256] }))[0]).toBe(202);
    expect(refusal(await submit('root://scans/a.h5', { shape: [65_536, 65_536] }))).toEqual([413, limit]);
    expect(refusal(await submit('root://scans/a.h5', { shape }))[0]).toBe(202);
    const frames = Array.from({ length: 100 }, () => 1);
    expect(refusal(await submit('root://scans/a.h5', { shape, frames }))).toEqual([413, limit]);
    const vary = { vary: [{ path: 'shape', values: [[64, 64], shape] }] };
    expect(refusal(await submit(data, {}, '/v1/sweeps', vary))).toEqual([413, limit]);
  });
});

describe('a slice or frame of the image that is wanted', () => {
  it('is refused before anything is computed where the image will have none, and taken where nobody can tell', async () => {
    const scan: NdArray = { shape: [2, 3, 4, 5], dtype: 'float32', data: new Float32Array(120) };
    const data = await api.storeBytes(Buffer.concat((await encodeArray(scan, 'npy')).parts));
    const submit = async (reference: string, output: object, parameters: object = {}) => {
      const plan = { plan: { name: 'radon/fbp' }, parameters: { angles: [0, 1, 2, 3], ...parameters } };
      const payload = { ...plan, data: reference, output };
      const answer = await app.inject({ method: 'POST', url: '/v1/jobs', payload });
      const { detail } = answer.json<{ detail?: string }>();
      return [answer.statusCode, ...(detail === undefined ? [] : [detail])];
    };
    expect(await submit(data, { slice: 2, frame: 1 })).toEqual([202]);
    const none = 'output.slice is 3, but the image will have 3 slices, counted from 0 to 2. Nothing was submitted.';
    expect(await submit(data, { slice: 3 })).toEqual([400, none]);
    const frames = await submit(data, { frame: 1 }, { frames: [2] });
    expect(frames).toEqual([400, expect.stringMatching(/^output\.frame is 1, but the image will have 1 frame,/)]);
    expect(await submit('root://scans/a.npy', { slice: 3 })).toEqual([202]);
    expect((await submit(data, { slice: -1 }))[0]).toBe(400);
  });
});

describe('an API whose workers lack room on the disk', () => {
  it('H5: is ready, and says that they take nothing and why', async () => {
    const aside = { reason: 'The disk is nearly full.', until: new Date(Date.now() + 60_000).toISOString() };
    await api.jobs.fleet.beat({ ...workerRecord('full'), aside });
    const answer = await app.inject({ url: '/readyz' });
    expect([answer.statusCode, answer.json<{ checks: Record<string, object> }>().checks.workers]).toEqual([
      200,
      { ok: true, detail: '1 of 1 workers take no jobs: The disk is nearly full.' },
    ]);
    await api.jobs.fleet.leave('full');
  });
});

describe('the time of a job', () => {
  it('H5: has a default, and a maximum that its refusal names', async () => {
    const data = await api.storeBytes('data');
    const submit = (more: object) =>
      app.inject({
        method: 'POST',
        url: '/v1/jobs',
        payload: { plan: { name: 'radon/fbp' }, parameters: { angles: [0, 1] }, data, ...more },
      });
    const { id } = (await submit({})).json<{ id: string }>();
    expect((await api.jobs.ledger.archive(id))?.work.timeoutSeconds).toBe(50);
    const refused = await submit({ timeoutSeconds: 101 });
    expect(refused.json()).toMatchObject({ status: 413, code: 'QUOTA_EXCEEDED' });
    expect(refused.json<{ detail: string }>().detail).toContain('at most 100 s here (rondel api --max-time)');
  });
});

describe('work that not every worker can do', () => {
  it('H7: is of so many kinds for one submitter, and leaves room for others', async () => {
    const submit = async (submitter: string, root: string) => {
      const payload = {
        plan: { name: 'radon/fbp' },
        parameters: { angles: [0, 1] },
        data: `root://${root}/a`,
        submitter,
      };
      const answer = await app.inject({ method: 'POST', url: '/v1/jobs', payload });
      return answer.json<{ id?: string; code?: string; detail?: string }>();
    };
    const first: string[] = [];
    for (let index = 0; index < mostQueuesOfOne; index += 1) first.push((await submit('eve', `r${index}`)).id ?? '');
    expect(await submit('eve', 'more')).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      detail: expect.stringContaining('eve') as string,
    });
    expect((await submit('eve', 'r3')).id).toBeDefined();
    expect((await submit('ada', 'more')).id).toBeDefined();
    // Cancelled ones are forgotten once they are old enough, and then others may come.
    await api.jobs.cancelAll(first);
    await api.jobs.special.forgetUnused(Date.now() + 1000, async () => Promise.resolve(true));
    expect((await submit('eve', 'other')).id).toBeDefined();
  });

  it('H7: is of no more kinds for one who asks for many at once, nor in all', async () => {
    const [another, unhurried] = [await openTestApi(redis.url), await openTestApi(redis.url)];
    const needing = (submitter: string, many: number) =>
      Array.from({ length: many }, (_, index) =>
        (index % 2 === 0 ? another : unhurried).app.inject({
          method: 'POST',
          url: '/v1/jobs',
          payload: {
            plan: { name: 'radon/fbp' },
            parameters: { angles: [0, 1] },
            data: `root://${submitter}${index}/a`,
            submitter,
          },
        }),
      );
    const accepted = async (submitter: string, many: number) => {
      const answers = await Promise.all(needing(submitter, many));
      for (const { statusCode } of answers) expect([202, 413]).toContain(statusCode);
      return answers.filter(({ statusCode }) => statusCode === 202).length;
    };
    expect(await accepted('mallory', mostQueuesOfOne + 15)).toBe(mostQueuesOfOne);
    const names = ['a', 'b', 'c', 'd'].map((name) => `other-${name}`);
    await Promise.all(names.map((name) => accepted(name, mostQueuesOfOne)));
    expect(await api.jobs.special.list()).toHaveLength(mostSpecialQueues);
    await Promise.all([another.close(), unhurried.close()]);
  });
});
