import { radonForward } from '@rondel/compute';
import { tensor3d, tidy } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { sheppLoganImage, sheppLoganScan, transmissionCounts } from '../phantom.js';
import { relativeError, useEngine } from '../running.test.support.js';
import { chordLength, shadowOf } from './ellipsoid.js';
import { analyticProjections } from './projections.js';
import { poisson, seededRandom } from '@rondel/compute/random';
import { voxelImage } from './voxel-image.js';

useEngine();

describe('an ellipse', () => {
  const section = { axes: [0.4, 0.2], center: [0.1, -0.3], rotation: 0.7 } as const;

  it('has its greatest chords along its axes', () => {
    expect(chordLength(shadowOf(section, 0.7), shadowOf(section, 0.7).center)).toBeCloseTo(0.4, 12);
    expect(chordLength(shadowOf(section, 0.7 + Math.PI / 2), shadowOf(section, 0.7 + Math.PI / 2).center)).toBeCloseTo(
      0.8,
      12,
    );
  });

  it('has the same area under its shadow at every angle', () => {
    for (const theta of [0, 0.3, 1.2, 2.9]) {
      const shadow = shadowOf(section, theta);
      let area = 0;
      for (let t = -1; t < 1; t += 1e-4) area += 1e-4 * chordLength(shadow, t);
      expect(area).toBeCloseTo(Math.PI * 0.4 * 0.2, 4);
    }
  });
});

describe('the phantom', () => {
  it('has the same mass in every projection of a slice as in its voxels', () => {
    const scan = sheppLoganScan({ size: 32, frames: 1, angles: 8 });
    const image = sheppLoganImage({ size: 32, frames: 1 });
    const sum = (values: ArrayLike<number>) => Array.from(values).reduce((total, value) => total + value, 0);
    for (const slice of [10, 16, 22]) {
      const mass = sum(image.data.subarray(slice * 1024, (slice + 1) * 1024));
      for (let angle = 0; angle < 8; angle++) {
        const row = (slice * 8 + angle) * 32;
        // Two sample points per pixel and axis know the area of an ellipse of 60 pixels to about a percent.
        expect(Math.abs(sum(scan.data.data.subarray(row, row + 32)) / mass - 1)).toBeLessThan(0.03);
      }
    }
  });

  it('fills its right ventricle over the frames and nothing else', () => {
    const size = 32;
    const { data } = sheppLoganImage({ size, frames: 3 });
    const at = (frame: number, x: number, y: number) =>
      data[((frame * size + size / 2) * size + (size / 2 - y)) * size + size / 2 + x];
    expect([0, 1, 2].map((frame) => at(frame, 3, 0))).toEqual(
      [0, 0.25, 0.5].map((value) => expect.closeTo(value, 5) as number),
    );
    expect([0, 1, 2].map((frame) => at(frame, -3, 0))).toEqual(
      [0, 0, 0].map((value) => expect.closeTo(value, 5) as number),
    );
    expect(at(0, 0, 14)).toBeCloseTo(1, 5);
  });

  it('is the same for the same seed, with and without noise', () => {
    const noisy = (seed: number) => sheppLoganScan({ size: 8, frames: 1, angles: 8, noise: 0.1, seed }).data.data;
    expect(noisy(3)).toEqual(noisy(3));
    expect(noisy(3)).not.toEqual(noisy(4));
  });

  it('has noise of the standard deviation that was asked for', () => {
    const options = { size: 32, frames: 1, angles: 64 };
    const clean = Array.from(sheppLoganScan(options).data.data);
    const noisy = Array.from(sheppLoganScan({ ...options, noise: 0.05 }).data.data);
    const variance = noisy.reduce((sum, value, index) => sum + (value - (clean[index] ?? NaN)) ** 2, 0) / clean.length;
    // 65536 samples know a standard deviation to 0.3 %.
    expect(Math.sqrt(variance) / (0.05 * clean.reduce((most, value) => Math.max(most, value)))).toBeCloseTo(1, 1);
  });

  it('refuses sizes that are out of range or out of memory', () => {
    expect(() => sheppLoganScan({ size: 7 })).toThrow('size of a phantom must be an integer from 8 to 512, got 7.');
    expect(() => sheppLoganScan({ size: 512, frames: 100 })).toThrow('at most 1073741824 are allowed');
    expect(() => sheppLoganScan({ noise: NaN })).toThrow('noise of a phantom must be a number');
  });

  it('is projected by the forward operator as by the formula', () => {
    const size = 96;
    const angles = Float64Array.from({ length: 40 }, (_, index) => (index * Math.PI) / 40);
    const ellipsoid = { intensity: 0.02, axes: [0.5, 0.35, 0.9], center: [0.1, -0.15, 0], rotation: 0.4 } as const;
    const middle = (size / 2) * size * size;
    const slice = voxelImage([ellipsoid], size).slice(middle, middle + size * size);
    const analytic = analyticProjections([ellipsoid], { size, angles, detectors: size });
    const expected = analytic.subarray((size / 2) * 40 * size, (size / 2 + 1) * 40 * size);
    const geometry = { shape: [size, size], angles, detectors: size, center: size / 2 } as const;
    const projected = tidy(() => radonForward(tensor3d(slice, [size, size, 1]), geometry));
    // Pixel-driven projection with linear weights has ripples of about a percent on a grid of 96 pixels.
    expect(relativeError(projected.dataSync(), expected)).toBeLessThan(0.02);
    projected.dispose();
  });
});

describe('simulated counts', () => {
  it('have white and dark fields and the means that absorption predicts', () => {
    const scan = sheppLoganScan({ size: 16, frames: 1, angles: 16 });
    const counts = transmissionCounts(scan, { photons: 500, dark: 20 });
    expect(counts.companions['white']?.shape).toEqual([16, 10, 16]);
    expect(counts.companions['dark']?.data.every((value) => value === 20)).toBe(true);
    const mean = (values: ArrayLike<number>) =>
      Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
    // 2560 counts of mean 500 know their mean to 0.1 %.
    expect(mean(counts.companions['white']?.data ?? [])).toBeGreaterThan(517);
    expect(mean(counts.companions['white']?.data ?? [])).toBeLessThan(523);
  });

  it('have the mean and the variance of a Poisson distribution, for small and for large means', () => {
    for (const mean of [0.5, 30, 250, 5000]) {
      const random = seededRandom(7);
      const draws = Array.from({ length: 20_000 }, () => poisson(mean, random));
      const average = draws.reduce((sum, value) => sum + value, 0) / draws.length;
      const variance = draws.reduce((sum, value) => sum + (value - average) ** 2, 0) / draws.length;
      // Five standard errors of 20000 draws: 5 / sqrt(20000) of the deviation, and sqrt(2 + 1 / mean) of it for variances.
      expect(Math.abs(average - mean)).toBeLessThan(0.036 * Math.sqrt(mean));
      expect(Math.abs(variance / mean - 1)).toBeLessThan(0.036 * Math.sqrt(2 + 1 / mean));
    }
  });
});
