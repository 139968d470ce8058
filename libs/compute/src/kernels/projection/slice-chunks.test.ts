import { expect, it } from 'vitest';
import { chunkSlices, groupIntoSlabs, widestLanes } from './slice-chunks.js';

it.each([
  [1, [4]],
  [4, [4]],
  [5, [8]],
  [9, [16]],
  [17, [16, 4]],
  [40, [16, 16, 8]],
])('splits %i slices into chunks of %o lanes', (batch, lanes) => {
  const chunks = chunkSlices(batch, 16);
  expect(chunks.map((chunk) => chunk.lanes)).toEqual(lanes);
  expect(chunks.reduce((sum, chunk) => sum + chunk.used, 0)).toBe(batch);
});

it('never makes a chunk wider than memory allows', () => {
  expect(widestLanes(100, 799)).toBe(4);
  expect(chunkSlices(9, 4).map((chunk) => chunk.used)).toEqual([4, 4, 1]);
});

it('groups chunks up to the slab size, at least one each', () => {
  const sizes = groupIntoSlabs(chunkSlices(64, 16), 10, 330).map((slab) => slab.length);
  expect(sizes).toEqual([2, 2]);
  expect(groupIntoSlabs(chunkSlices(32, 16), 10, 1)).toHaveLength(2);
});
