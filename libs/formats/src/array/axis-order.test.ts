import { float32Array } from '@rondel/contracts';
import { expect, it } from 'vitest';
import { putInOrder, storedAxes } from './axis-order.js';

/** [2, 3, 4] of which each value tells where it lies: 100 i + 10 j + k. */
const stored = float32Array(
  Float32Array.from({ length: 24 }, (_, at) => 100 * Math.floor(at / 12) + 10 * (Math.floor(at / 4) % 3) + (at % 4)),
  [2, 3, 4],
);

function inOrder(...words: string[]) {
  const { shape, axes, data } = putInOrder(stored, storedAxes(words), 'x.npy');
  return { shape, axes, data: [...data] };
}

it('S5: puts projections in order, whatever theirs and whatever they are called', () => {
  const expected = { shape: [3, 2, 4], axes: ['slice', 'angle', 'detector'] };
  const turned = inOrder('angle', 'slice', 'detector');
  expect(turned).toMatchObject(expected);
  expect(turned.data.slice(0, 12)).toEqual([0, 1, 2, 3, 100, 101, 102, 103, 10, 11, 12, 13]);
  expect(inOrder('theta', 'y', 'x')).toEqual(turned);
  expect(inOrder('projections', 'row', 'column')).toEqual(turned);
  expect(inOrder('sample', 'slice', 'detector').axes).toEqual(['slice', 'sample', 'detector']);
  expect(inOrder('detector', 'slice', 'angle')).toMatchObject({ shape: [3, 4, 2] });
  expect(inOrder('detector', 'slice', 'angle').data.slice(0, 4)).toEqual([0, 100, 1, 101]);
});

it('S5: turns axes round that lie in reverse', () => {
  expect(inOrder('angle', '-slice', 'detector').data.slice(0, 8)).toEqual([20, 21, 22, 23, 120, 121, 122, 123]);
  expect(inOrder('slice', 'angle', '-detector').data.slice(0, 4)).toEqual([3, 2, 1, 0]);
});

it('S5: leaves images and other names as they are, and wants a name for each axis', () => {
  expect(inOrder('slice', 'y', 'x')).toEqual({ shape: [2, 3, 4], axes: ['slice', 'y', 'x'], data: [...stored.data] });
  expect(() => inOrder('angle', 'detector')).toThrow('x.npy: has 3 axes, shape [2, 3, 4], but 2 are named');
});
