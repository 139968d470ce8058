import { float32Array, settledWarnings, type Dataset } from '@rondel/contracts';
import { divideDataset, joinDatasets, loneContext, parallelAlong } from '@rondel/reco';
import { describe, expect, it } from 'vitest';
import { transmissionPreprocessing } from '../manifest/preprocessing.js';
import { sheppLoganScan, transmissionCounts } from '../phantom.js';
import { expectFailure, relativeError } from '../running.test.support.js';
import { transmissionPreprocessingStep } from './transmission-step.js';
import { radonPreprocessingStep } from './frame-step.js';

const defaults = {
  frames: [],
  numAverages: 1,
  average: 'robust',
  outlierDif: undefined,
  outlierSize: 3,
  outlierMode: 'bright',
  clip: 1e-6,
  centerOfRotation: undefined,
  findCenter: undefined,
  centerMethod: 'mirror',
  halfAcquisition: 'auto',
  stitching: 'subpixel',
  overlap: undefined,
  side: 'auto',
  ringSuppression: 'none',
  ringWindow: 21,
};

async function preprocess(
  input: Dataset,
  parameters: Record<string, unknown> = {},
  step = transmissionPreprocessingStep,
) {
  const logs: string[] = [];
  const context = loneContext({
    warn: (code, text, { amount } = {}) =>
      settledWarnings([{ code, message: text, ...(amount && { amount }) }]).forEach(({ message }) =>
        logs.push(`${code}: ${message}`),
      ),
    log: (level, message) => logs.push(`${level}: ${message}`),
  });
  const output = await step.create({ ...defaults, ...parameters }).process(input, context);
  return { output, logs };
}

const scan = sheppLoganScan({ size: 32, frames: 2, angles: 48 });
const bare: Dataset = { data: scan.data, companions: {}, attributes: {} };

describe('transmission preprocessing', () => {
  it('says where a polynomial makes less of more attenuation, and where outliers are no rare values', async () => {
    const given = { quantity: 'lineIntegrals', findCenter: false };
    const told = async (parameters: object) => (await preprocess(bare, { ...given, ...parameters })).logs.join(' ');
    expect(await told({ beamHardening: [1, 0.1], outlierDif: 10 })).not.toMatch(/HARDENING|OVERCORRECTED/);
    expect(await told({ beamHardening: [1, -2] })).toMatch(/HARDENING_SUSPECT: At \d+ of \d+ line integrals/);
    expect(await told({ outlierDif: 1e-6 })).toMatch(/OUTLIERS_OVERCORRECTED: \d+ of \d+ values were replaced/);
  });

  it('turns simulated counts back into line integrals', async () => {
    const counts = transmissionCounts(scan, { photons: 1e6 });
    const { output, logs } = await preprocess(counts);
    const scale = Number(counts.attributes['attenuationScale']);
    const expected = scan.data.data.map((value) => value * scale);
    // A million counts have a relative deviation of 0.001, exp(2) times fewer behind the thickest ray.
    expect(relativeError(output.data.data, expected)).toBeLessThan(0.005);
    expect(output.attributes).toMatchObject({ quantity: 'attenuation', center: 16, imageSize: 32 });
    expect(output.data.axes).toEqual(['frame', 'slice', 'angle', 'detector']);
    expect(logs).toEqual([]);
  });

  it('does not change its input', async () => {
    const counts = transmissionCounts(scan, { photons: 1000 });
    const before = counts.data.data.slice();
    await preprocess(counts, { ringSuppression: 'sorting', ringWindow: 5 });
    expect(counts.data.data).toEqual(before);
  });

  it('takes data without white fields for line integrals', async () => {
    const { output } = await preprocess(bare);
    expect(output.data.data).toEqual(scan.data.data);
    expect(output.attributes).toEqual({ quantity: 'attenuation', center: 16, imageSize: 32 });
  });

  it('takes the logarithm of data that says it holds transmissions', async () => {
    const transmission = { ...scan.data, data: scan.data.data.map((value) => Math.exp(-value / 10)) };
    const { output } = await preprocess({ ...bare, data: transmission, attributes: { quantity: 'transmission' } });
    expect(
      relativeError(
        output.data.data,
        scan.data.data.map((value) => value / 10),
      ),
    ).toBeLessThan(1e-5);
  });

  it('finds the axis of a raw scan and says where it is', async () => {
    const raw = { ...transmissionCounts(scan, { photons: 1e5 }), attributes: {} };
    const { output, logs } = await preprocess(raw);
    const found = Number(output.attributes['center']);
    // 32 bins resolve the axis to about a tenth of a bin in the presence of noise.
    expect(Math.abs(found - Math.ceil(Math.max(0, 16 - found)) - 16)).toBeLessThan(1.2);
    expect(logs.some((line) => line.startsWith('info: The rotation axis was found at detector 1'))).toBe(true);
  });

  it('extends the detector to a given axis off the middle', async () => {
    const { output } = await preprocess(bare, { centerOfRotation: 13.5 });
    expect(output.data.shape).toEqual([2, 32, 48, 35]);
    expect(output.attributes).toMatchObject({ center: 16.5, imageSize: 32 });
  });

  it('says how many transmissions it clipped', async () => {
    const white = float32Array(new Float32Array(4).fill(10), [1, 1, 4]);
    const data = float32Array(Float32Array.of(10, 5, 0, -1), [1, 4]);
    const { output, logs } = await preprocess(
      { data, companions: { white }, attributes: {} },
      { findCenter: false, clip: 0.01 },
    );
    expect(output.data.data[3]).toBeCloseTo(Math.log(100), 5);
    expect(logs).toEqual([
      'info: The data has no dark fields; they count as 0.',
      expect.stringContaining('TRANSMISSION_CLIPPED: 2 of 4 transmissions were below 0.01 and clipped.'),
    ]);
  });

  it('refuses what cannot be meant', async () => {
    const dark = float32Array(new Float32Array(32 * 32), [32, 1, 32]);
    await expectFailure(
      preprocess({ ...bare, companions: { dark } }),
      'DATA_FORMAT',
      'dark fields but no white fields',
    );
    await expectFailure(
      preprocess(bare, { centerOfRotation: 32 }),
      'PLAN_INVALID_VALUE',
      'centerOfRotation must be on the detector, 0 to 31 for 32 bins, got 32.',
    );
    await expectFailure(
      preprocess(bare, { findCenter: true }),
      'PLAN_MISSING_PROPERTY',
      'carries its projection angles',
    );
    const holes = { ...scan.data, data: scan.data.data.map((value, index) => (index === 40 ? NaN : value)) };
    await expectFailure(preprocess({ ...bare, data: holes }), 'DATA_FORMAT', 'the first at index [0, 0, 1, 8]');
  });
});

describe('transmission preprocessing in blocks', () => {
  const counts = transmissionCounts(sheppLoganScan({ size: 16, frames: 3, angles: 24 }), { photons: 1000 });
  const raw: Dataset = { ...counts, attributes: {} };
  const { white: _, ...companions } = counts.companions;
  const without: Dataset = {
    data: raw.data,
    companions: { angles: companions['angles'] ?? raw.data },
    attributes: { quantity: 'lineIntegrals' },
  };
  const centred: Dataset = { ...raw, attributes: { center: 7.25 } };
  const along = (parameters: Record<string, unknown>, input?: Dataset) =>
    parallelAlong({ definition: transmissionPreprocessing, parameters: { ...defaults, ...parameters } }, input);

  it('is in order unless the axis is searched for, as far as that is known', () => {
    const every = ['slice', 'frame'];
    expect(along({ centerOfRotation: 7 })).toEqual(every);
    expect(along({ findCenter: false })).toEqual(every);
    expect([along({}), along({ findCenter: true })]).toEqual([[], []]);
    expect([raw, without, centred].map((input) => along({}, input))).toEqual([[], every, every]);
    expect([without, centred].map((input) => along({ findCenter: true }, input))).toEqual([[], []]);
    expect([along({ findCenter: false, frames: [1] }), along({ findCenter: false, numAverages: 3 })]).toEqual([
      ['slice'],
      ['slice'],
    ]);
  });

  it.each<[string, Dataset, Record<string, unknown>]>([
    ['counts', raw, { centerOfRotation: 6.5 }],
    ['counts, with rings suppressed', raw, { findCenter: false, ringSuppression: 'sorting', ringWindow: 5 }],
    ['counts that carry the axis, averaged', centred, { numAverages: 3 }],
    ['line integrals', without, {}],
  ])('gives bit for bit what it gives for the whole: %s', async (_name, input, parameters) => {
    const { output: whole } = await preprocess(input, parameters);
    const axes = along(parameters, input);
    expect(axes).not.toEqual([]);
    for (const axis of axes) {
      const blocks = divideDataset(input, axis, axis === 'slice' ? 5 : 1);
      const outputs: Dataset[] = [];
      for (const block of blocks) outputs.push((await preprocess(block, parameters)).output);
      const joined = joinDatasets(outputs, axis);
      expect({ ...joined.data, data: undefined }).toEqual({ ...whole.data, data: undefined });
      expect(Buffer.compare(bytesOf(joined), bytesOf(whole))).toBe(0);
      expect(joined.attributes).toEqual(whole.attributes);
    }
  });

  it('searches exactly where blocks are not in order', async () => {
    for (const input of [raw, without, centred]) {
      for (const findCenter of [undefined, true, false]) {
        const { logs } = await preprocess(input, { findCenter });
        const found = logs.some((line) => line.includes('axis was found'));
        expect(found).toBe(!along({ findCenter }, input).includes('slice'));
      }
    }
  });
});

function bytesOf({ data: { data } }: Dataset): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

describe('the preprocessing of the AbstractImageReconstruction example', () => {
  it('selects and averages frames of integers and keeps the angles', async () => {
    const data = { dtype: 'int16' as const, shape: [3, 1, 1, 2], data: Int16Array.of(1, 2, 3, 4, 5, 6) };
    const { angles } = scan.companions;
    const input = { data, companions: { ...(angles && { angles }) }, attributes: { layout: 'test' } };
    const { output } = await preprocess(input, { frames: [1, 3], numAverages: 2 }, radonPreprocessingStep);
    expect(output.data).toMatchObject({ dtype: 'float32', shape: [1, 1, 1, 2], spacing: [1, 1, 1, 1] });
    expect([...output.data.data]).toEqual([3, 4]);
    expect(output.companions['angles']).toBe(angles);
    expect(output.attributes).toEqual({ layout: 'test' });
  });
});
