import { unitaryTransformNames } from '@rondel/compute/transforms';
import { describe, expect, it } from 'vitest';
import { compressRows, largestCoefficients } from './compressed-rows.js';
import type { GridShape } from './grid-transform.js';
import { unitaryTransform } from './unitary-transform.js';

/** A fixed sequence of numbers in [-1, 1), seeded. */
function noise(seed: number) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

function image(shape: GridShape, seed: number): Float64Array {
  const next = noise(seed);
  return Float64Array.from({ length: 2 * shape[0] * shape[1] * shape[2] }, next);
}

/** sum of conj(a) b, or of a b. */
function product(a: Float64Array, b: Float64Array, conjugate: boolean): [re: number, im: number] {
  let re = 0;
  let im = 0;
  const sign = conjugate ? -1 : 1;
  for (let i = 0; i < a.length; i += 2) {
    const [ar, ai, br, bi] = [a[i] ?? 0, sign * (a[i + 1] ?? 0), b[i] ?? 0, b[i + 1] ?? 0];
    re += ar * br - ai * bi;
    im += ar * bi + ai * br;
  }
  return [re, im];
}

function mapped(data: Float64Array, map: (image: Float64Array) => void): Float64Array {
  const copy = data.slice();
  map(copy);
  return copy;
}

const shapes: GridShape[] = [
  [5, 4, 1],
  [2, 3, 4],
  [7, 1, 1],
];

/** Wavelets halve every axis with more than one voxel. */
const evenShapes: GridShape[] = [
  [12, 4, 1],
  [2, 6, 4],
  [8, 1, 1],
];

describe.each(unitaryTransformNames)('the transform %s', (name) => {
  it.each(name === 'Wavelet' ? evenShapes : shapes)(
    'is unitary on %i x %i x %i voxels, and its adjoint and transpose are what they say',
    (...shape) => {
      const transform = unitaryTransform(name, shape);
      const [a, b] = [image(shape, 1), image(shape, 2)];
      const forward = mapped(a, transform.forward);
      // Float64 sums of at most 20 terms of magnitude 1: 1e-13 is a hundred times their rounding.
      const close = (x: readonly number[], y: readonly number[]) =>
        x.forEach((value, index) => expect(value).toBeCloseTo(y[index] ?? NaN, 12));
      close([...mapped(forward, transform.adjoint)], [...a]);
      close(product(forward, mapped(b, transform.forward), true), product(a, b, true));
      close(product(b, forward, true), product(mapped(b, transform.adjoint), a, true));
      close(product(b, forward, false), product(mapped(b, transform.transpose), a, false));
    },
  );
});

describe('the transforms against their textbook definitions', () => {
  it.each(['DCT-I', 'DCT-II', 'DCT-IV', 'DST'] as const)('%s of a short row', (name) => {
    const input = [1, 2, 4, 8];
    const n = input.length;
    const w = (k: number) => (k === 0 ? Math.SQRT1_2 : 1);
    const definitions = {
      'DCT-I': (k: number) =>
        Math.sqrt(2 / (n - 1)) *
        (k === 0 || k === n - 1 ? Math.SQRT1_2 : 1) *
        input.reduce(
          (sum, x, j) => sum + x * (j === 0 || j === n - 1 ? Math.SQRT1_2 : 1) * Math.cos((Math.PI * k * j) / (n - 1)),
          0,
        ),
      'DCT-II': (k: number) =>
        Math.sqrt(2 / n) * w(k) * input.reduce((sum, x, j) => sum + x * Math.cos((Math.PI * k * (j + 0.5)) / n), 0),
      'DCT-IV': (k: number) =>
        Math.sqrt(2 / n) * input.reduce((sum, x, j) => sum + x * Math.cos((Math.PI / n) * (j + 0.5) * (k + 0.5)), 0),
      DST: (k: number) =>
        Math.sqrt(2 / n) *
        (k === n - 1 ? Math.SQRT1_2 : 1) *
        input.reduce((sum, x, j) => sum + x * Math.sin((Math.PI / n) * (j + 0.5) * (k + 1)), 0),
    };
    const data = Float64Array.from(input.flatMap((x) => [x, 0]));
    unitaryTransform(name, [n, 1, 1]).forward(data);
    for (let k = 0; k < n; k++) expect(data[2 * k]).toBeCloseTo(definitions[name](k), 12);
  });

  it('FFT has the zero frequency and the origin in the middle, for even and odd lengths', () => {
    for (const n of [4, 5]) {
      const data = new Float64Array(2 * n);
      data[2 * Math.floor(n / 2)] = 1;
      unitaryTransform('FFT', [n, 1, 1]).forward(data);
      // A point at the origin has a flat spectrum without a phase.
      for (let k = 0; k < n; k++) {
        expect(data[2 * k]).toBeCloseTo(1 / Math.sqrt(n), 12);
        expect(data[2 * k + 1]).toBeCloseTo(0, 12);
      }
      const constant = Float64Array.from({ length: 2 * n }, (_, index) => (index % 2 === 0 ? 1 : 0));
      unitaryTransform('FFT', [n, 1, 1]).forward(constant);
      for (let k = 0; k < n; k++) {
        expect(constant[2 * k]).toBeCloseTo(k === Math.floor(n / 2) ? Math.sqrt(n) : 0, 12);
      }
    }
  });
});

describe('compressed rows', () => {
  it('keep the largest magnitudes, at least one, and the later of equal ones', () => {
    const row = Float32Array.from([3, 4, 0, 1, -5, 0, 0.5, 0, 0, 0]);
    expect([...largestCoefficients(row, { thresh: 0, redFactor: 0.4 })]).toEqual([0, 2]);
    expect([...largestCoefficients(row, { thresh: 0, redFactor: 0.2 })]).toEqual([2]);
    expect([...largestCoefficients(row, { thresh: 0, redFactor: 0 })]).toEqual([2]);
    expect([...largestCoefficients(row, { thresh: 0.15, redFactor: 0 })]).toEqual([0, 1, 2]);
  });

  it('with all coefficients give the matrix times the transform', () => {
    const shape: GridShape = [3, 2, 1];
    const transform = unitaryTransform('FFT', shape);
    const next = noise(7);
    const matrix = { rows: 2, columns: 12, data: Float32Array.from({ length: 48 }, next) };
    const whole = { thresh: 0, redFactor: 1 };
    const sparse = compressRows(matrix, transform, [whole, whole]);
    expect([...sparse.rowStarts]).toEqual([0, 12, 24]);
    const dual = Float64Array.from({ length: 24 }, next);
    const primal = mapped(dual, transform.forward);
    for (let row = 0; row < 2; row++) {
      const dense = product(Float64Array.from(matrix.data.subarray(24 * row, 24 * (row + 1))), primal, false);
      const inDual = product(Float64Array.from(sparse.values.subarray(24 * row, 24 * (row + 1))), dual, false);
      // The coefficients are float32: 6e-8 of magnitudes near 1, twelve of them.
      dense.forEach((value, part) => expect(inDual[part]).toBeCloseTo(value, 5));
    }
  });

  it('compress each contrast by its own share', () => {
    const transform = unitaryTransform('DCT-II', [4, 1, 1]);
    const matrix = { rows: 1, columns: 8, data: Float32Array.from({ length: 16 }, noise(3)) };
    const sparse = compressRows(matrix, transform, [
      { thresh: 0, redFactor: 0.25 },
      { thresh: 0, redFactor: 0.75 },
    ]);
    expect(sparse.columnIndices.filter((column) => column < 4)).toHaveLength(1);
    expect(sparse.columnIndices.filter((column) => column >= 4)).toHaveLength(3);
    expect([...sparse.columnIndices]).toEqual([...sparse.columnIndices].sort((a, b) => a - b));
  });
});
