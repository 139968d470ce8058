import { describe, expect, it } from 'vitest';
import { imageExtents, parseNpyHeader } from './npy-header.js';

/** A version 1.0 header as NumPy writes it. */
function header(dictionary: string): Uint8Array {
  const encode = (text: string) => new TextEncoder().encode(text);
  return Uint8Array.of(0x93, ...encode('NUMPY'), 1, 0, 118, 0, ...encode(`${dictionary.padEnd(117)}\n`));
}

describe('the header of a result', () => {
  it('tells type, shape and where the values begin', () => {
    const bytes = header("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 640, 640), }");
    expect(parseNpyHeader(bytes)).toEqual({ dtype: 'float32', shape: [1, 2, 640, 640], dataStart: 128 });
  });

  it.each([
    ['of another byte order', "{'descr': '>f4', 'fortran_order': False, 'shape': (2,), }"],
    ['in column order', "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }"],
    ['of structures', "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }"],
  ])('%s is refused', (_, dictionary) => {
    expect(() => parseNpyHeader(header(dictionary))).toThrow('which the viewer does not read');
  });

  it('of something else is refused', () => {
    expect(() => parseNpyHeader(new Uint8Array(64))).toThrow('does not begin as a .npy file does');
  });
});

describe('the extents of an image', () => {
  it('have one frame and one slice where the shape has two axes', () => {
    expect(imageExtents([3, 4])).toEqual({ frames: 1, slices: 1, height: 3, width: 4 });
  });

  it('are refused above four axes', () => {
    expect(() => imageExtents([1, 1, 1, 1, 1])).toThrow('up to four axes');
  });
});
