import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { given, float32Array, type NdArray } from '@rondel/contracts';
import { niftiHeader, niftiHeaderBytes } from './header.js';
import { encodeNifti } from './encoder.js';

const image = (shape: number[], spacing?: number[]): NdArray =>
  float32Array(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, index) => index + 0.5),
    shape,
    undefined,
    spacing,
  );

/** Offsets of nifti1.h. */
function read(file: Uint8Array) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const floats = (offset: number, count: number) =>
    Array.from({ length: count }, (_, index) => view.getFloat32(offset + 4 * index, true));
  return {
    headerBytes: view.getInt32(0, true),
    dim: Array.from({ length: 8 }, (_, index) => view.getInt16(40 + 2 * index, true)),
    datatype: view.getInt16(70, true),
    bitpix: view.getInt16(72, true),
    pixdim: floats(76, 5),
    voxOffset: view.getFloat32(108, true),
    units: view.getUint8(123),
    codes: [view.getInt16(252, true), view.getInt16(254, true)],
    quaternion: floats(256, 3),
    offset: floats(268, 3),
    affine: [floats(280, 4), floats(296, 4), floats(312, 4)],
    magic: Buffer.from(file.subarray(344, 348)).toString('latin1'),
  };
}

describe('a .nii.gz file', () => {
  it('holds the values of [frame, slice, y, x] in their order, columns first', async () => {
    const array = image([2, 3, 4, 5], [1, 2, 0.5, 0.25]);
    const file = gunzipSync(await encodeNifti(array));
    const header = read(file);
    expect(header).toMatchObject({ headerBytes: 348, datatype: 16, bitpix: 32, voxOffset: 352, magic: 'n+1\0' });
    expect(header.dim).toEqual([4, 5, 4, 3, 2, 1, 1, 1]);
    expect(header.pixdim).toEqual([-1, 0.25, 0.5, 2, 1]);
    const values = new Float32Array(
      file.buffer.slice(file.byteOffset + niftiHeaderBytes, file.byteOffset + file.length),
    );
    expect([...values]).toEqual([...array.data]);
  });

  it('says the unit of the values in its description', () => {
    const header = niftiHeader({ dtype: 'float32', shape: [2, 2], valueUnit: '1/cm' });
    expect(Buffer.from(header).toString('latin1', 148, 148 + 80)).toMatch(/^Rondel, values in 1\/cm\0+$/);
  });

  it('has columns to the right, rows to the back and slices up, about the voxel size // 2', () => {
    const { affine, offset, quaternion, codes } = read(niftiHeader(image([3, 4, 5], [2, 0.5, 0.25])));
    expect(affine).toEqual([
      [0.25, 0, 0, -0.5],
      [0, -0.5, 0, 1],
      [0, 0, 2, -2],
    ]);
    expect({ offset, quaternion, codes }).toEqual({ offset: [-0.5, 1, -2], quaternion: [1, 0, 0], codes: [1, 1] });
  });

  it.each([
    ['mm', 2],
    ['um', 3],
    ['1', 0],
    [undefined, 0],
  ])('says the unit %s of its spacing', (spacingUnit, code) => {
    expect(read(niftiHeader({ ...image([2, 2]), ...given({ spacingUnit }) })).units).toBe(code);
  });

  it('knows every element type', () => {
    const header = read(niftiHeader({ dtype: 'complex64', shape: [2] }));
    expect(header).toMatchObject({ datatype: 32, bitpix: 64 });
    expect(read(niftiHeader({ dtype: 'uint16', shape: [2] }))).toMatchObject({ datatype: 512, bitpix: 16 });
  });

  it('is the same for the same array', async () => {
    expect(await encodeNifti(image([2, 2]))).toEqual(await encodeNifti(image([2, 2])));
  });

  it.each([[[]], [[1, 1, 1, 1, 1, 1, 1, 1]], [[40_000]], [[0, 2]]])('refuses the shape %j', (shape) => {
    expect(() => niftiHeader({ dtype: 'float32', shape })).toThrow('NIfTI-1 holds 1 to 7 axes');
  });
});
