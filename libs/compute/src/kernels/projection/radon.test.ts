import { grad, memory, tensor3d, tidy, type Tensor3D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../engine/engine.js';
import { openEngine } from '../../engine/open-engine.js';
import type { ParallelGeometry } from './parallel-geometry.js';
import { radonBackproject, radonBackprojectKernel } from '../radon-backproject/radon-backproject.js';
import { radonForward, radonForwardKernel } from '../radon-forward/radon-forward.js';

/** A linear congruential generator (Numerical Recipes' constants): the same values in every run, in [-0.5, 0.5). */
function random(length: number, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}

function evenAngles(count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => (index * Math.PI) / count);
}

function randomTensor(shape: [number, number, number], seed?: number): Tensor3D {
  return tensor3d(random(shape[0] * shape[1] * shape[2], seed), shape);
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((total, value, index) => total + value * (b[index] ?? NaN), 0);
}

function values(tensor: Tensor3D): Float32Array {
  const data = tensor.dataSync<'float32'>();
  tensor.dispose();
  return data;
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - (b[index] ?? NaN))), 0);
}

const geometries: readonly (readonly [string, ParallelGeometry])[] = [
  ['a square image', { shape: [32, 32], angles: evenAngles(30), detectors: 47, center: 23 }],
  ['odd sizes and a fractional center', { shape: [37, 29], angles: evenAngles(19), detectors: 45, center: 21.37 }],
  ['a detector smaller than the image', { shape: [50, 70], angles: evenAngles(33), detectors: 20, center: 9.5 }],
  ['a center beside the detector', { shape: [20, 24], angles: evenAngles(17), detectors: 16, center: -5.25 }],
  [
    'angles in all four quadrants',
    { shape: [18, 33], angles: Float64Array.from(random(40), (v) => 20 * v), detectors: 40, center: 20 },
  ],
];
const batches = [1, 2, 3, 4, 5, 9, 16, 21];

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('wasm', { threads: 2 });
});
afterAll(() => engine.dispose());

describe.each(geometries)('projection of %s', (_name, geometry) => {
  const [rows, columns] = geometry.shape;

  it.each(batches)('has backprojection as its adjoint, batch of %i', (batch) => {
    const x = random(rows * columns * batch, 3);
    const y = random(geometry.angles.length * geometry.detectors * batch, 4);
    const projected = values(tidy(() => radonForward(tensor3d(x, [rows, columns, batch]), geometry)));
    const image = values(
      tidy(() => radonBackproject(tensor3d(y, [geometry.angles.length, geometry.detectors, batch]), geometry)),
    );
    // float32 sums of up to 10^4 terms, relative to the norms' product.
    const scale = Math.sqrt(dot(projected, projected) * dot(y, y));
    expect(Math.abs(dot(projected, y) - dot(x, image)) / scale).toBeLessThan(1e-5);
    expect(scale).toBeGreaterThan(0);
  });

  it.each([1, 6])('agrees with its composition from core ops, batch of %i', (batch) => {
    const before = memory().numTensors;
    const x = randomTensor([rows, columns, batch]);
    const y = randomTensor([geometry.angles.length, geometry.detectors, batch]);
    const projected = values(radonForward(x, geometry));
    const reference = values(tidy(() => radonForwardKernel.composed(x, geometry)));
    const image = values(radonBackproject(y, geometry));
    const imageReference = values(tidy(() => radonBackprojectKernel.composed(y, geometry)));
    x.dispose();
    y.dispose();
    // Values of order 1 to 10, sums of some 100 float32 terms, coordinates to 2^-31 bins per pixel.
    expect(largestDifference(projected, reference)).toBeLessThan(1e-5);
    expect(largestDifference(image, imageReference)).toBeLessThan(1e-5);
    expect(Math.max(...projected)).toBeGreaterThan(0.1);
    expect(memory().numTensors).toBe(before);
  });
});

describe('a slice', () => {
  const geometry: ParallelGeometry = { shape: [35, 41], angles: evenAngles(37), detectors: 50, center: 24.3 };
  const points = { image: 35 * 41, sinogram: 37 * 50 };

  /** A batch whose slice at `position` is `slice` and whose others are noise. */
  function embed(slice: Float32Array, batch: number, position: number): Float32Array {
    const all = random(slice.length * batch, 99);
    slice.forEach((value, point) => (all[point * batch + position] = value));
    return all;
  }

  function extract(all: Float32Array, batch: number, position: number): Float32Array {
    return Float32Array.from({ length: all.length / batch }, (_, point) => all[point * batch + position] ?? NaN);
  }

  function project(slice: Float32Array, batch: number, position: number): Float32Array {
    const image = tensor3d(embed(slice, batch, position), [35, 41, batch]);
    const projected = values(radonForward(image, geometry));
    image.dispose();
    return extract(projected, batch, position);
  }

  function backproject(slice: Float32Array, batch: number, position: number): Float32Array {
    const sinogram = tensor3d(embed(slice, batch, position), [37, 50, batch]);
    const image = values(radonBackproject(sinogram, geometry));
    sinogram.dispose();
    return extract(image, batch, position);
  }

  it('has the same bits whatever the batch and its place in it', () => {
    const [image, sinogram] = [random(points.image, 5), random(points.sinogram, 6)];
    const [projected, smeared] = [project(image, 1, 0), backproject(sinogram, 1, 0)];
    for (const batch of batches) {
      for (const position of new Set([0, Math.floor(batch / 2), batch - 1])) {
        expect(project(image, batch, position)).toEqual(projected);
        expect(backproject(sinogram, batch, position)).toEqual(smeared);
      }
    }
  });

  it('has the same bits whatever the number of threads', async () => {
    const [image, sinogram] = [random(points.image, 5), random(points.sinogram, 6)];
    const [projected, smeared] = [project(image, 1, 0), backproject(sinogram, 1, 0)];
    for (const threads of [1, 3]) {
      await engine.dispose();
      engine = await openEngine('wasm', { threads });
      for (const batch of [1, 18]) {
        expect(project(image, batch, 0)).toEqual(projected);
        expect(backproject(sinogram, batch, 0)).toEqual(smeared);
      }
    }
  });
});

describe('the geometry', () => {
  const geometry: ParallelGeometry = {
    shape: [7, 8],
    angles: Float64Array.of(0, Math.PI / 2),
    detectors: 15,
    center: 7,
  };

  it('has x to the right, y up and the origin at half the size, rounded down', () => {
    const image = new Float32Array(7 * 8);
    image[1 * 8 + 6] = 1; // row 1: y = 3 - 1; column 6: x = 6 - 4
    const sinogram = values(tidy(() => radonForward(tensor3d(image, [7, 8, 1]), geometry)));
    const expected = new Float32Array(2 * 15);
    expected[7 + 2] = 1;
    expected[15 + 7 + 2] = 1;
    expect(sinogram).toEqual(expected);
  });

  it('projects a disc to its chords', () => {
    const [size, radius, angles] = [128, 40, 45];
    const disc = Float32Array.from({ length: size * size }, (_, pixel) => {
      let inside = 0;
      for (let sample = 0; sample < 64; sample++) {
        const x = (pixel % size) - 64 + ((sample % 8) + 0.5) / 8 - 0.5;
        const y = 64 - Math.floor(pixel / size) + (Math.floor(sample / 8) + 0.5) / 8 - 0.5;
        if ((x - 5) ** 2 + (y + 3) ** 2 < radius ** 2) inside++;
      }
      return inside / 64;
    });
    const wide: ParallelGeometry = { shape: [size, size], angles: evenAngles(angles), detectors: 187, center: 93 };
    const sinogram = values(tidy(() => radonForward(tensor3d(disc, [size, size, 1]), wide)));
    const chords = Float32Array.from(sinogram, (_, index) => {
      const angle = (Math.floor(index / 187) * Math.PI) / angles;
      const t = (index % 187) - 93 - (5 * Math.cos(angle) - 3 * Math.sin(angle));
      return 2 * Math.sqrt(Math.max(0, radius ** 2 - t ** 2));
    });
    const difference = Float32Array.from(sinogram, (value, index) => value - (chords[index] ?? NaN));
    // A tent of one bin smooths the edges, and rows of pixels near the axes' directions fall unevenly on bins.
    expect(Math.sqrt(dot(difference, difference) / dot(chords, chords))).toBeLessThan(0.02);
  });
});

describe('the registered kernels', () => {
  const geometry: ParallelGeometry = { shape: [16, 16], angles: evenAngles(12), detectors: 23, center: 11 };

  it('are differentiable: the gradient of a projection is a backprojection', () => {
    const before = memory().numTensors;
    const weights = randomTensor([12, 23, 4], 8);
    const image = randomTensor([16, 16, 4], 9);
    const slope = grad((x) => radonForward(x as Tensor3D, geometry))(image, weights) as Tensor3D;
    const expected = values(radonBackproject(weights, geometry));
    expect(values(slope)).toEqual(expected);
    weights.dispose();
    image.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it('refuse a sinogram that does not fit the geometry, and leave nothing behind', () => {
    const sinogram = randomTensor([12, 22, 4]);
    const before = memory();
    expect(() => radonBackproject(sinogram, geometry)).toThrow(
      '<16x16 <- 12x23> RadonBackproject: the input must have shape [12, 23, *], got [12, 22, 4]',
    );
    expect(memory()).toEqual(before);
    sinogram.dispose();
  });

  it.each([
    [{ detectors: 0 }, 'needs 1 to 262144 bins, got 0'],
    [{ center: NaN }, 'center must lie between'],
    [{ angles: Float64Array.of(0, Infinity) }, 'angles must be finite, angle 1 is Infinity'],
    [{ angles: new Float64Array(0) }, 'needs 1 to 1048576 angles, got 0'],
    [{ shape: [40000, 1] as const }, 'rows and columns must be 1 to 32768, got 40000'],
  ])('refuse a geometry with %o', (change, message) => {
    const sinogram = randomTensor([12, 23, 1]);
    expect(() => radonBackproject(sinogram, { ...geometry, ...change })).toThrow(message);
    sinogram.dispose();
  });
});
