import { describe, expect, it } from 'vitest';
import {
  emptyVector,
  fourierTransform,
  inverseFourierTransform,
  inverseRealFourierTransform,
  realFourierTransform,
  type ComplexVector,
} from './fourier.js';

/** Every sum of short transforms, some of long ones, as the definition has it; angles from k n mod N, which is exact. */
function definition({ real, imaginary }: ComplexVector, frequencies: readonly number[]): ComplexVector {
  const length = real.length;
  const cosines = Float64Array.from({ length }, (_, k) => Math.cos((2 * Math.PI * k) / length));
  const sines = Float64Array.from({ length }, (_, k) => -Math.sin((2 * Math.PI * k) / length));
  const sums = emptyVector(frequencies.length);
  for (const [at, k] of frequencies.entries()) {
    for (let n = 0, turn = 0; n < length; n++, turn = (turn + k) % length) {
      const [x, y, c, s] = [real[n] ?? 0, imaginary[n] ?? 0, cosines[turn] ?? 0, sines[turn] ?? 0];
      sums.real[at] = (sums.real[at] ?? 0) + x * c - y * s;
      sums.imaginary[at] = (sums.imaginary[at] ?? 0) + x * s + y * c;
    }
  }
  return sums;
}

function signal(length: number): ComplexVector {
  return {
    real: Float64Array.from({ length }, (_, n) => Math.sin(3 * n + 1) + n / length),
    imaginary: Float64Array.from({ length }, (_, n) => Math.cos(n * n)),
  };
}

/** All up to 50, else some that reach over all. */
function someFrequencies(length: number): number[] {
  const count = Math.min(length, 50);
  return Array.from({ length: count }, (_, index) => Math.floor((index * length) / count));
}

function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a).toHaveLength(b.length);
  return Array.from(a).reduce((most, value, index) => Math.max(most, Math.abs(value - (b[index] ?? NaN))), 0);
}

/**
 * Float64 rounds at 1e-16, which grows with the logarithm of the length in a fast transform (Higham, "Accuracy and Stability of
 * Numerical Algorithms", 24.1) and with its root in the sums of the definition: of 9,792 terms some 1e-14 of the largest.
 */
const tolerance = 1e-12;

function agrees(found: ComplexVector, wanted: ComplexVector): void {
  const all = [...wanted.real, ...wanted.imaginary];
  const largest = all.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expect(difference(found.real, wanted.real)).toBeLessThan(tolerance * largest);
  expect(difference(found.imaginary, wanted.imaginary)).toBeLessThan(tolerance * largest);
}

function at({ real, imaginary }: ComplexVector, places: readonly number[]): ComplexVector {
  return {
    real: Float64Array.from(places, (place) => real[place] ?? NaN),
    imaginary: Float64Array.from(places, (place) => imaginary[place] ?? NaN),
  };
}

const short = Array.from({ length: 64 }, (_, index) => index + 1);
/** Primes, twice and three times primes, powers of one factor, and what scanners have. */
const long = [97, 102, 135, 204, 211, 343, 422, 625, 729, 997, 1632, 1998, 2048, 2991, 3998, 4000, 4001, 9792];

describe('the Fourier transform', () => {
  it('of any length is what the definition says, and has an inverse', () => {
    for (const length of [...short, ...long]) {
      const vector = signal(length);
      const found = fourierTransform(length)(vector);
      const frequencies = someFrequencies(length);
      agrees(at(found, frequencies), definition(vector, frequencies));
      agrees(inverseFourierTransform(length)(found), vector);
    }
  });

  it('of a real signal of any length has its lower half, and has an inverse', () => {
    for (const length of [...short, ...long]) {
      const { real } = signal(length);
      const found = realFourierTransform(length)(real);
      expect(found.real).toHaveLength(Math.floor(length / 2) + 1);
      const frequencies = someFrequencies(found.real.length);
      agrees(at(found, frequencies), definition({ real, imaginary: new Float64Array(length) }, frequencies));
      const imaginary = new Float64Array(length);
      agrees({ real: inverseRealFourierTransform(length)(found), imaginary }, { real, imaginary });
    }
  });

  it('leaves out what no real signal has', () => {
    for (const length of [1, 2, 6, 7, 10, 46]) {
      const spectrum = realFourierTransform(length)(signal(length).real);
      const spoiled = { real: spectrum.real, imaginary: spectrum.imaginary.slice() };
      spoiled.imaginary[0] = 3;
      if (length % 2 === 0) spoiled.imaginary[length / 2] = 5;
      const inverse = inverseRealFourierTransform(length);
      expect(inverse(spoiled)).toEqual(inverse(spectrum).slice());
    }
  });

  it('gives each caller its own result, or fills what it is given, and leaves its input alone', () => {
    for (const length of [12, 13, 46]) {
      const vector = signal(length);
      const [first, second] = [fourierTransform(length), fourierTransform(length)];
      const found = first(vector);
      const kept = found.real.slice();
      const output = emptyVector(length);
      expect(second({ real: vector.imaginary, imaginary: vector.real }, output)).toBe(output);
      expect(found.real).toEqual(kept);
      expect(vector).toEqual(signal(length));
    }
  });
});
