import axe from 'axe-core';
import { afterAll, describe, expect, it } from 'vitest';
import { findChromium, openChromium } from '../support/browser/chromium.js';
import { derivedNames, operationsOf, referencesIn, type OpenApiDocument } from '../support/packages/derived-names.js';
import { startTestRedis } from '../support/machine/redis.js';
import { openTestApi } from '../support/api/test-api.js';

const redis = await startTestRedis();
const { app, close } = await openTestApi(redis.url);
const document = (
  await app.inject({ url: '/openapi.json', headers: { host: '127.0.0.1:7420' } })
).json<OpenApiDocument>();
const chromium = await findChromium();
const operations = operationsOf(document);

afterAll(async () => {
  await close();
  await redis.stop();
});

// What openapi-python-client and openapi-generator need; both were tried by hand.
describe('the OpenAPI document, as generators of clients read it', () => {
  it('D16: names every operation once, in words', () => {
    const ids = operations.map(({ operation }) => operation.operationId ?? '');
    expect(ids.filter((id) => !/^[a-z][A-Za-z0-9]+$/.test(id))).toEqual([]);
    expect(new Set(ids.map((id) => id.toLowerCase())).size).toBe(ids.length);
    const common = ['createJob', 'listJobs', 'getJob', 'deleteJob', 'retryJob', 'cancelJobs', 'countJobs'];
    const others = ['getJobResult', 'putData', 'createSweep', 'putPlanProperty', 'setAllPlan', 'pausePool'];
    expect(ids).toEqual(expect.arrayContaining([...common, ...others]));
  });

  it('D16: gives no two schemas the same name, also none without a name, which are named after their place', () => {
    const names = derivedNames(document);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(['job', 'jobplan', 'planidentity', 'jobattempts']));
  });

  it('D16: has everything that it refers to', () => {
    const known = new Set(
      (['schemas', 'responses'] as const).flatMap((kind) =>
        Object.keys(document.components[kind]).map((name) => `#/components/${kind}/${name}`),
      ),
    );
    expect(referencesIn(document).filter((reference) => !known.has(reference))).toEqual([]);
  });

  it('D16: says the bodies of uploads and downloads, and where the server is', () => {
    const bytes = { schema: { type: 'string', format: 'binary' } };
    expect(document.paths['/v1/data']?.put?.requestBody?.content).toEqual({ 'application/octet-stream': bytes });
    const part = document.paths['/v1/uploads/{upload}']?.patch?.requestBody?.content;
    expect(part).toEqual({ 'application/partial-upload': bytes });
    const result = document.paths['/v1/jobs/{id}/result']?.get?.responses[200]?.content;
    expect(result).toMatchObject({ 'application/x-npy': bytes, 'image/png': bytes });
    // Whatever answers, says with what.
    const silent = operations.filter(({ operation: { responses } }) =>
      Object.entries(responses).some(
        ([status, { content, $ref }]) => !['204', '302', '304'].includes(status) && !content && !$ref,
      ),
    );
    expect(silent.map(({ operation }) => operation.operationId)).toEqual([]);
    expect(document.servers).toEqual([{ url: 'http://127.0.0.1:7420' }]);
  });
});

describe('what is answered, as the document says it', () => {
  it('of every operation: who may, and 304 to whoever has it already', async () => {
    const open = operations.filter(({ operation }) => operation.security?.length === 0).map(({ path }) => path);
    expect(new Set(open)).toEqual(
      new Set(['/healthz', '/readyz', '/v1/login', '/v1/login/oidc', '/v1/login/oidc/callback']),
    );
    const schemes = { token: { type: 'http', scheme: 'bearer' }, login: { type: 'apiKey', in: 'cookie' } };
    expect(document.components).toMatchObject({ securitySchemes: schemes });
    const { headers } = await app.inject('/v1/catalog');
    const again = await app.inject({ url: '/v1/catalog', headers: { 'if-none-match': headers.etag } });
    expect([again.statusCode, again.body]).toEqual([304, '']);
    const read = operations.filter(({ method, operation: { responses } }) => method === 'get' && '200' in responses);
    expect(read.filter(({ operation: { responses } }) => !('304' in responses))).toEqual([]);
    expect(document.paths['/v1/data/{sha256}']?.get?.responses).toHaveProperty('206');
    expect(document.paths['/v1/uploads/{upload}']?.head?.responses).toHaveProperty('204');
  });

  it.each([
    ['QUERY', '/v1/jobs', 'GET, HEAD, POST'],
    ['PATCH', '/v1/jobs/', 'GET, HEAD, POST'],
    ['TRACE', '/v1/jobs/counts?q=a/b', 'GET, HEAD'],
    ['PUT', '/v1/plans/x/properties/a%2Fb', undefined],
    ['POST', '/v1/plans/x/properties/a%2Fb', 'DELETE, GET, HEAD, PUT'],
    ['OPTIONS', '/openapi.json', 'GET, HEAD'],
    ['POST', '/v1/no-such', undefined],
  ])('%s %s is told which methods there are: %s', async (method, url, allow) => {
    const answer = await app.inject({ method: method as 'POST', url });
    expect(answer.statusCode === 405).toBe(allow !== undefined);
    expect(answer.headers.allow).toBe(allow);
    expect(answer.json()).toHaveProperty('code');
  });
});

describe('the page of the REST interface', () => {
  it('D21: shows every call and every schema', async () => {
    const { body, headers, statusCode } = await app.inject('/docs');
    expect([statusCode, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    const ids = [...body.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    const calls = operations.map(({ operation }) => operation.operationId);
    expect(ids).toEqual(expect.arrayContaining([...calls, ...Object.keys(document.components.schemas)]));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.runIf(chromium !== undefined)('D21: passes axe, in light and dark', async () => {
    const browser = await openChromium(chromium ?? '');
    try {
      const page = await browser.newPage();
      // What is closed is not looked at, and all of it at once takes axe a long time.
      await page.setContent((await app.inject('/docs')).body);
      await page.evaluate(`for (const id of ['createJob', 'getJobResult', 'Lane', 'Progress'])
        document.getElementById(id).closest('details').open = true`);
      await page.addScriptTag({ content: axe.source });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const { violations } = await page.evaluate<axe.AxeResults>('axe.run(document)');
        expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
      }
    } finally {
      await browser.close();
    }
  });
});
