import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elementCount } from '@rondel/contracts';
import { slabsOf } from './slabs.js';

/** Position of the first element of a slab in C order. */
function flatStart(offset: readonly number[], shape: readonly number[]): number {
  return offset.reduce((position, index, axis) => position * (shape[axis] ?? 1) + index, 0);
}

describe('slabsOf', () => {
  it('covers every array once, in C order, without gaps, within the size', () => {
    const shape = fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 4 });
    const chunks = fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(shape, chunks, fc.integer({ min: 4, max: 400 }), (extents, chunked, slabBytes) => {
        let next = 0;
        for (const { offset, count } of slabsOf({ shape: extents, elementBytes: 4, slabBytes, chunks: chunked })) {
          expect(flatStart(offset, extents)).toBe(next);
          expect(elementCount(count) * 4).toBeLessThanOrEqual(slabBytes);
          next += elementCount(count);
        }
        expect(next).toBe(elementCount(extents));
      }),
    );
  });

  it('reads whole chunks where they fit', () => {
    const slabs = [...slabsOf({ shape: [10, 2], elementBytes: 1, slabBytes: 14, chunks: [3, 2] })];
    expect(slabs.map((slab) => slab.offset[0])).toEqual([0, 6]);
  });

  it('gives nothing for an empty array', () => {
    expect([...slabsOf({ shape: [4, 0], elementBytes: 1, slabBytes: 10 })]).toEqual([]);
  });
});
