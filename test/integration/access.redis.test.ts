import { hash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMode, tokenAccess, type AuthOptions } from '@rondel/api';
import { roles, type Role } from '@rondel/contracts';
import { createLogger } from '@rondel/telemetry';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { client, startIdentityProvider } from '../support/api/identity-provider.js';
import { workerRecord } from '../support/api/worker-record.js';
import { openTestApi } from '../support/api/test-api.js';
import { startTestRedis } from '../support/machine/redis.js';

const redis = await startTestRedis();
const api = await openTestApi(redis.url, { access: tokenAccess });
const { app, jobs } = api;
afterAll(async () => {
  await api.close();
  await redis.stop();
});

const projects = ['knee', 'heart'] as const;
type Project = (typeof projects)[number];
/** The secret of a token for each project and role. */
const secrets = new Map<string, string>();
beforeAll(async () => {
  for (const project of projects) {
    for (const role of roles) {
      const { secret } = await jobs.tokens.create({ name: `${project}-${role}`, project, role });
      secrets.set(`${project} ${role}`, secret);
    }
  }
});
const as = (project: Project, role: Role) => ({ authorization: `Bearer ${secrets.get(`${project} ${role}`) ?? ''}` });

const octets = { 'content-type': 'application/octet-stream' };

interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  readonly path: string;
}

const document = (await app.inject('/openapi.json')).json<{ paths: Record<string, object> }>();
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.keys(item).map((method) => ({ method: method.toUpperCase(), path }) as Operation),
);
/** Routes that say nothing of anybody. */
const open = ['/healthz', '/readyz', '/v1/login', '/v1/login/oidc', '/v1/login/oidc/callback'];
/** What changes nothing of a project's although it is asked with POST. */
const harmless = ['/v1/plans/{id}/build', '/v1/login/link'];
const unknownId = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const addressOf = (path: string, id = unknownId) =>
  path
    .replace('{sha256}', 'a'.repeat(64))
    .replace('{upload}', '00000000-0000-4000-8000-000000000000')
    .replace('{pool}', 'default')
    .replace('{path}', 'iterations')
    .replace('{subjob}', '0.0')
    .replace('{id}', path.startsWith('/v1/workers') ? 'worker-1' : id);

describe('who may do what', () => {
  it.each(operations)('$method $path needs a log-in', async ({ method, path }) => {
    const answer = await app.inject({ method, url: addressOf(path) });
    if (open.includes(path)) {
      expect(answer.statusCode).not.toBe(401);
      return;
    }
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="rondel"');
    const wrong = await app.inject({ method, url: addressOf(path), headers: { authorization: 'Bearer rondel_x' } });
    expect(wrong.statusCode).toBe(401);
  });

  it('a role may what those before it may', async () => {
    for (const { method, path } of operations.filter((each) => !open.includes(each.path))) {
      // What each role is told, from the least on: 403 until one may, and never again after it.
      const refused: boolean[] = [];
      for (const role of roles) {
        const headers = as('knee', role);
        const { statusCode } = await app.inject({ method, url: addressOf(path), headers });
        expect(statusCode, `${role} ${method} ${path}`).not.toBe(401);
        expect(statusCode, `${role} ${method} ${path}`).toBeLessThan(500);
        refused.push(statusCode === 403);
      }
      expect(refused, `${method} ${path}`).toEqual([...refused].sort((a, b) => Number(b) - Number(a)));
      expect(refused.at(-1), `admin ${method} ${path}`).toBe(false);
      // Who only reads changes nothing.
      if (!['GET', 'HEAD'].includes(method) && !harmless.includes(path))
        expect(refused[0], `reader ${method} ${path}`).toBe(true);
    }
  });
});

describe('what belongs to another project', () => {
  const things = new Map<string, string>();
  const canary = 'canary-Mustermann';
  const post = async (url: string, payload: object, who: Record<string, string>) => {
    const answer = await app.inject({ method: 'POST', url, payload, headers: who });
    expect(answer.statusCode, answer.body).toBeLessThan(300);
    return answer.json<{ id: string; upload: string }>();
  };
  let artifact = '';
  beforeAll(async () => {
    await jobs.fleet.declare(['default']);
    await jobs.fleet.beat(workerRecord('worker-1', { packages: { '@rondel/radon': '1' } }));
    const who = as('knee', 'submitter');
    const payload = Buffer.from(canary);
    const put = await app.inject({ method: 'PUT', url: '/v1/data', payload, headers: { ...who, ...octets } });
    artifact = put.json<{ artifact: string }>().artifact;
    const plan = { name: 'radon/fbp' };
    const body = { plan, data: artifact, title: canary, labels: { patient: canary }, dataNames: { data: canary } };
    const parameters = { angles: [0, 1] };
    things.set('jobs', (await post('/v1/jobs', { ...body, parameters }, who)).id);
    const vary = [{ path: 'centerOfRotation', values: [1, 2] }];
    things.set('sweeps', (await post('/v1/sweeps', { ...body, parameters, vary }, who)).id);
    things.set('plans', (await post('/v1/plans', { plan, parameters }, who)).id);
    things.set('algorithms', (await post('/v1/algorithms', { plan, parameters, labels: { patient: canary } }, who)).id);
    const begun = await app.inject({
      method: 'POST',
      url: '/v1/uploads',
      headers: { ...who, 'upload-complete': '?0' },
    });
    things.set('uploads', begun.json<{ upload: string }>().upload);
    things.set('data', artifact.replace('artifact:sha256-', ''));
    const running = [things.get('jobs') ?? ''];
    await jobs.fleet.beat(workerRecord('worker-2', { running }));
  });
  const kindOf = (path: string) => path.split('/')[2] ?? '';
  const named = operations.filter(({ path }) => /\{(id|sha256|upload)\}/.test(path) && !/workers|tokens/.test(path));

  it.each(named)('$method $path is not there', async ({ method, path }) => {
    const id = things.get(kindOf(path)) ?? '';
    const url = (one: string) => addressOf(path).replace(new RegExp(`(/v1/${kindOf(path)}/)[^/]+`), `$1${one}`);
    const headers = as('heart', 'operator');
    const foreign = await app.inject({ method, url: url(id), headers });
    expect(foreign.statusCode, foreign.body).toBe(404);
    expect(foreign.body).not.toContain(canary);
    if (method !== 'GET') return;
    // To the letter what is answered where there is nothing.
    const unknown = await app.inject({ method, url: addressOf(path), headers });
    const general = (body: string) => body.replaceAll(id, 'ID').replaceAll(/[0-7][0-9A-HJKMNP-TV-Z]{25}|a{64}/g, 'ID');
    expect(general(foreign.body)).toBe(general(unknown.body));
    // Streams of events have no end.
    if (path.endsWith('/events')) return;
    const own = await app.inject({ method, url: url(id), headers: as('knee', 'operator') });
    expect([401, 403], own.body).not.toContain(own.statusCode);
    expect(general(own.body)).not.toBe(general(unknown.body));
  });

  it('is in no list, count or metric, and nothing can be made of it', async () => {
    const headers = as('heart', 'operator');
    for (const path of [
      '/v1/jobs',
      '/v1/jobs/counts',
      '/v1/sweeps',
      '/v1/plans',
      '/v1/algorithms',
      '/v1/workers',
      '/metrics',
    ]) {
      const { body } = await app.inject({ url: path, headers });
      for (const text of [canary, ...things.values()]) expect(body, path).not.toContain(text);
    }
    const fleet = (await app.inject({ url: '/v1/workers', headers })).json<{ workers: object[] }>();
    expect(fleet.workers).toContainEqual(expect.objectContaining({ id: 'worker-2', running: [], runningElsewhere: 1 }));
    expect((await app.inject({ url: '/v1/jobs/counts', headers })).json()).toMatchObject({ total: 0 });
    expect((await app.inject({ url: '/v1/jobs?project=knee', headers })).statusCode).toBe(403);
    expect((await app.inject({ url: `/v1/jobs?label=patient`, headers })).json()).toMatchObject({ jobs: [] });
    const plan = { name: 'radon/fbp' };
    const parameters = { angles: [0, 1] };
    const unknown = `artifact:sha256-${'a'.repeat(64)}`;
    const tryWith = async (url: string, payload: object) => {
      const answer = await app.inject({ method: 'POST', url, payload, headers });
      return {
        statusCode: answer.statusCode,
        body: answer.body.replaceAll(/[0-9a-f]{64}|[0-7][0-9A-HJKMNP-TV-Z]{25}/g, 'ID'),
      };
    };
    expect(await tryWith('/v1/jobs', { plan, parameters, data: artifact })).toEqual(
      await tryWith('/v1/jobs', { plan, parameters, data: unknown }),
    );
    const [job, session] = [things.get('jobs'), things.get('plans')];
    expect(await tryWith('/v1/jobs', { plan, parameters, data: `job:${job}` })).toEqual(
      await tryWith('/v1/jobs', { plan, parameters, data: `job:${unknownId}` }),
    );
    for (const of of [{ plan: { session }, data: artifact }, { plan: { session } }]) {
      const url = 'data' in of ? '/v1/jobs' : '/v1/plans';
      expect((await tryWith(url, of)).statusCode).toBe(404);
    }
    expect((await tryWith('/v1/plans', { plan: { job } })).statusCode).toBe(404);
    expect((await tryWith('/v1/results/empty', { plan: { session } })).statusCode).toBe(404);
    for (const what of ['cancel', 'retry', 'erase']) {
      expect(
        (await app.inject({ method: 'POST', url: `/v1/jobs/${what}`, payload: { ids: [job] }, headers })).json(),
      ).toMatchObject({
        done: 0,
        refused: [{ code: 'NOT_FOUND' }],
      });
    }
    expect((await app.inject({ url: `/v1/jobs/${job}`, headers: as('knee', 'reader') })).json()).toMatchObject({
      state: 'queued',
    });
  });

  it('may be the same bytes, and neither hears of the other', async () => {
    const payload = Buffer.from(canary);
    const put = (project: Project) =>
      app.inject({ method: 'PUT', url: '/v1/data', payload, headers: { ...as(project, 'submitter'), ...octets } });
    expect((await put('heart')).json()).toMatchObject({ artifact, existed: false });
    expect((await put('heart')).json()).toMatchObject({ artifact, existed: true });
    const read = async (project: Project) =>
      (await app.inject({ url: `/v1/data/${things.get('data')}`, headers: as(project, 'reader') })).statusCode;
    expect(await read('heart')).toBe(200);
    const job = things.get('jobs');
    const erased = await app.inject({
      method: 'DELETE',
      url: `/v1/jobs/${job}?erase=true`,
      headers: as('knee', 'submitter'),
    });
    expect(erased.statusCode, erased.body).toBe(200);
    expect(await read('heart')).toBe(200);
    // Whose job it was still hears that it was erased; others that there is none.
    const ask = (project: Project) => app.inject({ url: `/v1/jobs/${job}`, headers: as(project, 'reader') });
    expect([(await ask('knee')).statusCode, (await ask('heart')).statusCode]).toEqual([410, 404]);
  });

  it('is not the default project’s because that has asked for it before anybody had it', async () => {
    const { secret } = await jobs.tokens.create({ name: 'default-reader', role: 'reader' });
    const payload = Buffer.from('of the heart alone');
    const url = `/v1/data/${hash('sha256', payload)}`;
    const ask = async () => (await app.inject({ url, headers: { authorization: `Bearer ${secret}` } })).statusCode;
    expect(await ask()).toBe(404);
    const headers = { ...as('heart', 'submitter'), ...octets };
    expect((await app.inject({ method: 'PUT', url: '/v1/data', payload, headers })).statusCode).toBeLessThan(300);
    expect(await ask()).toBe(404);
  });

  it('is seen by admins', async () => {
    const headers = as('heart', 'admin');
    expect((await app.inject({ url: '/v1/sweeps', headers })).body).toContain(things.get('sweeps'));
    expect((await app.inject({ url: `/v1/sweeps/${things.get('sweeps')}`, headers })).statusCode).toBe(200);
    expect((await app.inject({ url: '/v1/jobs?project=knee', headers })).body).toContain('"project":"knee"');
  });
});

describe('a browser', () => {
  const logIn = (payload: object) => app.inject({ method: 'POST', url: '/v1/login', payload });
  const cookieOf = (answer: { readonly cookies: readonly { readonly name: string; readonly value: string }[] }) => {
    const [cookie] = answer.cookies;
    return { cookie: `${cookie?.name}=${cookie?.value}` };
  };
  const statusWith = async (headers: Record<string, string>) =>
    (await app.inject({ url: '/v1/jobs', headers })).statusCode;

  it('logs in with a token, and out', async () => {
    expect((await logIn({ token: 'rondel_guessed' })).statusCode).toBe(401);
    const answer = await logIn({ token: secrets.get('heart submitter') });
    expect(answer.json()).toMatchObject({ identity: { name: 'heart-submitter', project: 'heart', role: 'submitter' } });
    expect(answer.headers['set-cookie']).toMatch(/HttpOnly; SameSite=Strict/);
    const cookie = cookieOf(answer);
    expect(await statusWith(cookie)).toBe(200);
    const whose = await app.inject({ url: '/v1/identity', headers: cookie });
    expect(whose.json()).toMatchObject({ project: 'heart', via: 'login' });
    const elsewhere = { ...cookie, origin: 'https://elsewhere.example' };
    const forged = await app.inject({
      method: 'POST',
      url: '/v1/jobs/cancel',
      payload: { ids: [unknownId] },
      headers: elsewhere,
    });
    expect(forged.statusCode).toBe(403);
    const out = await app.inject({ method: 'DELETE', url: '/v1/login', headers: cookie });
    expect(out.headers['set-cookie']).toContain('Expires=Thu, 01 Jan 1970');
    expect(await statusWith(cookie)).toBe(401);
  });

  it('logs in with a link, once', async () => {
    const link = await app.inject({ method: 'POST', url: '/v1/login/link', headers: as('knee', 'reader') });
    const { path } = link.json<{ path: string }>();
    const code = path.replace('/#login=', '');
    const answer = await logIn({ code });
    expect(answer.json()).toMatchObject({ identity: { name: 'knee-reader', role: 'reader' } });
    expect(await statusWith(cookieOf(answer))).toBe(200);
    expect((await logIn({ code })).statusCode).toBe(401);
  });

  it('is logged out within a second when its token is revoked or expires', async () => {
    const expiresAt = new Date(Date.now() + 1500).toISOString();
    const [revoked, expiring] = await Promise.all([
      jobs.tokens.create({ name: 'leaving', project: 'knee', role: 'reader' }),
      jobs.tokens.create({ name: 'passing', project: 'knee', role: 'reader', expiresAt }),
    ]);
    for (const { secret, id } of [revoked, expiring]) {
      const cookie = cookieOf(await logIn({ token: secret }));
      expect(await statusWith(cookie)).toBe(200);
      if (id === revoked.id) {
        const gone = await app.inject({ method: 'DELETE', url: `/v1/tokens/${id}`, headers: as('knee', 'admin') });
        expect(gone.statusCode).toBe(200);
      }
      await vi.waitFor(async () => expect(await statusWith(cookie)).toBe(401), { timeout: 5000, interval: 100 });
      expect(await statusWith({ authorization: `Bearer ${secret}` })).toBe(401);
    }
  });
});

/** How an API of each mode is told who asks, by the name of a group for each project and role. */
const modes = {
  async oidc() {
    const provider = await startIdentityProvider({ people: {} });
    const tokens = new Map<string, string>();
    for (const project of projects) {
      for (const role of roles) {
        const group = `${project}-${role}`;
        tokens.set(group, await provider.sign({ sub: group, preferred_username: group, groups: [group] }));
      }
    }
    return {
      options: { oidc: { issuer: provider.issuer, clientId: client.id } },
      show: (group: string) => ({ authorization: `Bearer ${tokens.get(group) ?? ''}` }),
      close: () => provider.stop(),
    };
  },
  proxy: () =>
    Promise.resolve({
      options: {
        proxy: { header: 'X-Forwarded-User', groupsHeader: 'X-Forwarded-Groups' },
        trustedProxies: ['127.0.0.1/32'],
      },
      show: (group: string) => ({ 'x-forwarded-user': group, 'x-forwarded-groups': `others, ${group}` }),
      close: () => Promise.resolve(),
    }),
};

/** What a reader with a token is told, the same for both modes. */
const statuses = new Map<string, number>();
async function statusOfReader(request: {
  readonly method: Operation['method'];
  readonly url: string;
}): Promise<number> {
  const name = `${request.method} ${request.url}`;
  const status = statuses.get(name) ?? (await app.inject({ ...request, headers: as('knee', 'reader') })).statusCode;
  statuses.set(name, status);
  return status;
}

describe.each(['oidc', 'proxy'] as const)('in the mode %s', (auth) => {
  let other: Awaited<ReturnType<typeof openTestApi>>;
  let mode: Awaited<ReturnType<(typeof modes)[typeof auth]>>;
  let folder = '';
  const asking = (project: Project, role: Role) => mode.show(`${project}-${role}`);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rondel-modes-'));
    const mappingFile = join(folder, 'members.toml');
    const members = projects.flatMap((project) =>
      roles.map((role) => `[[members]]\ngroup = "${project}-${role}"\nproject = "${project}"\nrole = "${role}"\n`),
    );
    await writeFile(mappingFile, members.join('\n'));
    mode = await modes[auth]();
    const options: AuthOptions = { auth, mappingFile, ...mode.options };
    other = await openTestApi(redis.url, { access: (all) => openMode(options, all, createLogger('api', 'silent')) });
  });
  afterAll(async () => {
    await other.close();
    await mode.close();
    await rm(folder, { recursive: true });
  });

  it('nobody gets in unknown, and a reader may what a reader with a token may', async () => {
    const knee = asking('knee', 'reader');
    for (const { method, path } of operations.filter((each) => !open.includes(each.path))) {
      const request = { method, url: addressOf(path) };
      const unknown = await other.app.inject(request);
      expect(unknown.statusCode, `${method} ${path}`).toBe(401);
      expect(unknown.headers['www-authenticate']).toBe('Bearer realm="rondel"');
      const { statusCode } = await other.app.inject({ ...request, headers: knee });
      const known = await statusOfReader(request);
      expect(statusCode, `reader ${method} ${path}`).not.toBe(401);
      expect(statusCode === 403, `reader ${method} ${path}`).toBe(known === 403);
    }
  });

  it('what belongs to another project is not there, and tokens go on', async () => {
    const plan = { name: 'radon/fbp' };
    const session = await other.app.inject({
      method: 'POST',
      url: '/v1/plans',
      payload: { plan, parameters: { angles: [0, 1] } },
      headers: asking('knee', 'submitter'),
    });
    const { id } = session.json<{ id: string }>();
    const statusFor = async (headers: Record<string, string>, url = `/v1/plans/${id}`) =>
      (await other.app.inject({ url, headers })).statusCode;
    expect(await statusFor(asking('knee', 'reader'))).toBe(200);
    expect(await statusFor(as('knee', 'reader'))).toBe(200);
    for (const { path } of operations.filter(
      ({ method, path }) => method === 'GET' && path.startsWith('/v1/plans/{id}'),
    )) {
      expect(await statusFor(asking('heart', 'operator'), addressOf(path, id)), path).toBe(404);
    }
    const whose = await other.app.inject({ url: '/v1/identity', headers: asking('heart', 'admin') });
    expect(whose.json()).toMatchObject({ name: 'heart-admin', project: 'heart', role: 'admin', via: auth });
  });

  it.runIf(auth === 'proxy')('a header counts from the proxy alone, whatever it says', async () => {
    const headers = asking('knee', 'admin');
    const statusFrom = async (remoteAddress: string, sent: Record<string, string | string[]>) =>
      (await other.app.inject({ url: '/v1/identity', headers: sent, remoteAddress })).statusCode;
    expect(await statusFrom('127.0.0.1', headers)).toBe(200);
    expect(await statusFrom('::ffff:127.0.0.1', headers)).toBe(200);
    expect(await statusFrom('127.0.0.2', headers)).toBe(401);
    expect(await statusFrom('10.0.0.9', { ...headers, 'x-forwarded-for': '127.0.0.1' })).toBe(401);
    // Who pretends to be the proxy is not let in by a token either.
    expect(await statusFrom('10.0.0.9', { ...headers, ...as('knee', 'admin') })).toBe(401);
    expect(await statusFrom('10.0.0.9', as('knee', 'admin'))).toBe(200);
    expect(await statusFrom('127.0.0.1', { ...headers, 'x-forwarded-user': ['mallory', 'knee-admin'] })).toBe(401);
    expect(await statusFrom('127.0.0.1', { 'x-forwarded-user': 'knee-admin' })).toBe(403);
  });
});
