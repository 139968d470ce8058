import { describe, expect, it } from 'vitest';
import {
  fourierTransform,
  inverseFourierTransform,
  inverseRealFourierTransform,
  realFourierTransform,
  type ComplexVector,
} from './fourier.js';

/** As the definition has it. */
function definition({ real, imaginary }: ComplexVector): ComplexVector {
  const length = real.length;
  const sums = Array.from({ length }, (_, k) => {
    const sum = [0, 0] as [number, number];
    for (let n = 0; n < length; n++) {
      const angle = (-2 * Math.PI * k * n) / length;
      sum[0] += (real[n] ?? 0) * Math.cos(angle) - (imaginary[n] ?? 0) * Math.sin(angle);
      sum[1] += (real[n] ?? 0) * Math.sin(angle) + (imaginary[n] ?? 0) * Math.cos(angle);
    }
    return sum;
  });
  return { real: Float64Array.from(sums, ([re]) => re), imaginary: Float64Array.from(sums, ([, im]) => im) };
}

function signal(length: number): ComplexVector {
  return {
    real: Float64Array.from({ length }, (_, n) => Math.sin(3 * n + 1) + n / length),
    imaginary: Float64Array.from({ length }, (_, n) => Math.cos(n * n)),
  };
}

/** Both sum up to 204 terms of about 1 in float64, whose rounding is 1e-16 of each: 1e-11 is far above. */
const tolerance = 1e-11;

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.max(...Array.from(a, (value, index) => Math.abs(value - (b[index] ?? NaN))));
}

describe('the Fourier transform', () => {
  it.each([1, 2, 3, 8, 13, 60, 102, 204])('of length %d is what the definition says, and has an inverse', (length) => {
    const vector = signal(length);
    const found = fourierTransform(length)(vector);
    const wanted = definition(vector);
    expect(largestDifference(found.real, wanted.real)).toBeLessThan(tolerance);
    expect(largestDifference(found.imaginary, wanted.imaginary)).toBeLessThan(tolerance);
    const back = inverseFourierTransform(length)(found);
    expect(largestDifference(back.real, vector.real)).toBeLessThan(tolerance);
    expect(largestDifference(back.imaginary, vector.imaginary)).toBeLessThan(tolerance);
  });

  it.each([1, 2, 7, 16, 102, 135])('of a real signal of length %d has its lower half', (length) => {
    const { real } = signal(length);
    const wanted = definition({ real, imaginary: new Float64Array(length) });
    const found = realFourierTransform(length)(real);
    expect(found.real).toHaveLength(Math.floor(length / 2) + 1);
    expect(largestDifference(found.real, wanted.real)).toBeLessThan(tolerance);
    expect(largestDifference(found.imaginary, wanted.imaginary)).toBeLessThan(tolerance);
    expect(largestDifference(inverseRealFourierTransform(length)(found), real)).toBeLessThan(tolerance);
  });
});
