import { gunzipSync } from 'node:zlib';
import { elementCount, float32Array, type Job, type NdArray, type Provenance, type Sweep } from '@rondel/contracts';
import { encodeArray } from '@rondel/formats';
import { parseDicom } from 'dicom-parser';
import { decode } from 'fast-png';
import { decode as decodeTiff } from 'tiff';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findChromium } from '../support/browser/chromium.js';
import { openDashboard } from '../support/browser/dashboard-browser.js';
import { begunAttempt, imageResult } from '../support/api/queued-jobs.js';
import { startTestRedis } from '../support/machine/redis.js';
import { openTestApi } from '../support/api/test-api.js';

const chromium = await findChromium();
const redis = await startTestRedis();
const { app, jobs, store, storeBytes, close } = await openTestApi(redis.url);
const values = Float32Array.from({ length: 2 * 16 * 16 }, (_, index) => index);
let job: Job;
let plan: string;
/** Of an image of two colours, whose values are complex. */
let complexJob: Job;
const complexImage: NdArray = {
  dtype: 'complex64',
  shape: [2, 1, 2, 16, 16],
  axes: ['colour', 'frame', 'slice', 'y', 'x'],
  spacing: [1, 1, 2, 0.5, 0.5],
  spacingUnit: 'mm',
  data: Float32Array.from({ length: 2 * elementCount([2, 1, 2, 16, 16]) }, (_, index) => Math.fround(index * 0.1 - 60)),
};

beforeAll(async () => {
  job = await completedJob(float32Array(values, [1, 2, 16, 16], ['frame', 'slice', 'y', 'x'], [1, 2, 0.5, 0.5]));
  plan = (await app.inject(`/v1/jobs/${job.id}/plan`)).json<{ plan: string }>().plan;
  complexJob = await completedJob(complexImage);
});

/** A job whose image is this one. */
async function completedJob(image: NdArray): Promise<Job> {
  const payload = { plan: { name: 'radon/fbp' }, data: await storeBytes('raw data') };
  const queued = (await app.inject({ method: 'POST', url: '/v1/jobs', payload })).json<Job>();
  const own = (await app.inject(`/v1/jobs/${queued.id}/plan`)).json<{ plan: string }>().plan;
  const { dtype, shape, axes = [], spacing = [] } = image;
  const { sha256 } = await store.put((await encodeArray(image, 'npy')).parts);
  const facts = { dtype, shape: [...shape], axes: [...axes], spacing: [...spacing], spacingUnit: 'mm' };
  const result = imageResult({ artifact: `artifact:sha256-${sha256}`, ...facts });
  const provenance: Provenance = {
    plan: own,
    planSha256: queued.plan.sha256,
    parameters: {},
    data: [{ name: 'data', reference: 'artifact', sha256: 'd'.repeat(64), bytes: 8, format: 'npy' }],
    packages: { '@rondel/radon': '0.1.0' },
    engine: { name: 'wasm', version: '4', device: 'Grau\u00e4' },
    node: 'v20',
    worker: 'w1',
    timings: {},
  };
  await jobs.ledger.finish(queued.id, { state: 'completed', result, provenance }, await begunAttempt(jobs, queued.id));
  return queued;
}

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

it('D14, D15: TIFF holds grey levels on one scale for all slices, and says which values they stand for', async () => {
  const pages = decodeTiff(await download('tif&bits=16'));
  const [first] = pages;
  expect(first?.imageDescription).toMatch(
    /min=0\.0\nmax=65535\.0\ncf=0\nc0=0\nc1=0\.00001\d*\nvunit=Gray Value\nwindow=0,1\n/,
  );
  const levels = pages.flatMap(({ data }) => [...data]);
  // From the smallest to the largest value as the record has them.
  expect(levels).toEqual([...values].map((value) => (value === 0 ? 0 : 65_535)));
  const shown = decodeTiff(await download('tif&window=100,355')).flatMap(({ data }) => [...data]);
  expect(shown).toEqual([...values].map((value) => Math.round(Math.min(1, Math.max(0, (value - 100) / 255)) * 65_535)));
  const bytes = decodeTiff(await download('tif&bits=8&window=100,355'));
  expect([bytes[0]?.bitsPerSample, bytes[1]?.data[0]]).toEqual([8, 156]);
  const refused = await app.inject(`/v1/jobs/${job.id}/result?format=tif&bits=12`);
  expect(refused.statusCode).toBe(400);
  const phase = await ofComplex('format=tif&part=phase&bits=16');
  expect([phase.statusCode, phase.json<{ detail: string }>().detail]).toEqual([
    400,
    expect.stringContaining('Add window=lo,hi'),
  ]);
});

it('D14: DICOM says it in a private element, and its levels stand for the values of the image', async () => {
  const payload = await download('dcm&window=0,65535');
  const file = parseDicom(payload);
  const { dataOffset = 0, length = 0 } = file.elements.x00091001 ?? {};
  expectProvenance(payload.toString('latin1', dataOffset, dataOffset + length).trimEnd());
  const pixels = payload.subarray(file.elements.x7fe00010?.dataOffset);
  expect([...new Uint16Array(new Uint8Array(pixels).buffer)]).toEqual([...values]);
  expect(file.string('x00281053')).toBe('1');
  const refused = await app.inject(`/v1/jobs/${job.id}/result?format=dcm&bits=8`);
  expect(refused.statusCode).toBe(400);
  const { rawPayload, headers } = await ofComplex('format=dcm');
  expect(headers['rondel-part']).toBe('magnitude');
  expect(parseDicom(rawPayload).string('x00280008')).toBe('4');
  const phase = parseDicom((await ofComplex('format=dcm&part=phase')).rawPayload);
  // As many digits as a decimal string has room for.
  expect(phase.string('x00281052')).toBe('-3.1415926535898');
});

it('D14: PNG says it as text, and which values are black and white', async () => {
  const { text } = decode(await download('png'));
  expectProvenance(text.Rondel ?? '');
  expect(text).toMatchObject({ Software: 'Rondel', Window: '256,511' });
});

const ofComplex = (query: string) => app.inject(`/v1/jobs/${complexJob.id}/result?${query}`);

/** One part of all values, in their order. */
function partsOf(part: (real: number, imaginary: number) => number): Float32Array {
  const { data } = complexImage;
  return Float32Array.from({ length: data.length / 2 }, (_, at) => part(data[2 * at] ?? 0, data[2 * at + 1] ?? 0));
}

it('gives a complex image as it is where the format can, and a part of it where one is asked for', async () => {
  const complexBytes = Buffer.from(complexImage.data.buffer);
  for (const format of ['npy', 'h5', 'nii.gz']) {
    const { rawPayload, headers } = await ofComplex(`format=${format}`);
    const file = format === 'nii.gz' ? gunzipSync(rawPayload) : rawPayload;
    expect(file.includes(complexBytes), format).toBe(true);
    expect(headers['rondel-part']).toBeUndefined();
    for (const [part, read] of Object.entries({
      magnitude: Math.hypot,
      phase: (real: number, imaginary: number) => Math.atan2(imaginary, real),
      imaginary: (_: number, imaginary: number) => imaginary,
    })) {
      // Each file of HDF5 takes a thread.
      if (format === 'h5' && part !== 'phase') continue;
      const answer = await ofComplex(`format=${format}&part=${part}`);
      const content = format === 'nii.gz' ? gunzipSync(answer.rawPayload) : answer.rawPayload;
      expect(content.includes(Buffer.from(partsOf(read).buffer)), `${format} ${part}`).toBe(true);
      expect(answer.headers['rondel-part']).toBe(part);
      if (format !== 'nii.gz') expect(answer.headers['content-length']).toBe(String(content.byteLength));
      if (format === 'npy') expect(content.toString('latin1', 0, 128)).toContain("'<f4'");
    }
  }
});

it('gives the magnitude where a format holds real numbers alone, and says so', async () => {
  const { rawPayload, headers } = await ofComplex('format=tif');
  expect(headers['rondel-part']).toBe('magnitude');
  const pages = decodeTiff(rawPayload);
  const magnitudes = partsOf(Math.hypot);
  // ImageJ has the channels of a slice behind each other: colour 0 and 1 of slice 0, then of slice 1.
  const page = (colour: number, slice: number) => [...magnitudes.subarray((colour * 2 + slice) * 256).subarray(0, 256)];
  expect(pages.map(({ data }) => [...data])).toEqual([page(0, 0), page(1, 0), page(0, 1), page(1, 1)]);
  const description = pages[0]?.imageDescription ?? '';
  expect(description).toMatch(/images=4\nchannels=2\nslices=2\nframes=1\n/);
  expect(description).toContain('"part":"magnitude"');
  const real = partsOf((part) => part).subarray(3 * 256);
  const png = await ofComplex('format=png&part=real&colour=1&slice=1');
  expect([png.headers['rondel-part'], decode(png.rawPayload).text.Window]).toEqual(['real', `${real[0]},${real[255]}`]);
});

it('has no part of a real image, and no colour that is not there', async () => {
  const refused = await app.inject(`/v1/jobs/${job.id}/result?format=npy&part=phase`);
  expect([refused.statusCode, refused.json<{ detail: string }>().detail]).toEqual([
    400,
    `The image of job ${job.id} is float32 and has no phase part. Leave part out.`,
  ]);
  expect((await ofComplex('format=png&colour=2')).json()).toMatchObject({ code: 'INVALID_REQUEST' });
});

it.runIf(chromium !== undefined)(
  'shows the part of a complex image, and the colour, that is chosen',
  async () => {
    const dashboard = await openDashboard(chromium, await app.listen({ host: '127.0.0.1', port: 0 }));
    try {
      const page = await dashboard.open(`jobs/${complexJob.id}`);
      await page.getByRole('img', { name: 'Slice 2, frame 1, colour 1' }).waitFor();
      await page.getByRole('slider', { name: 'Colour' }).press('ArrowRight');
      await page.getByRole('img', { name: 'Slice 2, frame 1, colour 2' }).waitFor();
      const blackAt = page.getByRole('textbox', { name: 'Black at' });
      const magnitude = await blackAt.inputValue();
      await page.getByRole('button', { name: 'Phase' }).click();
      await expect.poll(() => blackAt.inputValue(), { timeout: 15_000 }).toBe('-3.14159');
      const address = await page.getByRole('link', { name: 'PNG' }).getAttribute('href');
      expect(address).toMatch(/format=png&part=phase&colour=1&slice=1&frame=0&/);
      await page.getByRole('button', { name: 'Magnitude' }).click();
      await expect.poll(() => blackAt.inputValue(), { timeout: 15_000 }).toBe(magnitude);
      expect(dashboard.complaints).toEqual([]);
    } finally {
      await dashboard.close();
    }
  },
  60_000,
);

it('D14: a sweep of a plan that has no name gives the plan itself', async () => {
  const payload = { plan, data: await storeBytes('raw data'), vary: [{ path: 'filter', values: ['ramp', 'hann'] }] };
  const { id } = (await app.inject({ method: 'POST', url: '/v1/sweeps', payload })).json<Sweep>();
  const { planToml } = (await app.inject(`/v1/sweeps/${id}`)).json<Sweep>();
  expect(planToml).toContain('RecoPlan{DirectRadonAlgorithm}');
});
