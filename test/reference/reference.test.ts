import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { installedManifests, type DocumentedApi } from '@rondel/api';
import { wholeProgram } from '@rondel/cli';
import { createRegistry } from '@rondel/reco';
import { afterAll, describe, expect, it } from 'vitest';
import { startTestRedis } from '../support/machine/redis.js';
import { openTestApi } from '../support/api/test-api.js';
import { codesPage } from './codes-page.js';
import { commandPage } from './command-page.js';
import { nodesPage } from './nodes-page.js';
import { plansPage } from './plans-page.js';
import { restPage } from './rest-page.js';

const redis = await startTestRedis();
const api = await openTestApi(redis.url);
afterAll(async () => {
  await api.close();
  await redis.stop();
});

// `npm run docs` writes the pages anew; without it a difference fails.
describe('the reference says what the code says', () => {
  it('about the REST interface', async () => {
    const document = (await api.app.inject('/openapi.json')).json<DocumentedApi>();
    await expect(restPage(document)).toMatchFileSnapshot(page('rest'));
  });

  it('about the command line', async () => {
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    const signal = new AbortController().signal;
    const program = await wholeProgram({ environment: {}, stdout: nowhere, stderr: nowhere, signal, haste: signal });
    await expect(commandPage(program)).toMatchFileSnapshot(page('command-line'));
  });

  it('about errors and warnings', async () => {
    await expect(codesPage()).toMatchFileSnapshot(page('errors-and-warnings'));
  });

  it('about node types, plans and files', async () => {
    const { catalog } = createRegistry(installedManifests);
    await expect(nodesPage(catalog)).toMatchFileSnapshot(page('node-types'));
    await expect(plansPage(catalog)).toMatchFileSnapshot(page('plans-and-files'));
  });
});

describe('the API serves the help', () => {
  const get = (url: string, headers: Record<string, string> = {}) => api.app.inject({ url, headers });

  it('with the headers and under the names of everything else', async () => {
    const answer = await get('/help/guides/sweeps', { 'accept-encoding': 'br' });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-encoding': 'br',
      'content-security-policy': expect.stringContaining("script-src 'self';") as string,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
    });
    expect((await get('/help/', { host: 'evil.example' })).statusCode).toBe(403);
    const again = await get('/help/guides/sweeps/', { 'if-none-match': String(answer.headers.etag) });
    expect(again.statusCode).toBe(304);
  });

  it('with a page of its own for what is not there, while other addresses have problem documents', async () => {
    const missing = await get('/help/guides/swepes');
    expect([missing.statusCode, missing.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
    expect(missing.body).toContain('There is no such page');
    expect((await get('/hepl')).json()).toMatchObject({ code: 'NOT_FOUND' });
  });
});

function page(name: string): string {
  return fileURLToPath(new URL(`../../apps/docs/reference/${name}.md`, import.meta.url));
}
