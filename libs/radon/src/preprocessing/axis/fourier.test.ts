import { describe, expect, it } from 'vitest';
import { fourierTransform } from './fourier.js';

describe('the Fourier transform', () => {
  it('agrees with the defining sum', () => {
    const real = Float64Array.of(1, -2, 3, 0.5, 0, 4, -1, 2);
    const imaginary = Float64Array.of(0, 1, 0, -1, 2, 0, 0.25, 1);
    const expected = Array.from({ length: 8 }, (_, k) =>
      real.reduce((sum, value, n) => {
        const phase = (-2 * Math.PI * k * n) / 8;
        return sum + value * Math.cos(phase) - (imaginary[n] ?? 0) * Math.sin(phase);
      }, 0),
    );
    fourierTransform({ real, imaginary });
    expected.forEach((value, k) => expect(real[k]).toBeCloseTo(value, 12));
  });
});
