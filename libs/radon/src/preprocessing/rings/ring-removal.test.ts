import { float32Array, joinWarnings, type Dataset } from '@rondel/contracts';
import { divideDataset, joinDatasets, runSteps } from '@rondel/reco';
import { normal, seededRandom } from '@rondel/compute/random';
import { describe, expect, it } from 'vitest';
import { insideCircle, sliceSinogram } from '../../disturbed-scans.test.support.js';
import { buildPlan, planOf, reconstruct, relativeError, useEngine } from '../../running.test.support.js';
import { ringDefaults } from './ring-defaults.test.support.js';
import { removeStripes, type RingParameters } from './ring-removal.js';
import { cutMedian, medianFilter } from './running-median.js';
import { sortColumns, unsortColumns } from './sinogram-columns.js';
import { detectStripes } from './stripe-detection.js';
import { analyse, synthesise } from './wavelet-plane.js';
import { decomposition } from './wavelets.js';
import { waveletNames } from '../../manifest/rings.js';

const angles = 120;
const detectors = 128;
const random = seededRandom(3);
// Methods tell stripes from noise, so that there must be some: a hundredth of the largest value.
const clean = sliceSinogram({
  detectors,
  angles: Array.from({ length: angles }, (_, at) => (at * Math.PI) / angles),
}).map((value) => value + 0.02 * normal(random));

/** Single bins, a wide stripe and a dead bin. */
const stripes = new Map([
  [30, 0.08],
  [57, -0.06],
  [90, 0.1],
  [91, 0.12],
  [92, 0.1],
]);
const striped = clean.map((value, at) => value + (stripes.get(at % detectors) ?? 0));

function without(values: Float32Array, parameters: Partial<RingParameters>): Float32Array {
  const own = values.slice();
  removeStripes({ values: own, angles, detectors }, { ...ringDefaults, ...parameters });
  return own;
}

describe('the removal of rings', () => {
  // What each leaves of stripes of single bins, and changes of bins without, was measured, and is bounded with a quarter of room.
  it.each([
    [{ method: 'sorting', size: 7 }, 0.6, 0.01],
    [{ method: 'filtering', size: 7 }, 0.6, 0.009],
    [{ method: 'large', size: 21 }, 0.65, 0.02],
    [{ method: 'all', laSize: 31, smSize: 7 }, 0.69, 0.055],
    [{ method: 'fw', level: 3 }, 0.6, 0.026],
    [{ method: 'ti' }, 0.72, 0.015],
  ] as const)('leaves less of stripes: %o', (parameters, left, changed) => {
    const isStripe = (at: number) => stripes.has(at % detectors);
    const elsewhere = (at: number) => !isStripe(at);
    const before = relativeError(striped, clean, isStripe);
    const after = without(striped, parameters);
    expect(relativeError(after, clean, isStripe)).toBeLessThan(left * before);
    expect(relativeError(after, clean, elsewhere)).toBeLessThan(changed);
  });

  // By the formula of TomoPy's remove_stripe_sf, written down for each bin; float32 results: 1e-6 of values of a few units.
  it.each([5, 4, undefined])('takes what the mean of a bin has above those around it, of %s bins', (size) => {
    const width = size ?? 5;
    const means = Array.from(
      { length: detectors },
      (_, bin) => striped.filter((_value, at) => at % detectors === bin).reduce((sum, value) => sum + value) / angles,
    );
    const smoothed = means.map((_, bin) => {
      const around = Array.from({ length: width }, (_each, at) => bin + at - Math.floor(width / 2));
      return around.reduce((sum, at) => sum + (means[Math.min(Math.max(at, 0), detectors - 1)] ?? NaN), 0) / width;
    });
    const expected = striped.map((value, at) => {
      const bin = at % detectors;
      return value - ((means[bin] ?? NaN) - (smoothed[bin] ?? NaN));
    });
    expect(relativeError(without(striped, { method: 'sf', size }), expected)).toBeLessThan(1e-6);
  });

  it('interpolates a bin that fluctuates, and leaves one that does not', () => {
    const dead = clean.map((value, at) => (at % detectors === 64 ? value + 0.5 * Math.sin(at * at) : value));
    const repaired = without(dead, { method: 'dead', norm: false, size: 21 });
    for (let row = 0; row < angles; row++) {
      const at = row * detectors + 64;
      // Its neighbours are interpolated as well.
      expect(repaired[at]).toBeCloseTo(((dead[at - 2] ?? 0) + (dead[at + 2] ?? 0)) / 2, 5);
    }
    const far = (at: number) => Math.abs((at % detectors) - 64) > 2;
    expect(relativeError(repaired, dead, far)).toBeLessThan(1e-7);
  });

  it('leaves what all projections see alike to nobody: none changes nothing', () => {
    expect(without(striped, { method: 'none' })).toEqual(striped);
  });
});

describe('the parts of it', () => {
  it('find the median that a slow search finds, for windows of all kinds', () => {
    const [rows, columns] = [5, 9];
    const matrix = Float32Array.from({ length: rows * columns }, (_, at) => Math.round(10 * Math.sin(at * at)));
    const inside = (at: number, extent: number): number =>
      at < 0 ? inside(-1 - at, extent) : at >= extent ? inside(2 * extent - 1 - at, extent) : at;
    for (const size of [
      { rows: 1, columns: 3 },
      { rows: 1, columns: 4 },
      { rows: 3, columns: 3 },
      { rows: 4, columns: 4 },
      { rows: 1, columns: 31 },
      { rows: 9, columns: 8 },
    ]) {
      const expected = Float32Array.from(matrix, (_, at) => {
        const values: number[] = [];
        for (let i = 0; i < size.rows; i++)
          for (let j = 0; j < size.columns; j++) {
            const row = inside(Math.floor(at / columns) - (size.rows >> 1) + i, rows);
            values.push(matrix[row * columns + inside((at % columns) - (size.columns >> 1) + j, columns)] ?? NaN);
          }
        return values.sort((a, b) => a - b)[values.length >> 1] ?? NaN;
      });
      expect(medianFilter(matrix, columns, size)).toEqual(expected);
    }
  });

  it('sort columns as comparing their values would, and back', () => {
    const [rows, columns] = [37, 35];
    const few = Array.from({ length: 12 }, (_, at) => (at - 6) * 10 ** (at % 5));
    const values = Float32Array.from({ length: rows * columns }, (_, at) => few[(at * at) % 12] ?? 0);
    const sorted = sortColumns({ values, angles: rows, detectors: columns });
    for (let column = 0; column < columns; column++) {
      const of = (row: number) => values[row * columns + column] ?? NaN;
      const order = Array.from({ length: rows }, (_, row) => row).sort((a, b) => of(a) - of(b));
      for (const [rank, row] of order.entries()) {
        const at = rank * columns + column;
        expect(sorted.values[at]).toBe(of(row));
        expect(of(sorted.rows[at] ?? NaN)).toBe(of(row));
      }
    }
    const back = { values: new Float32Array(values.length), angles: rows, detectors: columns };
    unsortColumns(sorted.values, sorted.rows, back);
    expect(back.values).toEqual(values);
  });

  it.each([9, 81])('cut a window of %i bins at the ends of a row', (width) => {
    const row = Float32Array.from({ length: 120 }, (_, at) => Math.round(40 * Math.sin(at * at)));
    const half = width >> 1;
    const expected = row.map((_, at) => {
      const inside = row.slice(Math.max(0, at - half), at + half + 1).sort();
      return inside[inside.length >> 1] ?? NaN;
    });
    expect(cutMedian(row, width)).toEqual(expected);
  });

  it('find factors that stand out of a line, and their neighbours', () => {
    const factors = Float64Array.from({ length: 41 }, (_, bin) => 1 + 0.001 * Math.sin(bin * bin));
    expect(detectStripes(factors, { snr: 3 }).every((found) => found === 0)).toBe(true);
    factors[20] = 1.1;
    const found = detectStripes(factors, { snr: 3 });
    expect([...found.keys()].filter((bin) => found[bin] === 1)).toEqual([19, 20, 21]);
    expect(detectStripes(factors, { snr: 100 }).every((each) => each === 0)).toBe(true);
  });

  it.each(waveletNames)(
    'transform by %s to and fro, with filters that are orthonormal and see no polynomial',
    (name) => {
      const filters = decomposition(name);
      const { low, high } = filters;
      const dot = (a: Float64Array, b: Float64Array, shift: number) =>
        a.reduce((sum, value, at) => sum + value * (b[at + shift] ?? 0), 0);
      for (let shift = 0; shift < low.length; shift += 2) {
        expect(dot(low, low, shift)).toBeCloseTo(shift === 0 ? 1 : 0, 10);
        expect(dot(low, high, shift)).toBeCloseTo(0, 10);
      }
      for (let power = 0; power < low.length / 2; power++) {
        const moment = high.reduce((sum, value, at) => sum + value * (at / low.length) ** power, 0);
        expect(moment).toBeCloseTo(0, 9);
      }
      const plane = {
        rows: 23,
        columns: 18,
        values: Float64Array.from({ length: 23 * 18 }, (_, at) => Math.sin(at * at)),
      };
      const { smooth, ...bands } = analyse(plane, filters);
      const again = synthesise({ smooth, ...bands }, filters);
      for (let at = 0; at < plane.values.length; at++) {
        const place = Math.floor(at / 18) * again.columns + (at % 18);
        expect(again.values[place]).toBeCloseTo(plane.values[at] ?? NaN, 9);
      }
    },
  );
});

describe('the stage rings', () => {
  useEngine();
  const theta = {
    dtype: 'float64' as const,
    shape: [angles],
    data: Float64Array.from({ length: angles }, (_, at) => (at * Math.PI) / angles),
  };
  const scan = (values: Float32Array): Dataset => {
    const twice = new Float32Array(2 * values.length);
    twice.set(values);
    twice.set(
      values.map((value) => value / 2),
      values.length,
    );
    return {
      data: float32Array(twice, [1, 2, angles, detectors], ['frame', 'slice', 'angle', 'detector']),
      companions: { angles: theta },
      attributes: {},
    };
  };
  const plan = (rings: Readonly<Record<string, string | number>> | undefined, center = 64) =>
    planOf(
      ['TransmissionPreprocessingParameters', { centerOfRotation: center }],
      ['RadonFilteredBackprojectionParameters', {}],
      rings && { rings: ['RingRemovalParameters', rings] },
    );
  const all = { method: 'all', laSize: 31, smSize: 7 };

  it('takes rings out of the image, and gives in blocks what it gives of the whole', async () => {
    const inside = insideCircle(detectors, 58);
    const { data: truth } = (await reconstruct(plan(undefined), scan(clean))).output;
    const errorOf = async (rings: Parameters<typeof plan>[0]) => {
      const { output } = await reconstruct(plan(rings), scan(striped));
      return relativeError(output.data.data, truth.data, (at) => inside(at % detectors ** 2));
    };
    const sorting = { method: 'sorting', size: 7 };
    // Measured 0.67.
    expect(await errorOf(sorting)).toBeLessThan(0.8 * (await errorOf(undefined)));
    const { output: whole } = await reconstruct(plan(all), scan(striped));
    const blocks: Dataset[] = [];
    for (const block of divideDataset(scan(striped), 'slice', 1))
      blocks.push((await reconstruct(plan(all), block)).output);
    const joined = joinDatasets(blocks, 'slice');
    expect(joined.data.data).toEqual(whole.data.data);
    expect(joinWarnings(joined.warnings)).toEqual(joinWarnings(whole.warnings));
  });

  it('looks only at bins that were measured, where the detector was extended', async () => {
    const { steps } = buildPlan(plan(all, 50));
    const listener = { onProgress: () => undefined, onStep: () => undefined, onLog: () => undefined };
    const options = { signal: new AbortController().signal, memoryBytes: 2 ** 40, ...listener };
    const { data } = await runSteps(steps.slice(0, 2), scan(striped), options);
    const expected = without(striped, { laSize: 31, smSize: 7 });
    const width = data.shape.at(-1) ?? 0;
    expect(width).toBe(detectors + 14);
    for (let row = 0; row < angles; row++) {
      const own = data.data.subarray(row * width, (row + 1) * width);
      const line = expected.subarray(row * detectors, (row + 1) * detectors);
      expect(own.subarray(14)).toEqual(line);
      expect(own.subarray(0, 14).every((value) => value === line[0])).toBe(true);
    }
  });

  it('says where it changes the object, and refuses a window wider than the detector', async () => {
    const { warnings } = await reconstruct(plan({ method: 'fw' }), scan(striped));
    expect(warnings).toContain('RINGS_OVERCORRECTED');
    expect((await reconstruct(plan({ method: 'fw', level: 2 }), scan(striped))).warnings).toEqual([]);
    await expect(reconstruct(plan({ method: 'sorting', size: 200 }), scan(striped))).rejects.toMatchObject({
      failure: { code: 'PLAN_INVALID_VALUE', at: 'parameter.rings.size' },
    });
    await expect(reconstruct(plan({ method: 'ti', nblock: angles }), scan(striped))).rejects.toMatchObject({
      failure: { code: 'PLAN_INVALID_VALUE', at: 'parameter.rings.nblock' },
    });
  });
});
