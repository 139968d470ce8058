import { memory, mul, tensor3d, tidy, type Tensor3D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../engine/engine.js';
import { openEngine } from '../../engine/open-engine.js';
import { filterLength, filterSinogram, filterSinogramKernel } from './filter-sinogram.js';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('wasm', { threads: 2 });
});
afterAll(() => engine.dispose());

function wave(length: number): Float32Array {
  return Float32Array.from({ length }, (_, index) => Math.sin(index * index * 0.37));
}

function rowsOf(shape: [number, number, number]): Tensor3D {
  return tensor3d(wave(shape[0] * shape[1] * shape[2]), shape);
}

function largestDifference(a: Tensor3D, b: Tensor3D): number {
  const [left, right] = [a.dataSync<'float32'>(), b.dataSync<'float32'>()];
  return left.reduce((most, value, index) => Math.max(most, Math.abs(value - (right[index] ?? NaN))), 0);
}

describe('filterLength', () => {
  it.each([
    [1, 64],
    [32, 64],
    [33, 96],
    [512, 1024],
    [725, 1536],
    [2048, 4096],
  ])('chooses for rows of %i bins a transform of %i', (detectors, length) => {
    expect(filterLength(detectors)).toBe(length);
  });
});

describe('filterSinogram', () => {
  it('returns the rows themselves for a response of one', () => {
    const filter = { response: new Float32Array(filterLength(45) / 2 + 1).fill(1), fftSize: filterLength(45) };
    tidy(() => {
      const rows = rowsOf([3, 7, 45]);
      // Rounding of a forward and an inverse transform of length 96 in float32.
      expect(largestDifference(filterSinogram(rows, filter), rows)).toBeLessThan(1e-6);
    });
  });

  it.each([
    [[2, 5, 33], 96],
    [[1, 40, 100], 256],
    [[3, 60, 725], 1536],
    [[1, 1, 20], 160],
  ] as const)('agrees for %o and length %i with the product by a Toeplitz matrix', (shape, fftSize) => {
    const response = wave(fftSize / 2 + 1);
    const before = memory().numTensors;
    tidy(() => {
      const rows = rowsOf([...shape]);
      const filtered = filterSinogram(rows, { response, fftSize });
      // Values of order 1 from sums of up to 725 float32 products.
      expect(largestDifference(filtered, filterSinogramKernel.composed(rows, { response, fftSize }))).toBeLessThan(
        2e-5,
      );
      expect(largestDifference(filtered, rows)).toBeGreaterThan(0.1);
    });
    expect(memory().numTensors).toBe(before);
  });

  it('uses the response of each call, also when the length stays', () => {
    tidy(() => {
      const rows = rowsOf([1, 64, 32]);
      const twice = filterSinogram(rows, { response: new Float32Array(33).fill(2), fftSize: 64 });
      const thrice = filterSinogram(rows, { response: new Float32Array(33).fill(3), fftSize: 64 });
      expect(largestDifference(mul(twice, 1.5), thrice)).toBeLessThan(1e-5);
    });
  });

  it.each([
    [{ fftSize: 62 }, 'got 62: use filterLength'],
    [{ fftSize: 224 }, 'got 224: use filterLength'],
    [{ response: new Float32Array(32) }, 'must have fftSize / 2 + 1 = 33 values, got 32'],
    [{ response: new Float32Array(33).fill(NaN) }, 'the response must be finite, value 0 is NaN'],
  ])('refuses a filter with %o', (change, message) => {
    const rows = rowsOf([1, 2, 32]);
    const filter = { response: new Float32Array(33), fftSize: 64, ...change };
    expect(() => filterSinogram(rows, filter)).toThrow(message);
    rows.dispose();
  });

  it('refuses a transform that would wrap around', () => {
    const rows = rowsOf([1, 2, 33]);
    const filter = { response: new Float32Array(33), fftSize: 64 };
    expect(() => filterSinogram(rows, filter)).toThrow('fftSize 64 must be at least twice the 33 bins of a row');
    rows.dispose();
  });
});
