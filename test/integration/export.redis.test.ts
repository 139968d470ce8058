import { gunzipSync } from 'node:zlib';
import { float32Array, type Job, type Provenance, type Sweep } from '@rondel/contracts';
import { encodeArray } from '@rondel/formats';
import { decode } from 'fast-png';
import { decode as decodeTiff } from 'tiff';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { begunAttempt, imageResult } from '../support/api/queued-jobs.js';
import { startTestRedis } from '../support/machine/redis.js';
import { openTestApi } from '../support/api/test-api.js';

const redis = await startTestRedis();
const { app, jobs, store, storeBytes, close } = await openTestApi(redis.url);
const values = Float32Array.from({ length: 2 * 16 * 16 }, (_, index) => index);
let job: Job;
let plan: string;

beforeAll(async () => {
  const payload = { plan: { name: 'radon/fbp' }, data: await storeBytes('raw data') };
  job = (await app.inject({ method: 'POST', url: '/v1/jobs', payload })).json<Job>();
  plan = (await app.inject(`/v1/jobs/${job.id}/plan`)).json<{ plan: string }>().plan;
  const [shape, axes, spacing] = [
    [1, 2, 16, 16],
    ['frame', 'slice', 'y', 'x'],
    [1, 2, 0.5, 0.5],
  ];
  const { sha256 } = await store.put((await encodeArray(float32Array(values, shape, axes, spacing), 'npy')).parts);
  const result = imageResult({ artifact: `artifact:sha256-${sha256}`, shape, axes, spacing, spacingUnit: 'mm' });
  const provenance: Provenance = {
    plan,
    planSha256: job.plan.sha256,
    parameters: {},
    data: [{ name: 'data', reference: 'artifact', sha256: 'd'.repeat(64), bytes: 8, format: 'npy' }],
    packages: { '@rondel/radon': '0.1.0' },
    engine: { name: 'wasm', version: '4', device: 'Grau\u00e4' },
    node: 'v20',
    worker: 'w1',
    timings: {},
  };
  await jobs.ledger.finish(job.id, { state: 'completed', result, provenance }, await begunAttempt(jobs, job.id));
});

afterAll(async () => {
  await close();
  await redis.stop();
});

const download = async (format: string) => (await app.inject(`/v1/jobs/${job.id}/result?format=${format}`)).rawPayload;

function expectProvenance(text: string): void {
  expect(JSON.parse(text)).toMatchObject({
    job: job.id,
    plan,
    planSha256: job.plan.sha256,
    data: [{ name: 'data', sha256: 'd'.repeat(64) }],
    packages: { '@rondel/radon': '0.1.0' },
    engine: { device: 'Grau\u00e4' },
    spacingUnit: 'mm',
  });
}

/** The JSON object that begins with the job's id, wherever a file has it. */
function provenanceIn(file: Buffer): string {
  const start = file.indexOf(`{"job":"${job.id}"`);
  return file.toString('latin1', start, file.indexOf('\0', start));
}

it('D14: HDF5 says how the image was made, and its units', async () => {
  const file = await download('h5');
  expectProvenance(provenanceIn(file));
  expect(file.includes('spacing_unit')).toBe(true);
  expect(file.indexOf(Buffer.from(values.buffer))).toBeGreaterThan(0);
});

it('D14: NIfTI says it in an extension before the voxels, and its units', async () => {
  const file = gunzipSync(await download('nii.gz'));
  const [flag, size, code, start, units] = [
    file.readUInt8(348),
    file.readInt32LE(352),
    file.readInt32LE(356),
    file.readFloatLE(108),
    file.readUInt8(123),
  ];
  expect([flag, size % 16, code, start, units]).toEqual([1, 0, 6, 352 + size, 2]);
  expectProvenance(provenanceIn(file.subarray(0, start)));
  expect(file.subarray(start).equals(Buffer.from(values.buffer))).toBe(true);
});

it('D14, D15: TIFF says it in the description of its first page, as ImageJ does frames, slices and units', async () => {
  const file = await download('tif');
  const [first] = decodeTiff(file);
  const description = first?.imageDescription ?? '';
  expect(description).toMatch(/images=2\nslices=2\nframes=1\n[^]*unit=mm\nspacing=2\n/);
  expectProvenance(/^rondel=(.*)$/m.exec(description)?.[1] ?? '');
  expect(first?.xResolution).toBe(2);
  expect(decodeTiff(file).flatMap(({ data }) => [...data])).toEqual([...values]);
});

it('D14: PNG says it as text, and which values are black and white', async () => {
  const { text } = decode(await download('png'));
  expectProvenance(text.Rondel ?? '');
  expect(text).toMatchObject({ Software: 'Rondel', Window: '256,511' });
});

it('D14: a sweep of a plan that has no name gives the plan itself', async () => {
  const payload = { plan, data: await storeBytes('raw data'), vary: [{ path: 'filter', values: ['ramp', 'hann'] }] };
  const { id } = (await app.inject({ method: 'POST', url: '/v1/sweeps', payload })).json<Sweep>();
  const { planToml } = (await app.inject(`/v1/sweeps/${id}`)).json<Sweep>();
  expect(planToml).toContain('RecoPlan{DirectRadonAlgorithm}');
});
