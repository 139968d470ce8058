import type { DType, NdArray } from '@rondel/contracts';
import { bytesOf, hostIsLittleEndian } from '../array/typed-array.js';
import { npyMagic } from './header.js';
import { assertFilled } from '../array/filled.js';

const kinds: Readonly<Record<DType, string>> = {
  int8: 'i1',
  uint8: 'u1',
  int16: 'i2',
  uint16: 'u2',
  int32: 'i4',
  uint32: 'u4',
  float32: 'f4',
  float64: 'f8',
  complex64: 'c8',
  complex128: 'c16',
};

/** NumPy aligns the data to 64 bytes so that it can be memory-mapped. */
const alignment = 64;
const preambleBytes = 10;

/** The bytes before the data of a version 1.0 `.npy` file; a multiple of 64 long. */
export function npyHeader(array: Pick<NdArray, 'dtype' | 'shape'>): Uint8Array {
  const kind = kinds[array.dtype];
  const single = kind.endsWith('1') ? '|' : hostIsLittleEndian() ? '<' : '>';
  const comma = array.shape.length === 1 ? ',' : '';
  const text = `{'descr': '${single}${kind}', 'fortran_order': False, 'shape': (${array.shape.join(', ')}${comma}), }`;
  const total = Math.ceil((preambleBytes + text.length + 1) / alignment) * alignment;
  const header = Buffer.alloc(total, ' ');
  header.set([...npyMagic, 1, 0]);
  header.writeUInt16LE(total - preambleBytes, 8);
  header.write(text, preambleBytes, 'latin1');
  header.write('\n', total - 1, 'latin1');
  return header;
}

/** A `.npy` file as its parts in order, header and data; the data is a view of the array, not a copy. */
export function npyParts(array: NdArray): readonly Uint8Array[] {
  assertFilled(array);
  return [npyHeader(array), bytesOf(array.data)];
}
