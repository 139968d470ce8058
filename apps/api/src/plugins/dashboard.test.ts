import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fastify, type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registerDashboard } from './dashboard.js';

describe('the dashboard', () => {
  let folder: string;
  let app: FastifyInstance;
  let log: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rondel-page-'));
    log = '';
    app = fastify({ logger: { stream: { write: (line: string) => (log += line) } } });
  });
  afterEach(async () => {
    await app.close();
    await rm(folder, { recursive: true });
  });

  it('is served at / under a policy that lets nothing come from elsewhere', async () => {
    await writeFile(join(folder, 'index.html'), '<title>page</title>');
    await mkdir(join(folder, 'assets'));
    await writeFile(join(folder, 'assets', 'page-1a2b.js'), '0;');
    await registerDashboard(app, folder);
    const page = await app.inject('/');
    expect(page).toMatchObject({ statusCode: 200, body: '<title>page</title>' });
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(page.headers['cache-control']).toBe('no-cache');
    const asset = await app.inject('/assets/page-1a2b.js');
    expect(asset.headers['cache-control']).toContain('immutable');
    expect((await app.inject('/assets/other.js')).statusCode).toBe(404);
  });

  it('D20: is sent as the build has compressed it, to whoever takes that', async () => {
    await writeFile(join(folder, 'index.html'), '<title>page</title>');
    await writeFile(join(folder, 'page.js'), '0;');
    await writeFile(join(folder, 'page.js.br'), 'compressed');
    await registerDashboard(app, folder);
    const answer = (encoding: string) => app.inject({ url: '/page.js', headers: { 'accept-encoding': encoding } });
    expect(await answer('gzip, br')).toMatchObject({ body: 'compressed', headers: { 'content-encoding': 'br' } });
    expect((await answer('gzip, br')).headers['content-type']).toContain('javascript');
    expect((await answer('identity')).body).toBe('0;');
  });

  it('is left out, with the reason in the log, when it was not built', async () => {
    await registerDashboard(app, folder);
    expect((await app.inject('/')).statusCode).toBe(404);
    expect(log).toContain('npx nx build @rondel/dashboard');
  });
});
