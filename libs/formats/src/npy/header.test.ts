import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRondelError, type DType } from '@rondel/contracts';
import { parseNpyHeader, parseNpyPreamble } from './header.js';
import { npyHeader } from './encoder.js';

const preambleBytes = 10;

function textOf(header: Uint8Array): string {
  return Buffer.from(header.subarray(preambleBytes)).toString('latin1');
}

describe('the .npy header', () => {
  it('reads what NumPy 2 writes', () => {
    const text = "{'descr': '<f4', 'fortran_order': False, 'shape': (640, 640), }            \n";
    expect(parseNpyHeader(text, 'a.npy')).toEqual({
      element: { dtype: 'float32', bigEndian: false },
      fortranOrder: false,
      shape: [640, 640],
    });
  });

  it('reads what Python 2 wrote, and keys in any order', () => {
    const text = '{"shape": (3L,), "fortran_order": True, "descr": ">i8"}';
    expect(parseNpyHeader(text, 'a.npy')).toEqual({
      element: { dtype: 'float64', bigEndian: true, integer64: 'signed' },
      fortranOrder: true,
      shape: [3],
    });
  });

  it('reads the shape of a scalar', () => {
    expect(parseNpyHeader("{'descr': '|b1', 'fortran_order': False, 'shape': ()}", 'a.npy').shape).toEqual([]);
  });

  it.each([
    ['code instead of a dictionary', "__import__('os').system('true')"],
    ['a negative extent', "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}"],
    ['a fractional extent', "{'descr': '<f4', 'fortran_order': False, 'shape': (1.5,)}"],
    ['a number where a tuple must be', "{'descr': '<f4', 'fortran_order': False, 'shape': (3)}"],
    ['a repeated key', "{'descr': '<f4', 'descr': '<f8', 'fortran_order': False, 'shape': (3,)}"],
    ['an unknown key', "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), 'extra': True}"],
    ['a missing key', "{'descr': '<f4', 'shape': (3,)}"],
    ['text after the dictionary', "{'descr': '<f4', 'fortran_order': False, 'shape': (3,)} 1"],
    ['a record type', "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,)}"],
    ['a tuple that never ends', "{'descr': '<f4', 'fortran_order': False, 'shape': (3, "],
    ['an extent beyond all integers', `{'descr': '<f4', 'fortran_order': False, 'shape': (${'9'.repeat(400)},)}`],
  ])('refuses %s', (_, text) => {
    expect(() => parseNpyHeader(text, 'a.npy')).toThrow(/^a\.npy: its \.npy header is malformed/);
  });

  it.each(['<f2', '<U5', '|O', '<M8', '<f16', '<i3'])('refuses elements of type %s and names it', (descr) => {
    const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (3,)}`;
    expect(() => parseNpyHeader(text, 'a.npy')).toThrow(`a.npy: has elements of NumPy type "${descr}"`);
  });

  it('throws DATA_FORMAT and nothing else for any text', () => {
    const fragment = fc.constantFrom(
      "'descr'",
      "'shape'",
      "'<f4'",
      'True',
      '(',
      ')',
      '{',
      '}',
      ',',
      ':',
      '7',
      ' ',
      "'",
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(fragment, { maxLength: 60 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (candidate) => {
        try {
          parseNpyHeader(candidate, 'a.npy');
        } catch (error) {
          expect(isRondelError(error) && error.code).toBe('DATA_FORMAT');
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('throws DATA_FORMAT or gives a bounded length for any first bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 16 }), (bytes) => {
        try {
          expect(parseNpyPreamble(bytes, 'a.npy').textLength).toBeLessThanOrEqual(65_536);
        } catch (error) {
          expect(isRondelError(error) && error.code).toBe('DATA_FORMAT');
        }
      }),
    );
  });

  it('reads back every shape and element type that it writes, aligned to 64 bytes', () => {
    const dtype = fc.constantFrom<DType>('int8', 'uint16', 'int32', 'float32', 'float64', 'complex64', 'complex128');
    fc.assert(
      fc.property(dtype, fc.array(fc.nat(2 ** 31 - 1), { maxLength: 16 }), (written, shape) => {
        const header = npyHeader({ dtype: written, shape });
        const read = parseNpyHeader(textOf(header), 'a.npy');
        expect(header.byteLength % 64).toBe(0);
        expect(read.shape).toEqual(shape);
        expect(read.element.dtype).toBe(written);
      }),
    );
  });
});
