import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { memory, tensor3d, tidy, type Tensor3D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../engine/engine.js';
import { openEngine } from '../../engine/open-engine.js';
import { rayBackproject, rayBackprojectKernel } from './ray-backproject.js';
import { rayForward, rayForwardKernel } from './ray-forward.js';
import type { RayGeometry } from './ray-geometry.js';
import { projectedByReference, rayLengths, smearedByReference } from './ray-reference.test.support.js';

/** A linear congruential generator (Numerical Recipes' constants): the same values in every run, in [-0.5, 0.5). */
function random(length: number, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}

const series = (length: number, value: (index: number) => number) => Float64Array.from({ length }, (_, i) => value(i));

/** A source at the distance `source` from the axis and a flat detector at the same distance behind it. */
function fan(shape: readonly [number, number], views: number, rays: number, source: number): RayGeometry {
  const slopes = series(rays, (ray) => ((ray - (rays - 1) / 2) * 1.6) / (2 * source));
  return {
    shape,
    angles: series(views, (view) => (2 * Math.PI * view) / views),
    tilts: slopes.map((slope) => -Math.atan(slope)),
    offsets: slopes.map((slope) => (source * slope) / Math.hypot(1, slope)),
    weights: slopes.map((slope) => 1 + slope),
  };
}

const geometries: readonly (readonly [string, RayGeometry])[] = [
  [
    // Not along their edges, where it is chance which of them has the ray.
    'parallel rays along pixels',
    {
      shape: [20, 33],
      angles: series(16, (view) => (view * Math.PI) / 8),
      tilts: new Float64Array(70),
      offsets: series(70, (ray) => 0.5 * (ray - 35) + 0.01),
      weights: new Float64Array(70).fill(1),
    },
  ],
  ['a fan beam', fan([37, 29], 13, 40, 50)],
  ['an image of several tiles', fan([70, 131], 5, 90, 90)],
  [
    'rays in no order, some beside the image',
    {
      shape: [24, 17],
      angles: Float64Array.from(random(9, 7), (value) => 20 * value),
      tilts: Float64Array.from(random(31, 8), (value) => 7 * value),
      offsets: Float64Array.from(random(31, 9), (value) => 50 * value),
      weights: Float64Array.from(random(31, 10)),
    },
  ],
  ['an origin between pixels, in an image of several tiles', { ...fan([70, 132], 5, 90, 90), origin: [34.5, 65.5] }],
  [
    'a row of pixels',
    { ...fan([1, 40], 6, 10, 30), tilts: series(10, (ray) => ray / 3), offsets: series(10, (ray) => ray / 20) },
  ],
];

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('wasm', { threads: 2 });
});
afterAll(() => engine.dispose());

function values(tensor: Tensor3D): Float32Array {
  const data = tensor.dataSync<'float32'>();
  tensor.dispose();
  return data;
}

function largest(a: ArrayLike<number>): number {
  return Array.from(a).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return largest(Array.from(a, (value, index) => value - (b[index] ?? NaN))) / largest(b);
}

function project(image: Float32Array, geometry: RayGeometry, batch: number): Float32Array {
  return values(tidy(() => rayForward(tensor3d(image, [...geometry.shape, batch]), geometry)));
}

function smear(bins: Float32Array, geometry: RayGeometry, batch: number): Float32Array {
  const shape: [number, number, number] = [geometry.angles.length, geometry.tilts.length, batch];
  return values(tidy(() => rayBackproject(tensor3d(bins, shape), geometry)));
}

describe.each(geometries)('projection along %s', (_name, geometry) => {
  const pixels = geometry.shape[0] * geometry.shape[1];
  const bins = geometry.angles.length * geometry.tilts.length;
  const lengths = [...rayLengths(geometry, geometry.origin)];
  const batch = 5;
  const [x, y] = [random(pixels * batch, 3), random(bins * batch, 4)];

  it('is the length of each ray in each pixel, forth and back', () => {
    // float32 sums of up to 300 products; places are the same to 2^-30 of a pixel.
    expect(difference(project(x, geometry, batch), projectedByReference(lengths, x, [bins, batch]))).toBeLessThan(2e-6);
    expect(difference(smear(y, geometry, batch), smearedByReference(lengths, y, [pixels, batch]))).toBeLessThan(2e-6);
  });

  it('agrees with its composition from core ops', () => {
    const before = memory().numTensors;
    const projected = tidy(() => rayForwardKernel.composed(tensor3d(x, [...geometry.shape, batch]), geometry));
    const smeared = tidy(() =>
      rayBackprojectKernel.composed(tensor3d(y, [geometry.angles.length, geometry.tilts.length, batch]), geometry),
    );
    expect(difference(values(projected), project(x, geometry, batch))).toBeLessThan(2e-6);
    expect(difference(values(smeared), smear(y, geometry, batch))).toBeLessThan(2e-6);
    expect(memory().numTensors).toBe(before);
  });
});

describe('a slice', () => {
  const geometry = fan([66, 70], 9, 75, 80);
  const [image, bins] = [random(66 * 70, 5), random(9 * 75, 6)];

  /** A batch whose last slice is the given one and whose others are noise. */
  function last(slice: Float32Array, batch: number): Float32Array {
    const all = random(slice.length * batch, 99);
    slice.forEach((value, point) => (all[point * batch + batch - 1] = value));
    return all;
  }

  const ofLast = (all: Float32Array, batch: number) => all.filter((_, index) => index % batch === batch - 1);

  it('has the same bits whatever the batch and the number of threads', async () => {
    const [projected, smeared] = [project(image, geometry, 1), smear(bins, geometry, 1)];
    for (const threads of [2, 3]) {
      await engine.dispose();
      engine = await openEngine('wasm', { threads });
      for (const batch of [1, 3, 7, 16, 21]) {
        expect(ofLast(project(last(image, batch), geometry, batch), batch)).toEqual(projected);
        expect(ofLast(smear(last(bins, batch), geometry, batch), batch)).toEqual(smeared);
      }
    }
  });

  it('gives either pixel half of a ray along the edge between them', () => {
    const edge: RayGeometry = { ...fan([4, 4], 2, 1, 10), offsets: Float64Array.of(0.5) };
    const [first = 0, second = 0] = edge.angles;
    const angles = Float64Array.of(first, second + Math.PI / 2);
    const smeared = smear(Float32Array.of(1, 0), { ...edge, angles }, 1);
    expect([...smeared.subarray(0, 4)]).toEqual([0, 0, 0.5, 0.5]);
  });

  it('takes any number of rays through one tile', () => {
    const rays = 3000;
    const many: RayGeometry = {
      shape: [8, 8],
      angles: Float64Array.of(0.3, 1.2),
      tilts: series(rays, (ray) => ray / 1000),
      offsets: series(rays, (ray) => ray / 3000),
      weights: new Float64Array(rays).fill(1),
    };
    const [x, y] = [random(64, 1), random(2 * rays, 2)];
    const lengths = [...rayLengths(many)];
    expect(difference(project(x, many, 1), projectedByReference(lengths, x, [2 * rays, 1]))).toBeLessThan(2e-6);
    // Pixels sum a thousand products.
    expect(difference(smear(y, many, 1), smearedByReference(lengths, y, [64, 1]))).toBeLessThan(2e-5);
  });
});

describe('the geometry', () => {
  const geometry = fan([4, 4], 2, 3, 10);
  const image = new Float32Array(16);

  it.each([
    [{ tilts: new Float64Array(0) }, 'needs 1 to 262144 rays, got 0'],
    [{ offsets: Float64Array.of(0, 1) }, 'has 3 tilts, 2 offsets and 3 weights'],
    [{ offsets: Float64Array.of(0, 1, 1e6) }, 'offsets must be within 131072 pixels, number 2 is 1000000'],
    [{ angles: Float64Array.of(0, NaN) }, 'angles must be finite, number 1 is NaN'],
    [{ weights: Float64Array.of(0, 1, Infinity) }, 'weights must be finite, number 2 is Infinity'],
  ])('is refused with %o', (change, message) => {
    expect(() => project(image, { ...geometry, ...change }, 1)).toThrow(message);
  });

  const folder = fileURLToPath(new URL('../../../../../../shared/data/ct/fan_astra/', import.meta.url));
  it.skipIf(!existsSync(folder))(
    'has the rays of `line_fanflat` of ASTRA where source and detector are the same',
    () => {
      const read = (name: string) => {
        const file = readFileSync(`${folder}${name}.npy`);
        const values = file.subarray(10 + file.readUInt16LE(8));
        return Float32Array.from({ length: values.length / 4 }, (_, index) => values.readFloatLE(4 * index));
      };
      const [source, detector, pitch, rays] = [160, 120, 1.8, 150];
      const slopes = series(rays, (ray) => ((ray - (rays - 1) / 2) * pitch) / (source + detector));
      const views = 3;
      const astra: RayGeometry = {
        shape: [96, 96],
        angles: series(views, (view) => (2 * Math.PI * view) / 180),
        tilts: slopes.map((slope) => -Math.atan(slope)),
        offsets: slopes.map((slope) => (source * slope) / Math.hypot(1, slope)),
        weights: new Float64Array(rays).fill(1),
      };
      // ASTRA turns about the middle of the image, between pixels.
      const lengths = [...rayLengths(astra, [47.5, 47.5])];
      const expected = read('sinogram').subarray(0, views * rays);
      // ASTRA computes in float32 throughout.
      expect(difference(projectedByReference(lengths, read('phantom'), [views * rays, 1]), expected)).toBeLessThan(
        1e-4,
      );
    },
  );
});
