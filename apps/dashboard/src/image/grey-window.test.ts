import { describe, expect, it } from 'vitest';
import { autoWindow, draggedWindow, fullWindow, histogram, paintGrey } from './grey-window.js';

describe('the grey window', () => {
  it('covers the finite values', () => {
    expect(fullWindow(Float32Array.of(3, NaN, -1, Infinity))).toEqual({ low: -1, high: 3 });
  });

  it.each([
    ['nothing finite', Float32Array.of(NaN), { low: 0, high: 1 }],
    ['one value', Float32Array.of(2, 2), { low: 2, high: 3 }],
  ])('has a width even for %s', (_, values, expected) => {
    expect(fullWindow(values)).toEqual(expected);
  });

  it('leaves out half a per cent at either end and the zeros outside of the circle', () => {
    const values = Float32Array.from({ length: 2000 }, (_, index) => (index < 1000 ? 0 : index - 999));
    expect(autoWindow(values)).toEqual({ low: 6, high: 995 });
  });

  it('widens to the right and rises downwards, and not moving leaves it', () => {
    const start = { low: 0, high: 10 };
    expect(draggedWindow(start, { x: 0, y: 0 })).toEqual(start);
    expect(draggedWindow(start, { x: 0, y: 100 })).toEqual({ low: 5, high: 15 });
    const wider = draggedWindow(start, { x: 200, y: 0 });
    expect(wider.high - wider.low).toBeCloseTo(10 * Math.E);
    expect(wider.high + wider.low).toBeCloseTo(10);
  });

  it('paints black, middle grey and white', () => {
    const pixels = paintGrey(Float32Array.of(-5, 0, 0.5, 1, 9, NaN), { low: 0, high: 1 });
    const greys = [0, 1, 2, 3, 4, 5].map((index) => [...pixels.subarray(4 * index, 4 * index + 4)]);
    expect(greys).toEqual([0, 0, 127, 255, 255, 0].map((grey) => [grey, grey, grey, 255]));
  });

  it('counts values in bins', () => {
    const bins = histogram(Float32Array.of(1, 1, 10, NaN), { low: 1, high: 10 });
    expect([bins[0], bins.at(-1), bins.reduce((a, b) => a + b)]).toEqual([1, 0.5, 1.5]);
  });
});
