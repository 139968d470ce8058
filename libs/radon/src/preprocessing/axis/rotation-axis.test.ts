import { float32Array, settledWarnings, type Dataset } from '@rondel/contracts';
import { divideDataset, joinDatasets } from '@rondel/reco';
import { describe, expect, it } from 'vitest';
import {
  anglesOver,
  disturbed,
  insideCircle,
  sliceCounts,
  sliceImage,
  sliceSinogram,
  type SliceScan,
} from '../../disturbed-scans.test.support.js';
import { poisson, seededRandom } from '@rondel/compute/random';
import { findRotationCenter } from './rotation-center.js';
import { planOf, reconstruct, relativeError, useEngine } from '../../running.test.support.js';

type Properties = Parameters<typeof planOf>[0][1];

/** The axis that is found in line integrals of at most 2, with this many photons where the object is not. */
function find(scan: SliceScan, photons?: number) {
  const random = seededRandom(3);
  const clean = sliceSinogram(scan);
  const scale = 2 / clean.reduce((most, value) => Math.max(most, value), 0);
  const noisy = (value: number, count: number) =>
    -Math.log(Math.max(1, poisson(count * Math.exp(-value), random)) / count);
  const sinogram = clean.map((value) => (photons === undefined ? value * scale : noisy(value * scale, photons)));
  const shape = { frames: 1, slices: 1, angles: scan.angles.length, detectors: scan.detectors };
  return findRotationCenter(sinogram, shape, Float64Array.from(scan.angles));
}

const half = (count: number) => anglesOver(Math.PI, count);
const whole = (count: number) => anglesOver(2 * Math.PI, count);
const golden = (count: number) => Array.from({ length: count }, (_, index) => index * Math.PI * (Math.sqrt(5) - 1));

describe('the rotation axis', () => {
  it.each([195, 128, 20.25])('S2: is found at %d of 256 bins, wherever it is', (center) => {
    for (const angles of [half(60), half(180), whole(180), golden(181)]) {
      for (const photons of [undefined, 2000]) {
        const found = find({ detectors: 256, angles, center }, photons);
        expect(Math.abs(found.center - center)).toBeLessThan(0.25);
        expect(found.doubt).toBeUndefined();
      }
    }
  });

  it('S2: is found beside gaps where projections were left out, and doubted where these are at the ends of half a turn', () => {
    const without = (from: number, to: number) => half(150).filter((_, at) => at !== 17 && (at < from || at >= to));
    const scan = { detectors: 96, center: 45.3, radius: 40 };
    for (const [from, to] of [
      [30, 40],
      [60, 120],
    ] as const) {
      const { center, doubt } = find({ ...scan, angles: without(from, to) }, 2000);
      expect(Math.abs(center - 45.3)).toBeLessThan(0.25);
      expect(doubt).toBeUndefined();
    }
    expect(find({ ...scan, angles: without(2, 12) }).doubt).toContain('leave it open');
  });

  it('S2: is refused where nothing on the detector is one, never taken from the end of the search', () => {
    const shape = { frames: 1, slices: 1, angles: 90, detectors: 128 };
    const sinogram = sliceSinogram({ detectors: 128, angles: half(90), center: 190, radius: 120 });
    const search = () => findRotationCenter(sinogram, shape, Float64Array.from(half(90)));
    expect(search).toThrow('Set centerOfRotation');
  });

  it.each([1.3, 2, 3])(
    'S3: is within half a bin, or doubted, for an object %d times as wide as the detector',
    (wide) => {
      for (const angles of [half(45), half(180), whole(180)]) {
        for (const photons of [undefined, 1000]) {
          const { center, doubt } = find({ detectors: 256, angles, center: 131, radius: 128 * wide }, photons);
          if (doubt === undefined) expect(Math.abs(center - 131)).toBeLessThan(0.6);
        }
      }
      const { center } = find({ detectors: 256, angles: half(180), center: 131, radius: 128 * wide });
      expect(Math.abs(center - 131)).toBeLessThan(0.5);
    },
  );
});

describe('a rotation axis that is tilted', () => {
  const stack = (angles: number[], move: number, slices = 8) => {
    const random = seededRandom(9);
    const sinograms = Array.from({ length: slices }, (_, slice) =>
      sliceSinogram({ detectors: 128, angles, center: 64 + move * (slice / (slices - 1) - 0.5), radius: 60 }),
    );
    const values = sinograms.flatMap((sinogram) => Array.from(sinogram, (value) => value + 0.02 * (random() - 0.5)));
    const shape = { frames: 1, slices, angles: angles.length, detectors: 128 };
    return findRotationCenter(Float32Array.from(values), shape, Float64Array.from(angles));
  };

  it('S3: is doubted with where it is at both ends, over half a turn and over a whole one', () => {
    for (const angles of [half(90), whole(90)]) {
      expect(stack(angles, 2).doubt).toMatch(/tilted: at 6[23]\.\d+ in the first slice and at 6[45]\.\d+ in the last/);
      for (const move of [0, 0.2]) expect(stack(angles, move).doubt).toBeUndefined();
    }
  });

  it('S3: is doubted as such in few slices too, however far it moves', () => {
    for (const angles of [half(90), whole(90)]) {
      for (const slices of [2, 3, 5]) {
        for (const move of [2, 12]) expect(stack(angles, move, slices).doubt, `${slices}, ${move}`).toContain('tilted');
        for (const move of [0, 0.4]) expect(stack(angles, move, slices).doubt).toBeUndefined();
      }
    }
  });
});

describe('a rotation axis that nobody has looked for', () => {
  useEngine();
  const warningsOf = async (pre: Parameters<typeof planOf>[0], center: number, radius = 40) => {
    const random = seededRandom(3);
    const scan = { detectors: 128, angles: half(90), center, radius };
    const sinogram = sliceSinogram(scan).map((value) => value + 0.05 * (random() - 0.5));
    const angles = { dtype: 'float64' as const, shape: [90], data: Float64Array.from(scan.angles) };
    const input = { data: float32Array(sinogram, [90, 128]), companions: { angles }, attributes: {} };
    return (await reconstruct(planOf(pre, ['RadonFilteredBackprojectionParameters', {}]), input)).warnings;
  };

  it('W2: angles are doubted where the centre of mass does not move as they have it', async () => {
    const scan = { detectors: 128, angles: whole(120), radius: 60 };
    const sinogram = float32Array(sliceSinogram(scan), [120, 128]);
    const plan = planOf(['RadonPreprocessingParameters', {}], ['RadonFilteredBackprojectionParameters', {}]);
    const warningsFor = async (angles: number[]) => {
      const given = { dtype: 'float64' as const, shape: [120], data: Float64Array.from(angles) };
      return (await reconstruct(plan, { data: sinogram, companions: { angles: given }, attributes: {} })).warnings;
    };
    expect(await warningsFor(scan.angles)).toEqual([]);
    expect(await warningsFor(half(120))).toContain('ANGLES_SUSPECT');
  });

  it('S3: is doubted where the projections go round another one', async () => {
    for (const pre of ['TransmissionPreprocessingParameters', 'RadonPreprocessingParameters']) {
      for (const center of [58, 72.5]) expect(await warningsOf([pre, {}], center)).toEqual(['AXIS_UNCERTAIN']);
      for (const center of [63.5, 64, 64.5]) expect(await warningsOf([pre, {}], center)).toEqual([]);
      expect(await warningsOf([pre, {}], 64, 90)).not.toContain('AXIS_UNCERTAIN');
    }
    expect(await warningsOf(['TransmissionPreprocessingParameters', { findCenter: false }], 58)).toEqual([
      'AXIS_UNCERTAIN',
    ]);
  });
});

describe('a rotation axis that the plan gives', () => {
  useEngine();
  const saidOf = async (scan: SliceScan, centerOfRotation: number) => {
    const random = seededRandom(6);
    const counts = disturbed(sliceCounts(scan), 'data', (value) => 50 * poisson(value / 50, random));
    const pre = ['TransmissionPreprocessingParameters', { centerOfRotation }] as const;
    const { output } = await reconstruct(planOf(pre, ['RadonFilteredBackprojectionParameters', {}]), counts);
    return settledWarnings(output.warnings ?? []).map(({ code, message }) => `${code}: ${message}`);
  };

  it('S3: is doubted, with the one that the projections go round, and never where it is right', async () => {
    for (const angles of [half(90), whole(120), golden(100)]) {
      const scan = { detectors: 128, angles, center: 66.3, radius: 55 };
      for (const given of [62, 68]) {
        const said = await saidOf(scan, given);
        expect(said).toEqual([expect.stringMatching(/^AXIS_UNCERTAIN: .* at 66\.[23]\d on average/)]);
      }
      for (const given of [65.8, 66.3, 66.8]) expect(await saidOf(scan, given)).toEqual([]);
    }
    for (const detectors of [24, 40]) {
      const scan = { detectors, angles: half(30), center: detectors / 2 };
      expect(await saidOf(scan, detectors / 2)).toEqual([]);
    }
  });
});

describe('angles that are not those of the projections', () => {
  useEngine();
  const warningsFor = async (scan: SliceScan & { move?: (row: number) => number }, angles = scan.angles) => {
    const { detectors, move = () => 0 } = scan;
    const center = Math.floor(detectors / 2);
    const rows = scan.angles.map((angle, row) =>
      sliceSinogram({ detectors, angles: [angle], center: center + move(row), radius: center - 6 }),
    );
    const values = Float32Array.from(rows.flatMap((row) => Array.from(row)));
    const given = { dtype: 'float64' as const, shape: [angles.length], data: Float64Array.from(angles) };
    const data = float32Array(values, [angles.length, detectors]);
    const plan = planOf(['RadonPreprocessingParameters', {}], ['RadonFilteredBackprojectionParameters', {}]);
    return (await reconstruct(plan, { data, companions: { angles: given }, attributes: {} })).warnings;
  };

  it.each([64, 128, 256])(
    'W2: are doubted where they were written modulo half a turn, at %d bins',
    async (detectors) => {
      for (const angles of [golden(detectors), whole(detectors)]) {
        const folded = angles.map((angle) => angle - Math.PI * Math.floor(angle / Math.PI));
        expect(await warningsFor({ detectors, angles }, folded)).toEqual(['ANGLES_SUSPECT']);
        expect(await warningsFor({ detectors, angles })).toEqual([]);
      }
    },
  );

  it('W2: are doubted where the object has moved, at once, to and fro, or as the axis drifts', async () => {
    const moves = {
      jump: (row: number) => (row > 60 ? 2 : 0),
      alternating: (row: number) => row % 2,
      drift: (row: number) => row / 40,
    };
    for (const move of Object.values(moves)) {
      expect(await warningsFor({ detectors: 128, angles: whole(120), move })).toEqual(['ANGLES_SUSPECT']);
    }
    for (const move of [moves.jump, moves.alternating]) {
      expect(await warningsFor({ detectors: 128, angles: half(120), move })).toContain('ANGLES_SUSPECT');
    }
    const slight = (row: number) => 0.2 * (row % 2);
    expect(await warningsFor({ detectors: 128, angles: half(120), move: slight })).toEqual([]);
  });
});

describe('a scan of half acquisition', () => {
  useEngine();
  const fbp = ['RadonFilteredBackprojectionParameters', {}] as const;
  const pre = (properties: Properties = {}) => planOf(['TransmissionPreprocessingParameters', properties], fbp);
  const errorOf = async (scan: SliceScan, properties: Properties = {}, input = sliceCounts(scan)) => {
    const { output, warnings, logs } = await reconstruct(pre(properties), input);
    const size = output.data.shape[3] ?? 0;
    const image = output.data.data.subarray(0, size * size);
    const radius = 0.95 * (scan.radius ?? 0);
    return { error: relativeError(image, sliceImage(size, scan), insideCircle(size, radius)), size, warnings, logs };
  };

  it.each([140.3, 18.6])('S1: is recognised, its axis at %d of 160 bins found, and stitched', async (center) => {
    const scan = { detectors: 160, angles: whole(480), center, radius: Math.max(center, 159 - center) - 2 };
    const plans: Properties[] = [{}, { centerOfRotation: center }];
    for (const given of plans) {
      const { error, size, warnings } = await errorOf(scan, given);
      expect(error).toBeLessThan(0.05);
      expect(Math.abs(size - 281)).toBeLessThan(2);
      expect(warnings).toEqual([]);
    }
    const overlap = 2 * Math.min(center, 159 - center) + 1;
    const { error } = await errorOf(scan, { overlap, side: center > 80 ? 'right' : 'left' });
    expect(error).toBeLessThan(0.05);
  });

  it('S1: is stitched from noisy counts in any order of angles', async () => {
    const random = seededRandom(5);
    const scan = { detectors: 160, angles: golden(480), center: 140.3, radius: 138.3 };
    const counts = sliceCounts(scan);
    const noisy = {
      ...counts,
      data: float32Array(
        Float32Array.from(counts.data.data, (v) => poisson(v, random)),
        counts.data.shape,
      ),
    };
    expect((await errorOf(scan, {}, noisy)).error).toBeLessThan(0.12);
  });

  it('S1: is left as it is where the plan says so, and refused where no projection has an opposite', async () => {
    const scan = { detectors: 64, angles: whole(120), center: 56, radius: 54 };
    const { size } = await errorOf(scan, { halfAcquisition: 'none', centerOfRotation: 56 });
    expect(size).toBe(64);
    const short = errorOf({ ...scan, angles: half(120) }, { halfAcquisition: 'stitch', centerOfRotation: 56 });
    await expect(short).rejects.toMatchObject({ code: 'PLAN_INVALID_VALUE' });
    const overlapping = errorOf({ ...scan, angles: half(120) }, { overlap: 10, side: 'left' });
    await expect(overlapping).rejects.toMatchObject({
      failure: { code: 'PLAN_INVALID_VALUE', at: 'parameter.pre.overlap' },
    });
  });

  it('S1: gives in blocks of slices bit for bit what it gives in one piece', async () => {
    const input: Dataset = sliceCounts({ detectors: 64, angles: whole(120), center: 54.4, radius: 52 });
    const fieldAxes = ['slice', 'sample', 'detector'];
    const named = (name: string) => ({ ...(input.companions[name] ?? input.data), axes: fieldAxes });
    const axes = ['frame', 'slice', 'angle', 'detector'];
    const companions = { ...input.companions, white: named('white'), dark: named('dark') };
    const whole2 = { ...input, data: { ...input.data, axes }, companions };
    const plan = pre({ centerOfRotation: 54.4 });
    const blocks: Dataset[] = [];
    for (const block of divideDataset(whole2, 'slice', 1)) blocks.push((await reconstruct(plan, block)).output);
    const { output } = await reconstruct(plan, whole2);
    expect(joinDatasets(blocks, 'slice').data.data).toEqual(output.data.data);
  });
});
