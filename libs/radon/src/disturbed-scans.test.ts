import { float32Array, type Dataset } from '@rondel/contracts';
import { describe, expect, it } from 'vitest';
import {
  anglesOver,
  disturbed,
  insideCircle,
  sliceCounts,
  sliceImage,
  sliceSinogram,
  type SliceScan,
} from './disturbed-scans.test.support.js';
import { poisson, seededRandom } from '@rondel/compute/random';
import { planOf, reconstruct, relativeError, useEngine } from './running.test.support.js';

useEngine();

const scan: SliceScan = { detectors: 128, angles: anglesOver(Math.PI, 120) };
const size = scan.detectors;
const truth = sliceImage(size, scan);

type Properties = Parameters<typeof planOf>[0][1];

/** The error of the first slice inside the object, and what was said. */
async function errorOf(input: Dataset, pre: Properties = {}, axis: Properties = { centerOfRotation: 64 }) {
  const plan = planOf(
    ['TransmissionPreprocessingParameters', { ...axis, ...pre }],
    ['RadonFilteredBackprojectionParameters', {}],
  );
  const { output, warnings, logs } = await reconstruct(plan, input);
  const image = output.data.data.subarray(0, size * size);
  return { error: relativeError(image, truth, insideCircle(size, 55)), warnings, logs };
}

/** Edges of pixels and few angles cost this much without any disturbance. */
const clean = 0.06;

describe('scans with what happens to detectors', () => {
  const counts = sliceCounts(scan);
  const random = (index: number) => (Math.sin(index * 12.9898) * 43758.5453) % 1;
  const zingers = (part: number) => (value: number, index: number) => (Math.abs(random(index)) < part ? 65_535 : value);

  it('are reconstructed without a word where nothing has happened', async () => {
    const { error, warnings } = await errorOf(counts);
    expect(error).toBeLessThan(clean);
    expect(warnings).toEqual([]);
  });

  it('S7: are cleaned of zingers where the plan says what one is', async () => {
    const struck = disturbed(counts, 'data', zingers(0.0013));
    expect((await errorOf(struck)).error).toBeGreaterThan(2 * clean);
    expect((await errorOf(struck, { outlierDif: 5000 })).error).toBeLessThan(1.1 * clean);
  });

  it('S7: are warned of where zingers are left, a single one too, and by how much they stand out', async () => {
    const one = disturbed(counts, 'data', (value, index) => (index === 40 * size + 70 ? 65_535 : value));
    const dark = disturbed(counts, 'data', (value, index) => (index % 5003 === 70 ? 100 : value));
    for (const input of [one, dark, disturbed(counts, 'data', zingers(0.0013))]) {
      expect((await errorOf(input)).warnings).toContain('OUTLIERS_PRESENT');
    }
    const { logs } = await errorOf(one);
    const said = Number(/too high by ([\d.e+]+)/.exec(logs.join())?.[1]);
    expect((await errorOf(one, { outlierDif: said / 2 })).warnings).toEqual([]);
  });

  it('S7: are warned of where a part of one projection is dark or bright, and of nothing else', async () => {
    const inside = (index: number, bins: number) => {
      const place = index % (scan.angles.length * size);
      return place >= 40 * size + 60 && place < 40 * size + 60 + bins;
    };
    for (const bins of [3, 10, 30]) {
      const part = disturbed(counts, 'data', (value, index) => (inside(index, bins) ? 101 : value));
      expect((await errorOf(part)).error).toBeGreaterThan(2 * clean);
      expect((await errorOf(part)).warnings).toEqual(['OUTLIERS_PRESENT']);
    }
    const bright = disturbed(counts, 'data', (value, index) => (inside(index, 10) ? 65_535 : value));
    expect((await errorOf(bright)).warnings).toEqual(['OUTLIERS_PRESENT']);
  });

  it('S7: are not warned of outliers or angles where metal lets hardly any light through', async () => {
    const random = seededRandom(8);
    const metal = sliceSinogram(scan).map((value, index) => {
      const angle = scan.angles[Math.floor(index / size)] ?? 0;
      const off = (index % size) - 64 - 20 * Math.cos(angle - 1);
      return value + 2.5 * Math.sqrt(Math.max(0, 16 - off * off));
    });
    const noisy = Float32Array.from(
      [...metal, ...metal],
      (value) => poisson(5000 * Math.exp(-value), random) * 4 + 100,
    );
    const input = { ...counts, data: float32Array(noisy, counts.data.shape) };
    expect((await errorOf(input)).warnings).toEqual(['TRANSMISSION_CLIPPED']);
  });

  it('S7: raise no false alarm in noise, with few angles, for thin wires and in air', async () => {
    const random = seededRandom(2);
    const noisy = (photons: number) => (value: number) =>
      Math.round((poisson(value * photons, random) + 0.01) / photons);
    const few = { ...scan, angles: anglesOver(Math.PI, 20) };
    const air = disturbed(counts, 'data', () => 19_000 + poisson(1000, random));
    const { white: _white, dark: _dark, ...companions } = counts.companions;
    const wire = sliceSinogram(scan).map((value, index) => {
      const angle = scan.angles[Math.floor(index / size)] ?? 0;
      return Math.abs((index % size) - 64 - 40 * Math.cos(angle)) < 0.7 ? value + 2 : value;
    });
    const wires = { ...counts, companions, data: float32Array(wire, [1, 1, scan.angles.length, size]) };
    for (const input of [0.2, 0.02, 0.005].map((photons) => disturbed(counts, 'data', noisy(photons)))) {
      expect((await errorOf(input)).warnings).not.toContain('OUTLIERS_PRESENT');
    }
    const golden = Array.from({ length: 150 }, (_, index) => index * Math.PI * (Math.sqrt(5) - 1));
    for (const input of [sliceCounts(few), sliceCounts({ ...scan, angles: golden }), wires, air]) {
      expect((await errorOf(input)).warnings).not.toContain('OUTLIERS_PRESENT');
    }
  });

  it('S7: take no notice of a zinger in one sample of a field', async () => {
    const struck = disturbed(counts, 'white', (value, index) =>
      index % (5 * size) === 2 * size + 70 ? 65_535 : value,
    );
    expect((await errorOf(struck)).error).toBeLessThan(clean);
    expect((await errorOf(struck, { average: 'mean' })).error).toBeGreaterThan(1.3 * clean);
  });

  it('W4: have bins filled from their neighbours that died during the scan, and say so', async () => {
    for (const left of [100, 0, 65_535]) {
      const died = disturbed(counts, 'data', (value, index) => ([40, 41, 90].includes(index % size) ? left : value));
      const { error, warnings } = await errorOf(died);
      expect(error).toBeLessThan(1.5 * clean);
      expect(warnings).toEqual(['DETECTOR_REPAIRED']);
    }
  });

  it('W4: have no bins filled where a thin dense ring is dark at its sides, or nothing moves beside it', async () => {
    const random = seededRandom(13);
    for (const [radius, wall, attenuation, off] of [
      [50, 1.2, 0.35, 0],
      [40, 2, 1, 0],
      [34, 2, 0.2, 5],
    ] as const) {
      const chord = (r: number, t: number) => 2 * Math.sqrt(Math.max(0, r * r - t * t));
      const ring = scan.angles.flatMap((angle) =>
        Array.from({ length: size }, (_, bin) => {
          const t = bin - 64 - off * Math.cos(angle);
          return attenuation * (chord(radius, t) - chord(radius - wall, t));
        }),
      );
      for (const count of [Math.round, (value: number) => 4 * poisson(value / 4, random)]) {
        const values = Float32Array.from([...ring, ...ring], (value) => count(19_900 * Math.exp(-value)) + 100);
        const input = { ...counts, data: float32Array(values, counts.data.shape) };
        expect((await errorOf(input)).warnings).not.toContain('DETECTOR_REPAIRED');
      }
    }
  });

  it('W4: are doubted without dark fields where a camera may have added to all counts, not where it has not', async () => {
    const { dark: _dark, ...companions } = counts.companions;
    const raw = { ...counts, companions };
    const offset = disturbed(
      disturbed(raw, 'data', (value) => value + 1500),
      'white',
      (value) => value + 1500,
    );
    const { error, warnings } = await errorOf(offset);
    expect(error).toBeGreaterThan(2 * clean);
    expect(warnings).toEqual(['DARK_MISSING']);
    const corrected = disturbed(raw, 'data', (value) => value - 100.4);
    expect((await errorOf(disturbed(corrected, 'white', (value) => value - 100.4))).warnings).toEqual([]);
    const blocked = disturbed(raw, 'data', (value, index) => (index % size === 20 ? 3 : value));
    expect((await errorOf(blocked)).warnings).not.toContain('DARK_MISSING');
    const zeros = float32Array(new Float32Array(2 * size), [2, 1, size]);
    expect((await errorOf({ ...raw, companions: { ...companions, dark: zeros } })).warnings).toEqual([]);
  });

  it('W4: leave out a dark field that is really a white one, and say so', async () => {
    const wrong = disturbed(counts, 'dark', (value, index) => (Math.floor(index / size) % 5 === 3 ? 20_000 : value));
    for (const average of ['robust', 'median', 'mean']) {
      const { error, warnings } = await errorOf(wrong, { average });
      expect(error).toBeLessThan(clean);
      expect(warnings).toEqual(['FIELDS_DISAGREE']);
    }
  });

  it('W4: say so where many transmissions are not physical', async () => {
    const blocked = disturbed(counts, 'data', (value, index) => (Math.floor(index / size) % 120 < 3 ? 50 : value));
    expect((await errorOf(blocked)).warnings).toContain('TRANSMISSION_CLIPPED');
  });

  it('W4: are warned of where counts are at the limit of the detector, in projections or in white fields', async () => {
    const bright = (value: number) => Math.min(65_535, (value - 100) * 5 + 100);
    const saturated = disturbed(disturbed(counts, 'data', bright), 'white', bright);
    const { error, warnings } = await errorOf(saturated);
    expect(error).toBeGreaterThan(2 * clean);
    expect(warnings).toContain('DETECTOR_SATURATED');
    expect((await errorOf(disturbed(counts, 'data', zingers(0.002)))).warnings).not.toContain('DETECTOR_SATURATED');
  });

  it.each([50_000, 4000])(
    'W4: are warned of where counts end at %d, and not where there is much air',
    async (limit) => {
      const random = seededRandom(11);
      const brightened = (value: number) => (1.25 * limit * value) / 20_000;
      const noisy = (value: number) => poisson(brightened(value) / 4, random) * 4;
      for (const measured of [(value: number) => Math.round(brightened(value)), noisy]) {
        const whole = disturbed(disturbed(counts, 'data', measured), 'white', brightened);
        const bright = disturbed(whole, 'dark', brightened);
        expect((await errorOf(bright)).warnings).toEqual([]);
        const ends = (value: number) => Math.min(limit, value);
        const { error, warnings } = await errorOf(disturbed(disturbed(bright, 'data', ends), 'white', ends));
        expect(error).toBeGreaterThan(2 * clean);
        expect(warnings).toContain('DETECTOR_SATURATED');
      }
    },
  );

  it('W4: are warned of a bin that is faulty in so many samples of a field that the average takes it in', async () => {
    const faulty = (input: Dataset, samples: readonly number[], of: number) =>
      disturbed(input, 'white', (value, index) =>
        index % size === 70 && samples.includes(Math.floor(index / size) % of) ? 0 : value,
      );
    const withSamples = (count: number): Dataset => {
      const random = seededRandom(12);
      const white = Float32Array.from({ length: 2 * count * size }, () => 20_000 + 400 * (random() - 0.5));
      return { ...counts, companions: { ...counts.companions, white: float32Array(white, [2, count, size]) } };
    };
    for (const [count, samples, average, expected] of [
      [2, [0], 'robust', ['FIELDS_DISAGREE']],
      [4, [1, 2], 'robust', ['FIELDS_DISAGREE']],
      [5, [1], 'mean', ['FIELDS_DISAGREE']],
      [5, [1, 2], 'median', []],
      [3, [0], 'robust', []],
    ] as const) {
      const { error, warnings } = await errorOf(faulty(withSamples(count), samples, count), { average });
      expect(warnings, `${count} samples, ${average}`).toEqual(expected);
      expect(error > 1.3 * clean).toBe(expected.length > 0);
      expect((await errorOf(withSamples(count), { average })).warnings).toEqual([]);
    }
  });

  it('W4: are warned of where the camera stopped, and not where nothing moves', async () => {
    const rows = scan.angles.length;
    const held = (value: number, index: number, row: number) =>
      row < 40 || row > 70 ? value : Number(counts.data.data[index - (row - 40) * size]);
    const stopped = disturbed(counts, 'data', (value, index) => held(value, index, Math.floor(index / size) % rows));
    expect((await errorOf(stopped)).warnings).toEqual(['PROJECTIONS_REPEATED']);
    const still = disturbed(
      counts,
      'data',
      (_, index) => 1000 + 900 * Math.abs((index % size) - 64) * Number(index > 0),
    );
    expect((await errorOf(still)).warnings).not.toContain('PROJECTIONS_REPEATED');
  });

  it('W4: are warned of where white fields are of another exposure', async () => {
    const dim = disturbed(counts, 'white', (value) => value / 2);
    const { error, warnings } = await errorOf(dim);
    expect(error).toBeGreaterThan(2 * clean);
    expect(warnings).toEqual(['WHITE_SUSPECT']);
    expect((await errorOf(disturbed(counts, 'white', (value) => value * 0.97))).warnings).toEqual([]);
  });

  it('S4: are warned of where the logarithm has lost its minus, unless the plan says what they are', async () => {
    const { white: _white, dark: _dark, ...companions } = counts.companions;
    const negative = sliceSinogram(scan).map((value) => -value);
    const input = { ...counts, companions, data: float32Array(negative, [1, 1, scan.angles.length, size]) };
    expect((await errorOf(input)).warnings).toEqual(['QUANTITY_ASSUMED']);
    expect((await errorOf(input, { quantity: 'lineIntegrals' })).warnings).toEqual([]);
  });

  it('S2: are told where ring suppression takes the object along, not that the axis is elsewhere', async () => {
    const striped = disturbed(counts, 'data', (value, index) =>
      index % 11 === 5 ? 0.95 * (value - 100) + 100 : value,
    );
    const suppressed = (ringWindow: number, input = counts) =>
      errorOf(input, { ringSuppression: 'sorting', ringWindow }, { findCenter: true });
    for (const input of [counts, striped]) {
      for (const window of [3, 9]) expect((await suppressed(window, input)).warnings).toEqual([]);
      const { error, warnings } = await suppressed(41, input);
      expect(error).toBeGreaterThan(2 * clean);
      expect(warnings).toContain('RINGS_OVERCORRECTED');
      expect(warnings).not.toContain('AXIS_UNCERTAIN');
    }
    await expect(suppressed(301)).rejects.toThrow('ringWindow must be at most 128, the bins of the detector, got 301');
  });

  it('S6: are refused where all angles are one', async () => {
    const angles = { dtype: 'float64' as const, shape: [120], data: new Float64Array(120) };
    const placeholder = { ...counts, companions: { ...counts.companions, angles } };
    await expect(errorOf(placeholder)).rejects.toThrow('are all 0.00 degrees');
  });

  it('S8: fail where numbers become too large, with the step and the first of them', async () => {
    const { white: _white, dark: _dark, ...companions } = counts.companions;
    const huge = disturbed({ ...counts, companions }, 'data', () => 3e38);
    const words = /^parameter\.reco \(RadonFilteredBackprojectionParameters\) made \d+ values that are NaN or infinite/;
    await expect(errorOf(huge)).rejects.toMatchObject({
      code: 'STEP_FAILED',
      message: expect.stringMatching(words) as string,
    });
  });

  it('M3: are reconstructed from angles of the golden ratio that run on over many turns', async () => {
    const golden = { ...scan, angles: Array.from({ length: 150 }, (_, index) => index * Math.PI * (Math.sqrt(5) - 1)) };
    const { error, warnings } = await errorOf(sliceCounts(golden));
    expect(error).toBeLessThan(clean);
    expect(warnings).toEqual([]);
  });
});
