import {
  batchFirst,
  batchLast,
  coneBackproject,
  coneForward,
  fdkBackproject,
  fdkForward,
  filterLength,
  filterSinogram,
  kernelNames,
  radonBackproject,
  radonForward,
  radonGrid,
  rayBackproject,
  rayForward,
  type ConeGeometry,
  type ParallelGeometry,
  type RayGeometry,
} from '@rondel/compute';
import {
  getKernelsForBackend,
  grad,
  memory,
  registerKernel,
  tensor3d,
  tidy,
  transpose,
  unregisterKernel,
  type Tensor,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectAgreement, expectSameBits } from './agreement.js';
import { engineName, hasSameBits, tolerance, useEngineUnderTest } from './engine-under-test.js';
import {
  coneRayEntries,
  coneVoxelEntries,
  dot,
  evenAngles,
  randomValues,
  rayLengths,
  referenceBackproject,
  referenceFilter,
  referenceForward,
  relativeError,
  sumLengths,
} from './reference.js';

useEngineUnderTest();

/** Our kernels that this file has called. */
const called = new Set<string>();
beforeAll(() => {
  for (const kernel of getKernelsForBackend(engineName)) {
    if (!kernelNames.includes(kernel.kernelName)) continue;
    unregisterKernel(kernel.kernelName, engineName);
    registerKernel({
      ...kernel,
      kernelFunc: (call) => {
        called.add(kernel.kernelName);
        return kernel.kernelFunc(call);
      },
    });
  }
});

async function read(compute: () => Tensor): Promise<Float32Array> {
  const result = tidy(compute);
  try {
    return await result.data<'float32'>();
  } finally {
    result.dispose();
  }
}

const geometries: readonly (readonly [string, ParallelGeometry])[] = [
  ['a square image', { shape: [32, 32], angles: evenAngles(30), detectors: 47, center: 23 }],
  ['odd sizes and a fractional center', { shape: [37, 29], angles: evenAngles(19), detectors: 45, center: 21.37 }],
  ['a detector smaller than the image', { shape: [50, 70], angles: evenAngles(33), detectors: 20, center: 9.5 }],
  ['a center beside the detector', { shape: [20, 24], angles: evenAngles(17), detectors: 16, center: -5.25 }],
  [
    'angles in all four quadrants',
    { shape: [18, 33], angles: Float64Array.from(randomValues(40, 1), (v) => 20 * v), detectors: 40, center: 20 },
  ],
  ['a long detector', { shape: [8, 3000], angles: evenAngles(7), detectors: 3001, center: 1500.001 }],
  ['a single pixel', { shape: [1, 1], angles: evenAngles(3), detectors: 1, center: 0.25 }],
];

describe.each(geometries)(`projection of %s on ${engineName}`, (name, geometry) => {
  const [rows, columns] = geometry.shape;
  const bins = geometry.angles.length * geometry.detectors;

  it.each([1, 2, 3, 4, 6, 9])('agrees with float64 and is adjoint, batch of %i', async (batch) => {
    const before = memory().numTensors;
    const [x, y] = [randomValues(rows * columns * batch, 3), randomValues(bins * batch, 4)];
    const projected = await read(() => radonForward(tensor3d(x, [rows, columns, batch]), geometry));
    const image = await read(() =>
      radonBackproject(tensor3d(y, [geometry.angles.length, geometry.detectors, batch]), geometry),
    );
    expectAgreement(`projection: ${name}`, projected, referenceForward(x, geometry, batch), tolerance.kernel);
    expectAgreement(`backprojection: ${name}`, image, referenceBackproject(y, geometry, batch), tolerance.kernel);
    const scale = Math.sqrt(dot(projected, projected) * dot(y, y));
    expect(Math.abs(dot(projected, y) - dot(x, image)) / scale).toBeLessThan(tolerance.adjoint);
    expect(memory().numTensors).toBe(before);
  });
});

describe.each(geometries.slice(0, 5))(`backprojection by a Fourier grid of %s on ${engineName}`, (name, geometry) => {
  it.each([1, 3])('is that by sums within what the grid leaves out, batch of %i', async (batch) => {
    const before = memory().numTensors;
    const { angles, detectors, shape, center } = geometry;
    // Smooth rows, as linear interpolation of rough ones goes beyond the frequencies that the grid has.
    const y = Float32Array.from({ length: angles.length * detectors * batch }, (_, at) => {
      const t = (Math.floor(at / batch) % detectors) - Math.min(Math.max(center, 0), detectors);
      return Math.exp(-((t / (detectors / 4)) ** 2)) * (1 + (at % batch));
    });
    const image = await read(() => radonGrid(tensor3d(y, [angles.length, detectors, batch]), geometry));
    expect(image).toHaveLength(shape[0] * shape[1] * batch);
    expectAgreement(`grid: ${name}`, image, referenceBackproject(y, geometry, batch), 2e-2);
    expect(memory().numTensors).toBe(before);
  });
});

it(`a slice of a grid is computed alike whatever its place in a batch on ${engineName}`, async () => {
  const geometry: ParallelGeometry = { shape: [37, 29], angles: evenAngles(19), detectors: 45, center: 21.37 };
  const { angles, detectors } = geometry;
  const all = randomValues(angles.length * detectors * 8, 17);
  const one = all.filter((_, at) => at % 8 === 6);
  const images = await read(() => radonGrid(tensor3d(all, [angles.length, detectors, 8]), geometry));
  const alone = await read(() => radonGrid(tensor3d(one, [angles.length, detectors, 1]), geometry));
  const among = images.filter((_, at) => at % 8 === 6);
  if (engineName === 'wasm') expect(among).toEqual(alone);
  // Graphics cards have another program for several slices, whose products they may round otherwise.
  else expect(relativeError(among, alone)).toBeLessThan(tolerance.kernel);
});

const rayGeometries: readonly (readonly [string, RayGeometry])[] = [
  [
    'a fan beam',
    {
      shape: [37, 29],
      angles: Float64Array.from({ length: 13 }, (_, view) => (2 * Math.PI * view) / 13),
      tilts: Float64Array.from({ length: 40 }, (_, ray) => (20.2 - ray) / 60),
      offsets: Float64Array.from({ length: 40 }, (_, ray) => 50 * Math.sin((ray - 20.2) / 60)),
      weights: Float64Array.from({ length: 40 }, (_, ray) => 1 + ray / 40),
    },
  ],
  [
    'rays in no order, some beside the image, about a point between pixels',
    {
      shape: [24, 75],
      angles: Float64Array.from(randomValues(9, 7), (value) => 20 * value),
      tilts: Float64Array.from(randomValues(31, 8), (value) => 7 * value),
      offsets: Float64Array.from(randomValues(31, 9), (value) => 60 * value),
      weights: Float64Array.from(randomValues(31, 10)),
      origin: [9.5, 7.25],
    },
  ],
];

describe.each(rayGeometries)(`projection along %s on ${engineName}`, (_name, geometry) => {
  const pixels = geometry.shape[0] * geometry.shape[1];
  const bins = geometry.angles.length * geometry.tilts.length;
  const lengths = rayLengths(geometry);

  it.each([1, 4, 6])('agrees with float64 and is adjoint, batch of %i', async (batch) => {
    const before = memory().numTensors;
    const [x, y] = [randomValues(pixels * batch, 3), randomValues(bins * batch, 4)];
    const project = () => read(() => rayForward(tensor3d(x, [...geometry.shape, batch]), geometry));
    const projected = await project();
    const image = await read(() =>
      rayBackproject(tensor3d(y, [geometry.angles.length, geometry.tilts.length, batch]), geometry),
    );
    const transposed = lengths.map(([bin, pixel, length]) => [pixel, bin, length] as const);
    expect(relativeError(projected, sumLengths(lengths, x, { count: bins, batch }))).toBeLessThan(tolerance.kernel);
    expect(relativeError(image, sumLengths(transposed, y, { count: pixels, batch }))).toBeLessThan(tolerance.kernel);
    const scale = Math.sqrt(dot(projected, projected) * dot(y, y));
    expect(Math.abs(dot(projected, y) - dot(x, image)) / scale).toBeLessThan(tolerance.adjoint);
    expectSameBits(await project(), projected);
    expect(memory().numTensors).toBe(before);
  });
});

/** A source that circles a volume; with `tilt` the detector is turned in its plane, so that voxels above each other part. */
function cone(shape: readonly [number, number, number], detector: readonly [number, number], tilt = 0): ConeGeometry {
  const views = Array.from({ length: 5 }, (_, view) => {
    const [sine, cosine] = [Math.sin(1.3 * view + 0.1), Math.cos(1.3 * view + 0.1)];
    const across = [cosine * Math.cos(tilt), -sine * Math.cos(tilt), Math.sin(tilt)].map((value) => 1.4 * value);
    const along = [-cosine * Math.sin(tilt), sine * Math.sin(tilt), Math.cos(tilt)].map((value) => 1.4 * value);
    const middle = shape.map((extent) => (extent - 1) / 2);
    const [row = 0, column = 0, slice = 0] = middle;
    const first = [column - 17 * sine, row - 17 * cosine, slice + 0.3].map(
      (value, axis) => value - 0.5 * detector[0] * (across[axis] ?? 0) - 0.45 * detector[1] * (along[axis] ?? 0),
    );
    return [column + 25 * sine, row + 25 * cosine, slice, ...first, ...across, ...along];
  });
  return { shape, detector, views: Float64Array.from(views.flat()) };
}

const cones = [
  ['a cone beam', cone([9, 12, 10], [20, 14])],
  ['a cone beam on a turned detector', cone([10, 8, 9], [15, 13], 0.15)],
  ['a fan beam', cone([14, 11, 1], [24, 1])],
] as const;

/** Places are float32, exact to 2^-17 of an entry, and those of graphics cards to some more where nothing is tabled for them. */
const coneTolerance = 2e-5;

describe.each(cones)(`projection of %s on ${engineName}`, (name, geometry) => {
  const volume = geometry.shape;
  const projections = [geometry.views.length / 12, ...geometry.detector] as const;

  it.each([
    ['rays', coneForward, coneBackproject, coneRayEntries],
    ['voxels', fdkForward, fdkBackproject, coneVoxelEntries],
  ] as const)('driven by %s agrees with float64 and is adjoint', async (driver, forward, backproject, entriesOf) => {
    const before = memory().numTensors;
    const [voxels, bins] = [volume, projections].map(([a, b, c]) => a * b * c) as [number, number];
    const [x, y] = [randomValues(voxels, 3), randomValues(bins, 4)];
    const projected = await read(() => forward(tensor3d(x, [...volume]), geometry));
    const smeared = await read(() => backproject(tensor3d(y, [...projections]), geometry));
    const entries = entriesOf(geometry);
    const transposed = entries.map(([bin, voxel, weight]) => [voxel, bin, weight] as const);
    const what = `${name}, ${driver}`;
    const sums = [
      sumLengths(entries, x, { count: bins, batch: 1 }),
      sumLengths(transposed, y, { count: voxels, batch: 1 }),
    ] as const;
    expectAgreement(`projection: ${what}`, projected, sums[0], coneTolerance);
    expectAgreement(`backprojection: ${what}`, smeared, sums[1], coneTolerance);
    const scale = Math.sqrt(dot(projected, projected) * dot(y, y));
    expect(Math.abs(dot(projected, y) - dot(x, smeared)) / scale).toBeLessThan(tolerance.adjoint);
    expect(memory().numTensors).toBe(before);
  });
});

it(`a part of a volume in a cone beam is that of the whole on ${engineName}`, async () => {
  const [, geometry] = cones[0];
  const [rows, columns, slices] = geometry.shape;
  const y = randomValues(5 * 20 * 14, 5);
  const whole = await read(() => fdkBackproject(tensor3d(y, [5, 20, 14]), geometry));
  const part = { firstSlice: 3, slices, firstRow: 1, rows: 14 };
  const bins = Float32Array.from(
    { length: 5 * 20 * 12 },
    (_, at) => y[Math.floor(at / 12) * 14 + (at % 12) + 1] ?? NaN,
  );
  const of = { ...geometry, shape: [rows, columns, 4] as const, detector: [20, 12] as const, part };
  const found = await read(() => fdkBackproject(tensor3d(bins, [5, 20, 12]), of));
  const expected = found.map((_, at) => whole[Math.floor(at / 4) * slices + (at % 4) + 3] ?? NaN);
  if (hasSameBits) expectSameBits(found, expected);
  else expect(relativeError(found, expected)).toBeLessThan(coneTolerance);
});

describe(`on ${engineName}`, () => {
  it.each([
    [[2, 5, 33], 96],
    [[1, 40, 100], 256],
    [[3, 5, 130], 320],
    [[1, 1, 20], 160],
    [[2, 3, 1], 64],
    [[1, 2, 2048], 4096],
    [[1, 1, 4500], 9600],
  ] as const)('rows %o are filtered with length %i as in float64', async (shape, fftSize) => {
    const rows = randomValues(shape[0] * shape[1] * shape[2], 5);
    const response = randomValues(fftSize / 2 + 1, 6);
    const before = memory().numTensors;
    const filtered = await read(() => filterSinogram(tensor3d(rows, [...shape]), { response, fftSize }));
    expectAgreement(`filter: ${fftSize} bins`, filtered, referenceFilter(rows, shape[2], response), tolerance.kernel);
    expect(memory().numTensors).toBe(before);
  });

  it('rows are filtered alike whatever slices lie beside theirs', async () => {
    const fftSize = filterLength(50);
    const response = randomValues(fftSize / 2 + 1, 15);
    const rows = randomValues(3 * 7 * 50, 16);
    const one = rows.slice(7 * 50, 2 * 7 * 50);
    const all = await read(() => filterSinogram(tensor3d(rows, [3, 7, 50]), { response, fftSize }));
    const alone = await read(() => filterSinogram(tensor3d(one, [1, 7, 50]), { response, fftSize }));
    const among = all.slice(7 * 50, 2 * 7 * 50);
    if (hasSameBits) expectSameBits(among, alone);
    else expect(relativeError(among, alone)).toBeLessThan(tolerance.kernel);
  });

  it('each call filters with its own response', async () => {
    const rows = randomValues(64 * 32, 7);
    const fftSize = filterLength(32);
    const filterWith = (value: number) =>
      read(() =>
        filterSinogram(tensor3d(rows, [1, 64, 32]), {
          response: new Float32Array(fftSize / 2 + 1).fill(value),
          fftSize,
        }),
      );
    expect(
      relativeError(
        await filterWith(2),
        rows.map((value) => 2 * value),
      ),
    ).toBeLessThan(tolerance.kernel);
    expect(
      relativeError(
        await filterWith(3),
        rows.map((value) => 3 * value),
      ),
    ).toBeLessThan(tolerance.kernel);
  });

  it.each([[[1, 5, 7]], [[16, 16, 16]], [[67, 33, 90]], [[3, 1, 1]]] as [[number, number, number]][])(
    'the batch axis of %o moves to the end and back, exactly',
    async (shape) => {
      const values = randomValues(shape[0] * shape[1] * shape[2], 8);
      const moved = await read(() => batchLast(tensor3d(values, shape)));
      expectSameBits(moved, await read(() => transpose(tensor3d(values, shape), [1, 2, 0])));
      const back = await read(() => batchFirst(tensor3d(moved, [shape[1], shape[2], shape[0]])));
      expectSameBits(back, values);
    },
  );

  it('a slice is computed alike whatever its place in a batch', async () => {
    const geometry: ParallelGeometry = { shape: [35, 41], angles: evenAngles(37), detectors: 50, center: 24.3 };
    const slice = randomValues(35 * 41, 9);
    const alone = await read(() => radonForward(tensor3d(slice, [35, 41, 1]), geometry));
    for (const batch of [4, 7]) {
      const all = randomValues(slice.length * batch, 10);
      slice.forEach((value, point) => (all[point * batch + batch - 1] = value));
      const projected = await read(() => radonForward(tensor3d(all, [35, 41, batch]), geometry));
      const last = Float32Array.from(alone, (_, point) => projected[point * batch + batch - 1] ?? NaN);
      if (hasSameBits) expectSameBits(last, alone);
      else expect(relativeError(last, alone)).toBeLessThan(tolerance.kernel);
    }
  });

  it('the same projection twice has the same bits', async () => {
    const geometry: ParallelGeometry = { shape: [64, 64], angles: evenAngles(50), detectors: 91, center: 45 };
    const values = randomValues(64 * 64 * 4, 11);
    const project = () => read(() => radonForward(tensor3d(values, [64, 64, 4]), geometry));
    expectSameBits(await project(), await project());
  });

  it('the gradient of a projection is a backprojection', async () => {
    const geometry: ParallelGeometry = { shape: [16, 16], angles: evenAngles(12), detectors: 23, center: 11 };
    const weights = randomValues(12 * 23 * 4, 12);
    const slope = await read(() =>
      grad((x) => radonForward(x as Tensor3D, geometry))(
        tensor3d(randomValues(16 * 16 * 4, 13), [16, 16, 4]),
        tensor3d(weights, [12, 23, 4]),
      ),
    );
    expectSameBits(slope, await read(() => radonBackproject(tensor3d(weights, [12, 23, 4]), geometry)));
  });

  it('values can be read without waiting', () => {
    const moved = tidy(() => [...batchLast(tensor3d([1, 2, 3, 4], [2, 1, 2])).dataSync()]);
    expect(moved).toEqual([1, 3, 2, 4]);
  });

  it('what does not fit the geometry is refused and leaves nothing behind', () => {
    const geometry: ParallelGeometry = { shape: [16, 16], angles: evenAngles(12), detectors: 23, center: 11 };
    const sinogram = tensor3d(randomValues(12 * 22, 14), [12, 22, 1]);
    const before = memory();
    expect(() => radonBackproject(sinogram, geometry)).toThrow(
      'the input must have shape [12, 23, *], got [12, 22, 1]',
    );
    expect(memory()).toEqual(before);
    sinogram.dispose();
  });
});

it(`every kernel that is registered for ${engineName} was called by these tests`, () => {
  expect(kernelNames.filter((name) => !called.has(name))).toEqual([]);
});
