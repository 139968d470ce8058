import { decode } from 'fast-png';
import { describe, expect, it, vi } from 'vitest';
import type { NdArray } from '@rondel/contracts';
import { encodeArray, writableFormats, type WritableFormat } from '../writable-formats.js';
import { renderSlice, withProvenance } from './png.js';
import { summarize } from './summary.js';

// Every HDF5 file starts a thread that compiles libhdf5, which a busy machine may take seconds for.
vi.setConfig({ testTimeout: 60_000 });

function image(values: readonly number[], ...shape: number[]): NdArray {
  return { dtype: 'float32', shape, data: Float32Array.from(values) };
}

/** [frame 2, slice 3, y 2, x 2]; every value tells where it is: frame, slice, y, x as decimal digits. */
function numbered(): NdArray {
  const values = [0, 1].flatMap((frame) =>
    [0, 1, 2].flatMap((slice) => [0, 1, 10, 11].map((place) => frame * 1000 + slice * 100 + place)),
  );
  return image(values, 2, 3, 2, 2);
}

describe('renderSlice', () => {
  it('spreads a plane from black to white over 16 bits, row y = 0 on top', () => {
    const png = decode(renderSlice(image([0, 1, 2, 3, 4, 5], 2, 3)));
    expect(png).toMatchObject({ width: 3, height: 2, depth: 16, channels: 1 });
    expect([...png.data]).toEqual([0, 13107, 26214, 39321, 52428, 65535]);
  });

  it('shows the middle slice of the first frame unless told otherwise', () => {
    const window = [0, 65535] as const;
    expect([...decode(renderSlice(numbered(), { window })).data]).toEqual([100, 101, 110, 111]);
    expect([...decode(renderSlice(numbered(), { window, frame: 1, slice: 2 })).data]).toEqual([1200, 1201, 1210, 1211]);
  });

  it.each([8, 16] as const)('keeps every grey value of many rows, of %i bits', (bits) => {
    const white = 2 ** bits - 1;
    const greys = Array.from({ length: 23 * 37 }, (_, at) => (at * 7919) % (white + 1));
    const png = decode(renderSlice(image(greys, 23, 37), { window: [0, white], bits }));
    expect(png).toMatchObject({ width: 37, height: 23, depth: bits });
    expect([...png.data]).toEqual(greys);
  });

  it('gives the same file where its text is added later', () => {
    const shown = image([-2.5, 0.1, 7, 3], 2, 2);
    const { min, max } = summarize(shown);
    const plain = renderSlice(shown, { bits: 8 });
    for (const provenance of ['{"job":"1"}', undefined]) {
      const drawn = renderSlice(shown, { bits: 8, provenance });
      expect(withProvenance(plain, { window: [min, max], provenance })).toEqual(drawn);
    }
  });

  it('clips to the window', () => {
    const png = decode(renderSlice(image([-5, 10, 15, 20, 99], 1, 5), { window: [10, 20], bits: 8 }));
    expect(png.depth).toBe(8);
    expect([...png.data]).toEqual([0, 0, 128, 255, 255]);
  });

  it('draws NaN and minus infinity black, infinity white', () => {
    const png = decode(renderSlice(image([NaN, -Infinity, Infinity, 1, 2], 1, 5), { bits: 8 }));
    expect([...png.data]).toEqual([0, 0, 255, 0, 255]);
  });

  it('draws a plane of one value black, and one of NaN alone', () => {
    expect([...decode(renderSlice(image([7, 7], 1, 2))).data]).toEqual([0, 0]);
    expect([...decode(renderSlice(image([NaN, NaN], 1, 2))).data]).toEqual([0, 0]);
  });

  it('draws the magnitude of complex values', () => {
    const array: NdArray = { dtype: 'complex64', shape: [1, 2], data: Float32Array.of(3, 4, 0, 0) };
    expect([...decode(renderSlice(array, { window: [0, 10], bits: 8 })).data]).toEqual([128, 0]);
  });

  it.each([
    [{ slice: 3 }, 'slice must be an integer from 0 to 2, got 3.'],
    [{ slice: -1 }, 'slice must be an integer from 0 to 2, got -1.'],
    [{ frame: 0.5 }, 'frame must be an integer from 0 to 1, got 0.5.'],
    [{ window: [1, 1] as const }, 'window must be two finite numbers, low < high, got 1, 1.'],
    [{ window: [0, Infinity] as const }, 'window must be two finite numbers, low < high, got 0, Infinity.'],
  ])('refuses %o', (options, message) => {
    expect(() => renderSlice(numbered(), options)).toThrow(
      expect.objectContaining({ code: 'INVALID_REQUEST', message }),
    );
  });

  it('shows the colour that is asked for, and refuses six axes and empty images', () => {
    const colours = image([1, 2, 3, 4], 2, 1, 1, 1, 2);
    expect([...decode(renderSlice(colours, { colour: 1, window: [0, 255], bits: 8 })).data]).toEqual([3, 4]);
    expect(() => renderSlice(colours, { colour: 2 })).toThrow('colour must be an integer from 0 to 1, got 2.');
    expect(() => renderSlice(image([1], 1, 1, 1, 1, 1, 1))).toThrow(
      /fewer axes and no empty one, got shape \[1, 1, 1, 1, 1, 1\]/,
    );
    expect(() => renderSlice(image([], 0, 4))).toThrow(expect.objectContaining({ code: 'DATA_SHAPE_MISMATCH' }));
  });
});

describe('summarize', () => {
  it('gives extremes and mean', () => {
    expect(summarize(image([1, 2, -3, 8], 4))).toEqual({ min: -3, max: 8, mean: 2, finite: true });
  });

  it('adds up in float64', () => {
    // In float32 the sum would stop growing at 2^24.
    const ones: NdArray = { dtype: 'float32', shape: [2 ** 24 + 4], data: new Float32Array(2 ** 24 + 4).fill(1) };
    expect(summarize(ones).mean).toBe(1);
  });

  it('leaves NaN and infinities out and says so', () => {
    expect(summarize(image([NaN, 1, Infinity, 3], 4))).toEqual({ min: 1, max: 3, mean: 2, finite: false });
    expect(summarize(image([NaN], 1))).toEqual({ min: NaN, max: NaN, mean: NaN, finite: false });
  });

  it('takes magnitudes of complex values', () => {
    const array: NdArray = { dtype: 'complex128', shape: [2], data: Float64Array.of(3, 4, 0, -1) };
    expect(summarize(array)).toEqual({ min: 1, max: 5, mean: 3, finite: true });
  });

  it('refuses values that do not fill the shape', () => {
    expect(() => summarize(image([1, 2], 3))).toThrow('An array of float32 [3] needs 3 numbers, got 2.');
  });
});

describe('encodeArray', () => {
  it.each(Object.keys(writableFormats) as WritableFormat[])('says type and length of %s', async (format) => {
    const encoded = await encodeArray(image([1, 2, 3, 4], 2, 2), format);
    const { mediaType, extension } = writableFormats[format];
    expect(encoded).toMatchObject({ mediaType, extension });
    expect(encoded.bytes).toBe(Buffer.concat(encoded.parts).byteLength);
  });

  it('does not copy the values into .npy', async () => {
    const array = image([1, 2], 2);
    const { parts } = await encodeArray(array, 'npy');
    expect(parts[1]?.buffer).toBe(array.data.buffer);
  });

  it('refuses a format that it does not know, also the name of an inherited property', async () => {
    const name: string = 'constructor';
    await expect(encodeArray(image([1], 1), name as WritableFormat)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: 'Arrays are written as npy, h5, nii.gz, tif, dcm, png, not as "constructor".',
    });
  });
});
