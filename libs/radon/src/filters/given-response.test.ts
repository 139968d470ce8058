import { describe, expect, it } from 'vitest';
import { givenResponse, stretchedResponse } from './given-response.js';

/** Rows as the transform of their own length filters them: y = Re ifft(fft(x) * ifftshift(given)), summed up directly. */
function filteredByItsOwnLength(row: readonly number[], given: readonly number[]): number[] {
  const size = row.length;
  return row.map((_, n) =>
    row.reduce((sum, value, m) => {
      let kernel = 0;
      for (let k = 0; k < size; k += 1) {
        kernel +=
          ((given[(k + Math.floor(size / 2)) % size] ?? NaN) * Math.cos((2 * Math.PI * k * (n - m)) / size)) / size;
      }
      return sum + value * kernel;
    }, 0),
  );
}

/** The same with the response at a longer transform, on rows that are padded with zeros. */
function filteredPadded(row: readonly number[], response: Float32Array, fftSize: number): number[] {
  return row.map((_, n) =>
    row.reduce((sum, value, m) => {
      const kernel = response.reduce((all, at, k) => {
        const both = k === 0 || k === fftSize / 2 ? 1 : 2;
        return all + (both * at * Math.cos((2 * Math.PI * k * (n - m)) / fftSize)) / fftSize;
      }, 0);
      return sum + value * kernel;
    }, 0),
  );
}

describe('a response that the plan gives', () => {
  it.each([
    ['even', [0.5, 0.3, 0.1, 0, 0.2, 0.4]],
    ['odd and lopsided', [0.1, 0.7, 0.05, 0.3, 0.2]],
  ])('P3: of %s length filters as the transform of that length does', (_what, given) => {
    const row = given.map((_, index) => Math.sin(index * index + 1));
    const fftSize = 64;
    const response = givenResponse(given, { detectors: given.length, fftSize });
    expect(response).toHaveLength(fftSize / 2 + 1);
    const [padded, own] = [filteredPadded(row, response, fftSize), filteredByItsOwnLength(row, given)];
    // The response is kept in float32: 33 roundings of 3e-8.
    padded.forEach((value, index) => expect(value).toBeCloseTo(own[index] ?? NaN, 5));
  });

  it('P3: is the same response for longer rows, between its frequencies', () => {
    expect(stretchedResponse([0.5, 0.25, 0, 0.25], 8)).toEqual([0.5, 0.375, 0.25, 0.125, 0, 0.125, 0.25, 0.375]);
    const odd = stretchedResponse([0.4, 0.2, 0, 0.2, 0.4], 7);
    odd.forEach((value, k) => expect(value).toBeCloseTo(Math.min(0.4, Math.abs(k - 3) / 7), 6));
  });

  it('P3: for another detector is refused with both numbers', () => {
    expect(() => givenResponse([0, 0.5, 1], { detectors: 64, fftSize: 128 })).toThrow(/filter has 3 values.* 64 bins/);
  });
});
