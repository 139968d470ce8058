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
        ([status, { content, $ref }]) => !['204', '302'].includes(status) && !content && !$ref,
      ),
    );
    expect(silent.map(({ operation }) => operation.operationId)).toEqual([]);
    expect(document.servers).toEqual([{ url: 'http://127.0.0.1:7420' }]);
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
