import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { connect as connectPlain, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { loadCertificate, watchCertificate } from '@rondel/api';
import { createClient } from '@rondel/client';
import { withRedis } from '@rondel/jobs/redis';
import { namedRedis } from '@rondel/local';
import { createLogger } from '@rondel/telemetry';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openTestApi, type TestApi } from '../support/api/test-api.js';
import { makeAuthority, makeCertificate, type TestCertificate } from '../support/machine/certificates.js';
import { rondel } from '../support/machine/rondel-command.js';
import { startTestRedis } from '../support/machine/redis.js';

const authority = makeAuthority();
const first = makeCertificate({ issuer: authority });
const redis = await startTestRedis();
let folder: string;
let api: TestApi;
let port: number;
let stopWatching: () => void;
const said: string[] = [];

/** As Kubernetes mounts a secret: names in a folder lead through a link, which is turned round at once. */
async function mount({ cert, key }: TestCertificate): Promise<void> {
  const version = await mkdtemp(join(folder, 'version-'));
  await writeFile(join(version, 'tls.crt'), cert);
  await writeFile(join(version, 'tls.key'), key, { mode: 0o600 });
  await symlink(version, join(folder, 'next'));
  await rename(join(folder, 'next'), join(folder, 'data'));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rondel-tls-'));
  await mount(first);
  const files = { cert: join(folder, 'mounted/tls.crt'), key: join(folder, 'mounted/tls.key') };
  await mkdir(join(folder, 'mounted'));
  await symlink('../data/tls.crt', files.cert);
  await symlink('../data/tls.key', files.key);
  const certificate = await loadCertificate(files);
  api = await openTestApi(redis.url, { app: { certificate, access: { allowedHosts: ['rondel.lab.example'] } } });
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  port = (api.app.server.address() as AddressInfo).port;
  const tell = (_facts: unknown, message: string) => said.push(message);
  const logger = Object.assign(createLogger('test', 'silent'), { error: tell, warn: tell });
  stopWatching = watchCertificate(files, certificate, { server: api.app.server, logger, everyMs: 20 });
});

afterAll(async () => {
  stopWatching();
  await api.close();
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, method, headers, ca: authority.cert, servername: 'localhost' };
    const sent = request(options, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text: string) => (body += text));
      answer.once('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body }));
    });
    sent.once('error', reject).end();
  });
}

/** Everything that comes back on a connection on which a text was sent. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect({ host: '127.0.0.1', port, ca: authority.cert }, () => socket.write(text));
    socket.on('data', (bytes: Buffer) => (received += bytes.toString()));
    socket.once('end', () => resolve(received)).once('error', reject);
  });
}

/** The certificate that a new connection is shown. */
function shown(): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate()?.toString() ?? '');
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

describe('an API with a certificate', () => {
  it('answers with TLS, and asks browsers to use nothing else under names that are not of this machine alone', async () => {
    const named = await get('/healthz', { host: 'rondel.lab.example' });
    expect([named.status, named.headers['strict-transport-security']]).toEqual([200, 'max-age=31536000']);
    // Whatever else is developed at http://localhost would be out of reach for a year.
    expect((await get('/healthz')).headers).not.toHaveProperty('strict-transport-security');
    const { servers } = JSON.parse((await get('/openapi.json')).body) as { servers: { url: string }[] };
    expect(servers).toEqual([{ url: `https://127.0.0.1:${port}` }]);
  });

  it('takes no change from a page of its own name that came without TLS', async () => {
    const from = (origin: string) =>
      get('/v1/uploads', { host: 'rondel.lab.example', origin, 'content-type': 'application/json' }, 'POST');
    expect((await from('http://rondel.lab.example')).status).toBe(403);
    expect((await from('https://rondel.lab.example')).status).not.toBe(403);
  });

  it('shows new connections a certificate that a link leads to from now on, and keeps it while the next is broken', async () => {
    const second = makeCertificate({ issuer: authority });
    await mount(second);
    await vi.waitFor(async () => expect(await shown()).toBe(second.cert), 10_000);
    expect((await get('/healthz')).status).toBe(200);
    await mount({ cert: first.cert, key: second.key });
    await vi.waitFor(() => expect(said).not.toEqual([]), 10_000);
    expect(said).toEqual([expect.stringMatching(/^The certificate in use stays\. --tls-key \S+ does not belong to/)]);
    expect(await shown()).toBe(second.cert);
    await mount(first);
    await vi.waitFor(async () => expect(await shown()).toBe(first.cert), 10_000);
  });

  it('is known to the command line by its authority, and programs are told what to do without', async () => {
    const url = `https://127.0.0.1:${port}`;
    await writeFile(join(folder, 'ca.pem'), authority.cert);
    const known = await rondel(['pools', '--json', '--server', url, '--ca', join(folder, 'ca.pem')], {});
    expect([known.code, known.stderr]).toEqual([0, '']);
    const unknown = createClient({ url }).pools();
    await expect(unknown).rejects.toThrow(/UNABLE_TO_VERIFY_LEAF_SIGNATURE.*--ca FILE.*NODE_EXTRA_CA_CERTS=FILE/);
    await expect(createClient({ url: `http://127.0.0.1:${port}` }).pools()).rejects.toThrow('write https://');
  });
});

describe('the headers of security', () => {
  const strict = "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'";
  const hex = '0'.repeat(64);

  it.each([
    ['an answer', '/v1/pools', {}, 200],
    ['an error', `/v1/data/${hex}`, {}, 404],
    ['a page that is not there', '/nowhere', {}, 404],
    ['an address that cannot be decoded', '/%zz', {}, 400],
    ['a name that is not its own', '/healthz', { host: 'evil.example' }, 403],
    ['an expectation that nobody has', '/healthz', { expect: 'a miracle' }, 200],
    ['metrics', '/metrics', {}, 200],
  ])('come with %s', async (_name, path, headers, status) => {
    const answer = await get(path, headers);
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({ 'content-security-policy': strict, 'x-content-type-options': 'nosniff' });
  });

  it('come with downloads, with what has not changed, and with streams of events', async () => {
    const name = await api.storeBytes('raw data');
    const path = `/v1/data/${name.replace('artifact:sha256-', '')}`;
    const download = await get(path);
    const same = await get(path, { 'if-none-match': String(download.headers.etag) });
    const list = await get('/v1/pools');
    const unchanged = await get('/v1/pools', { 'if-none-match': String(list.headers.etag) });
    expect([download.status, same.status, unchanged.status]).toEqual([200, 304, 304]);
    for (const { headers } of [download, same, unchanged])
      expect(headers).toMatchObject({ 'content-security-policy': strict, 'x-content-type-options': 'nosniff' });
  });

  it('come with pages, which run and show only what comes from here', async () => {
    for (const path of ['/', '/help/', '/help/nowhere', '/docs']) {
      const { headers } = await get(path);
      const policy = String(headers['content-security-policy']);
      expect([path, policy]).toEqual([path, expect.stringMatching(/^default-src 'none'; .*frame-ancestors 'none'$/)]);
      expect([path, policy]).toEqual([path, expect.not.stringMatching(/unsafe|https?:|\*/)]);
    }
  });

  it('come with what is answered on the connection itself', async () => {
    for (const text of [
      'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n',
      'NONSENSE\r\n\r\n',
      `GET /${'x'.repeat(20_000)} HTTP/1.1\r\n\r\n`,
    ]) {
      const answer = await raw(text);
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(answer.toLowerCase()).toContain(`content-security-policy: ${strict}`);
    }
  });
});

describe('a certificate that cannot be used', () => {
  const other = makeCertificate();
  const cases = {
    'a file that is not there': [{ cert: undefined, key: first.key }, /--tls-cert \S+: there is no such file/],
    'something else': [{ cert: first.key, key: first.key }, /--tls-cert \S+ holds no certificate/],
    'no key': [{ cert: first.cert, key: first.cert }, /--tls-key \S+ holds no private key/],
    'a key of another one': [{ cert: first.cert, key: other.key }, /--tls-key \S+ does not belong to .*DNS:localhost/],
    'a key with a passphrase': [
      { cert: first.cert, key: '-----BEGIN ENCRYPTED PRIVATE KEY-----\n' },
      /locked with a passphrase/,
    ],
    'one that has ended': [makeCertificate({ fromDays: -9, toDays: -1 }), /--tls-cert \S+ has expired on .* Renew it/],
    'one that has not begun': [makeCertificate({ fromDays: 1 }), /holds from .* Look at the clock/],
  } as const;

  it.each(Object.entries(cases))(
    'is refused with its file, the cause and what to do: %s',
    async (_name, [pair, words]) => {
      const place = await mkdtemp(join(folder, 'bad-'));
      const files = { cert: join(place, 'cert.pem'), key: join(place, 'key.pem') };
      if (pair.cert !== undefined) await writeFile(files.cert, pair.cert);
      await writeFile(files.key, pair.key);
      await expect(loadCertificate(files)).rejects.toMatchObject({
        code: 'INVALID_REQUEST',
        message: expect.stringMatching(words) as string,
      });
    },
  );
});

describe('a Redis that speaks TLS', () => {
  it('is used by whoever knows its authority, and nobody else is told more than what to do', async () => {
    const behind = Number(new URL(redis.url).port);
    const server = createServer(makeCertificate({ issuer: authority }), (socket) => {
      const plain = connectPlain({ host: '127.0.0.1', port: behind });
      for (const each of [socket, plain]) each.on('error', () => undefined);
      socket.pipe(plain).pipe(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = redis.url
      .replace('redis:', 'rediss:')
      .replace(`:${behind}`, `:${(server.address() as AddressInfo).port}`);
    const ca = join(folder, 'redis-ca.pem');
    await writeFile(ca, authority.cert);
    const asked = async (environment: Record<string, string>) =>
      withRedis(namedRedis({ REDIS_URL: url, ...environment }) ?? '', (connection) => connection.ping());
    expect(await asked({ REDIS_CA: ca })).toBe('PONG');
    const unknown = { REDIS_CA: join(folder, 'other-ca.pem') };
    await writeFile(unknown.REDIS_CA, makeAuthority().cert);
    for (const environment of [{}, unknown]) {
      await expect(asked(environment)).rejects.toThrow(/not trusted here .*--redis-ca or REDIS_CA/);
    }
    await expect(asked({ REDIS_CA: join(folder, 'nowhere.pem') })).rejects.toThrow(/nowhere\.pem/);
    server.close();
  });
});
