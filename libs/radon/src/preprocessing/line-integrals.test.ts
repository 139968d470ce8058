import { describe, expect, it } from 'vitest';
import { straighten, toLineIntegrals } from './line-integrals.js';

describe('line integrals', () => {
  it('are minus the logarithm of clipped transmissions', () => {
    const values = Float32Array.of(1, Math.exp(-2), 0, -3);
    expect(toLineIntegrals(values, 0.001)).toBe(2);
    [0, 2, Math.log(1000), Math.log(1000)].forEach((value, at) => expect(values[at]).toBeCloseTo(value, 5));
  });

  it('are straightened by a polynomial without a constant', () => {
    const values = Float32Array.of(0, 1, 2, -0.5);
    expect(straighten(values, [1, 0.25, 0.5])).toBe(0);
    [0, 1.75, 7, -0.5].forEach((value, at) => expect(values[at]).toBeCloseTo(value, 6));
    // Rises up to 1.
    expect(straighten(Float32Array.of(0, 0.9, 1, 2, -0.5), [1, -0.5])).toBe(2);
  });
});
