import { float32Array, type Dataset } from '@rondel/contracts';
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { analyticProjections } from '../phantom/projections.js';
import { sheppLoganScan } from '../phantom.js';
import {
  buildPlan,
  expectFailure,
  planOf,
  reconstruct,
  relativeError,
  run,
  useEngine,
} from '../running.test.support.js';
import { fieldOfViewMask } from './reconstruction-geometry.js';

useEngine();

const none = ['RadonPreprocessingParameters', {}] as const;
const fbp = (properties = {}) => planOf(none, ['RadonFilteredBackprojectionParameters', properties]);
const backprojection = (properties = {}) => planOf(none, ['RadonBackprojectionParameters', properties]);

/** An ellipse of attenuation 1/size, by default a disc of radius 0.6, a little off the axis. */
function disc(size: number, angles: Float64Array, [a, b]: readonly [number, number] = [0.6, 0.6]): Dataset {
  const ellipsoid = { intensity: 1 / size, axes: [a, b, 1], center: [0.05, -0.1, 0], rotation: 0 } as const;
  const all = analyticProjections([ellipsoid], { size, angles, detectors: size });
  const slice = all.slice((size / 2) * angles.length * size, (size / 2 + 1) * angles.length * size);
  return {
    data: float32Array(slice, [angles.length, size]),
    companions: { angles: { dtype: 'float64', shape: [angles.length], data: angles } },
    attributes: {},
  };
}

const even = (count: number) => Float64Array.from({ length: count }, (_, index) => (index * Math.PI) / count);

/** Mean of the pixels well inside the disc, relative to its attenuation. */
function plateau(image: ArrayLike<number>, size: number): number {
  const values = Array.from(image).filter((_, pixel) => {
    const x = ((pixel % size) - size / 2) / (size / 2) - 0.05;
    const y = (size / 2 - Math.floor(pixel / size)) / (size / 2) + 0.1;
    return Math.hypot(x, y) < 0.4;
  });
  return (values.reduce((sum, value) => sum + value, 0) / values.length) * size;
}

describe('filtered backprojection', () => {
  it('returns attenuation per pixel, and more exactly with more resolution', async () => {
    const errors: number[] = [];
    for (const size of [32, 64, 128]) {
      const { output } = await reconstruct(fbp(), disc(size, even(size * 2)));
      errors.push(Math.abs(plateau(output.data.data, size) - 1));
    }
    expect(errors[2]).toBeLessThan(errors[0] ?? NaN);
    // The band-limited ramp has no bias at frequency 0; sampling |f| itself would be off by several percent.
    expect(errors[2]).toBeLessThan(0.003);
  });

  it('P3: takes nothing for the ramp, and a response with one number per detector', async () => {
    const size = 32;
    const scan = disc(size, even(48));
    const image = async (filter: unknown) => (await reconstruct(fbp({ filter }), scan)).output.data.data;
    const ramp = await image('ramp');
    expect(await image(null)).toEqual(ramp);
    // |f| sampled at a row's own length has 0 at frequency 0, wraps around the ends of a row, and so is 30 % off.
    const centered = Array.from({ length: size }, (_, k) => Math.abs(k - size / 2) / size);
    const given = await image(centered);
    expect(relativeError(given, ramp)).toBeLessThan(0.35);
    const doubled = await image(centered.map((value) => 2 * value));
    expect(
      relativeError(
        doubled.map((value) => value / 2),
        given,
      ),
    ).toBeLessThan(1e-5);
    // Frequency 0 is in the middle: in the order of the transform it is another filter.
    const shifted = [...centered.slice(size / 2), ...centered.slice(0, size / 2)];
    expect(relativeError(await image(shifted), ramp)).toBeGreaterThan(0.7);
    await expectFailure(image([0, 0.5, 1]), 'DATA_SHAPE_MISMATCH', 'filter has 3 values, but rows of the data have 32');
  });

  it('P3: takes a response of the length of the detector wherever the axis is', async () => {
    const size = 64;
    const scan = disc(size, even(96));
    const image = async (filter: unknown, centerOfRotation: number) => {
      const pre = ['TransmissionPreprocessingParameters', { centerOfRotation, quantity: 'lineIntegrals' }] as const;
      const plan = planOf(pre, ['RadonFilteredBackprojectionParameters', { filter: filter as number[] }]);
      return (await reconstruct(plan, scan)).output.data.data;
    };
    const centered = Array.from({ length: size }, (_, k) => Math.abs(k - size / 2) / size);
    for (const axis of [32, 30.5, 35]) {
      expect(relativeError(await image(centered, axis), await image('ramp', axis))).toBeLessThan(0.35);
      await expectFailure(
        image([0, 1, 0], axis),
        'DATA_SHAPE_MISMATCH',
        'filter has 3 values, but rows of the data have 64',
      );
    }
  });

  it('weights uneven angles by the gaps between them', async () => {
    const size = 64;
    const oblong = [0.7, 0.2] as const;
    const uneven = Float64Array.from({ length: 160 }, (_, index) => Math.PI * (index / 160) ** 1.5);
    const expected = (await reconstruct(fbp(), disc(size, even(160), oblong))).output.data.data;
    const { data } = (await reconstruct(fbp(), disc(size, uneven, oblong))).output.data;
    // Equal weights miss by 18 % here, these by 1 %, which comes from the coarser sampling near half a turn.
    expect(relativeError(data, expected)).toBeLessThan(0.05);
  });

  it('gives the same image from a half turn and from a full turn', async () => {
    const size = 32;
    const turn = Float64Array.from({ length: 96 }, (_, index) => (index * 2 * Math.PI) / 96);
    const half = await reconstruct(fbp(), disc(size, even(48)));
    const full = await reconstruct(fbp(), disc(size, turn));
    // Bins are not mirrored onto bins exactly when rows are interpolated; edges differ by a few percent.
    expect(relativeError(full.output.data.data, half.output.data.data)).toBeLessThan(0.05);
  });

  it('warns about a missing wedge', async () => {
    const { warnings } = await reconstruct(
      fbp(),
      disc(
        32,
        even(60).map((angle) => angle * 0.6),
      ),
    );
    expect(warnings).toEqual(['ANGLES_INCOMPLETE']);
  });

  it('warns about projections from one direction, of whatever number', async () => {
    const { warnings } = await reconstruct(fbp(), disc(32, even(1)));
    expect(warnings).toEqual(['ANGLES_INCOMPLETE']);
    const repeated = await reconstruct(fbp(), disc(32, Float64Array.of(0.3, 0.3, 0.3 + Math.PI)));
    expect(repeated.warnings).toContain('ANGLES_INCOMPLETE');
    expect((await reconstruct(fbp(), disc(32, even(8)))).warnings).toEqual([]);
  });

  it('smooths more with a window', async () => {
    const scan = sheppLoganScan({ size: 32, frames: 1, angles: 48, noise: 0.05 });
    const roughness = async (filter: string) => {
      const { data } = (await reconstruct(fbp({ filter }), scan)).output.data;
      return Array.from(data).reduce((sum, value, index) => sum + (value - (data[index - 1] ?? value)) ** 2, 0);
    };
    const ramp = await roughness('ramp');
    expect(await roughness('shepp-logan')).toBeLessThan(ramp);
    expect(await roughness('hann')).toBeLessThan(0.5 * ramp);
  });

  it('takes a slice out of a stack of frames bit for bit as it is alone', async () => {
    const scan = sheppLoganScan({ size: 24, frames: 2, angles: 30 });
    const whole = (await reconstruct(fbp(), scan)).output.data.data;
    for (const [frame, slice] of [
      [0, 0],
      [0, 13],
      [1, 12],
    ] as const) {
      const entry = frame * 24 + slice;
      const alone = float32Array(new Float32Array(scan.data.data.subarray(entry * 720, (entry + 1) * 720)), [30, 24]);
      const image = (await reconstruct(fbp(), { ...scan, data: alone })).output.data.data;
      expect(image).toEqual(whole.slice(entry * 576, (entry + 1) * 576));
    }
  });

  it('leaves pixels at 0 that the detector does not see at every angle, unless told otherwise', async () => {
    const data = disc(32, even(20));
    const corner = async (circle: boolean) => (await reconstruct(fbp({ circle }), data)).output.data.data[0];
    expect(await corner(true)).toBe(0);
    expect(await corner(false)).not.toBe(0);
  });

  it('returns axes, spacing and the size that the plan asks for', async () => {
    const data = { ...disc(32, even(20)).data, spacing: [1, 0.5], spacingUnit: 'mm' };
    const { output } = await reconstruct(fbp({ angles: [...even(20)], shape: [40, 24] }), {
      data,
      companions: {},
      attributes: { layout: 'test', center: 16 },
    });
    expect(output.data).toMatchObject({
      dtype: 'float32',
      shape: [1, 1, 24, 40],
      axes: ['frame', 'slice', 'y', 'x'],
      spacing: [1, 1, 0.5, 0.5],
      spacingUnit: 'mm',
    });
    expect(output.attributes).toEqual({ layout: 'test' });
  });

  it('needs angles from somewhere and one for each projection', async () => {
    const { data } = disc(32, even(20));
    const bare = { data, companions: {}, attributes: {} };
    await expectFailure(reconstruct(fbp(), bare), 'PLAN_MISSING_PROPERTY', 'Set angles to 20 numbers in radians');
    await expectFailure(
      reconstruct(fbp({ angles: [0, 1] }), bare),
      'DATA_SHAPE_MISMATCH',
      'The plan gives 2 angles, but the data has 20 projections',
    );
    await expectFailure(
      reconstruct(fbp({ shape: [8, 8, 2] }), sheppLoganScan({ size: 8, frames: 1, angles: 8 })),
      'DATA_SHAPE_MISMATCH',
      'shape asks for 2 slices, but the data has 8.',
    );
  });

  it('stops when the job is cancelled', async () => {
    const algorithm = buildPlan(fbp());
    const controller = new AbortController();
    const work = run(algorithm, disc(32, even(20)), controller);
    controller.abort();
    await expectFailure(work, 'CANCELLED', 'cancelled');
    algorithm.dispose();
  });

  it('leaves no tensors behind', async () => {
    const before = memory().numTensors;
    await reconstruct(fbp(), disc(32, even(20)));
    await reconstruct(backprojection(), disc(32, even(20)));
    expect(memory().numTensors).toBe(before);
  });
});

describe('filtered backprojection by a grid in Fourier space', () => {
  const size = 64;
  const scan = sheppLoganScan({ size, frames: 2, angles: 96, noise: 0.02 });
  const middle = (dataset: Dataset, angles = 96): Dataset => ({
    ...dataset,
    data: float32Array(
      new Float32Array(dataset.data.data.subarray((size / 2) * angles * size, (size / 2 + 1) * angles * size)),
      [angles, size],
    ),
  });
  const both = async (properties: Record<string, unknown>, data: Dataset, center?: number) => {
    const pre = center === undefined ? none : axisAt(center);
    const [sums, grid] = await Promise.all(
      ['sums', 'grid'].map(async (method) => {
        const given = { ...properties, method } as Record<string, string>;
        return (await reconstruct(planOf(pre, ['RadonFilteredBackprojectionParameters', given]), data)).output.data
          .data;
      }),
    );
    return relativeError(grid ?? [], sums ?? []);
  };
  const axisAt = (centerOfRotation: number) =>
    ['TransmissionPreprocessingParameters', { centerOfRotation, quantity: 'lineIntegrals' }] as const;

  // What the sums interpolate linearly goes beyond twice the rate of bins with a few thousandths of a head with 2 % of noise.
  const tolerance = 1e-2;

  it.each(['ramp', 'shepp-logan', 'cosine', 'hamming', 'hann', 'parzen', 'butterworth', 'ramlak', null])(
    'is that by sums with the filter %s',
    async (filter) => {
      expect(await both({ filter }, middle(scan))).toBeLessThan(tolerance);
    },
  );

  it.each([
    ['rows that go on beyond the detector', { padding: 'edge' }, undefined],
    ['the corners of the image', { circle: false }, undefined],
    ['another size of the image', { shape: [80, 50] }, undefined],
    ['an axis off the middle, and the detector extended', {}, 26.3],
    ['an axis and padding and a response of its own', { padding: 'edge', filter: 'hann', cutoff: 0.3 }, 37],
  ] as const)('is that by sums with %s', async (_name, properties, center) => {
    expect(await both(properties, middle(scan), center)).toBeLessThan(tolerance);
  });

  it('is that by sums with uneven angles', async () => {
    const uneven = Float64Array.from({ length: 160 }, (_, index) => Math.PI * (index / 160) ** 1.5);
    expect(await both({}, disc(size, uneven, [0.7, 0.2]))).toBeLessThan(tolerance);
  });

  it('takes a slice out of a stack bit for bit as it is alone, also by the name that TomoPy has for it', async () => {
    const whole = (await reconstruct(fbp({ method: 'grid' }), scan)).output.data.data;
    const alone = (await reconstruct(fbp({ method: 'gridrec' }), middle(scan))).output.data.data;
    const pixels = size * size;
    expect(alone).toEqual(whole.slice((size / 2) * pixels, (size / 2 + 1) * pixels));
  });

  it('is refused for rays that are not a pixel apart', () => {
    const range = Array.from({ length: 20 }, (_, index) => index - 10);
    const geometry = (heights: readonly number[]) => ({ _type: 'RadonParallelCircle', N: 32, in_height: [...heights] });
    expect(() => buildPlan(fbp({ method: 'grid', geometry: geometry(range) }))).not.toThrow();
    expect(() => buildPlan(fbp({ method: 'grid', geometry: geometry(range.map((height) => height / 2)) }))).toThrow(
      'method "grid" is for rays one pixel apart',
    );
  });
});

describe('backprojection', () => {
  it('sums interpolated values over the angles', async () => {
    const ones = float32Array(new Float32Array(7 * 16).fill(1), [7, 16]);
    const { output } = await reconstruct(backprojection({ angles: [...even(7)] }), {
      data: ones,
      companions: {},
      attributes: {},
    });
    // Seven ones weighted by 1 - f and f add up to 7 but for float32 rounding.
    output.data.data.forEach((value, pixel) => {
      const inside = fieldOfViewMask({ shape: [16, 16], angles: even(7), detectors: 16, center: 8 })[pixel] ?? NaN;
      expect(value).toBeCloseTo(7 * inside, 5);
    });
  });
});
