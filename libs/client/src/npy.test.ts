import { describe, expect, it } from 'vitest';
import { decodeNpy, encodeNpy, parseNpyHeader, valuesOf } from './npy.js';

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
    expect(() => parseNpyHeader(header(dictionary))).toThrow('which is not read here');
  });

  it('of something else is refused', () => {
    expect(() => parseNpyHeader(new Uint8Array(64))).toThrow('does not begin as a .npy file does');
  });

  it('that is longer than what was read is refused', () => {
    const bytes = header("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }").subarray(0, 100);
    expect(() => parseNpyHeader(bytes)).toThrow('has a header of 128 bytes, but only 100 bytes were read');
  });
});

describe('an array', () => {
  it.each([
    { dtype: 'float32', shape: [2, 3], data: Float32Array.of(0, -1.5, 2, 3, 4, Number.NaN) },
    { dtype: 'uint16', shape: [3], data: Uint16Array.of(0, 1, 65535) },
    { dtype: 'complex128', shape: [1, 2], data: Float64Array.of(1, 2, 3, 4) },
    { dtype: 'int8', shape: [], data: Int8Array.of(-7) },
  ] as const)('of $dtype comes back as it was, from a file aligned to 64 bytes', async (array) => {
    const bytes = await encodeNpy(array).arrayBuffer();
    expect(decodeNpy(bytes)).toEqual(array);
    expect(parseNpyHeader(new Uint8Array(bytes)).dataStart % 64).toBe(0);
  });

  it('in a part of memory, or in memory that threads share, is written alone', async () => {
    const part = new Float32Array(Float32Array.of(9, 1, 2, 9).buffer, 4, 2);
    const shared = new Float32Array(new SharedArrayBuffer(8));
    shared.set([1, 2]);
    for (const data of [part, shared]) {
      const file = await encodeNpy({ dtype: 'float32', shape: [2], data }).arrayBuffer();
      expect(decodeNpy(file).data).toEqual(Float32Array.of(1, 2));
    }
  });

  it('whose values do not fill its shape is neither written nor read', async () => {
    const data = Float32Array.of(1, 2);
    expect(() => encodeNpy({ dtype: 'float32', shape: [3], data })).toThrow('does not have 2 numbers');
    const bytes = await encodeNpy({ dtype: 'float32', shape: [2], data }).arrayBuffer();
    expect(() => decodeNpy(bytes.slice(0, -4))).toThrow('ends early: it has 1 numbers for float32 [2]');
    expect(() => decodeNpy(bytes.slice(0, -3))).toThrow('ends within a number');
  });

  it('of any type is what its little-endian bytes say', () => {
    expect(valuesOf('int32', Uint8Array.of(1, 0, 0, 0, 255, 255, 255, 255).buffer)).toEqual(Int32Array.of(1, -1));
  });
});
