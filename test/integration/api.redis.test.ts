import { createHash, randomBytes } from 'node:crypto';
import { failure, float32Array, ProblemDocumentSchema, RondelError, type Catalog, type Job } from '@rondel/contracts';
import { Check } from '@rondel/contracts/schema';
import { encodeArray } from '@rondel/formats';
import { leastSquaresManifest } from '@rondel/least-squares/manifest';
import { radonManifest } from '@rondel/radon/manifest';
import { createRegistry } from '@rondel/reco';
import { ulid } from 'ulid';
import { afterAll, describe, expect, it } from 'vitest';
import { begunAttempt, imageResult } from '../support/api/queued-jobs.js';
import { eventually } from '../support/machine/stack.js';
import { startTestRedis } from '../support/machine/redis.js';
import { openTestApi } from '../support/api/test-api.js';

const redis = await startTestRedis();
const { app, jobs, store, storeBytes, close } = await openTestApi(redis.url);
const artifact = await storeBytes('raw data');

afterAll(async () => {
  await close();
  await redis.stop();
});

function submit(body: unknown, headers: Record<string, string> = {}) {
  return app.inject({ method: 'POST', url: '/v1/jobs', payload: body as object, headers });
}

function submission(overrides: Record<string, unknown> = {}) {
  return { plan: { name: 'radon/fbp' }, data: artifact, ...overrides };
}

async function submitted(overrides: Record<string, unknown> = {}): Promise<Job> {
  const answer = await submit(submission(overrides));
  expect(answer.statusCode, answer.body).toBe(202);
  return answer.json<Job>();
}

async function complete(id: string): Promise<void> {
  const image = float32Array(new Float32Array([0, 1, 2, 3]), [1, 1, 2, 2], ['frame', 'slice', 'y', 'x'], [1, 1, 1, 1]);
  const { sha256 } = await store.put((await encodeArray(image, 'npy')).parts);
  const result = imageResult({
    artifact: `artifact:sha256-${sha256}`,
    shape: [1, 1, 2, 2],
    axes: ['frame', 'slice', 'y', 'x'],
    spacing: [1, 1, 1, 1],
    max: 3,
    mean: 1.5,
  });
  await jobs.ledger.finish(id, { state: 'completed', result }, await begin(id));
}

/** As much of the OpenAPI document as is looked at here. */
interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: object }>>>>;
  readonly components: Readonly<Record<'responses' | 'schemas', Readonly<Record<string, unknown>>>>;
}

const put = (payload: Buffer, headers: Record<string, string> = {}) =>
  app.inject({
    method: 'PUT',
    url: '/v1/data',
    payload,
    headers: { 'content-type': 'application/octet-stream', ...headers },
  });

const begin = (id: string) => begunAttempt(jobs, id);

describe('POST /v1/jobs', () => {
  it('accepts a built-in plan and says why the job waits', async () => {
    const job = await submitted({ labels: { patient: 'phantom' } });
    expect(job).toMatchObject({ state: 'queued', pool: 'default', plan: { name: 'radon/fbp' } });
    expect(job.waiting?.reason).toContain('No worker serves pool "default"');
  });

  it('gives the same plan hash whether the plan comes by name, as TOML or as a tree', async () => {
    const toml = createRegistry([leastSquaresManifest, radonManifest]).plan('radon/fbp').toml;
    const byName = await submitted();
    const asToml = await submitted({ plan: toml });
    expect(asToml.plan.sha256).toBe(byName.plan.sha256);
  });

  it('gives the same job for the same idempotency key', async () => {
    const first = await submit(submission(), { 'idempotency-key': 'once' });
    const second = await submit(submission(), { 'idempotency-key': 'once' });
    expect(second.json<Job>().id).toBe(first.json<Job>().id);
  });

  it('goes into the lane that it names, for whom it names, else for whom it comes from', async () => {
    expect(await submitted()).toMatchObject({ lane: 'normal', submitter: '127.0.0.1' });
    const named = await submit(submission({ lane: 'interactive' }), { 'rondel-submitter': 'ada' });
    expect(named.json<Job>()).toMatchObject({ lane: 'interactive', submitter: 'ada' });
    const both = await submit(submission({ submitter: 'bob' }), { 'rondel-submitter': 'ada' });
    expect(both.json<Job>()).toMatchObject({ submitter: 'bob' });
    const wrong = await submit(submission(), { 'rondel-submitter': 'Jane Doe' });
    expect(wrong.json()).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
  });

  it.each<[string, Record<string, unknown>, number, string, RegExp]>([
    ['an unknown parameter', { parameters: { fliter: 'ramp' } }, 422, 'PLAN_UNKNOWN_PROPERTY', /filter/],
    ['a wrong type', { parameters: { filter: 5 } }, 422, 'PLAN_INVALID_VALUE', /filter/],
    [
      'many numbers where one belongs',
      { parameters: { filter: Array(90_000).fill(0) } },
      422,
      'PLAN_INVALID_VALUE',
      /filter.*90000 numbers/,
    ],
    ['an unknown type', { plan: '_type = "RecoPlan{NoSuchAlgorithm}"\n' }, 422, 'PLAN_UNKNOWN_TYPE', /NoSuchAlgorithm/],
    ['malformed TOML', { plan: '_type = "RecoPlan{X}"\n[parameter\n' }, 400, 'PLAN_SYNTAX', /Line 2, column 11/],
    ['an unknown built-in plan', { plan: { name: 'radon/fpb' } }, 404, 'NOT_FOUND', /radon\/fbp/],
    ['a reference that is none', { data: '/etc/passwd' }, 422, 'DATA_NOT_FOUND', /root:\/\//],
    ['a path that leaves its root', { data: 'root://a/../b' }, 403, 'DATA_FORBIDDEN', /\.\./],
    ['an artifact that is not there', { data: `artifact:sha256-${'0'.repeat(64)}` }, 422, 'DATA_NOT_FOUND', /Upload/],
    [
      'an array that no step takes',
      { data: { data: 'root://a/b.npy', darks: 'root://a/c.npy' } },
      400,
      'INVALID_REQUEST',
      /data\.darks: no step takes an array of this name; .*Did you mean dark\?/,
    ],
    ['a pool that never had a worker', { pool: 'nowhere' }, 422, 'POOL_UNKNOWN', /nowhere/],
    ['a field that does not exist', { paramters: {} }, 400, 'INVALID_REQUEST', /paramters/],
    ['a lane that there is not', { lane: 'fast' }, 400, 'INVALID_REQUEST', /lane/],
    ['a submitter with a space', { submitter: 'Jane Doe' }, 400, 'INVALID_REQUEST', /submitter/],
    ['a priority as text', { priority: '5' }, 400, 'INVALID_REQUEST', /priority/],
  ])('refuses %s', async (_name, overrides, status, code, message) => {
    const answer = await submit(submission(overrides));
    const problem = answer.json<{ code: string; detail: string; status: number }>();
    expect(problem.code, answer.body.slice(0, 500)).toBe(code);
    expect(answer.statusCode).toBe(status);
    expect(problem.detail).toMatch(message);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.body.length).toBeLessThan(4000);
  });

  it('reports all that is wrong with a plan at once', async () => {
    const answer = await submit(submission({ parameters: { fliter: 'ramp', filter: 5 } }));
    const { problems } = answer.json<{ problems: { code: string }[] }>();
    expect(problems.map(({ code }) => code).sort()).toEqual(['PLAN_INVALID_VALUE', 'PLAN_UNKNOWN_PROPERTY']);
  });

  it('M7: keeps what people call the data, as long as it can stand in a sentence', async () => {
    const dataNames = { data: 'Zahn 7 – oben.h5' };
    const { id } = await submitted({ dataNames });
    expect((await app.inject(`/v1/jobs/${id}`)).json()).toMatchObject({ data: artifact, dataNames });
    for (const name of ['', 'two\nlines', 'x'.repeat(201)]) {
      const refused = await submit(submission({ dataNames: { data: name } }));
      expect(refused.json(), name).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
    }
  });

  it('refuses a body over the limit, malformed JSON and a wrong content type', async () => {
    const large = await app.inject({
      method: 'POST',
      url: '/v1/jobs',
      headers: { 'content-type': 'application/json' },
      payload: Buffer.alloc(17 * 2 ** 20, ' '),
    });
    expect(large.json()).toMatchObject({ status: 413, code: 'QUOTA_EXCEEDED' });
    const malformed = await app.inject({
      method: 'POST',
      url: '/v1/jobs',
      headers: { 'content-type': 'application/json' },
      payload: '{"plan": ',
    });
    expect(malformed.json()).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
    const form = await app.inject({
      method: 'POST',
      url: '/v1/jobs',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'plan=1',
    });
    expect(form.json()).toMatchObject({ code: 'INVALID_REQUEST' });
  });
});

describe('a job over REST', () => {
  it('is held by ?wait= until it ends', async () => {
    const { id } = await submitted();
    const waiting = app.inject(`/v1/jobs/${id}?wait=20`);
    setTimeout(() => void complete(id), 300);
    const started = performance.now();
    expect((await waiting).json<Job>().state).toBe('completed');
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  it('is held by ?wait= of its own submission, and of one that finds it by its idempotency key', async () => {
    const headers = { 'idempotency-key': 'held' };
    const submitAndWait = (seconds: number) =>
      app.inject({
        method: 'POST',
        url: `/v1/jobs?wait=${seconds}`,
        headers,
        payload: submission({ labels: { held: 'yes' } }),
      });
    const first = submitAndWait(20);
    let id = '';
    await eventually(
      async () => (id = (await jobs.ledger.list({ label: 'held=yes', limit: 1 })).jobs[0]?.id ?? '') !== '',
      () => 'no job was written down',
    );
    expect((await submitAndWait(0.2)).json<Job>()).toMatchObject({ id, state: 'queued' });
    const second = submitAndWait(20);
    await complete(id);
    for (const answer of await Promise.all([first, second])) {
      expect(answer.statusCode).toBe(202);
      expect(answer.headers.location).toBe(`/v1/jobs/${id}`);
      expect(answer.json<Job>()).toMatchObject({ id, state: 'completed', result: { links: {} } });
    }
  });

  it('is given back as it is when the wait is over', async () => {
    const { id } = await submitted();
    expect((await app.inject(`/v1/jobs/${id}?wait=0.2`)).json<Job>().state).toBe('queued');
  });

  it('is cancelled by DELETE, once and for all', async () => {
    const { id } = await submitted();
    const cancelled = (await app.inject({ method: 'DELETE', url: `/v1/jobs/${id}` })).json<Job>();
    expect(cancelled).toMatchObject({ state: 'cancelled', error: { code: 'CANCELLED' } });
    expect((await jobs.ledger.get(id))?.state).toBe('cancelled');
  });

  it('streams its events and ends the stream with the job, resuming where a reader left off', async () => {
    const { id } = await submitted();
    await complete(id);
    const all = (await app.inject(`/v1/jobs/${id}/events`)).body;
    expect(all.match(/^event: .*$/gm)).toEqual(['event: state', 'event: state', 'event: state', 'event: result']);
    const second = [...all.matchAll(/^id: (.*)$/gm)][1]?.[1] ?? '';
    const rest = await app.inject({ url: `/v1/jobs/${id}/events`, headers: { 'last-event-id': second } });
    expect(rest.body.match(/^event: .*$/gm)).toEqual(['event: state', 'event: result']);
  });

  it('gives its image in every format, and npy in ranges', async () => {
    const { id } = await submitted();
    await complete(id);
    const npy = await app.inject(`/v1/jobs/${id}/result`);
    expect(npy.rawPayload.subarray(1, 6).toString()).toBe('NUMPY');
    const part = await app.inject({ url: `/v1/jobs/${id}/result?format=npy`, headers: { range: 'bytes=1-5' } });
    expect([part.statusCode, part.body, part.headers['content-range']]).toEqual([
      206,
      'NUMPY',
      `bytes 1-5/${npy.rawPayload.length}`,
    ]);
    const beyond = await app.inject({ url: `/v1/jobs/${id}/result`, headers: { range: 'bytes=99999-' } });
    expect(beyond.statusCode).toBe(416);
    const png = await app.inject(`/v1/jobs/${id}/result?format=png&window=0,3`);
    expect(png.rawPayload.subarray(1, 4).toString()).toBe('PNG');
    const h5 = await app.inject({ url: `/v1/jobs/${id}/result`, headers: { accept: 'application/vnd.hdfgroup.hdf5' } });
    expect(h5.rawPayload.subarray(1, 4).toString()).toBe('HDF');
    const bad = await app.inject(`/v1/jobs/${id}/result?format=png&window=3,0`);
    expect(bad.json()).toMatchObject({ code: 'INVALID_REQUEST' });
    const slice = await app.inject(`/v1/jobs/${id}/result?format=png&slice=7`);
    expect(slice.json<{ detail: string }>().detail).toContain('7');
  });

  it('says why there is no image', async () => {
    const { id } = await submitted();
    const error = failure('DATA_FORMAT', 'truncated file');
    await jobs.ledger.finish(id, { state: 'failed', error }, await begin(id));
    const answer = await app.inject(`/v1/jobs/${id}/result`);
    expect(answer.json()).toMatchObject({ status: 409, code: 'CONFLICT' });
    expect(answer.json<{ detail: string }>().detail).toContain('truncated file');
  });

  it('is read from its record once Redis has forgotten it', async () => {
    const { id } = await submitted();
    await complete(id);
    await jobs.reconcile((job, record) => store.putRecord(job, record));
    const { Redis } = await import('ioredis');
    const connection = new Redis(redis.url);
    await connection.del(`{rondel}:job:${id}`);
    connection.disconnect();
    expect((await app.inject(`/v1/jobs/${id}`)).json<Job>()).toMatchObject({ id, state: 'completed' });
    expect((await app.inject(`/v1/jobs/${id}/result`)).statusCode).toBe(200);
  });

  it('is recorded although the record of another one cannot be written', async () => {
    const ids = [(await submitted()).id, (await submitted()).id, (await submitted()).id];
    for (const id of ids) await complete(id);
    const [unwritable = '', ...others] = ids;
    const written: string[] = [];
    const write = (id: string) => {
      if (id === unwritable) return Promise.reject(new RondelError('QUOTA_EXCEEDED', 'The record is too large.'));
      written.push(id);
      return Promise.resolve();
    };
    await expect(jobs.reconcile(write)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    expect(written).toEqual(expect.arrayContaining(others));
    expect(await jobs.ledger.unrecorded()).toEqual([unwritable]);
    await jobs.reconcile((job, record) => store.putRecord(job, record));
  });

  it('answers NOT_FOUND for an id that never was, INVALID_REQUEST for what is no id', async () => {
    expect((await app.inject(`/v1/jobs/${ulid()}`)).json()).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect((await app.inject('/v1/jobs/nonsense')).json()).toMatchObject({ code: 'INVALID_REQUEST' });
    expect((await app.inject('/v1/nonsense')).json()).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });
});

describe('/v1/data', () => {
  const bytes = randomBytes(100_000);
  const sha256 = createHash('sha256').update(bytes).digest('hex');

  it('stores the same bytes once and gives them back', async () => {
    expect((await put(bytes, { 'rondel-sha256': sha256 })).json()).toMatchObject({
      artifact: `artifact:sha256-${sha256}`,
      bytes: bytes.length,
      existed: false,
    });
    expect((await put(bytes)).json()).toMatchObject({ existed: true });
    expect((await app.inject(`/v1/data/${sha256}`)).rawPayload.equals(bytes)).toBe(true);
    const head = await app.inject({ method: 'HEAD', url: `/v1/data/${sha256}` });
    expect([head.statusCode, head.headers['content-length']]).toEqual([200, '100000']);
    expect((await app.inject({ method: 'HEAD', url: `/v1/data/${'1'.repeat(64)}` })).statusCode).toBe(404);
  });

  it('refuses bytes that do not have the promised hash, and uploads over the limit', async () => {
    expect((await put(bytes, { 'rondel-sha256': '1'.repeat(64) })).json()).toMatchObject({ code: 'CONFLICT' });
    expect((await put(Buffer.alloc(2 ** 20 + 1))).json()).toMatchObject({ status: 413, code: 'QUOTA_EXCEEDED' });
  });
});

describe('what the API says of itself', () => {
  it('is an OpenAPI 3.1 document that names every route, and a page to browse it', async () => {
    const document = (await app.inject('/openapi.json')).json<{ openapi: string; paths: Record<string, unknown> }>();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths).sort()).toEqual([
      '/healthz',
      '/metrics',
      '/readyz',
      '/v1/algorithms',
      '/v1/algorithms/{id}',
      '/v1/algorithms/{id}/lock',
      '/v1/algorithms/{id}/plan',
      '/v1/algorithms/{id}/put',
      '/v1/algorithms/{id}/reconstruct',
      '/v1/algorithms/{id}/take',
      '/v1/catalog',
      '/v1/data',
      '/v1/data/info',
      '/v1/data/picture',
      '/v1/data/{sha256}',
      '/v1/data/{sha256}/info',
      '/v1/data/{sha256}/picture',
      '/v1/identity',
      '/v1/jobs',
      '/v1/jobs/cancel',
      '/v1/jobs/counts',
      '/v1/jobs/erase',
      '/v1/jobs/retry',
      '/v1/jobs/{id}',
      '/v1/jobs/{id}/erasure',
      '/v1/jobs/{id}/events',
      '/v1/jobs/{id}/plan',
      '/v1/jobs/{id}/preview',
      '/v1/jobs/{id}/provenance',
      '/v1/jobs/{id}/residuals',
      '/v1/jobs/{id}/result',
      '/v1/jobs/{id}/retry',
      '/v1/jobs/{id}/subjobs/{subjob}',
      '/v1/jobs/{id}/submission',
      '/v1/login',
      '/v1/login/link',
      '/v1/login/oidc',
      '/v1/login/oidc/callback',
      '/v1/plans',
      '/v1/plans/{id}',
      '/v1/plans/{id}/build',
      '/v1/plans/{id}/cache',
      '/v1/plans/{id}/clear',
      '/v1/plans/{id}/events',
      '/v1/plans/{id}/fork',
      '/v1/plans/{id}/links/{path}',
      '/v1/plans/{id}/properties/{path}',
      '/v1/plans/{id}/set-all',
      '/v1/plans/{id}/toml',
      '/v1/plans/{id}/tree',
      '/v1/pools',
      '/v1/pools/{pool}',
      '/v1/pools/{pool}/demand',
      '/v1/pools/{pool}/pause',
      '/v1/pools/{pool}/resume',
      '/v1/quota',
      '/v1/quotas/{project}',
      '/v1/results/empty',
      '/v1/store',
      '/v1/store/check',
      '/v1/store/clean',
      '/v1/sweeps',
      '/v1/sweeps/{id}',
      '/v1/sweeps/{id}/sheet.png',
      '/v1/tokens',
      '/v1/tokens/{id}',
      '/v1/uploads',
      '/v1/uploads/{upload}',
      '/v1/workers',
      '/v1/workers/{id}/drain',
    ]);
    expect((await app.inject('/docs/')).statusCode).toBe(200);
  });

  it('says of every route that errors are problem documents, which they are', async () => {
    const document = (await app.inject('/openapi.json')).json<OpenApiDocument>();
    const schema = { $ref: '#/components/schemas/ProblemDocument' };
    expect(document.components.responses.Problem).toMatchObject({
      content: { 'application/problem+json': { schema } },
    });
    expect(document.components.schemas.ProblemDocument).toMatchObject({ type: 'object' });
    const problem = { $ref: '#/components/responses/Problem' };
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
    expect(operations.length).toBeGreaterThan(50);
    for (const { responses } of operations) expect(responses).toMatchObject({ '4XX': problem, '5XX': problem });
    const { artifact } = (await put(Buffer.from('0123456789'))).json<{ artifact: string }>();
    const data = `/v1/data/${artifact.replace('artifact:sha256-', '')}`;
    const plan = { name: 'radon/fbp' };
    const answers = [
      [400, await app.inject('/v1/jobs?limit=x')],
      [404, await app.inject('/v1/nothing')],
      [404, await app.inject(`/v1/jobs/${ulid()}`)],
      [409, await put(Buffer.from('other'), { 'rondel-sha256': '1'.repeat(64) })],
      [413, await put(Buffer.alloc(2 ** 20 + 1))],
      [416, await app.inject({ url: data, headers: { range: 'bytes=10-' } })],
      [422, await submit({ plan, data: artifact, parameters: { filtr: 'hann', iterations: 'x' } })],
    ] as const;
    for (const [status, { statusCode, headers, body }] of answers) {
      expect(statusCode, body).toBe(status);
      expect(headers['content-type']).toContain('application/problem+json');
      const answer: unknown = JSON.parse(body);
      expect(Check(ProblemDocumentSchema, answer), body).toBe(true);
      expect(answer).toMatchObject({ status });
    }
  });

  it('holds schemas, units and defaults of every node in the catalog', async () => {
    const { nodes } = (await app.inject('/v1/catalog')).json<Catalog>();
    const filtered = nodes.find(({ type }) => type === 'RadonFilteredBackprojectionParameters');
    expect(filtered?.properties.find(({ name }) => name === 'filter')).toMatchObject({ default: 'ramp' });
  });

  it('is ready while Redis answers and says so when it does not', async () => {
    expect((await app.inject('/healthz')).json()).toMatchObject({ status: 'ok' });
    expect((await app.inject('/readyz')).statusCode).toBe(200);
  });
});
