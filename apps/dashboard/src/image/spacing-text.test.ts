import { expect, it } from 'vitest';
import { spacingText } from './spacing-text.js';

const image = { shape: [3, 1, 4, 4], axes: ['frame', 'slice', 'y', 'x'], spacing: [1, 0.01, 0.0048, 0.0048] };

it('says how far voxels lie apart in their unit, and frames in time', () => {
  const timed = { ...image, spacingUnit: 'm', frameTime: 0.0006528 };
  expect(spacingText(timed)).toBe('spacing slice 0.01, y 0.0048, x 0.0048 m · frames every 6.528e-4 s');
});

it('says that nobody knows when frames were taken, and counts elements without a unit', () => {
  expect(spacingText({ ...image, spacingUnit: 'm' })).toMatch(/ m · frames at times that the data do not tell$/);
  const one = { ...image, shape: [1, 1, 4, 4], spacing: [1, 1, 1, 1], spacingUnit: '1' };
  expect(spacingText(one)).toBe('spacing slice 1, y 1, x 1 elements');
});
