import { chmod, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApp, openCollector, type Collector } from '@rondel/api';
import type { Damage, Job, Result, StoreCheck, StorePolicy, StoreReport } from '@rondel/contracts';
import { openJobs, recordJob, type Jobs } from '@rondel/jobs';
import { createRegistry } from '@rondel/reco';
import { leastSquaresManifest } from '@rondel/least-squares/manifest';
import { radonManifest } from '@rondel/radon/manifest';
import { openArtifactStore, openCheckpointArea, openPartArea, openResultArea, type ArtifactStore } from '@rondel/store';
import { createLogger } from '@rondel/telemetry';
import { Redis } from 'ioredis';
import { ulid } from 'ulid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestRedis, type TestRedis } from '../support/machine/redis.js';
import { rondel } from '../support/machine/rondel-command.js';

const hourMs = 3600 * 1000;
const dayMs = 24 * hourMs;
const daySeconds = 24 * 3600;

let redis: TestRedis;
let connection: Redis;
let jobs: Jobs;
let store: ArtifactStore;
let directory: string;
let app: Awaited<ReturnType<typeof buildApp>>;

beforeAll(async () => {
  redis = await startTestRedis();
  connection = new Redis(redis.url);
});
afterAll(async () => {
  connection.disconnect();
  await redis.stop();
});

beforeEach(async () => {
  await connection.flushall();
  directory = await mkdtemp(join(tmpdir(), 'rondel-collect-'));
  jobs = await openJobs({ redisUrl: redis.url, onError: () => undefined });
  store = openArtifactStore(directory);
  app = await buildApp(
    {
      jobs,
      store,
      registry: createRegistry([leastSquaresManifest, radonManifest]),
      freeBytes: () => Promise.resolve(2 ** 30),
      storeProblem: () => Promise.resolve(undefined),
      maxUploadBytes: 2 ** 20,
      policy: { keepResultsSeconds: 30 * daySeconds },
    },
    { logger: createLogger('api', 'silent'), version: 'test' },
  );
});
afterEach(async () => {
  await app.close();
  await jobs.close();
  await rm(directory, { recursive: true, force: true });
});

function collector(policy: StorePolicy): Collector {
  return openCollector({ jobs, store }, policy);
}

/** Cleans twice, the second time when the trash has waited long enough. */
async function cleanTwice(policy: StorePolicy): Promise<void> {
  const now = Date.now();
  await collector(policy).clean({ dryRun: false, now });
  await collector(policy).clean({ dryRun: false, now: now + 2 * hourMs });
}

/** Makes an artifact look as if it had been used last some days ago. */
async function age(sha256: string, days: number): Promise<string> {
  const then = new Date(Date.now() - days * dayMs);
  await utimes(join(directory, 'sha256', sha256.slice(0, 2), sha256.slice(2)), then, then);
  return sha256;
}

async function artifact(text: string, days: number): Promise<string> {
  return age((await store.put([Buffer.from(text)])).sha256, days);
}

const exists = async (sha256: string) => (await store.stat(sha256)) !== undefined;

async function submitted(data: string): Promise<Job> {
  const payload = { plan: { name: 'radon/fbp' }, data: `artifact:sha256-${data}` };
  const answer = await app.inject({ method: 'POST', url: '/v1/jobs', payload });
  expect(answer.statusCode, answer.body).toBe(202);
  return answer.json<Job>();
}

/** Completes a job with an image, records it, and makes all of it as old as said. */
async function completed(data: string, image: string, days: number): Promise<{ id: string; sha256: string }> {
  const { id } = await submitted(data);
  const [subjob] = await jobs.ledger.openSubjobs(id);
  const begun = subjob && (await jobs.ledger.begin(subjob, 'w1'));
  if (begun?.answer !== 'begun') throw new Error('the job has no sub-job');
  const { sha256 } = await store.put([Buffer.from(image)]);
  const numbers = { min: 0, max: 0, mean: 0, seconds: 1 };
  const result: Result = {
    artifact: `artifact:sha256-${sha256}`,
    shape: [1],
    dtype: 'float32',
    axes: ['x'],
    spacing: [1],
    ...numbers,
  };
  await jobs.ledger.finish(id, { state: 'completed', result }, begun.attempt);
  await recordJob(jobs.ledger, id, (name, record) => store.putRecord(name, record));
  const path = join(directory, 'records', id.slice(0, 5), `${id}.json`);
  const finishedAt = new Date(Date.now() - days * dayMs).toISOString();
  const record = (await readFile(path, 'utf8')).replace(/"finishedAt":"[^"]+"/, `"finishedAt":"${finishedAt}"`);
  await rm(path);
  await writeFile(path, record);
  await age(sha256, days);
  await age(data, days);
  return { id, sha256 };
}

/** As after the week in which Redis keeps ended jobs. */
async function forgetInRedis(id: string): Promise<void> {
  await connection.del(`{rondel}:job:${id}`, `{rondel}:job:${id}:events`);
}

describe('collection', () => {
  it('removes nothing unasked', async () => {
    const upload = await artifact('an old upload', 4000);
    const { sha256 } = await completed(await artifact('old data', 4000), 'an old image', 4000);
    await cleanTwice({});
    expect([await exists(upload), await exists(sha256)]).toEqual([true, true]);
  });

  it('removes old images, keeps young ones, and the records of both', async () => {
    const old = await completed(await artifact('data 1', 40), 'image 1', 40);
    const young = await completed(await artifact('data 2', 20), 'image 2', 20);
    await cleanTwice({ keepResultsSeconds: 30 * daySeconds });
    expect([await exists(old.sha256), await exists(young.sha256)]).toEqual([false, true]);
    expect(await store.getRecord(old.id)).toBeDefined();
  });

  it('keeps an old image that a young job has made too, or has read', async () => {
    const made = await completed(await artifact('data 1', 40), 'the same image', 40);
    await completed(await artifact('data 2', 1.5), 'the same image', 1.5);
    await age(made.sha256, 40);
    const read = await completed(await artifact('data 3', 40), 'image that is data', 40);
    await completed(read.sha256, 'image of an image', 1.5);
    await age(read.sha256, 40);
    await cleanTwice({ keepResultsSeconds: 30 * daySeconds });
    expect([await exists(made.sha256), await exists(read.sha256)]).toEqual([true, true]);
  });

  it('removes old uploads that no job has read lately, and none of the last day', async () => {
    const [unused, fresh] = [await artifact('unused', 8), await artifact('fresh', 0.5)];
    const [longAgo, lately] = [await artifact('read long ago', 8), await artifact('read lately', 8)];
    const { sha256 } = await completed(longAgo, 'image 1', 8);
    await completed(lately, 'image 2', 2);
    await age(lately, 8);
    await cleanTwice({ keepUploadsSeconds: 3600 * 24 * 7 });
    expect(await Promise.all([unused, fresh, longAgo, lately, sha256].map(exists))).toEqual([
      false,
      true,
      false,
      true,
      true,
    ]);
    await cleanTwice({ keepUploadsSeconds: 60, keepResultsSeconds: 60 });
    expect(await exists(fresh)).toBe(true);
  });

  it('never removes what a job that has not ended reads, or one that runs again', async () => {
    const waiting = await artifact('data that waits', 40);
    await submitted(waiting);
    await age(waiting, 40);
    const { id } = await completed(await artifact('data of a retry', 40), 'image', 40);
    const again = await jobs.ledger.archive(id);
    await app.inject({ method: 'POST', url: `/v1/jobs/${id}/retry` });
    const data = again?.work.data.data?.replace('artifact:sha256-', '') ?? '';
    await age(data, 40);
    await cleanTwice({ keepUploadsSeconds: 60, keepResultsSeconds: 60, keepRecordsSeconds: 60, storeLimitBytes: 0 });
    expect([await exists(waiting), await exists(data)]).toEqual([true, true]);
  });

  it('never removes what plan sessions name, nor images that are not recorded yet', async () => {
    const named = await artifact('named in a session', 40);
    const remote = { _remote: 'npy', uri: `artifact:sha256-${named}` };
    const opened = await app.inject({
      method: 'POST',
      url: '/v1/plans',
      payload: { plan: { name: 'radon/iterative' } },
    });
    const { id: session } = opened.json<{ id: string }>();
    const set = await app.inject({
      method: 'PUT',
      url: `/v1/plans/${session}/properties/parameter.reco.angles`,
      payload: { value: remote },
    });
    expect(set.statusCode, set.body).toBeLessThan(300);
    const { id, sha256 } = await completed(await artifact('data', 40), 'unrecorded image', 40);
    await store.files.removeRecord(id);
    await connection.sadd('{rondel}:unrecorded', id);
    await cleanTwice({ keepUploadsSeconds: 60, keepResultsSeconds: 60, storeLimitBytes: 0 });
    expect([await exists(named), await exists(sha256)]).toEqual([true, true]);
  });

  it('gives back what somebody submits while it waits in the trash', async () => {
    const data = await artifact('wanted again', 40);
    const policy = { keepUploadsSeconds: 60 };
    const now = Date.now();
    const cleaning = await collector(policy).clean({ dryRun: false, now });
    expect(cleaning.uploads).toEqual({ files: 1, bytes: 12 });
    await submitted(data);
    const later = await collector(policy).clean({ dryRun: false, now: now + 2 * hourMs });
    expect(later.deleted.files).toBe(0);
    expect(await exists(data)).toBe(true);
  });

  it('removes records with what they have made when those are too old themselves', async () => {
    const old = await completed(await artifact('data 1', 400), 'image 1', 400);
    const young = await completed(await artifact('data 2', 300), 'image 2', 300);
    await forgetInRedis(old.id);
    await cleanTwice({ keepRecordsSeconds: 365 * daySeconds });
    expect([await exists(old.sha256), await exists(young.sha256)]).toEqual([false, true]);
    expect(await store.getRecord(old.id)).toBeUndefined();
    expect(await store.getRecord(young.id)).toBeDefined();
  });

  it('makes room with what was used longest ago, as much as it takes', async () => {
    const kilobyte = (text: string) => text.padEnd(1000, '.');
    const sums = await Promise.all([5, 4, 3, 2].map((days) => artifact(kilobyte(`${days} days`), days)));
    const fresh = await artifact(kilobyte('fresh'), 0);
    const cleaning = await collector({ storeLimitBytes: 3200 }).clean({ dryRun: false });
    expect(cleaning).toMatchObject({ uploads: { files: 2, bytes: 2000 }, overBytes: 0 });
    await cleanTwice({ storeLimitBytes: 3200 });
    expect(await Promise.all([...sums, fresh].map(exists))).toEqual([false, false, true, true, true]);
    // What is young stays, and the cleaning says that it is not enough.
    expect(await collector({ storeLimitBytes: 500 }).clean({ dryRun: true })).toMatchObject({
      uploads: { files: 2, bytes: 2000 },
      overBytes: 500,
    });
    expect(await exists(sums[3] ?? '')).toBe(true);
  });

  it('removes the parts of runs that are over', async () => {
    const { id } = await submitted(await artifact('data', 0));
    const partsOf = (run: number) => openPartArea(directory).files({ job: id, run });
    partsOf(0).put('0'.repeat(64), [Buffer.from('part')]);
    await collector({}).clean({ dryRun: false });
    expect(await store.files.parts.jobs()).toEqual([id]);
    await jobs.cancel(id);
    await jobs.retry(id);
    partsOf(1).put('0'.repeat(64), [Buffer.from('part')]);
    await collector({}).clean({ dryRun: false });
    expect(await store.files.parts.jobs()).toEqual([id]);
    await jobs.cancel(id);
    await collector({}).clean({ dryRun: false });
    expect(await store.files.parts.jobs()).toEqual([]);
  });

  it('is done by one process at a time', async () => {
    await connection.set('{rondel}:lease:store', 'another process', 'PX', 60_000);
    await expect(collector({}).clean({ dryRun: false })).rejects.toMatchObject({ code: 'CONFLICT' });
    await connection.del('{rondel}:lease:store');
    await collector({}).clean({ dryRun: false });
    expect(await connection.exists('{rondel}:lease:store')).toBe(0);
  });
});

describe('a job whose image was removed', () => {
  it('says so, and when, and how to get it again', async () => {
    const { id } = await completed(await artifact('data', 40), 'image', 40);
    await forgetInRedis(id);
    await cleanTwice({ keepResultsSeconds: 30 * daySeconds });
    const { result } = (await app.inject(`/v1/jobs/${id}`)).json<Job>();
    expect(Date.parse(result?.collectedAt ?? '')).toBeGreaterThan(Date.now() - hourMs);
    expect(Object.keys(result?.links ?? {})).toEqual(['provenance']);
    for (const path of [`jobs/${id}/result`, `jobs/${id}/result?format=png`]) {
      const answer = await app.inject(`/v1/${path}`);
      expect(answer.statusCode).toBe(410);
      expect(answer.json()).toMatchObject({ code: 'NOT_FOUND', details: { collectedAt: result?.collectedAt } });
      expect(answer.json<{ detail: string }>().detail).toContain(`rondel retry ${id}`);
    }
    const data = await app.inject(`/v1/data/${result?.artifact.replace('artifact:sha256-', '') ?? ''}`);
    expect(data.statusCode).toBe(410);
  });
});

describe('GET /v1/store', () => {
  it('tells bytes by kind and age, as metrics do', async () => {
    await completed(await artifact('data', 10), 'an image', 10);
    const { kinds, bytes, policy } = (await app.inject('/v1/store?fresh=true')).json<StoreReport>();
    const kind = (name: string) => kinds.find((each) => each.kind === name);
    expect(kind('results')).toEqual({
      kind: 'results',
      files: 1,
      bytes: 8,
      ages: { day: 0, week: 0, month: 8, older: 0 },
    });
    expect(kind('uploads')).toMatchObject({ files: 1, bytes: 4 });
    expect(kind('records')).toMatchObject({ files: 1 });
    expect(bytes).toBe(kinds.reduce((sum, each) => sum + each.bytes, 0));
    expect(policy).toEqual({ keepResultsSeconds: 30 * daySeconds });
    expect((await app.inject('/metrics')).body).toContain('rondel_store_bytes{kind="results"} 8');
  });

  it('answers as it was measured last, until somebody wants it fresh', async () => {
    const before = (await app.inject('/v1/store')).json<StoreReport>();
    await artifact('more', 0);
    expect((await app.inject('/v1/store')).json<StoreReport>()).toEqual(before);
    expect((await app.inject('/v1/store?fresh=true')).json<StoreReport>().bytes).toBe(before.bytes + 4);
  });

  it('says what a cleaning would remove without removing it', async () => {
    const { sha256 } = await completed(await artifact('data', 40), 'image', 40);
    const answer = await app.inject({ method: 'POST', url: '/v1/store/clean?dryRun=true' });
    expect(answer.json()).toMatchObject({ dryRun: true, results: { files: 1, bytes: 5 }, uploads: { files: 0 } });
    await cleanTwice({});
    expect(await exists(sha256)).toBe(true);
  });
});

describe('POST /v1/store/check', () => {
  /** Bytes change on the disk, their number does not. */
  async function damage(sha256: string): Promise<string> {
    const path = await store.localPath(sha256);
    const { length } = await readFile(path);
    await chmod(path, 0o644);
    await writeFile(path, Buffer.alloc(length));
    return `artifact:sha256-${sha256}`;
  }

  async function checked(query = ''): Promise<StoreCheck> {
    const answer = await app.inject({ method: 'POST', url: `/v1/store/check${query}` });
    expect(answer.statusCode, answer.body).toBe(200);
    return answer.json<StoreCheck>();
  }

  it('names what is damaged, with the jobs that made it, have read it, or need it', async () => {
    const data = await artifact('data', 2);
    const first = await completed(data, 'image', 2);
    const second = await completed(data, 'image', 2);
    const waiting = await artifact('data that waits', 0);
    await submitted(waiting);
    await artifact('whole', 0);
    expect(await checked()).toEqual({ checked: { files: 4, bytes: 29 }, damaged: [], passing: [] });
    const hurt = [await damage(data), await damage(first.sha256), await damage(waiting)];
    const { damaged } = await checked();
    const of = (artifact: string | undefined) => damaged.find((each) => each.artifact === artifact);
    const both = { count: 2, jobs: [second.id, first.id] };
    const none = { count: 0, jobs: [] };
    expect(damaged).toHaveLength(3);
    expect(of(hurt[0])).toMatchObject({ bytes: 4, repaired: false, made: none, used: both, needed: false });
    expect(of(hurt[1])).toMatchObject({ bytes: 5, made: both, used: none });
    expect(of(hurt[2])).toMatchObject({ made: none, used: none, needed: true });
  });

  it('goes on after the artifact that it is told', async () => {
    const { sha256 } = await store.put([Buffer.from('one')]);
    await damage(sha256);
    expect((await checked(`?after=${'0'.repeat(64)}`)).damaged).toHaveLength(1);
    expect(await checked(`?after=${sha256}`)).toEqual({ checked: { files: 0, bytes: 0 }, damaged: [], passing: [] });
    const refused = await app.inject({ method: 'POST', url: '/v1/store/check?after=zz' });
    expect(refused.statusCode).toBe(400);
  });

  it('reads shared results, checkpoints and parts of jobs too, part by part, and deletes what is damaged', async () => {
    const job = ulid();
    const bytes = Buffer.from('a document');
    const { sha256 } = await openResultArea(directory).files('a'.repeat(64)).put([bytes]);
    await openCheckpointArea(directory).write({ job, subjob: '0.0', step: 'parameter.reco' }, [bytes]);
    openPartArea(directory).files({ job, run: 0 }).put(sha256, [bytes]);
    // The checkpoint has a checksum of 32 bytes.
    expect(await checked()).toEqual({ checked: { files: 3, bytes: 62 }, damaged: [], passing: [] });
    const spoil = [
      `results/aa/${'a'.repeat(62)}/sha256/${sha256.slice(0, 2)}/${sha256.slice(2)}`,
      `parts/${job}/0/${sha256}`,
    ];
    for (const name of spoil) {
      await chmod(join(directory, name), 0o644);
      await writeFile(join(directory, name), 'A document');
    }
    const [shared, part] = (await checked()).passing;
    expect(shared).toEqual({ kind: 'shared', name: spoil[0]?.slice('results/'.length), bytes: 10, repaired: false });
    expect(part).toEqual({ kind: 'parts', name: spoil[1]?.slice('parts/'.length), job, bytes: 10, repaired: false });
    const after = encodeURIComponent(`shared/${shared?.name ?? ''}`);
    expect(await checked(`?repair=true&after=${after}`)).toEqual({
      checked: { files: 2, bytes: 52 },
      damaged: [],
      passing: [{ ...part, repaired: true }],
    });
    expect(await checked()).toMatchObject({ checked: { files: 2 }, passing: [shared] });
  });

  it('is what `rondel store check` does, and what it moves away comes back with the same bytes', async () => {
    const environment = { RONDEL_URL: await app.listen({ port: 0, host: '127.0.0.1' }) };
    const { sha256 } = await store.put([Buffer.from('bytes to keep')]);
    const name = await damage(sha256);
    const found = await rondel(['store', 'check', '--repair', '--json'], environment);
    expect(found.code, found.stderr).toBe(1);
    const [first, last, ...rest] = found.stdout.trim().split('\n');
    expect(JSON.parse(first ?? '') as Damage).toMatchObject({ artifact: name, bytes: 13, repaired: true });
    expect(JSON.parse(last ?? '')).toEqual({ checked: { files: 1, bytes: 13 }, damaged: 1, repair: true });
    expect(rest).toEqual([]);
    expect(await exists(sha256)).toBe(false);
    expect(await store.put([Buffer.from('bytes to keep')])).toMatchObject({ existed: false });
    const clean = await rondel(['store', 'check'], environment);
    expect(clean).toMatchObject({ code: 0, stdout: '1 files of 13 B checked, 0 damaged.\n' });
  });
});
