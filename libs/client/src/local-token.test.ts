import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createClient } from './client.js';
import { localServer, localTokenFile } from './local-token.js';
import { startScriptedServer } from './testing/scripted-server.mjs';
import { makeStateFolder, type StateFolder } from './testing/state-folder.mjs';

let folder: StateFolder;
beforeEach(() => {
  folder = makeStateFolder();
  vi.stubEnv('XDG_STATE_HOME', folder.path);
});
afterEach(() => {
  vi.unstubAllEnvs();
  folder.remove();
});

function leave(url: string, left: object): void {
  folder.write(localTokenFile(url) ?? '', JSON.stringify(left));
}

test.each([
  ['127.0.0.1', 'http://127.0.0.1:7420', 'http://127.0.0.1:7420'],
  ['127.0.0.1', 'http://localhost:7420/lab/', 'http://127.0.0.1:7420/lab'],
  ['::1', 'http://localhost:7420', 'http://[::1]:7420'],
  ['0.0.0.0', 'http://localhost:7420', 'http://127.0.0.1:7420'],
  ['0.0.0.0', 'http://127.0.0.1:7420', 'http://127.0.0.1:7420'],
  ['::', 'http://127.0.0.1:7420', 'http://127.0.0.1:7420'],
  ['::', 'http://localhost:7420', 'http://[::1]:7420'],
  ['127.0.0.1', 'https://localhost:7420', 'https://localhost:7420'],
  // Where another account may listen.
  ['127.0.0.1', 'http://[::1]:7420', undefined],
  ['127.0.0.1', 'http://127.0.0.2:7420', undefined],
  ['0.0.0.0', 'http://[::1]:7420', undefined],
  ['192.168.1.5', 'http://127.0.0.1:7420', undefined],
  ['127.0.0.1', 'http://127.0.0.1:7421', undefined],
  ['127.0.0.1', 'http://rondel.lab.example:7420', undefined],
])('the token of a server at %s is shown at %s: %s', (address, url, asked) => {
  leave('http://127.0.0.1:7420', { id: '1', token: 'secret', address });
  expect(localServer(url)?.url).toBe(asked);
});

test('what else lies there is no token', () => {
  leave('http://127.0.0.1:7420', { token: 'secret' });
  expect(localServer('http://127.0.0.1:7420')).toBeUndefined();
});

test('each request shows the token of the server that runs, and none when none does', async () => {
  const answer = { headers: { 'content-type': 'application/json' }, chunks: ['{"tokens":[]}'] };
  const server = await startScriptedServer([answer, answer, answer, answer]);
  try {
    const client = createClient({ url: server.url.replace('127.0.0.1', 'localhost') });
    leave(server.url, { token: 'first', address: '127.0.0.1' });
    await client.tokens();
    leave(server.url, { token: 'second', address: '127.0.0.1' });
    await client.tokens();
    await createClient({ url: server.url, token: 'own' }).tokens();
    folder.remove();
    await createClient({ url: server.url }).tokens();
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer first',
      'Bearer second',
      'Bearer own',
      undefined,
    ]);
  } finally {
    await server.close();
  }
});
