import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { installedManifests } from '@rondel/api';
import { wholeProgram } from '@rondel/cli';
import { createRegistry } from '@rondel/reco';
import { describe, expect, it } from 'vitest';
import { startTestRedis } from '../support/redis.js';
import { openTestApi } from '../support/test-api.js';
import { codesPage } from './codes-page.js';
import { commandPage } from './command-page.js';
import { nodesPage } from './nodes-page.js';
import { plansPage } from './plans-page.js';
import { restPage, type ApiDocument } from './rest-page.js';

// `npm run docs` writes the pages anew; without it a difference fails.
describe('the reference says what the code says', () => {
  it('about the REST interface', async () => {
    const redis = await startTestRedis();
    const api = await openTestApi(redis.url);
    try {
      const document = (await api.app.inject('/openapi.json')).json<ApiDocument>();
      await expect(restPage(document)).toMatchFileSnapshot(page('rest'));
    } finally {
      await api.close();
      await redis.stop();
    }
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

function page(name: string): string {
  return fileURLToPath(new URL(`../../apps/docs/reference/${name}.md`, import.meta.url));
}
