import { parseDicom, type DataSet } from 'dicom-parser';
import { elementCount, float32Array, type NdArray } from '@rondel/contracts';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { npyParts } from '../npy/encoder.js';
import { makeScratch, type Scratch } from '../testing/scratch.js';
import { encodeDicom } from './encoder.js';
import { dicomStart } from './header.js';
import { decimalString, rescaleOf } from './rescale.js';
import { streamDicom } from './stream.js';

let scratch: Scratch;
beforeAll(async () => {
  scratch = await makeScratch();
});
afterAll(() => scratch.remove());

/** Frames, more than are described at once. */
const shape = [2, 20, 3, 4];
const values = Float32Array.from({ length: elementCount(shape) }, (_, index) => Math.sin(index) * 0.02 - 0.004);
const image: NdArray = { ...float32Array(values, shape, undefined, [1, 200, 50, 25]), spacingUnit: 'um' };
const provenance = JSON.stringify({ plan: 'a "b" \\ c\n', text: 'x'.repeat(20_000) });

async function read(array: NdArray, options = {}): Promise<DataSet> {
  return parseDicom(Buffer.concat(await encodeDicom(array, options)));
}

/** Stored levels as numbers, and what they stand for. */
function pixelsOf(file: DataSet): { readonly levels: number[]; readonly values: number[]; readonly slope: number } {
  const { dataOffset = 0, length = 0 } = file.elements.x7fe00010 ?? {};
  const bytes = Buffer.from(file.byteArray).subarray(dataOffset, dataOffset + length);
  const levels = Array.from({ length: length / 2 }, (_, index) => bytes.readUInt16LE(2 * index));
  const [slope, intercept] = ['x00281053', 'x00281052'].map((tag) => Number(file.string(tag)));
  return { levels, slope: slope ?? NaN, values: levels.map((level) => level * (slope ?? NaN) + (intercept ?? NaN)) };
}

const item = (file: DataSet, sequence: string, index = 0) => file.elements[sequence]?.items?.[index]?.dataSet;
const groups = (file: DataSet, frame: number) => item(file, 'x52009230', frame);

/** Largest distance between numbers of two lists. */
const distance = (some: readonly number[], others: ArrayLike<number>) =>
  some.reduce((most, value, index) => Math.max(most, Math.abs(value - (others[index] ?? NaN))), 0);

describe('a .dcm file', () => {
  it("gives the values back to half a level, row 0 first, in frames of the array's order", async () => {
    const file = await read(image, { provenance });
    expect(file.string('x00080016')).toBe('1.2.840.10008.5.1.4.1.1.7.3');
    expect(['x00280010', 'x00280011', 'x00280100', 'x00280103'].map((tag) => file.uint16(tag))).toEqual([3, 4, 16, 0]);
    expect(file.string('x00280008')).toBe('40');
    const stored = pixelsOf(file);
    expect([stored.values.length, Math.min(...stored.levels), Math.max(...stored.levels)]).toEqual([480, 0, 65_535]);
    // Rounding to a level, and the same in double precision.
    expect(distance(stored.values, values)).toBeLessThanOrEqual(stored.slope * (0.5 + 1e-6));
    const group = groups(file, 25);
    const at = group && item(group, 'x00209111');
    expect([at?.uint32('x00209128'), at?.uint32('x00209057')]).toEqual([2, 6]);
    const { dataOffset = 0, length = 0 } = file.elements.x00091001 ?? {};
    const text = Buffer.from(file.byteArray.subarray(dataOffset, dataOffset + length)).toString();
    // Padded to an even length.
    expect(text.trimEnd() === provenance).toBe(true);
  });

  it("lies in mm where the NIfTI file of the same image lies, and is nobody's", async () => {
    const file = await read(image);
    const shared = item(file, 'x52009229');
    const measures = shared && item(shared, 'x00289110');
    expect([measures?.string('x00280030'), measures?.string('x00180088')]).toEqual(['0.05\\0.025', '0.2']);
    const orientation = shared && item(shared, 'x00209116');
    // Columns run against x, which runs to the left in DICOM.
    expect(orientation?.string('x00200037')).toBe('-1\\0\\0\\0\\1\\0');
    const positions = [0, 11].map((frame) => {
      const group = groups(file, frame);
      return group && item(group, 'x00209113')?.string('x00200032');
    });
    expect(positions).toEqual(['0.05\\-0.05\\-2', '0.05\\-0.05\\0.2']);
    expect(['x00100010', 'x00100020', 'x00100030'].map((tag) => file.string(tag) ?? '')).toEqual(['', '', '']);
  });

  it('says nothing of mm where the spacing counts pixels', async () => {
    const file = await read({ ...image, spacingUnit: '1' });
    expect(item(file, 'x52009229')?.elements.x00289110).toBeUndefined();
    const group = groups(file, 39);
    expect([group?.elements.x00209111 === undefined, group?.elements.x00209113]).toEqual([false, undefined]);
    expect(file.elements.x00200052).toBeUndefined();
  });

  it('cuts off at the window, and has NaN as the lowest level', async () => {
    const file = await read(float32Array(Float32Array.of(-1, 0, 1, 9, NaN, 2), [2, 3]), { window: [0, 2] });
    expect(pixelsOf(file).levels).toEqual([0, 0, 32_768, 65_535, 0, 65_535]);
  });

  it('is streamed with the same pixels, and with the same bytes again', async () => {
    const path = await scratch.write('image.npy', ...npyParts(image));
    const levels = { bits: 16, window: [-0.01, 0.01] } as const;
    const facts = { label: 'image', provenance, levels, valueUnit: '1/cm', madeAt: '2026-11-29T14:03:05.250Z' };
    const { stream, bytes } = await streamDicom(path, facts);
    const file = await buffer(stream);
    expect(bytes).toBe(file.byteLength);
    const streamed = parseDicom(file);
    expect(pixelsOf(streamed)).toEqual(pixelsOf(await read(image, { window: levels.window })));
    expect(['x00080023', 'x00080033', 'x00281054'].map((tag) => streamed.string(tag))).toEqual([
      '20261129',
      '140305',
      '1/cm',
    ]);
    expect((await buffer((await streamDicom(path, facts)).stream)).equals(file)).toBe(true);
    const other = await buffer((await streamDicom(path, { ...facts, provenance: 'other' })).stream);
    expect(parseDicom(other).string('x00080018')).not.toBe(streamed.string('x00080018'));
    expect(streamed.string('x00080018')).toMatch(/^2\.25\.[1-9]\d{30,38}$/);
  });

  it.each([[[]], [[2, 0]], [[1, 1, 1, 1, 1, 1]], [[70_000, 1]], [[70_000, 1, 1]], [[3000, 1000, 1000]]])(
    'refuses the shape %j before anything is read',
    async (refused) => {
      const facts = { shape: refused, rescale: rescaleOf([0, 1]), identity: 'x' };
      await expect(dicomStart(facts)).rejects.toMatchObject({ code: 'DATA_SHAPE_MISMATCH' });
    },
  );

  it('refuses complex numbers and an array of no finite value', async () => {
    const complex: NdArray = { dtype: 'complex64', shape: [1, 1], data: new Float32Array(2) };
    await expect(encodeDicom(complex)).rejects.toThrow('DICOM holds real numbers');
    await expect(encodeDicom(float32Array(Float32Array.of(NaN), [1, 1]))).rejects.toThrow('No value of the array');
  });
});

it.each([
  [-1 / 3, '-0.3333333333333'],
  [1e-320, '1e-320'],
  [123_456_789.123_456_78, '123456789.123457'],
  [-1.234_567_890_123_4e-30, '-1.23456789e-30'],
  [0, '0'],
])('writes %f with at most 16 characters', (value, text) => {
  expect(decimalString(value).length).toBeLessThanOrEqual(16);
  expect(decimalString(value)).toBe(text);
});
