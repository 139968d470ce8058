import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NdArray } from '@rondel/contracts';
import { readDataset } from '../read-dataset.js';
import { realData } from '../testing/real-data.js';
import { makeScratch, type Scratch } from '../testing/scratch.js';
import { npyParts } from './encoder.js';

let scratch: Scratch;
beforeAll(async () => {
  scratch = await makeScratch();
});
afterAll(() => scratch.remove());

/** A version 1.0 file with a header of our choice. */
function npyFile(header: string, data: Uint8Array, version = 1): Uint8Array {
  const text = Buffer.from(`${header}\n`, 'latin1');
  const preamble = Buffer.from([0x93, ...Buffer.from('NUMPY'), version, 0, ...(version === 1 ? [0, 0] : [0, 0, 0, 0])]);
  if (version === 1) preamble.writeUInt16LE(text.length, 8);
  else preamble.writeUInt32LE(text.length, 8);
  return Buffer.concat([preamble, text, data]);
}

function header(descr: string, shape: string, fortran = 'False'): string {
  return `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;
}

async function readBytes(bytes: Uint8Array): Promise<NdArray> {
  return (await readDataset(await scratch.write('a.npy', bytes))).data;
}

describe('readDataset on .npy files', () => {
  it.each<NdArray>([
    { dtype: 'float32', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, NaN) },
    { dtype: 'float64', shape: [], data: Float64Array.of(Math.PI) },
    { dtype: 'complex64', shape: [2], data: Float32Array.of(1, -2, 3, 4) },
    { dtype: 'complex128', shape: [1, 1], data: Float64Array.of(1, -2) },
    { dtype: 'int8', shape: [2], data: Int8Array.of(-128, 127) },
    { dtype: 'uint8', shape: [0, 4], data: new Uint8Array(0) },
    { dtype: 'int16', shape: [2], data: Int16Array.of(-1, 300) },
    { dtype: 'uint16', shape: [2], data: Uint16Array.of(1, 65535) },
    { dtype: 'int32', shape: [2], data: Int32Array.of(-1, 70000) },
    { dtype: 'uint32', shape: [2], data: Uint32Array.of(1, 4294967295) },
  ])('gives back $dtype $shape as it was written', async (array) => {
    const path = await scratch.write('a.npy', ...npyParts(array));
    expect(await readDataset(path)).toEqual({
      data: array,
      companions: {},
      attributes: { layout: 'plain' },
      format: 'npy',
    });
  });

  it('writes the values of a part of a larger array only', async () => {
    const part = Float32Array.of(0, 1, 2, 3).subarray(1, 3);
    const path = await scratch.write('a.npy', ...npyParts({ dtype: 'float32', shape: [2], data: part }));
    expect((await readDataset(path)).data.data).toEqual(Float32Array.of(1, 2));
  });

  it.each([2, 3])('reads version %i', async (version) => {
    const file = npyFile(header('|u1', '(2,)'), Uint8Array.of(5, 6), version);
    expect((await readBytes(file)).data).toEqual(Uint8Array.of(5, 6));
  });

  it('reads big-endian reals and complex numbers', async () => {
    const reals = Buffer.alloc(4);
    reals.writeInt16BE(-2, 0);
    reals.writeInt16BE(258, 2);
    expect((await readBytes(npyFile(header('>i2', '(2,)'), reals))).data).toEqual(Int16Array.of(-2, 258));
    const complex = Buffer.alloc(8);
    complex.writeFloatBE(1.5, 0);
    complex.writeFloatBE(-0.25, 4);
    expect((await readBytes(npyFile(header('>c8', '(1,)'), complex))).data).toEqual(Float32Array.of(1.5, -0.25));
  });

  it('turns Fortran order into C order', async () => {
    // Element [i, j, k] of shape [2, 3, 4] has the value 100 i + 10 j + k.
    const fortran = new Uint8Array(24);
    const expected = new Uint8Array(24);
    for (let i = 0; i < 2; i++) {
      for (let j = 0; j < 3; j++) {
        for (let k = 0; k < 4; k++) {
          fortran[i + 2 * (j + 3 * k)] = 100 * i + 10 * j + k;
          expected[(i * 3 + j) * 4 + k] = 100 * i + 10 * j + k;
        }
      }
    }
    const read = await readBytes(npyFile(header('|u1', '(2, 3, 4)', 'True'), fortran));
    expect(read.shape).toEqual([2, 3, 4]);
    expect(read.data).toEqual(expected);
  });

  it('keeps the parts of complex numbers together in Fortran order', async () => {
    const values = Float32Array.of(1, -1, 2, -2, 3, -3, 4, -4);
    const read = await readBytes(npyFile(header('<c8', '(2, 2)', 'True'), new Uint8Array(values.buffer)));
    expect(read.data).toEqual(Float32Array.of(1, -1, 3, -3, 2, -2, 4, -4));
  });

  it('turns 64-bit integers into float64 up to 2^53', async () => {
    const values = BigInt64Array.of(0n, -1n, 2n ** 53n - 1n, -(2n ** 53n) + 1n, -4294967297n);
    const read = await readBytes(npyFile(header('<i8', '(5,)'), new Uint8Array(values.buffer)));
    expect(read.dtype).toBe('float64');
    expect([...read.data].map(BigInt)).toEqual([...values]);
  });

  it('refuses 64-bit integers that float64 cannot hold, with the value', async () => {
    const signed = new Uint8Array(BigInt64Array.of(1n, -(2n ** 53n) - 1n).buffer);
    await expect(readBytes(npyFile(header('<i8', '(2,)'), signed))).rejects.toThrow(
      'a.npy: holds the 64-bit integer -9007199254740993, which float64 cannot hold exactly.',
    );
    const unsigned = new Uint8Array(BigUint64Array.of(2n ** 64n - 1n).buffer);
    await expect(readBytes(npyFile(header('<u8', '(1,)'), unsigned))).rejects.toThrow('18446744073709551615');
  });

  it.each([
    ['truncated data', npyFile(header('<f4', '(4,)'), new Uint8Array(15)), /16 bytes of data, 15 are there/],
    ['bytes after the array', npyFile(header('<f4', '(1,)'), new Uint8Array(5)), /1 bytes after its array/],
    ['a truncated header', npyFile(header('<f4', '(4,)'), new Uint8Array(0)).subarray(0, 40), /ends inside the header/],
    ['a file of the magic alone', npyFile('', new Uint8Array(0)).subarray(0, 8), /ends inside the header/],
    ['version 9', npyFile(header('<f4', '(0,)'), new Uint8Array(0), 9), /version 9/],
    ['a header of 4 GB', Buffer.from('\x93NUMPY\x02\x00\xff\xff\xff\xff{', 'latin1'), /header of 4294967295 bytes/],
    ['17 axes', npyFile(header('|u1', `(${'1, '.repeat(17)})`), new Uint8Array(1)), /17 axes/],
  ])('refuses %s', async (_, bytes, message) => {
    await expect(readBytes(bytes)).rejects.toMatchObject({
      code: 'DATA_FORMAT',
      message: expect.stringMatching(message) as string,
    });
  });

  it.each([
    ['(99999999999, 99999999999, 99999999999)', 'QUOTA_EXCEEDED'],
    ['(9007199254740991, 0, 9007199254740991)', 'DATA_FORMAT'],
    ['(9007199254740993,)', 'DATA_FORMAT'],
    ['(99999999999999999, 0)', 'DATA_FORMAT'],
  ])('refuses the shape %s with %s without asking for the memory', async (shape, code) => {
    const file = npyFile(header('<f8', shape), new Uint8Array(8));
    await expect(readBytes(file)).rejects.toMatchObject({ code });
  });

  it('refuses more than maxBytes, with both numbers', async () => {
    const path = await scratch.write(
      'big.npy',
      ...npyParts({ dtype: 'float64', shape: [100], data: new Float64Array(100) }),
    );
    await expect(readDataset(path, { limits: { maxBytes: 799 } })).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
      message: 'big.npy: needs 800 bytes in memory, the limit is 799. Reduce the data or raise the limit.',
    });
    expect((await readDataset(path, { limits: { maxBytes: 800 } })).data.shape).toEqual([100]);
  });

  it('reads real k-space', async ({ skip }) => {
    const path = realData('brain_cartesian_ksp.npy');
    if (path === undefined) return skip();
    const { data } = await readDataset(path);
    expect(data.dtype).toBe('complex64');
    expect(data.shape).toEqual([8, 230, 180]);
    const measured = data.data.filter((value, index) => index % 2 === 0 && value !== 0).length;
    // The data set's description says 12 % of the points were measured.
    expect(measured / (8 * 230 * 180)).toBeCloseTo(0.12, 1);
  });
});
