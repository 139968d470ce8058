import { tokenAuthentication } from '@rondel/api';
import { roles, type Role } from '@rondel/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi } from '../support/api/test-api.js';
import { startTestRedis } from '../support/machine/redis.js';

const redis = await startTestRedis();
const api = await openTestApi(redis.url, { authentication: ({ tokens }) => tokenAuthentication(tokens) });
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

interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  readonly path: string;
}

const document = (await app.inject('/openapi.json')).json<{ paths: Record<string, object> }>();
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.keys(item).map((method) => ({ method: method.toUpperCase(), path }) as Operation),
);
/** Routes that say nothing of anybody. */
const open = ['/healthz', '/readyz'];
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
      if (!['GET', 'HEAD'].includes(method) && path !== '/v1/plans/{id}/build')
        expect(refused[0], `reader ${method} ${path}`).toBe(true);
    }
  });
});
