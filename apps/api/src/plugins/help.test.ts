import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fastify, type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registerHelp } from './help.js';

describe('the help', () => {
  let folder: string;
  let app: FastifyInstance;
  let log: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rondel-help-'));
    log = '';
    app = fastify({
      routerOptions: { ignoreTrailingSlash: true },
      logger: { stream: { write: (line: string) => (log += line) } },
    });
  });
  afterEach(async () => {
    await app.close();
    await rm(folder, { recursive: true });
  });

  async function serveSite(): Promise<void> {
    await mkdir(join(folder, 'guides', 'sweeps'), { recursive: true });
    await writeFile(join(folder, 'index.html'), '<title>home</title>');
    await writeFile(join(folder, 'guides', 'sweeps', 'index.html'), '<title>sweeps</title>');
    await writeFile(join(folder, '404.html'), '<title>no such page</title>');
    await registerHelp(app, folder);
  }

  it.each(['/help', '/help/', '/help/guides/sweeps', '/help/guides/sweeps/'])('answers %s', async (url) => {
    await serveSite();
    const page = await app.inject(url);
    expect(page).toMatchObject({
      statusCode: 200,
      body: url.includes('sweeps') ? '<title>sweeps</title>' : '<title>home</title>',
    });
    expect(page.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/);
    const again = await app.inject({ url, headers: { 'if-none-match': String(page.headers.etag) } });
    expect(again.statusCode).toBe(304);
  });

  it.each(['/help/guides', '/help/guides/swepes'])('has a page of its own for %s, which is not there', async (url) => {
    await serveSite();
    const page = await app.inject(url);
    expect(page).toMatchObject({ statusCode: 404, body: '<title>no such page</title>' });
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect((await app.inject('/elsewhere')).headers['content-type']).toContain('json');
  });

  it('is left out, with the reason in the log, when it was not built', async () => {
    await registerHelp(app, folder);
    expect((await app.inject('/help')).statusCode).toBe(404);
    expect(log).toContain('npx nx build @rondel/docs');
  });
});
