import { float32Array, type Dataset } from '@rondel/contracts';
import { cutDataset, runSteps, stepsOnBlock, widened } from '@rondel/reco';
import { describe, expect, it } from 'vitest';
import { anglesOver, disturbed, sliceCounts } from '../disturbed-scans.test.support.js';
import { buildPlan, planOf, reconstruct, relativeError, useEngine } from '../running.test.support.js';

useEngine();

type Others = NonNullable<Parameters<typeof planOf>[2]>;

const fbp = ['RadonFilteredBackprojectionParameters', {}] as const;
const axes = ['frame', 'slice', 'angle', 'detector'];

function planWith(others: Others, pre: Parameters<typeof planOf>[0][1] = {}) {
  return planOf(['TransmissionPreprocessingParameters', pre], fbp, others);
}

const options = {
  signal: new AbortController().signal,
  memoryBytes: 2 ** 40,
  onProgress: () => undefined,
  onStep: () => undefined,
  onLog: () => undefined,
};

/** What the first of the stages returns. */
async function firstOf(others: Others, input: Dataset): Promise<Dataset> {
  return runSteps(buildPlan(planWith(others)).steps.slice(0, 1), input, options);
}

describe('the stage outliers', () => {
  const [slices, angles, detectors] = [5, 6, 7];
  const values = Float32Array.from({ length: slices * angles * detectors }, (_, at) =>
    Math.round(100 * Math.sin(at * at)),
  );
  const input: Dataset = {
    data: float32Array(values, [1, slices, angles, detectors], axes),
    companions: {},
    attributes: {},
  };

  /** By the definition, every window sorted. */
  function slowly(axis: string, mode: string, dif: number, size: number): Float32Array {
    const inside = (at: number, extent: number): number =>
      at < 0 ? inside(-1 - at, extent) : at >= extent ? inside(2 * extent - 1 - at, extent) : at;
    const around = Array.from({ length: size }, (_, at) => at - (size - 1) / 2);
    return values.map((value, index) => {
      const [s, a, d] = [
        Math.floor(index / (angles * detectors)),
        Math.floor(index / detectors) % angles,
        index % detectors,
      ];
      const near = (axis === 'sinograms' ? [0] : around).flatMap((ds) =>
        (axis === 'projections' ? [0] : around).flatMap((da) =>
          around.map(
            (dd) =>
              values[
                (inside(s + ds, slices) * angles + inside(a + da, angles)) * detectors + inside(d + dd, detectors)
              ] ?? NaN,
          ),
        ),
      );
      const median = near.sort((x, y) => x - y)[(near.length - 1) / 2] ?? NaN;
      const differs = mode === 'both' ? Math.abs(value - median) >= dif : value - median >= dif;
      return differs ? median : value;
    });
  }

  it.each([
    ['projections', 'bright', 40, 3],
    ['sinograms', 'both', 40, 5],
    ['volume', 'both', 60, 3],
  ] as const)('is the definition along %s, %s, in blocks of slices too', async (axis, mode, dif, size) => {
    const others: Others = { outliers: ['OutlierRemovalParameters', { axis, mode, dif, size }] };
    const { data } = await firstOf(others, input);
    const expected = slowly(axis, mode, dif, size);
    expect(data.data).toEqual(expected);
    expect(expected).not.toEqual(values);
    const steps = buildPlan(planWith(others)).steps.slice(0, 1);
    const block = widened({ axis: 'slice', extent: slices, start: 1, stop: 3 }, axis === 'sinograms' ? 0 : 1);
    const part = cutDataset(input, { axis: 'slice', start: block.from, stop: block.to });
    const own = await runSteps(stepsOnBlock(steps, block, 0), part, options);
    expect(own.data.data).toEqual(expected.subarray(angles * detectors, 3 * angles * detectors));
  });

  it('keeps counts counts, and takes zingers out of an image', async () => {
    const scan = sliceCounts({ detectors: 64, angles: anglesOver(Math.PI, 60) });
    const hit = disturbed(scan, 'data', (value, at) => (at % 977 === 5 ? value + 8000 : value));
    const pre = { centerOfRotation: 32 };
    const { data: truth } = (await reconstruct(planWith({}, pre), scan)).output;
    const before = await reconstruct(planWith({}, pre), hit);
    const outliers = ['OutlierRemovalParameters', { dif: 2000, axis: 'sinograms' }] as const;
    const after = await reconstruct(planWith({ outliers }, pre), hit);
    expect(before.warnings).toContain('OUTLIERS_PRESENT');
    expect(after.warnings).toEqual([]);
    expect(relativeError(after.output.data.data, truth.data)).toBeLessThan(
      0.1 * relativeError(before.output.data.data, truth.data),
    );
    const whole = { dtype: 'uint16' as const, shape: [2, 60, 64], data: Uint16Array.from(hit.data.data) };
    expect((await firstOf({ outliers }, { ...hit, data: whole })).data.dtype).toBe('uint16');
  });
});

describe('the stage flat', () => {
  const scan = sliceCounts({ detectors: 64, angles: anglesOver(Math.PI, 60) });

  it('with pre gives the image that pre gives alone, to the bit', async () => {
    const flat = ['FlatFieldParameters', { average: 'robust' }] as const;
    const alone = await reconstruct(planWith({}), scan);
    const both = await reconstruct(planWith({ flat }), scan);
    expect(both.output.data.data).toEqual(alone.output.data.data);
    expect(both.warnings).toEqual(alone.warnings);
    const bright = disturbed(scan, 'white', (value) => value * 0.9);
    expect((await reconstruct(planWith({ flat }), bright)).warnings).toEqual(
      (await reconstruct(planWith({}), bright)).warnings,
    );
  });

  const [angles, detectors] = [8, 6];
  /** Counts of one slice whose white field goes from 1000 before the scan to 2000 after it, and of 10 dark ones, doubled. */
  function drifting(gainAt: (angle: number) => number): Dataset {
    const counts = Float32Array.from({ length: angles * detectors }, (_, at) => {
      const [angle, bin] = [Math.floor(at / detectors), at % detectors];
      return 20 + (gainAt(angle) - 20) * (0.3 + bin / 10);
    });
    const white = Float32Array.from({ length: 4 * detectors }, (_, at) => (at < 2 * detectors ? 500 : 1000));
    return {
      data: float32Array(counts, [1, 1, angles, detectors], axes),
      companions: {
        white: float32Array(white, [1, 4, detectors]),
        dark: float32Array(new Float32Array(detectors).fill(10), [1, 1, detectors]),
      },
      attributes: { flatPosition: [0, 0, angles, angles] },
    };
  }
  const multipliers = { darkMultiplier: 2, flatMultiplier: 2 };
  const expected = Float32Array.from({ length: angles * detectors }, (_, at) => 0.3 + (at % detectors) / 10);

  it.each([
    ['none', () => 1500],
    ['linear', (angle: number) => 1000 + (1000 * (angle + 0.5)) / angles],
    ['nearest', (angle: number) => (angle < angles / 2 ? 1000 : 2000)],
  ] as const)('knows the white field over time: %s', async (overTime, gainAt) => {
    const flat: Others = { flat: ['FlatFieldParameters', { ...multipliers, overTime }] };
    const { data, attributes, companions } = await firstOf(flat, drifting(gainAt));
    expect(relativeError(data.data, expected)).toBeLessThan(1e-6);
    expect(attributes).toMatchObject({ quantity: 'transmission' });
    expect(companions).toEqual({});
  });

  it('needs to know when white fields were taken, and refuses positions that do not fit', async () => {
    const flat = (properties: Others[string][1]): Others => ({
      flat: ['FlatFieldParameters', { overTime: 'linear', ...properties }],
    });
    const unsaid = { ...drifting(() => 1500), attributes: {} };
    await expect(firstOf(flat({}), unsaid)).rejects.toMatchObject({
      failure: { code: 'PLAN_MISSING_PROPERTY', at: 'parameter.flat.flatPosition' },
    });
    await expect(firstOf(flat({ flatPosition: [0, 8] }), unsaid)).rejects.toThrow('one number for each sample');
    expect((await firstOf(flat({ flatPosition: [0, 0, 8, 8] }), unsaid)).data.shape).toEqual([1, 1, angles, detectors]);
  });

  it('divides by air at the edges, clips, and refuses line integrals', async () => {
    const beam = Float32Array.from({ length: 3 * 11 }, (_, at) => {
      const [angle, bin] = [Math.floor(at / 11), at % 11];
      return (1 + angle / 20) * (1 + bin / 40) * (bin > 2 && bin < 8 ? 0.5 : 1);
    });
    const input: Dataset = {
      data: float32Array(beam, [3, 11]),
      companions: {},
      attributes: { quantity: 'transmission' },
    };
    const flat = (properties: Others[string][1]): Others => ({ flat: ['FlatFieldParameters', properties] });
    const { data } = await firstOf(flat({ air: 1 }), input);
    data.data.forEach((value, at) => expect(value).toBeCloseTo(at % 11 > 2 && at % 11 < 8 ? 0.5 : 1, 6));
    expect((await firstOf(flat({ air: 1, clip: 0.7 }), input)).data.data[5]).toBeCloseTo(0.7, 6);
    await expect(firstOf(flat({ air: 6 }), input)).rejects.toMatchObject({ failure: { at: 'parameter.flat.air' } });
    const integrals = { ...input, attributes: { quantity: 'lineIntegrals' } };
    await expect(firstOf(flat({}), integrals)).rejects.toThrow('line integrals');
  });
});
