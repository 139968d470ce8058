import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { openMode, type AuthOptions } from '@rondel/api';
import { run } from '@rondel/cli';
import { createLogger } from '@rondel/telemetry';
import { openTrail, readTrails } from '@rondel/telemetry/trail';
import { SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { afterAll, describe, expect, it } from 'vitest';
import { client, openBrowser, startIdentityProvider } from '../support/api/identity-provider.js';
import { openTestApi } from '../support/api/test-api.js';
import { workerRecord } from '../support/api/worker-record.js';
import { startTestRedis } from '../support/machine/redis.js';

const folder = await mkdtemp(join(tmpdir(), 'rondel-oidc-'));
const mappingFile = join(folder, 'members.toml');
await writeFile(
  mappingFile,
  `[[members]]
group = "knee-lab"
project = "knee"
role = "submitter"

[[members]]
group = "heart-lab"
project = "heart"
role = "reader"

[[members]]
group = "lung-lab"
project = "lung"
role = "submitter"
`,
);
const people = { anna: ['knee-lab', 'heart-lab'], ben: ['heart-lab'], carl: [] };
const host = 'rondel.lab';
const callback = `https://${host}/v1/login/oidc/callback`;
const provider = await startIdentityProvider({ people, redirects: [callback] });
const redis = await startTestRedis();
const oidc = {
  issuer: provider.issuer,
  clientId: client.id,
  clientSecret: client.secret,
  deviceClientId: client.deviceId,
  keyCooldownMs: 0,
};
const trail = await openTrail({ folder: join(folder, 'audit'), program: 'api', onProblem: () => undefined });
const closing: (() => Promise<void>)[] = [];
/** An API behind a proxy on loopback that speaks TLS. */
async function openApi(more: Partial<AuthOptions> = {}) {
  const options: AuthOptions = { auth: 'oidc', oidc, mappingFile, trustedProxies: ['127.0.0.1'], ...more };
  const api = await openTestApi(redis.url, {
    trail: { ...trail, isRequired: false },
    access: (jobs) => openMode(options, jobs, createLogger('api', 'silent')),
    app: { access: { allowedHosts: [host] } },
  });
  closing.push(api.close);
  return api;
}
const { app } = await openApi();
afterAll(async () => {
  for (const close of closing) await close();
  await trail.close();
  await Promise.all([provider.stop(), redis.stop(), rm(folder, { recursive: true })]);
});

const groups = people.anna;
const anna = { sub: 'anna', preferred_username: 'anna', groups };
const asking = (token: string, more: Record<string, string> = {}) => ({
  url: '/v1/identity',
  headers: { authorization: `Bearer ${token}`, ...more },
});
const statusOf = async (token: string, on = app) => (await on.inject(asking(token))).statusCode;
const why = async (token: string, on = app) => {
  const answer = await on.inject(asking(token));
  return `${answer.statusCode} ${answer.json<{ detail?: string }>().detail ?? ''}`;
};

describe('tokens of the identity provider', () => {
  it('let in those of whom the mapping knows a group, for the project that they choose', async () => {
    const token = await provider.sign(anna);
    expect((await app.inject(asking(token))).json()).toEqual({
      name: 'anna',
      project: 'knee',
      role: 'submitter',
      via: 'oidc',
      projects: [
        { project: 'knee', role: 'submitter' },
        { project: 'heart', role: 'reader' },
      ],
    });
    const heart = await app.inject(asking(token, { 'rondel-project': 'heart' }));
    expect(heart.json()).toMatchObject({ project: 'heart', role: 'reader' });
    expect((await app.inject(asking(token, { 'rondel-project': 'lung' }))).statusCode).toBe(403);
    expect(await why(await provider.sign({ sub: 'carl', groups: ['lung'] }))).toMatch(/403 .*"lung"\) has one/);
  });

  it('work for the one of their projects that a submission or a filter names, and see there what is there', async () => {
    const { app: listening, jobs } = await openApi();
    await jobs.fleet.declare(['default']);
    await jobs.fleet.beat(workerRecord('worker-1', { packages: { '@rondel/radon': '1' } }));
    const authorization = `Bearer ${await provider.sign({ ...anna, groups: ['knee-lab', 'heart-lab', 'lung-lab'] })}`;
    const put = async (project: string) => {
      const headers = { authorization, 'rondel-project': project, 'content-type': 'application/octet-stream' };
      const put = await listening.inject({ method: 'PUT', url: '/v1/data', payload: Buffer.from(project), headers });
      return put.json<{ artifact: string }>().artifact;
    };
    const ask = async (method: 'GET' | 'POST', url: string, payload?: object) =>
      listening.inject({ method, url, headers: { authorization }, ...(payload && { payload }) });
    const submit = async (more: object) =>
      ask('POST', '/v1/jobs', { plan: { name: 'radon/fbp' }, parameters: { angles: [0, 1] }, ...more });
    const [knee, lung] = [await put('knee'), await put('lung')];
    const submitted = await submit({ project: 'lung', data: lung });
    expect(submitted.json(), submitted.body).toMatchObject({ project: 'lung', submitter: 'anna' });
    // What another of one's projects has is not there.
    expect((await submit({ project: 'lung', data: knee })).json()).toMatchObject({ code: 'DATA_NOT_FOUND' });
    expect((await submit({ data: lung })).json()).toMatchObject({ code: 'DATA_NOT_FOUND' });
    const reader = await submit({ project: 'heart', data: lung });
    expect([reader.statusCode, reader.json<{ detail: string }>().detail]).toEqual([
      403,
      expect.stringContaining('"anna" is reader of the project "heart" here'),
    ]);
    expect((await submit({ project: 'liver', data: lung })).json<{ detail: string }>().detail).toBe(
      'You are no member of the project "liver". You work here for "knee", "heart", "lung".',
    );
    const { id } = submitted.json<{ id: string }>();
    const listed = async (query: string) => (await ask('GET', `/v1/jobs${query}`)).json<{ jobs: object[] }>().jobs;
    expect(await listed('?project=lung')).toEqual([expect.objectContaining({ id })]);
    expect([await listed(''), await listed('?project=heart')]).toEqual([[], []]);
    expect((await ask('GET', '/v1/quota?project=lung')).json()).toMatchObject({ project: 'lung' });
    const cancel = async (project: string) => ask('POST', '/v1/jobs/cancel', { filter: { project } });
    expect((await cancel('heart')).statusCode).toBe(403);
    expect((await cancel('liver')).statusCode).toBe(403);
    expect((await cancel('lung')).json()).toMatchObject({ done: 1 });
  });

  it('are of that provider, for this server, signed by its key, and neither old nor of the future', async () => {
    const now = Math.floor(Date.now() / 1000);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const own = (kid: string) =>
      new SignJWT({ ...anna, iss: provider.issuer, aud: client.id, exp: now + 60 }).setProtectedHeader({
        alg: 'ES256',
        kid,
      });
    const wrong: Record<string, Promise<string> | string> = {
      'it is of "https://evil.example"': provider.sign({ ...anna, iss: 'https://evil.example' }),
      'claim "aud"': provider.sign({ ...anna, aud: 'another' }),
      'claim "sub"': provider.sign({ ...anna, sub: undefined } as unknown as JWTPayload),
      'claim "exp"': provider.sign({ ...anna, exp: undefined } as unknown as JWTPayload),
      'it has expired': provider.sign({ ...anna, exp: now - 65 }),
      'it is not valid yet': provider.sign({ ...anna, nbf: now + 600 }),
      'signed with "none"': new UnsecuredJWT({ ...anna, iss: provider.issuer, aud: client.id }).encode(),
      'signed with "HS256"': new SignJWT({ ...anna, iss: provider.issuer, aud: client.id, exp: now + 60 })
        .setProtectedHeader({ alg: 'HS256' })
        .sign(Buffer.from(client.secret)),
      'not that of the provider': own('key-1').sign(privateKey),
      'a key that the provider does not have': own('key-0').sign(privateKey),
      'made for the client "another"': provider.sign({ ...anna, azp: 'another' }),
      'made for the client "undefined"': provider.sign({ ...anna, aud: [client.id, 'another'] }),
      'a "logout+jwt"': provider.sign(anna, { typ: 'logout+jwt' }),
      'no ID or access token': provider.sign({ ...anna, typ: 'Refresh' }),
      'bound to a key': provider.sign({ ...anna, cnf: { jkt: 'x' } }),
    };
    for (const [reason, token] of Object.entries(wrong)) {
      const answer = await app.inject(asking(await token));
      expect(answer.statusCode, reason).toBe(401);
      expect(answer.headers['www-authenticate'], reason).toBe('Bearer realm="rondel"');
      expect(answer.json<{ detail: string }>().detail).toContain(reason);
    }
    for (const token of ['a.b.c', 'e30.e30.', 'x', 'eyJhbGciOiJFUzI1NiJ9..', `${await provider.sign(anna)}x`]) {
      expect(await statusOf(token), token).toBe(401);
    }
    expect(await statusOf(await provider.sign({ ...anna, azp: client.deviceId, aud: client.deviceId }))).toBe(200);
  });

  it.each([-50, 50])('are believed although the clocks are %i s apart, and no more than a minute', async (skew) => {
    const now = () => Date.now() + skew * 1000;
    const api = await openApi({ oidc: { ...oidc, now } });
    // Just made there, and good for less than the difference; of an hour ago here.
    const seconds = Math.floor(Date.now() / 1000);
    expect(await statusOf(await provider.sign({ ...anna, nbf: seconds, exp: seconds + 30 }), api.app)).toBe(200);
    const far = skew < 0 ? { nbf: seconds + 60, exp: seconds + 300 } : { exp: seconds - 20 };
    expect(await why(await provider.sign({ ...anna, ...far }), api.app)).toMatch(/not valid yet|expired/);
  });

  it('go on when its keys change, and a flood of unknown keys does not reach it', async () => {
    const before = await provider.sign(anna);
    await provider.rotate();
    expect(await statusOf(await provider.sign(anna))).toBe(200);
    expect(await statusOf(before)).toBe(401);
    const api = await openApi({ oidc: { ...oidc, keyCooldownMs: 60_000 } });
    expect(await statusOf(await provider.sign(anna), api.app)).toBe(200);
    const asked = provider.asked.length;
    const tokens = await Promise.all(Array.from({ length: 50 }, (_, n) => provider.sign(anna, { kid: `no-${n}` })));
    expect(new Set(await Promise.all(tokens.map((token) => statusOf(token, api.app))))).toEqual(new Set([401]));
    expect(provider.asked.length - asked).toBe(0);
  });

  it('of an API of its own may come from any client, and others are none for it', async () => {
    const api = await openApi({ oidc: { ...oidc, audience: 'https://rondel.lab/api' } });
    expect(
      await statusOf(
        await provider.sign({ ...anna, aud: 'https://rondel.lab/api', azp: 'x' }, { typ: 'at+jwt' }),
        api.app,
      ),
    ).toBe(200);
    expect(await statusOf(await provider.sign(anna), api.app)).toBe(401);
    expect((await api.app.inject('/v1/login')).json()).toMatchObject({
      ways: ['oidc', 'token'],
      device: { issuer: provider.issuer, client: client.deviceId, sends: 'access', resource: 'https://rondel.lab/api' },
    });
  });
});

/** What the proxy adds to what a browser asks. */
const proxied = { host, 'x-forwarded-proto': 'https' };

describe('a browser', () => {
  const begin = async (then = '/', on = app) => {
    const answer = await on.inject({ url: `/v1/login/oidc?then=${encodeURIComponent(then)}`, headers: proxied });
    return { answer, location: String(answer.headers.location), cookies: cookiesOf(answer) };
  };
  const cookiesOf = (answer: { cookies: readonly object[] }) =>
    answer.cookies as {
      name: string;
      value: string;
      secure?: boolean;
      httpOnly?: boolean;
      sameSite?: string;
      path?: string;
    }[];
  const sent = (cookies: readonly { name: string; value: string }[]) => ({
    ...proxied,
    cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
  });
  const comeBack = (address: string, cookies: readonly { name: string; value: string }[], on = app) => {
    const { pathname, search } = new URL(address);
    return on.inject({ url: `${pathname}${search}`, headers: sent(cookies) });
  };

  it('logs in by code, with PKCE, and out again', async () => {
    const { location, cookies } = await begin('/#/jobs');
    const query = new URL(location).searchParams;
    expect(location.startsWith(`${provider.issuer}/auth?`)).toBe(true);
    expect(query.get('redirect_uri')).toBe(callback);
    expect(query.get('code_challenge_method')).toBe('S256');
    expect(cookies).toMatchObject([
      { name: '__Host-rondel-oidc', secure: true, httpOnly: true, sameSite: 'Lax', path: '/' },
    ]);
    const address = await openBrowser('anna').logIn(location);
    const back = await comeBack(address, cookies);
    expect([back.statusCode, back.headers.location], back.body).toEqual([302, '/#/jobs']);
    const login = cookiesOf(back).find(({ name }) => name === '__Host-rondel');
    expect(login).toMatchObject({ secure: true, httpOnly: true, sameSite: 'Strict', path: '/' });
    const headers = sent(login === undefined ? [] : [login]);
    const identity = await app.inject({ url: '/v1/identity', headers });
    expect(identity.json()).toMatchObject({ name: 'anna', project: 'knee', role: 'submitter', via: 'login' });
    const heart = await app.inject({ url: '/v1/identity', headers: { ...headers, 'rondel-project': 'heart' } });
    expect(heart.json()).toMatchObject({ project: 'heart', role: 'reader' });
    // The provider's word is good for ten minutes, so the log-in is, too.
    const [until = ''] = /expires=[^;]+/i.exec(String(back.headers['set-cookie'])) ?? [];
    expect(Date.parse(until.slice(8)) - Date.now()).toBeLessThanOrEqual(600_000);
    // Who it was is noted, and not what the address had.
    await trail.settled();
    const noted: object[] = [];
    for await (const entry of readTrails(join(folder, 'audit'))) noted.push(entry);
    const loggedIn = noted.find((entry) => 'what' in entry && entry.what === 'GET /v1/login/oidc/callback');
    expect(loggedIn).toMatchObject({ who: 'anna', via: 'oidc', project: 'knee', status: 302, from: '127.0.0.1' });
    // Neither again nor in another browser.
    expect((await comeBack(address, cookies)).statusCode).toBe(401);
    const out = await app.inject({ method: 'DELETE', url: '/v1/login', headers });
    expect(out.json<{ continueAt: string }>().continueAt).toContain(`${provider.issuer}/session/end?`);
    expect((await app.inject({ url: '/v1/identity', headers })).statusCode).toBe(401);
  });

  it('comes back with what it was given, for what was asked, or is turned away', async () => {
    const [first, second] = [await begin(), await begin()];
    const address = await openBrowser('anna').logIn(first.location);
    expect((await comeBack(address, [])).json()).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect((await comeBack(address, second.cookies)).statusCode).toBe(401);
    const torn = first.cookies.map(({ name, value }) => ({ name, value: `${value.slice(0, -2)}xx` }));
    expect((await comeBack(address, torn)).statusCode).toBe(401);
    const denied = new URL(callback);
    denied.search = new URLSearchParams({
      error: 'access_denied',
      state: new URL(first.location).searchParams.get('state') ?? '',
      iss: provider.issuer,
    }).toString();
    expect((await comeBack(denied.href, first.cookies)).json<{ detail: string }>().detail).toContain('"access_denied"');
    expect((await comeBack(address, first.cookies)).statusCode).toBe(302);
    for (const then of ['https://evil.example', '//evil.example', '/\\evil.example']) {
      expect((await begin(then)).answer.statusCode).toBe(400);
    }
  });

  it('is let in by what the provider tells when asked, and not without a project', async () => {
    await provider.rotate({ conformIdTokenClaims: true });
    const [ben, carl] = [await begin(), await begin()];
    const back = await comeBack(await openBrowser('ben').logIn(ben.location), ben.cookies);
    const headers = sent(cookiesOf(back).filter(({ name }) => name === '__Host-rondel'));
    expect((await app.inject({ url: '/v1/identity', headers })).json()).toMatchObject({
      name: 'ben',
      project: 'heart',
    });
    const refused = await comeBack(await openBrowser('carl').logIn(carl.location), carl.cookies);
    expect(refused.json()).toMatchObject({ code: 'FORBIDDEN' });
    await provider.rotate();
  });

  it('is believed to be somewhere else by what a trusted proxy says alone', async () => {
    const answer = await app.inject({ url: '/v1/login/oidc', headers: proxied, remoteAddress: '10.9.9.9' });
    expect(new URL(String(answer.headers.location)).searchParams.get('redirect_uri')).toBe(
      callback.replace('https', 'http'),
    );
    expect(answer.cookies).toMatchObject([{ name: 'rondel-oidc-80' }]);
    const elsewhere = { ...proxied, 'x-forwarded-host': 'evil.example' };
    expect((await app.inject({ url: '/v1/login/oidc', headers: elsewhere })).statusCode).toBe(403);
    const page = { ...proxied, host: 'evil.example', 'x-forwarded-host': host };
    expect((await app.inject({ url: '/v1/login/oidc', headers: page })).statusCode).toBe(403);
  });

  it('stays logged in while the provider is away, and others are told', async () => {
    const { location, cookies } = await begin();
    const back = await comeBack(await openBrowser('anna').logIn(location), cookies);
    const headers = sent(cookiesOf(back).filter(({ name }) => name === '__Host-rondel'));
    const fresh = await begin();
    const address = await openBrowser('anna').logIn(fresh.location);
    const token = await provider.sign(anna);
    expect(await statusOf(token)).toBe(200);
    provider.goesAway();
    const api = await openApi();
    const asked = provider.asked.length;
    for (let n = 0; n < 5; n += 1) {
      expect(await why(await provider.sign({ ...anna, n }), api.app)).toMatch(
        /^503 .*cannot be asked: It answers with 503\. Try again/,
      );
    }
    expect((await begin('/', api.app)).answer.statusCode).toBe(503);
    // Once by itself, when it began, and at most every five seconds after that, if this machine is slow.
    expect(provider.asked.length - asked).toBeLessThanOrEqual(3);
    expect((await comeBack(address, fresh.cookies)).statusCode).toBe(503);
    expect((await app.inject({ url: '/v1/identity', headers })).statusCode).toBe(200);
    expect(await statusOf(token)).toBe(200);
    provider.returns();
  });
});

describe('the command line', () => {
  it('logs in with a browser elsewhere, asks for another token when one ends, and logs out', async () => {
    const { app: listening } = await openApi();
    const server = await listening.listen({ host: '127.0.0.1', port: 0 });
    const state = join(folder, 'state');
    const rondel = async (parameters: string[], onNote: (text: string) => void = () => undefined) => {
      const out: string[] = [];
      const code = await run(['--json', '--server', server, ...parameters], {
        environment: { XDG_STATE_HOME: state },
        signal: new AbortController().signal,
        stdout: writing((text) => out.push(text)),
        stderr: writing(onNote),
      });
      return { code, answer: JSON.parse(out.join('')) as Record<string, unknown> };
    };
    expect((await rondel(['whoami'])).answer).toMatchObject({ code: 'UNAUTHENTICATED' });
    const browsing: Promise<string>[] = [];
    const begun = await rondel(['login'], (text) => {
      const [, address] = /Open (\S+)/.exec(text) ?? [];
      if (address !== undefined) browsing.push(openBrowser('anna').logIn(address));
    });
    expect(begun.answer).toMatchObject({ name: 'anna', project: 'knee', role: 'submitter', via: 'oidc' });
    expect(await Promise.all(browsing)).toHaveLength(1);
    const [file = ''] = await readdir(join(state, 'rondel', 'logins'));
    const path = join(state, 'rondel', 'logins', file);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const kept = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
    expect(kept).toMatchObject({ server, issuer: provider.issuer, client: client.deviceId });
    // Its token is over, and two commands notice it at once: the provider would end the log-in if both asked with the same.
    await writeFile(path, JSON.stringify({ ...kept, token: 'over', expiresAt: Date.now() }), { mode: 0o600 });
    const both = await Promise.all([rondel(['whoami']), rondel(['whoami'])]);
    expect(both.map(({ answer }) => answer.name)).toEqual(['anna', 'anna']);
    expect((await rondel(['logout'])).answer).toEqual({ server, wasLoggedIn: true });
    expect((await rondel(['whoami'])).code).toBe(2);
    expect(await readdir(join(state, 'rondel', 'logins'))).toEqual([]);
  });
});

function writing(take: (text: string) => void): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      take(chunk.toString());
      done();
    },
  });
}
