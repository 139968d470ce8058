import { describe, expect, it } from 'vitest';
import { imageExtents } from './image-extents.js';

describe('the extents of an image', () => {
  it('have one colour, one frame and one slice where the shape has two axes', () => {
    expect(imageExtents([3, 4])).toEqual({ colours: 1, frames: 1, slices: 1, height: 3, width: 4 });
  });

  it('are refused above five axes', () => {
    expect(() => imageExtents([1, 1, 1, 1, 1, 1])).toThrow('up to five axes');
  });
});
