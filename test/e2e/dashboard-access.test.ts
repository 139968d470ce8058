import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMode, tokenAccess } from '@rondel/api';
import { run } from '@rondel/cli';
import { connect } from '@rondel/client';
import type { Identity, Role } from '@rondel/contracts';
import { freePort } from '@rondel/local';
import { createLogger } from '@rondel/telemetry';
import { attackFrom } from '../support/browser/attack-page.js';
import { findChromium } from '../support/browser/chromium.js';
import { openDashboard, type DashboardBrowser } from '../support/browser/dashboard-browser.js';
import { client, startIdentityProvider } from '../support/api/identity-provider.js';
import { openTestApi, type TestApi } from '../support/api/test-api.js';
import { workerRecord } from '../support/api/worker-record.js';
import { startTestRedis } from '../support/machine/redis.js';

const chromium = await findChromium();
const redis = await startTestRedis();
let api: TestApi;
let url: string;
let admin: string;

beforeAll(async () => {
  api = await openTestApi(redis.url, { access: tokenAccess });
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  url = urlOf(api.app.server);
  admin = await tokenOf('admin');
  await api.jobs.fleet.declare(['default']);
  await api.jobs.fleet.beat(workerRecord('worker-1', { packages: { '@rondel/radon': '1' } }));
});
afterAll(async () => {
  await api.close();
  await redis.stop();
});

function urlOf(server: Pick<Server, 'address'>): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function tokenOf(role: Role, project = 'knee'): Promise<string> {
  return (await api.jobs.tokens.create({ name: `anna-${role}`, project, role })).secret;
}

/** What a command line with a token writes, and how it exits. */
async function command(parameters: readonly string[], token?: string) {
  const written = { stdout: '', stderr: '' };
  const into = (stream: keyof typeof written) =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        written[stream] += chunk.toString();
        done();
      },
    });
  const code = await run(parameters, {
    environment: { RONDEL_URL: url, ...(token !== undefined && { RONDEL_TOKEN: token }) },
    stdout: into('stdout'),
    stderr: into('stderr'),
    signal: new AbortController().signal,
  });
  return { code, ...written };
}

describe('the command line', () => {
  it('makes a token, which it prints and nothing else, and says who has it', async () => {
    const created = await command(['token', 'create', 'berta', '--project', 'heart', '--expires', '30d'], admin);
    expect(created.code, created.stderr).toBe(0);
    expect(created.stdout).toMatch(/^rondel_[\w-]{43}\n$/);
    expect(created.stderr).toContain('berta, submitter of project heart until');
    const who = await command(['whoami'], created.stdout.trim());
    expect(who.stdout).toContain('berta, submitter of project heart, by token');
    expect((await command(['token', 'list'], admin)).stdout).toMatch(/berta +heart +submitter/);
  });

  it('revokes one by the beginning of its id', async () => {
    const { code, stdout } = await command(['--json', 'token', 'create', 'carl', '--role', 'reader'], admin);
    expect(code).toBe(0);
    const { id, secret } = JSON.parse(stdout) as { id: string; secret: string };
    const revoked = await command(['token', 'revoke', id.slice(0, 25)], admin);
    expect(revoked, revoked.stderr).toMatchObject({ code: 0, stdout: `Token ${id} (carl) is revoked.\n` });
    await expect.poll(async () => (await command(['whoami'], secret)).code, { timeout: 10_000 }).toBe(2);
  });

  it('says what to do when it is not let in', async () => {
    const { code, stderr } = await command(['ls']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/wants to know who asks; get a token from whoever runs it .*--token or RONDEL_TOKEN/);
    expect(await command(['token', 'create', 'x', '--expires', 'soon'], admin)).toMatchObject({ code: 2 });
  });
});

it('a stream of events ends when the token is revoked', async () => {
  const { id, secret } = await api.jobs.tokens.create({ name: 'fritz', project: 'knee', role: 'submitter' });
  const plan = await connect({ url, token: secret }).plan({ name: 'radon/fbp' });
  const headers = { authorization: `Bearer ${secret}` };
  const stream = await fetch(`${url}/v1/plans/${plan.id}/events`, { headers });
  expect(stream.status).toBe(200);
  const ended = stream.text().then(
    () => 'ended',
    () => 'ended',
  );
  // Longer than it takes to notice that somebody is let in no more.
  const still = new Promise((resolve) => setTimeout(() => resolve('still told'), 1200));
  expect(await Promise.race([ended, still])).toBe('still told');
  await api.jobs.tokens.revoke(id);
  expect(await ended).toBe('ended');
}, 14_000);

describe.runIf(chromium !== undefined)('the dashboard', { timeout: 60_000 }, () => {
  let dashboard: DashboardBrowser;
  beforeAll(async () => (dashboard = await openDashboard(chromium, url)));
  afterAll(async () => {
    expect(dashboard.complaints).toEqual([]);
    await dashboard.close();
  });

  const logInWith = async (page: Page, token: string) => {
    await page.getByLabel('Token', { exact: true }).fill(token);
    await page.getByRole('button', { name: 'Log in' }).click();
  };
  const loggedIn = (page: Page) => page.getByRole('group', { name: 'Logged in' });
  const gate = (page: Page) => page.getByRole('heading', { name: 'Log in to Rondel' });
  /** Its cookies are its own. */
  const open = async (address: string, token?: string) => {
    const page = await dashboard.open(address);
    if (token !== undefined) {
      await logInWith(page, token);
      await loggedIn(page).waitFor();
    }
    return page;
  };

  it('lets in by a link, once, and takes it out of the address', async () => {
    const link = (await command(['open', '--no-browser'], await tokenOf('operator'))).stdout.trim();
    const address = new URL(link).hash.slice(1);
    expect(address).toMatch(/^login=/);
    const page = await dashboard.open('jobs');
    await gate(page).waitFor();
    await page.getByText(`npx rondel open --server ${url}`).waitFor();
    await page.goto(link);
    await expect.poll(() => loggedIn(page).textContent()).toContain('anna-operator operator of knee');
    expect(page.url()).toBe(`${url}/#/jobs`);
    await page.goto(`${url}/#/workers`);
    await page.getByRole('button', { name: 'Pause pool default' }).waitFor();
    await page.close();
    const other = await dashboard.open('jobs');
    await other.goto(link);
    await other.getByText('This link was used before').waitFor();
    expect(await loggedIn(other).count()).toBe(0);
    await other.close();
  });

  it('lets in by a token that is right, shows what its role may do, and lets out', async () => {
    const page = await open('workers');
    await logInWith(page, 'rondel_guessed');
    await page.getByRole('alert').getByText('This token opens nothing here').waitFor();
    await logInWith(page, await tokenOf('reader'));
    await page.getByRole('table', { name: 'Pools' }).waitFor();
    expect(await page.getByRole('button', { name: 'Pause pool default' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Jobs' }).click();
    await page.getByText('No job has been submitted yet.').waitFor();
    expect(await page.getByRole('link', { name: /Submit|Access/ }).count()).toBe(0);
    expect(await page.getByRole('group', { name: 'Many jobs' }).count()).toBe(0);
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
    await page.getByRole('button', { name: 'Log out' }).click();
    await gate(page).waitFor();
    expect(await page.context().cookies()).toEqual([]);
    await page.close();
  });

  it('leads to the log-in, and asks no more, when the token is revoked while a stream is open', async () => {
    const { id, secret } = await api.jobs.tokens.create({ name: 'dora', project: 'knee', role: 'submitter' });
    const page = await open('plans', secret);
    await page.getByRole('button', { name: 'Make it live' }).click();
    await page.getByText('What anybody sets from now on is listed here.').waitFor();
    await api.jobs.tokens.revoke(id);
    await gate(page).waitFor();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await expect.poll(() => asked, { timeout: 15_000 }).toContain('/v1/login');
    expect(asked.filter((path) => path !== '/v1/login')).toEqual([]);
    await logInWith(page, await tokenOf('submitter'));
    // The address has stayed.
    await page.getByText('What anybody sets from now on is listed here.').waitFor();
    await page.close();
  });

  it('leads to the log-in, and shows nothing any more, when the log-in is over while a page is open', async () => {
    const identity: Identity = { name: 'gustav', project: 'knee', role: 'reader', via: 'token' };
    const { secret } = await api.jobs.logins.begin(identity, 3);
    const page = await dashboard.open('jobs');
    const { port, hostname } = new URL(url);
    await page.context().addCookies([{ name: `rondel-${port}`, value: secret, domain: hostname, path: '/' }]);
    await page.reload();
    await gate(page).waitFor();
    expect(await page.getByRole('table').count()).toBe(0);
    await page.close();
  });

  it('leads to the log-in in every tab when one of them logs out', async () => {
    const page = await open('jobs', await tokenOf('reader'));
    const opening = page.waitForEvent('popup');
    await page.evaluate("void window.open('/#/workers')");
    const other = await opening;
    await other.getByRole('table', { name: 'Pools' }).waitFor();
    await page.getByRole('button', { name: 'Log out' }).click();
    await gate(page).waitFor();
    await gate(other).waitFor();
    expect(await other.getByRole('table').count()).toBe(0);
    await page.context().close();
  });

  it('lets in and out those whom an identity provider names', async () => {
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    const provider = await startIdentityProvider({
      people: { anna: ['knee-lab'] },
      redirects: [`${origin}/v1/login/oidc/callback`],
    });
    const folder = await mkdtemp(join(tmpdir(), 'rondel-oidc-'));
    const mappingFile = join(folder, 'members.toml');
    await writeFile(mappingFile, '[[members]]\ngroup = "knee-lab"\nproject = "knee"\nrole = "submitter"\n');
    const oidc = { issuer: provider.issuer, clientId: client.id, clientSecret: client.secret };
    const asked = await openTestApi(redis.url, {
      access: (jobs) => openMode({ auth: 'oidc', oidc, mappingFile }, jobs, createLogger('api', 'silent')),
    });
    try {
      await asked.app.listen({ host: '127.0.0.1', port });
      const page = await dashboard.open('jobs');
      // The pages of the provider are no part of the dashboard.
      page.removeAllListeners();
      await page.goto(`${origin}/#/workers`);
      await page.getByRole('link', { name: 'Log in with your account' }).click();
      await page.locator('input[name=login]').fill('anna');
      await page.locator('input[name=password]').fill('none is asked for');
      await page.locator('button[type=submit]').click();
      await page.getByRole('table', { name: 'Pools' }).waitFor();
      expect(await loggedIn(page).textContent()).toContain('anna submitter of knee');
      expect(page.url()).toBe(`${origin}/#/workers`);
      await page.getByRole('button', { name: 'Log out' }).click();
      await page.waitForURL(`${provider.issuer}/**`);
      await page.goto(origin);
      await gate(page).waitFor();
      await page.context().close();
    } finally {
      await asked.close();
      await provider.stop();
      await rm(folder, { recursive: true });
    }
  });

  it('shows admins the tokens, makes one and revokes it', async () => {
    const page = await open('access', admin);
    const form = page.getByRole('form', { name: 'New token' });
    await form.getByLabel('Name').fill('emil');
    await form.getByLabel('Role').selectOption('reader');
    await form.getByRole('button').click();
    const secret = await page.getByRole('status').locator('code').textContent();
    const row = page.getByRole('row').filter({ hasText: 'emil' });
    expect(await row.textContent()).toContain('reader');
    expect((await command(['whoami'], secret ?? '')).stdout).toContain('emil, reader of project knee');
    await page.getByRole('button', { name: 'I have it' }).click();
    await page.getByRole('button', { name: 'Revoke token emil' }).click();
    await page.getByRole('button', { name: 'Revoke it' }).click();
    await row.waitFor({ state: 'detached' });
    await page.close();
  });

  it('is of no use to a page of another origin', async () => {
    const page = await open('workers', await tokenOf('operator'));
    // Another port is another origin of the same site: the browser sends the cookie.
    const elsewhere = createServer((_, response) =>
      response.setHeader('content-type', 'text/html').end('<p>elsewhere'),
    );
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    // What the other page and the browser do is no complaint about the dashboard.
    page.removeAllListeners();
    await page.goto(urlOf(elsewhere));
    const submission = { plan: { name: 'radon/fbp' }, data: 'root://scans/private.h5' };
    const { answers, read } = await attackFrom(page, url, { own: url, submission, token: admin });
    expect(read.filter((text) => !text.includes('"FORBIDDEN"'))).toEqual([]);
    expect([...answers].sort()).toEqual(['/v1/jobs 403', '/v1/pools/:pool/pause 403', '/v1/store/clean 403']);
    const headers = { authorization: `Bearer ${admin}` };
    const pools = await api.app.inject({ url: '/v1/pools', headers });
    expect(pools.body).not.toContain('"paused":true');
    expect((await api.app.inject({ url: '/v1/jobs/counts', headers })).json()).toMatchObject({ total: 0 });
    // A name of somebody else that leads here: no page comes from it, and no request of one is heard.
    const rebound = url.replace('127.0.0.1', 'rebound.example');
    const refused = await page.goto(rebound);
    expect([refused?.status(), await refused?.text()]).toEqual([403, expect.stringContaining('"FORBIDDEN"')]);
    const heard = await attackFrom(page, rebound, { own: url, submission, token: admin });
    expect(heard.answers.filter((answer) => !answer.endsWith(' 403'))).toEqual([]);
    await page.close();
    elsewhere.closeAllConnections();
    await new Promise((resolve) => elsewhere.close(resolve));
  });
});
