import { describe, expect, it } from 'vitest';
import { averageFields } from './field-average.js';
import { normalizeFlatField } from './flat-field.js';

describe('the flat field', () => {
  const field = (...values: number[]) => ({
    dtype: 'float32' as const,
    shape: [1, 1, values.length],
    data: Float32Array.from(values),
  });
  const shape = { frames: 1, slices: 1, angles: 2, detectors: 4 };

  it('divides counts above dark by white above dark', () => {
    const counts = Float32Array.of(60, 110, 35, 10, 10, 10, 10, 10);
    const response = averageFields({ white: field(110, 110, 60, 20), dark: field(10, 10, 10, 10) }, shape, 'mean');
    expect(normalizeFlatField(counts, shape, response)).toBe(0);
    expect([...counts]).toEqual([0.5, 1, 0.5, 0, 0, 0, 0, 0]);
  });

  it('averages the samples of every slice by itself', () => {
    const white = { dtype: 'float32' as const, shape: [2, 2, 1], data: Float32Array.of(1, 3, 10, 30) };
    for (const average of ['mean', 'median'] as const) {
      const fields = averageFields({ white, dark: undefined }, { slices: 2, detectors: 1 }, average);
      expect([...fields.white]).toEqual([2, 20]);
    }
  });

  it('interpolates dead bins between live ones and repeats live ones at the edges', () => {
    const counts = Float32Array.of(7, 10, 7, 40, 7, 20, 7, 30);
    const response = averageFields({ white: field(0, 100, 5, 100), dark: field(0, 0, 5, 0) }, shape, 'median');
    expect(normalizeFlatField(counts, shape, response)).toBe(2);
    [0.1, 0.1, 0.25, 0.4, 0.2, 0.2, 0.25, 0.3].forEach((value, at) => expect(counts[at]).toBeCloseTo(value, 6));
  });

  it('is refused when no bin is live and when it does not fit the projections', () => {
    const response = averageFields({ white: field(1, 1, 1, 1), dark: field(1, 1, 1, 1) }, shape, 'median');
    expect(() => normalizeFlatField(new Float32Array(8), shape, response)).toThrow(
      'The white field of slice 1 is not above the dark field anywhere',
    );
    expect(() => averageFields({ white: field(1, 2), dark: undefined }, shape, 'median')).toThrow(
      'The white field must be [slice, sample, detector] = [1, any, 4], but has shape [1, 1, 2].',
    );
  });
});
