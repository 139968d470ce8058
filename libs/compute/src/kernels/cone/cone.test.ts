import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { grad, memory, tensor3d, tidy, type Tensor3D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../engine/engine.js';
import { openEngine } from '../../engine/open-engine.js';
import { coneBackproject, coneBackprojectKernel } from './cone-backproject.js';
import { rayEntries, sumEntries, voxelEntries } from './cone-entries.test.support.js';
import { coneForward, coneForwardKernel } from './cone-forward.js';
import type { ConeGeometry } from './cone-geometry.js';
import { circularCone } from './cone-views.test.support.js';
import { fdkBackproject, fdkBackprojectKernel } from './fdk-backproject.js';
import { fdkForward, fdkForwardKernel } from './fdk-forward.js';

/** A linear congruential generator (Numerical Recipes' constants): the same values in every run, in [-0.5, 0.5). */
function random(length: number, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}

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

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, index) => sum + value * (b[index] ?? NaN), 0);
}

function twice<T>(value: T): [T, T] {
  return [value, value];
}

/** ||a - b|| / ||b|| */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const error = Array.from(a, (value, index) => value - (b[index] ?? NaN));
  return Math.sqrt(dot(...twice(error)) / dot(b, b));
}

function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const most = (list: number[]) => list.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return most(Array.from(a, (value, index) => value - (b[index] ?? NaN))) / most(Array.from(b));
}

const geometries: readonly (readonly [string, ConeGeometry])[] = [
  ['a cone beam', circularCone([21, 26, 17], { views: 11, detector: [40, 23] })],
  [
    'a detector that is off its middle and turned',
    circularCone([18, 20, 15], { views: 7, detector: [33, 29], offset: [4, -3], tilt: 0.2 }),
  ],
  ['a fan beam, one row and one slice', circularCone([33, 40, 1], { views: 9, detector: [60, 1] })],
  [
    'a source that is near, a volume of several tiles',
    circularCone([66, 34, 70], { views: 2, detector: [21, 60], source: 48, pitch: 5 }),
  ],
  [
    'views from anywhere',
    {
      shape: [12, 15, 14],
      detector: [19, 21],
      views: Float64Array.from([
        30, 40, 20, -20, -18, -12, 0.9, -0.6, 0.1, 0.2, 0.1, 1.3, -40, 5, 3, 40, -10, -8, 0, 1.1, 0, 0.3, 0, 1.2,
      ]),
    },
  ],
];

const pairs = [
  ['rays', coneForward, coneBackproject, coneForwardKernel, coneBackprojectKernel, rayEntries],
  ['voxels', fdkForward, fdkBackproject, fdkForwardKernel, fdkBackprojectKernel, voxelEntries],
] as const;

describe.each(geometries)('%s', (_name, geometry) => {
  const bins: [number, number, number] = [geometry.views.length / 12, ...geometry.detector];
  const shape: [number, number, number] = [...geometry.shape];
  const size = (extents: readonly number[]) => extents.reduce((product, extent) => product * extent, 1);
  const [x, y] = [random(size(shape), 3), random(size(bins), 4)];

  it.each(pairs)(
    'driven by %s is what float64 gives, forth and back',
    (_what, forward, backproject, one, other, entries) => {
      const before = memory().numTensors;
      const projected = values(tidy(() => forward(tensor3d(x, shape), geometry)));
      const smeared = values(tidy(() => backproject(tensor3d(y, bins), geometry)));
      // Sums of some hundred float32 products, places to 2^-17.
      const [sums, smears] = [
        sumEntries(entries, geometry, { values: x, to: 'bins' }),
        sumEntries(entries, geometry, { values: y, to: 'voxels' }),
      ];
      expect(difference(projected, sums)).toBeLessThan(2e-5);
      expect(difference(smeared, smears)).toBeLessThan(2e-5);
      // So are the compositions for engines without kernels of their own.
      expect(difference(values(tidy(() => one.composed(tensor3d(x, shape), geometry))), sums)).toBeLessThan(2e-5);
      expect(difference(values(tidy(() => other.composed(tensor3d(y, bins), geometry))), smears)).toBeLessThan(2e-5);
      // The adjoint law: weights are the same float32 in both directions.
      const scale = Math.sqrt(dot(projected, projected) * dot(y, y));
      expect(Math.abs(dot(projected, y) - dot(x, smeared)) / scale).toBeLessThan(1e-6);
      expect(Math.sqrt(dot(projected, projected))).toBeGreaterThan(0.1);
      expect(memory().numTensors).toBe(before);
    },
  );
});

describe('a projection', () => {
  const geometry = circularCone([40, 40, 36], {
    views: 6,
    detector: [70, 60],
    source: 90,
    beyond: 60,
    offset: [1.5, -2],
  });

  it('of a blob is its line integrals', () => {
    const [width, center] = [4, [22, 17, 19]] as const; // column, row, slice
    const blob = Float32Array.from({ length: 40 * 40 * 36 }, (_, voxel) => {
      const place = [Math.floor(voxel / 36) % 40, Math.floor(voxel / 1440), voxel % 36];
      return Math.exp(-dot(...twice(place.map((value, axis) => value - (center[axis] ?? 0)))) / (2 * width ** 2));
    });
    const projected = values(tidy(() => coneForward(tensor3d(blob, [40, 40, 36]), geometry)));
    const expected = projected.map((_, index) => {
      const [view, u, v] = [Math.floor(index / 4200), Math.floor(index / 60) % 70, index % 60];
      const vector = (offset: number) => [...geometry.views.subarray(12 * view + offset, 12 * view + offset + 3)];
      const [source, first, across, along] = [vector(0), vector(3), vector(6), vector(9)];
      const from = (axis: number) => source[axis] ?? NaN;
      const ray = first.map((value, axis) => value + u * (across[axis] ?? 0) + v * (along[axis] ?? 0) - from(axis));
      const away = center.map((value, axis) => value - from(axis));
      const nearest = dot(...twice(away)) - dot(ray, away) ** 2 / dot(...twice(ray));
      return width * Math.sqrt(2 * Math.PI) * Math.exp(-nearest / (2 * width ** 2));
    });
    // Linear interpolation widens a blob by h^2 / 6 of its width squared, 0.5 %, and pixels are squares; half a voxel or a wrong sign give 9 % and more.
    expect(distance(projected, expected)).toBeLessThan(0.02);
  });

  it('has the same bits whatever the number of threads, and its gradient is a backprojection', async () => {
    const [x, y] = [random(40 * 40 * 36, 5), random(6 * 70 * 60, 6)];
    const both = () => [
      values(tidy(() => coneForward(tensor3d(x, [40, 40, 36]), geometry))),
      values(tidy(() => coneBackproject(tensor3d(y, [6, 70, 60]), geometry))),
      values(tidy(() => fdkBackproject(tensor3d(y, [6, 70, 60]), geometry))),
    ];
    const before = both();
    await engine.dispose();
    engine = await openEngine('wasm', { threads: 3 });
    expect(both()).toEqual(before);
    const slope = tidy(() =>
      grad((volume) => coneForward(volume as Tensor3D, geometry))(tensor3d(x, [40, 40, 36]), tensor3d(y, [6, 70, 60])),
    );
    expect(values(slope as Tensor3D)).toEqual(before[1]);
  });

  it('has the same bits where lines are tabled for some views at a time', () => {
    // More lines than the kernels take at once, one for each bin of a turned detector.
    const turned = circularCone([5, 6, 4], { views: 4, detector: [140, 138], pitch: 0.4, tilt: 0.1 });
    const alone = Array.from({ length: 4 }, (_, view) => ({
      ...turned,
      views: turned.views.slice(12 * view, 12 * (view + 1)),
    }));
    const x = random(120, 7);
    const project = (geometry: ConeGeometry) => values(tidy(() => coneForward(tensor3d(x, [5, 6, 4]), geometry)));
    const together = project(turned);
    const apart = alone.map(project);
    apart.forEach((view, at) => {
      const same = view.every((value, bin) => value === together[at * view.length + bin]);
      expect(same).toBe(true);
    });
    const smear = (geometry: ConeGeometry, bins: Float32Array) =>
      values(tidy(() => coneBackproject(tensor3d(bins, [bins.length / 19_320, 140, 138]), geometry)));
    const parts = alone.map((geometry, at) => smear(geometry, apart[at] ?? new Float32Array()));
    const sum = (parts[0] ?? []).map((_, at) => parts.reduce((all, part) => all + (part[at] ?? NaN), 0));
    // Sums of 2,000 float32 products in another order.
    expect(distance(smear(turned, together), sum)).toBeLessThan(1e-5);
  });

  const folder = fileURLToPath(new URL('../../../../../../shared/data/ct/fan_astra/', import.meta.url));
  it.skipIf(!existsSync(folder))('of one row is that of `line_fanflat` of ASTRA', () => {
    const read = (name: string) => {
      const file = readFileSync(`${folder}${name}.npy`);
      const bytes = file.subarray(10 + file.readUInt16LE(8));
      return Float32Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(4 * index));
    };
    const sizes = { views: 180, detector: [150, 1], source: 160, beyond: 120, pitch: 1.8, start: 0 } as const;
    const geometry = circularCone([96, 96, 1], sizes);
    const projected = values(tidy(() => coneForward(tensor3d(read('phantom'), [96, 96, 1]), geometry)));
    // ASTRA computes in float32 throughout, which tells in which of two pixels rays along their edges are.
    expect(distance(projected, read('sinogram'))).toBeLessThan(1e-4);
    const smeared = values(tidy(() => coneBackproject(tensor3d(read('random_sinogram'), [180, 150, 1]), geometry)));
    expect(distance(smeared, read('backprojection_of_random'))).toBeLessThan(2e-3);
  });
});

it.each([
  [{ shape: [4, 4, 9000] as const }, 'slices must be 1 to 8000, got 9000'],
  [{ detector: [0, 3] as const }, 'detector columns must be 1 to 32768, got 0'],
  [{ views: new Float64Array(12).fill(NaN) }, 'views must be finite, number 0 is NaN'],
  [{ views: new Float64Array(13) }, 'views must be 1 to 1048576, got 1.08'],
])('a geometry with %o is refused', (change, message) => {
  const geometry = { ...circularCone([4, 4, 4], { views: 2, detector: [3, 3] }), ...change };
  const before = memory().numTensors;
  expect(() => tidy(() => coneForward(tensor3d(random(64), [4, 4, 4]), geometry))).toThrow(message);
  expect(memory().numTensors).toBe(before);
});
