import { expect, test } from 'vitest';
import { notFinite } from './not-finite.js';

test.each([0, 1, 2, 3, 4, 5, 6])('a NaN or an infinity is found at place %i of seven', (place) => {
  for (const wrong of [NaN, Infinity, -Infinity]) {
    expect(notFinite(new Float32Array(7).fill(-2).with(place, wrong))).toEqual({ count: 1, first: place });
  }
});

test('all that are wrong are counted, and finite values are none, however large', () => {
  expect(notFinite(Float64Array.of(1, NaN, 2, Infinity, -Infinity))).toEqual({ count: 3, first: 1 });
  expect(notFinite(Float32Array.of(3.4e38, 3.4e38, -0, 1e-45, -3.4e38))).toBeUndefined();
  expect(notFinite(Uint16Array.of(1, 2))).toBeUndefined();
});
