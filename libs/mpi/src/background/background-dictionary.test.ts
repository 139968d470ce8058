import { describe, expect, it } from 'vitest';
import { backgroundDictionary } from './background-dictionary.js';

/** conj(a) . b */
function inner(a: Float64Array, b: Float64Array): [re: number, im: number] {
  let [re, im] = [0, 0];
  for (let i = 0; i < a.length; i += 2) {
    const [x, y, u, v] = [a[i] ?? 0, a[i + 1] ?? 0, b[i] ?? 0, b[i + 1] ?? 0];
    re += x * u + y * v;
    im += x * v - y * u;
  }
  return [re, im];
}

describe('a dictionary of backgrounds', () => {
  const rows = 9;
  const measured = Array.from({ length: 4 }, (_, column) =>
    Float64Array.from({ length: 2 * rows }, (_, i) => Math.sin((column + 1) * (i * i + 2 * i + 3)) + 0.3 * column),
  );

  it('has orthogonal entries, falling in size from 1', () => {
    const entries = backgroundDictionary(measured, 4);
    entries.forEach((a, p) => {
      entries.forEach((b, q) => {
        // Jacobi stops at 1e-14 of the lengths.
        if (p !== q) inner(a, b).forEach((part) => expect(Math.abs(part)).toBeLessThan(1e-12));
      });
    });
    const sizes = entries.map((entry) => Math.sqrt(inner(entry, entry)[0]));
    expect(sizes[0]).toBeCloseTo(1, 12);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  });

  it('has the singular vectors: M M* u = s^2 u, with s / s_1 the square of their size', () => {
    const largest: number[] = [];
    for (const u of backgroundDictionary(measured, 4)) {
      const image = new Float64Array(2 * rows);
      for (const column of measured) {
        const [re, im] = inner(column, u);
        for (let i = 0; i < image.length; i += 2) {
          const [x, y] = [column[i] ?? 0, column[i + 1] ?? 0];
          image[i] = (image[i] ?? 0) + x * re - y * im;
          image[i + 1] = (image[i + 1] ?? 0) + x * im + y * re;
        }
      }
      const size = inner(u, u)[0];
      const square = inner(u, image)[0] / size;
      largest.push(square);
      image.forEach((value, i) => expect(value).toBeCloseTo(square * (u[i] ?? NaN), 10));
      expect(size).toBeCloseTo(Math.sqrt(square / (largest[0] ?? NaN)), 10);
    }
  });

  it('needs as many backgrounds as it has entries', () => {
    expect(() => backgroundDictionary(measured, 5)).toThrow(/dictSize must be at most .* 4, got 5/);
  });
});
