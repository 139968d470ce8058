import { coneForward } from '@rondel/compute';
import { float32Array, type Dataset } from '@rondel/contracts';
import { blocksAlong, cutDataset, haloAlong, joinDatasets, parallelAlong, stepsOnBlock } from '@rondel/reco';
import { tensor3d } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  buildPlan,
  expectFailure,
  planOf,
  realData,
  reconstruct,
  relativeError,
  run,
  useEngine,
} from '../running.test.support.js';
import { readValues } from '../reconstruction/read-values.js';
import { coneParametersOf } from './cone-parameters.js';
import { coneGeometry, coneScan } from './cone-scan.js';
import { readNpy } from './npy.test.support.js';

useEngine();

type Properties = Readonly<Record<string, number | string | boolean | number[] | number[][]>>;

const scanner = { sourceOrigin: 90, sourceDetector: 150, detectorPixel: [1.5, 1.5] };

const even = (views: number, extent = 2 * Math.PI, first = 0) =>
  Float64Array.from({ length: views }, (_, view) => first + (extent * view) / views);

/** Line integrals [frame, slice, angle, detector], with angles. */
function projections(
  data: Float32Array,
  [rows, views, bins]: readonly [number, number, number],
  angles: Float64Array,
): Dataset {
  return {
    data: float32Array(data, [1, rows, views, bins], ['frame', 'slice', 'angle', 'detector']),
    companions: { angles: { dtype: 'float64', shape: [views], data: angles, axes: ['angle'] } },
    attributes: { quantity: 'attenuation' },
  };
}

function fdk(geometry: Properties, others: Properties = {}) {
  return planOf(
    ['RadonPreprocessingParameters', {}],
    ['FdkReconstructionParameters', { geometry: { _type: 'ConeBeamGeometryParameters', ...geometry }, ...others }],
  );
}

/** Where the only voxel of a volume is seen: the mean bin [u, v] of its shadow in the first view at an angle. */
function shadowOf(geometry: Properties, angle: number, voxel: readonly [x: number, y: number, slice: number]) {
  const shape = [17, 15, 13];
  const [bins, binRows] = [50, 44];
  const dataset = projections(new Float32Array(binRows * bins), [binRows, 1, bins], Float64Array.of(angle));
  const parameters = coneParametersOf({ type: '', parameters: { ...scanner, voxel: 1, ...geometry, shape } });
  const scan = coneScan(
    parameters,
    { dataset, shape: { frames: 1, slices: binRows, angles: 1, detectors: bins } },
    () => undefined,
  );
  const volume = new Float32Array(15 * 17 * 13);
  const [x, y, slice] = voxel;
  volume[((7 - y) * 17 + 8 + x) * 13 + 6 + slice] = 1;
  const seen = readValues(() => coneForward(tensor3d(volume, [15, 17, 13]), coneGeometry(scan)));
  const sum = seen.reduce((all, value) => all + value, 0);
  const mean = (at: (index: number) => number) => seen.reduce((all, value, index) => all + value * at(index), 0) / sum;
  return [mean((index) => Math.floor(index / binRows)), mean((index) => index % binRows)] as const;
}

describe('the geometry of a cone beam', () => {
  const voxel = [5, -3, 4] as const;

  it.each<[string, Properties]>([
    ['alone', {}],
    ['with a detector that is off', { detectorOffset: [4, -6] }],
    ['with an axis that is off', { centerShift: 3 }],
    ['turning clockwise', { direction: 'cw', centerShift: -2 }],
    ['with a turned detector', { detectorTilt: 0.3, detectorOffset: [-3, 2] }],
  ])('%s sees a voxel where its definition says', (_what, geometry) => {
    const { centerShift = 0, detectorOffset = [0, 0], detectorTilt = 0, direction = 'ccw' } = geometry;
    for (const given of [0, 0.6, 2.5]) {
      const angle = direction === 'cw' ? -given : given;
      const [x, y, z] = voxel;
      const towards = x * Math.sin(angle) - y * Math.cos(angle);
      const across = x * Math.cos(angle) + y * Math.sin(angle) + Number(centerShift);
      const offset = detectorOffset as number[];
      const u = (150 * across) / (90 - towards) - (offset[0] ?? 0);
      const v = (150 * z) / (90 - towards) - (offset[1] ?? 0);
      const [cosine, sine] = [Math.cos(Number(detectorTilt)), Math.sin(Number(detectorTilt))];
      const expected = [24.5 + (u * cosine + v * sine) / 1.5, 21.5 + (v * cosine - u * sine) / 1.5];
      const seen = shadowOf(geometry, given, voxel);
      // The shadow of a voxel is about a bin wide, and rays are a bin apart; a wrong sign is four bins and more.
      expect(Math.abs(seen[0] - (expected[0] ?? NaN))).toBeLessThan(0.5);
      expect(Math.abs(seen[1] - (expected[1] ?? NaN))).toBeLessThan(0.5);
    }
  });

  it('is that of the vectors where there are some', () => {
    const at = shadowOf({ detectorOffset: [4, -6], centerShift: 3 }, 0, voxel);
    const vector = [-3, -90, 0, 1, 60, -6, 1.5, 0, 0, 0, 0, 1.5];
    expect(shadowOf({ vectors: [vector] }, 1, voxel)).toEqual(at);
  });

  it.each<[Properties, string, string]>([
    [
      { ...scanner, sourceDetector: 60 },
      'PLAN_INVALID_VALUE',
      'sourceDetector (60 mm) must be larger than sourceOrigin',
    ],
    [{ sourceOrigin: 90, detectorPixel: [1, 1] }, 'PLAN_MISSING_PROPERTY', 'sourceDetector is missing'],
    [{ vectors: [new Array<number>(12).fill(1)] }, 'PLAN_MISSING_PROPERTY', 'voxel is missing'],
    [{ ...scanner, voxel: 20 }, 'PLAN_INVALID_VALUE', 'inside the volume'],
    [{ ...scanner, detectorPixel: [150, 150], voxel: 0.1 }, 'PLAN_INVALID_VALUE', 'detectorPixel (150)'],
    [
      { voxel: 1, vectors: [new Array<number>(12).fill(100)] },
      'DATA_SHAPE_MISMATCH',
      'vectors has 1 view, but the data has 4',
    ],
  ])('%o is refused', async (geometry, code, message) => {
    const data = projections(new Float32Array(4 * 20), [1, 4, 20], even(4));
    await expectFailure((async () => reconstruct(fdk(geometry), data))(), code as 'DATA_FORMAT', message);
  });

  it('is suspect where voxels are much larger than bins are seen', async () => {
    const data = projections(new Float32Array(9 * 20), [1, 9, 20], even(9));
    const { warnings } = await reconstruct(fdk({ ...scanner, voxel: 5, shape: [20, 20, 1] }), data);
    expect(warnings).toContain('GEOMETRY_SUSPECT');
  });
});

/** Integrals of a blob of this width at a place along the rays of a scanner, in closed form. */
function blobScan(
  angles: Float64Array,
  {
    bins,
    binRows,
    offset = 0,
    shift = 0,
    isCurved = false,
  }: { bins: number; binRows: number; offset?: number; shift?: number; isCurved?: boolean },
): Dataset {
  const [width, blob] = [4, [6, -4, 1]];
  const data = new Float32Array(binRows * angles.length * bins);
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, axis) => sum + value * (b[axis] ?? 0), 0);
  angles.forEach((angle, view) => {
    const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
    const source = [90 * sine - shift * cosine, -90 * cosine - shift * sine, 0];
    for (let bin = 0; bin < binRows * bins; bin++) {
      const u = ((bin % bins) - (bins - 1) / 2) * 1.5 + offset;
      const v = (Math.floor(bin / bins) - (binRows - 1) / 2) * 1.5;
      // On a cylinder about the source, u is the length of an arc.
      const [deep, across] = isCurved ? [150 * Math.cos(u / 150), 150 * Math.sin(u / 150)] : [150, u];
      const ray = [-deep * sine + across * cosine, deep * cosine + across * sine, v];
      const away = blob.map((value, axis) => value - (source[axis] ?? 0));
      const nearest = dot(away, away) - dot(ray, away) ** 2 / dot(ray, ray);
      data[(Math.floor(bin / bins) * angles.length + view) * bins + (bin % bins)] =
        0.02 * width * Math.sqrt(2 * Math.PI) * Math.exp(-nearest / (2 * width ** 2));
    }
  });
  return projections(data, [binRows, angles.length, bins], angles);
}

/** The blob's own values, [slice, y, x], voxels of 1 mm. */
function blobImage([columns, rows, slices]: readonly [number, number, number]): Float32Array {
  return Float32Array.from({ length: columns * rows * slices }, (_, voxel) => {
    const x = (voxel % columns) - (columns - 1) / 2 - 6;
    const y = (rows - 1) / 2 - (Math.floor(voxel / columns) % rows) + 4;
    const z = Math.floor(voxel / columns / rows) - (slices - 1) / 2 - 1;
    return 0.02 * Math.exp(-(x * x + y * y + z * z) / 32);
  });
}

/** A cylinder of 40 mm across about the axis, 0.01 per mm, on a detector that is too narrow for it. */
function wideScan(angles: Float64Array, { bins, binRows }: { bins: number; binRows: number }): Dataset {
  const data = Float32Array.from({ length: binRows * angles.length * bins }, (_, at) => {
    const [u, v] = [
      ((at % bins) - (bins - 1) / 2) * 1.5,
      (Math.floor(at / bins / angles.length) - (binRows - 1) / 2) * 1.5,
    ];
    const flat = Math.hypot(150, u);
    const nearest = (90 * u) / flat;
    return (0.02 * Math.sqrt(Math.max(0, 400 - nearest ** 2)) * Math.hypot(flat, v)) / flat;
  });
  return projections(data, [binRows, angles.length, bins], angles);
}

describe('FDK', () => {
  const shape: [number, number, number] = [40, 40, 9];
  const size = { bins: 66, binRows: 24 };

  it.each<[string, Properties, Float64Array, Parameters<typeof blobScan>[1]]>([
    ['of a full turn', {}, even(90), size],
    ['of two turns', {}, even(180, 4 * Math.PI), size],
    ['of a short scan', {}, even(80, 4.3, 0.4), size],
    ['of an axis that is off', { centerShift: 4 }, even(90), { ...size, shift: 4 }],
    [
      'of a curved detector',
      { detectorShape: 'curved', detectorOffset: [5, 0] },
      even(90),
      { ...size, offset: 5, isCurved: true },
    ],
    ['of a displaced detector', { detectorOffset: [22, 0] }, even(150), { ...size, bins: 42, offset: 22 }],
    [
      'of a detector displaced to the other side',
      { detectorOffset: [-22, 0] },
      even(150),
      { ...size, bins: 42, offset: -22 },
    ],
  ])('%s has the values of the object', async (_what, geometry, angles, scan) => {
    const { output, warnings } = await reconstruct(
      fdk({ ...scanner, voxel: 1, shape, ...geometry }),
      blobScan(angles, scan),
    );
    expect(output.data.shape).toEqual([1, 9, 40, 40]);
    expect(output.data).toMatchObject({ spacing: [1, 1, 1, 1], spacingUnit: 'mm' });
    // 24 bins across the blob, cone angles of 3 degrees: FDK is exact to a percent or two; without the weights it is tens off.
    expect(relativeError(output.data.data, blobImage(shape))).toBeLessThan(0.035);
    expect(warnings).toEqual([]);
  });

  it('says what the views do not cover', async () => {
    const plan = fdk({ ...scanner, voxel: 1, shape });
    expect((await reconstruct(plan, blobScan(even(60, 2.8), size))).warnings).toEqual(['ANGLES_INCOMPLETE']);
    const whole = fdk({ ...scanner, voxel: 1, shape }, { shortScan: 'none' });
    expect((await reconstruct(whole, blobScan(even(60, 4.4), size))).warnings).toEqual(['ANGLES_INCOMPLETE']);
  });

  it('says that the object is wider than the detector, and not of one that is displaced', async () => {
    const { warnings } = await reconstruct(
      fdk({ ...scanner, voxel: 1, shape: [20, 20, 5] }),
      blobScan(even(60), { bins: 16, binRows: 12 }),
    );
    expect(warnings).toEqual(['PROJECTIONS_TRUNCATED']);
  });

  it('takes the filters that filtered backprojection takes', async () => {
    const imageWith = async (filter: string | number[]) => {
      const plan = fdk({ ...scanner, voxel: 1, shape: [16, 16, 3] }, { filter });
      return (await reconstruct(plan, blobScan(even(40), size))).output.data.data;
    };
    const ramp = await imageWith('ramp');
    const given = Array.from({ length: 66 }, (_, k) => Math.abs(k - 33) / 66);
    // The ramp of the rows' own length wraps around, which lowers all of the image by a little.
    expect(relativeError(await imageWith(given), ramp)).toBeLessThan(0.1);
    expect(relativeError(await imageWith(given.map((value) => 2 * value)), ramp)).toBeGreaterThan(0.8);
    const peak = (image: ArrayLike<number>) => Math.max(...Array.from(image));
    expect(peak(await imageWith('hann'))).toBeLessThan(peak(ramp));
  });

  it('says that views are not on a circle', async () => {
    const vectors = [...even(90)].map((angle, view) => {
      const [sine, cosine, distance] = [Math.sin(angle), Math.cos(angle), view % 2 === 0 ? 90 : 80];
      const middle = [-60 * sine, 60 * cosine, 0];
      return [distance * sine, -distance * cosine, 0, ...middle, 1.5 * cosine, 1.5 * sine, 0, 0, 0, 1.5];
    });
    const plan = fdk({ vectors, voxel: 1, shape: [10, 10, 3] });
    expect((await reconstruct(plan, blobScan(even(90), size))).warnings).toEqual(['GEOMETRY_SUSPECT']);
  });

  it('finds the axis where the plan asks for it, and says where it seems to be elsewhere', async () => {
    const scan = blobScan(even(90), { ...size, shift: 4 });
    const geometry = { ...scanner, voxel: 1, shape };
    const found = await reconstruct(fdk(geometry, { findCenterShift: true }), scan);
    expect(found.warnings).toEqual([]);
    expect(found.logs.join()).toMatch(/found at centerShift = (3\.9|4\.0)/);
    expect(relativeError(found.output.data.data, blobImage(shape))).toBeLessThan(0.035);
    expect((await reconstruct(fdk(geometry), scan)).warnings).toEqual(['AXIS_UNCERTAIN']);
    const short = blobScan(even(80, 4.3), size);
    expect((await reconstruct(fdk(geometry, { findCenterShift: true }), short)).warnings).toEqual(['AXIS_UNCERTAIN']);
  });

  it('goes on beyond the detector where the plan says so', async () => {
    const size = { bins: 30, binRows: 14 };
    const errorWith = async (padding: string) => {
      const plan = fdk({ ...scanner, voxel: 1, shape: [20, 20, 5] }, { padding, circle: true });
      const { output, warnings } = await reconstruct(plan, wideScan(even(90), size));
      const isMiddle = (at: number) => Math.hypot((at % 20) - 9.5, (Math.floor(at / 20) % 20) - 9.5) < 9;
      return { error: relativeError(output.data.data, new Float32Array(2000).fill(0.01), isMiddle), warnings };
    };
    const [plain, padded] = [await errorWith('none'), await errorWith('edge')];
    expect(plain.warnings).toEqual(['PROJECTIONS_TRUNCATED']);
    expect(padded.warnings).toEqual([]);
    // A cylinder of 40 mm on a detector that sees 27 mm at the axis: without what lies beyond its rim is half as high again.
    expect(plain.error).toBeGreaterThan(0.2);
    expect(padded.error).toBeLessThan(0.05);
  });

  it('gives in blocks of slices, bit for bit, what it gives of the whole', async () => {
    const scan = blobScan(even(50), { bins: 44, binRows: 40 });
    const plan = fdk({ ...scanner, shape: [30, 28, 40] });
    const whole = (await reconstruct(plan, scan)).output;
    const algorithm = buildPlan(plan);
    const [, reco] = algorithm.steps;
    if (reco === undefined) throw new Error('The plan has no reconstruction.');
    expect(parallelAlong(reco, scan)).toEqual(['frame', 'slice']);
    const halo = haloAlong(reco.definition, reco.parameters, 'slice');
    expect(halo).toBeGreaterThan(2);
    const blocks = blocksAlong({ axis: 'slice', extent: 40, size: 9, halo });
    const parts = [];
    for (const block of blocks) {
      const part = cutDataset(scan, { axis: 'slice', start: block.from, stop: block.to });
      parts.push((await run({ ...algorithm, steps: stepsOnBlock(algorithm.steps, block, 0) }, part)).output);
    }
    algorithm.dispose();
    const joined = joinDatasets(parts, 'slice');
    expect(joined.data.shape).toEqual([1, 40, 28, 30]);
    expect(joined.data.data).toEqual(whole.data.data);
  });

  it('refuses rows that preprocessing has widened as for a parallel beam', async () => {
    const data = blobScan(even(60), size);
    const wider = { ...data, attributes: { ...data.attributes, imageSize: 60 } };
    await expectFailure(reconstruct(fdk({ ...scanner }), wider), 'DATA_SHAPE_MISMATCH', 'Set beam = "cone"');
  });

  const cone = realData('ct/cone_fdk/projections.npy');
  it.skipIf(cone === undefined)('is that of RTK', async () => {
    const [raw, expected] = [readNpy(cone ?? ''), readNpy((cone ?? '').replace('projections', 'fdk_rtk'))];
    const rows = new Float32Array(raw.length);
    for (let row = 0; row < 72 * 64; row++) {
      rows.set(raw.subarray(row * 80, (row + 1) * 80), ((row % 64) * 72 + Math.floor(row / 64)) * 80);
    }
    const geometry = {
      sourceOrigin: 200,
      sourceDetector: 400,
      detectorPixel: [1.9, 1.9],
      voxel: 60 / 52,
      shape: [52, 52, 52],
    };
    const { output } = await reconstruct(fdk(geometry, { circle: false }), projections(rows, [64, 72, 80], even(72)));
    // RTK turns about y, and its z is our -y.
    const turned = output.data.data.map(
      (_, at) => expected[(Math.floor(at / 52) % 52) * 2704 + Math.floor(at / 2704) * 52 + (at % 52)] ?? NaN,
    );
    const isMiddle = (at: number) => {
      const [slice, y, x] = [Math.floor(at / 2704), Math.floor(at / 52) % 52, at % 52].map((index) => index - 25.5);
      return Math.abs(slice ?? NaN) < 14 && Math.hypot(x ?? NaN, y ?? NaN) < 20;
    };
    expect(relativeError(output.data.data, turned, isMiddle)).toBeLessThan(1e-5);
  });

  const fan = realData('ct/fan_astra/sinogram.npy');
  it.skipIf(fan === undefined)('of one row is that of a fan beam', async () => {
    const expected = readNpy((fan ?? '').replace('sinogram', 'fbp_float64'));
    const geometry = {
      sourceOrigin: 160,
      sourceDetector: 280,
      detectorPixel: [1.8, 1.8],
      voxel: 1,
      shape: [96, 96, 1],
    };
    const data = projections(readNpy(fan ?? ''), [1, 180, 150], even(180));
    const { output } = await reconstruct(fdk(geometry, { circle: false }), data);
    expect(relativeError(output.data.data, expected)).toBeLessThan(1e-5);
  });
});

describe('iterations on a cone beam', () => {
  const iterating = (geometry: Properties, others: Properties) =>
    planOf(
      ['RadonPreprocessingParameters', {}],
      [
        'IterativeRadonReconstructionParameters',
        { geometry: { _type: 'ConeBeamGeometryParameters', ...geometry }, ...others },
      ],
    );

  it('take a volume of each frame back to the object', async () => {
    const [one, angles] = [blobScan(even(30), { bins: 66, binRows: 24 }), even(30)];
    const { data } = one.data;
    const both = Float32Array.from({ length: 2 * data.length }, (_, at) =>
      at < data.length ? (data[at] ?? NaN) : 2 * (data[at - data.length] ?? NaN),
    );
    const input = { ...one, data: float32Array(both, [2, 24, angles.length, 66], one.data.axes) };
    const plan = iterating({ ...scanner, voxel: 1, shape: [40, 40, 21] }, { solver: 'CGLS', iterations: 8 });
    const { output, previews, warnings } = await reconstruct(plan, input);
    expect(output.data).toMatchObject({ shape: [2, 21, 40, 40], spacing: [1, 1, 1, 1], spacingUnit: 'mm' });
    const expected = blobImage([40, 40, 21]);
    const volumes = [0, 1].map((frame) => output.data.data.subarray(frame * 33_600, (frame + 1) * 33_600));
    // Attenuation per mm; 8 iterations have the blob to a few percent.
    expect(relativeError(volumes[0] ?? [], expected)).toBeLessThan(0.06);
    expect(
      relativeError(
        volumes[1] ?? [],
        expected.map((value) => 2 * value),
      ),
    ).toBeLessThan(0.06);
    expect(previews.at(-1)).toMatchObject({ shape: [40, 40], frame: 0, slice: 10 });
    expect(warnings).toEqual([]);
  });

  it('refuse the method that goes from ray to ray within a slice', async () => {
    const plan = iterating({ ...scanner }, { solver: 'Kaczmarz' });
    const data = projections(new Float32Array(80), [1, 4, 20], even(4));
    await expectFailure((async () => reconstruct(plan, data))(), 'PLAN_INVALID_VALUE', 'take SART');
  });

  const fan = realData('ct/fan_astra/sinogram.npy');
  it.skipIf(fan === undefined).each([
    // ASTRA has the same rays and the same method, all in float32.
    ['SIRT', 'sirt', 50, 1e-3],
    // Conjugate gradients spread what rounding differs by.
    ['CGLS', 'cgls', 20, 0.02],
  ] as const)('of a fan beam by %s are those of ASTRA', async (solver, name, iterations, tolerance) => {
    const expected = readNpy((fan ?? '').replace('sinogram', name));
    const geometry = {
      sourceOrigin: 160,
      sourceDetector: 280,
      detectorPixel: [1.8, 1.8],
      voxel: 1,
      shape: [96, 96, 1],
    };
    const data = projections(readNpy(fan ?? ''), [1, 180, 150], even(180));
    const { output } = await reconstruct(iterating(geometry, { solver, iterations, circle: false }), data);
    expect(relativeError(output.data.data, expected)).toBeLessThan(tolerance);
  });
});
