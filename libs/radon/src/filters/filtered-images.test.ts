import { float32Array, type Dataset } from '@rondel/contracts';
import { describe, expect, it } from 'vitest';
import { blobScan, even, fdk, scanner } from '../cone/cone-scans.test.support.js';
import { sheppLoganScan } from '../phantom.js';
import { planOf, reconstruct, relativeError, useEngine } from '../running.test.support.js';
import { fanSum, filteredRows, parallelSum, type WindowFormula } from './direct-sums.test.support.js';

useEngine();

type Properties = Readonly<Record<string, string | number | boolean | number[]>>;

const image = async (data: Dataset, properties: Properties) => {
  const plan = planOf(
    ['RadonPreprocessingParameters', {}],
    ['RadonFilteredBackprojectionParameters', { ...properties }],
  );
  return (await reconstruct(plan, data)).output.data.data;
};

/** Rows of float32 values, views evenly over half a turn, in float64. */
const rowsOf = ({ data }: Dataset, bins: number) =>
  Array.from({ length: data.data.length / bins }, (_, view) =>
    Array.from(data.data.subarray(view * bins, (view + 1) * bins), Number),
  );

const [views, size] = [90, 64];
const scan = sheppLoganScan({ size, frames: 1, angles: views, noise: 0.02 });

/** The middle of a head, cut or filled up with air to so many bins. */
function headScan(bins: number): Dataset {
  const middle = scan.data.data.subarray((size / 2) * views * size, (size / 2 + 1) * views * size);
  const moved = Math.floor(bins / 2) - size / 2;
  const data = Float32Array.from({ length: views * bins }, (_, at) => {
    const bin = (at % bins) - moved;
    return bin < 0 || bin >= size ? 0 : Number(middle[Math.floor(at / bins) * size + bin]);
  });
  return { data: float32Array(data, [views, bins]), companions: scan.companions, attributes: {} };
}

const hann =
  (end: number): WindowFormula =>
  (f) =>
    f > end ? 0 : Math.cos((Math.PI * f) / end / 2) ** 2;

const hamming =
  (end: number): WindowFormula =>
  (f) =>
    f > end ? 0 : 0.08 + 0.92 * Math.cos((Math.PI * f) / end / 2) ** 2;

const butterworth =
  (half: number, order: number): WindowFormula =>
  (f) =>
    half ** (2 * order) / (half ** (2 * order) + f ** (2 * order));

const cases: readonly (readonly [Properties, WindowFormula])[] = [
  [{ filter: 'ramlak' }, () => 1],
  [{ filter: 'shepp' }, (f) => (f === 0 ? 1 : Math.sin(Math.PI * f) / (Math.PI * f))],
  [{ filter: 'cosine' }, (f) => Math.sin(Math.PI * (0.5 - f))],
  [{ filter: 'hann' }, hann(0.5)],
  [{ filter: 'hann', cutoff: 1 }, hann(1)],
  [{ filter: 'hann', cutoff: 0.2 }, hann(0.2)],
  [{ filter: 'hamming', cutoff: 0.5 }, hamming(0.5)],
  [{ filter: 'parzen' }, (f) => (1 - 2 * f) ** 3],
  [{ filter: 'parzen', cutoff: 1 }, (f) => (1 - f) ** 3],
  [{ filter: 'butterworth' }, butterworth(0.5, 8)],
  [{ filter: 'butterworth', cutoff: 0.25, order: 2 }, butterworth(0.25, 2)],
  [{ filter: 'butterworth', cutoff: 1, order: 0.5 }, butterworth(1, 0.5)],
];

describe('an image that is filtered', () => {
  const head = headScan(64);
  const rows = rowsOf(head, 64);
  // float32 kernels against float64: noise of 90 x 2 terms of 6e-8.
  const tolerance = 2e-5;

  it.each(cases)('with %o is that of its formula, by sums and by the grid', async (properties, window) => {
    const expected = parallelSum(filteredRows(rows, { window, size: 128 }), { side: 64, center: 32 });
    const sums = await image(head, properties);
    const seen = (pixel: number) => sums[pixel] !== 0;
    expect(sums.filter(Boolean).length).toBeGreaterThan(2800);
    expect(relativeError(sums, expected, seen)).toBeLessThan(tolerance);
    // As the reference says: within 1 % RMS of the sums.
    expect(relativeError(await image(head, { ...properties, method: 'grid' }), expected, seen)).toBeLessThan(1e-2);
  });

  it('not at all is half the integral over half a turn, also where a list says so', async () => {
    const halves = rows.map((row) => row.map((value) => value / 2));
    const expected = parallelSum(halves, { side: 64, center: 32 });
    const sums = await image(head, { filter: 'none' });
    const seen = (pixel: number) => sums[pixel] !== 0;
    expect(relativeError(sums, expected, seen)).toBeLessThan(tolerance);
    expect(relativeError(await image(head, { filter: 'none', method: 'grid' }), expected, seen)).toBeLessThan(1e-2);
    const list = await image(head, { filter: Array.from(halves[0] ?? [], () => 0.5) });
    expect(relativeError(list, expected, seen)).toBeLessThan(tolerance);
  });

  it.each([
    [63, 128],
    [81, 192],
    [90, 192],
  ])('from %i bins is that of a transform of %i', async (bins, length) => {
    const data = headScan(bins);
    const [, window] = cases[1] ?? [];
    const filtered = filteredRows(rowsOf(data, bins), { window: window ?? (() => NaN), size: length });
    const expected = parallelSum(filtered, { side: bins, center: Math.floor(bins / 2) });
    const sums = await image(data, { filter: 'shepp-logan' });
    expect(relativeError(sums, expected, (pixel) => sums[pixel] !== 0)).toBeLessThan(tolerance);
  });

  it('from a fan is that of its formula', async () => {
    const data = blobScan(even(views), { bins: 66, binRows: 1 });
    const geometry = { ...scanner, voxel: 1, shape: [40, 40, 1] };
    const { sourceOrigin, sourceDetector } = scanner;
    const fan = { sourceOrigin, sourceDetector, pitch: 1.5, size: 160, side: 40 };
    const { output } = await reconstruct(fdk(geometry, { filter: 'hann', cutoff: 0.4, circle: false }), data);
    // What RTK calls a HannCutFrequency of 0.8.
    const expected = fanSum(rowsOf(data, 66), { ...fan, window: hann(0.4) });
    expect(relativeError(output.data.data, expected)).toBeLessThan(tolerance);
  });
});
