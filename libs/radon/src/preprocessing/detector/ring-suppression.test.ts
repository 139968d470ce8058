import { describe, expect, it } from 'vitest';
import { middleSlice, sliceShape } from '../middle-slice.test.support.js';
import { suppressRings } from './ring-suppression.js';

describe('ring suppression', () => {
  it('removes most of a stripe and changes a clean sinogram by less than the stripe', () => {
    const stripe = 2;
    const striped = middleSlice.map((value, index) => (index % 64 === 30 ? value + stripe : value));
    suppressRings(striped, sliceShape, 9);
    const clean = middleSlice.slice();
    suppressRings(clean, sliceShape, 9);
    const column = (values: Float32Array) =>
      Array.from({ length: 90 }, (_, angle) =>
        Math.abs((values[angle * 64 + 30] ?? NaN) - (middleSlice[angle * 64 + 30] ?? NaN)),
      );
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(column(striped))).toBeLessThan(0.25 * stripe);
    expect(mean(column(clean))).toBeLessThan(0.25 * stripe);
  });

  it('leaves rows alone that are smooth across the detector', () => {
    const ramp = Float32Array.from({ length: 5 * 20 }, (_, index) => (index % 20) + Math.floor(index / 20));
    const smoothed = ramp.slice();
    suppressRings(smoothed, { frames: 1, slices: 1, angles: 5, detectors: 20 }, 5);
    for (let index = 0; index < ramp.length; index++) {
      if (index % 20 >= 2 && index % 20 < 18) expect(smoothed[index]).toBe(ramp[index]);
    }
  });
});
