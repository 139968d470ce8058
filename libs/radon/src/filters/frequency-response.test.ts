import { describe, expect, it } from 'vitest';
import { rampNames } from './filter-names.js';
import { frequencyResponse } from './frequency-response.js';

describe('the frequency response', () => {
  const size = 256;

  it('of the ramp is |f| up to the truncation of its kernel, and not 0 at frequency 0', () => {
    const ramp = frequencyResponse('ramp', size);
    expect(ramp).toHaveLength(size / 2 + 1);
    // The kernel is cut at half the transform; what it leaves out sums up to 2 / (pi^2 size) with alternating sign.
    ramp.forEach((value, k) => expect(Math.abs(value - k / size)).toBeLessThan(1 / size));
    expect(ramp[0]).toBeGreaterThan(0);
    expect(ramp[0]).toBeLessThan(0.5 / size);
  });

  it('belongs to the kernel 1/4, -1 / (pi n)^2, 0 of Kak and Slaney', () => {
    const ramp = frequencyResponse('ramp', size);
    const kernel = (n: number) =>
      ramp.reduce((sum, value, k) => {
        const occurrences = k === 0 || k === size / 2 ? 1 : 2;
        return sum + (occurrences * value * Math.cos((2 * Math.PI * k * n) / size)) / size;
      }, 0);
    // float32 responses of up to 0.5: 257 roundings of 3e-8 average out below 1e-8.
    expect(kernel(0)).toBeCloseTo(0.25, 7);
    expect(kernel(1)).toBeCloseTo(-1 / Math.PI ** 2, 7);
    expect(kernel(2)).toBeCloseTo(0, 7);
    expect(kernel(3)).toBeCloseTo(-1 / (3 * Math.PI) ** 2, 7);
  });

  it.each([
    ['shepp-logan', 2 / Math.PI],
    ['cosine', 0],
    ['hamming', 0.08],
    ['hann', 0],
    ['parzen', 0],
    ['butterworth', 0.5],
  ] as const)('of %s is the ramp times a window that ends at %d', (name, end) => {
    const [ramp, windowed] = [frequencyResponse('ramp', size), frequencyResponse(name, size)];
    expect(windowed[0]).toBe(ramp[0]);
    expect((windowed[size / 2] ?? NaN) / (ramp[size / 2] ?? NaN)).toBeCloseTo(end, 6);
  });

  it.each([
    // 1 / (1 + (f / cutoff)^(2 order)), and the others by their definition at half the cutoff.
    ['butterworth', { cutoff: 0.25, order: 2 }, 0.125, 1 / (1 + 0.5 ** 4)],
    ['butterworth', { cutoff: 0.25, order: 2 }, 0.5, 1 / (1 + 2 ** 4)],
    ['parzen', { cutoff: 0.25 }, 0.125, 1 / 8],
    ['hann', { cutoff: 0.25 }, 0.125, 0.5],
    ['hamming', { cutoff: 0.25 }, 0.375, 0],
  ] as const)('of %s with %o at %d cycles per bin is %d of the ramp', (name, window, frequency, share) => {
    const k = frequency * size;
    const [ramp, windowed] = [frequencyResponse('ramp', size), frequencyResponse(name, size, window)];
    expect((windowed[k] ?? NaN) / (ramp[k] ?? NaN)).toBeCloseTo(share, 6);
  });

  it('never is above the ramp', () => {
    const ramp = frequencyResponse('ramp', 64);
    for (const name of rampNames) {
      frequencyResponse(name, 64).forEach((value, k) => expect(value).toBeLessThanOrEqual(ramp[k] ?? NaN));
    }
  });
});
