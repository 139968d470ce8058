import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { elementCount, float32Array, type ArrayFacts, type NdArray } from '@rondel/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeArray } from './writable-formats.js';
import { npyParts, npyHeader } from './npy/encoder.js';
import { describeData, readArray, readDataset } from './read-dataset.js';
import { hdf5Fixture } from './testing/hdf5-fixtures.js';
import { realData } from './testing/real-data.js';
import { makeScratch, type Scratch } from './testing/scratch.js';

let scratch: Scratch;
beforeAll(async () => {
  scratch = await makeScratch();
});
afterAll(() => scratch.remove());

const names = ['a', 'b', 'c'];

/** Entries start to stop of one axis, element by element. */
function cut({ shape, data }: NdArray, at: number, [start, stop]: [number, number]): number[] {
  const inner = elementCount(shape.slice(at + 1));
  const extent = shape[at] ?? 0;
  return [...data].filter((_, index) => {
    const position = Math.floor(index / inner) % extent;
    return position >= start && position < stop;
  });
}

function bytesOf(values: ArrayLike<number>): Buffer {
  return Buffer.from(Float32Array.from(values).buffer);
}

function factsOf({ data: _, ...facts }: NdArray): ArrayFacts {
  return facts;
}

/** The same values with the first axis varying fastest, as numpy.asfortranarray lays them out. */
function fortranFile({ shape, data }: NdArray): Uint8Array[] {
  const [x = 0, y = 0, z = 0] = shape;
  const values = new Float32Array(data.length);
  for (let i = 0; i < x; i += 1) {
    for (let j = 0; j < y; j += 1) {
      for (let k = 0; k < z; k += 1) values[i + x * (j + y * k)] = data[(i * y + j) * z + k] ?? 0;
    }
  }
  const [header = new Uint8Array(), bytes = new Uint8Array()] = npyParts(float32Array(values, shape));
  return [Buffer.from(Buffer.from(header).toString('latin1').replace('False', 'True '), 'latin1'), bytes];
}

// The first look into an HDF5 file starts a thread, which takes seconds on a busy machine.
describe('a range of an axis', { timeout: 120_000 }, () => {
  // Rows of the last shape are longer than what is read whole.
  const shapes = [
    [5, 4, 3],
    [1, 7, 2],
    [2, 3, 30_000],
  ];

  it.each(shapes)('of a .npy file [%i, %i, %i] holds what the whole file has there', async (...shape) => {
    const array = float32Array(
      Float32Array.from({ length: elementCount(shape) }, (_, index) => index),
      shape,
    );
    for (const file of [npyParts(array), fortranFile(array)]) {
      const path = await scratch.write('a.npy', ...file);
      for (const [at, axis] of names.entries()) {
        const extent = shape[at] ?? 0;
        for (const [start, stop] of [
          [0, 1],
          [Math.floor(extent / 2), extent],
          [0, extent],
        ] as [number, number][]) {
          const range = { axis, start, stop, extent, unnamedAxes: names };
          const { data } = await readDataset(path, { range });
          expect(data.shape).toEqual(shape.map((whole, index) => (index === at ? stop - start : whole)));
          expect(bytesOf(data.data).equals(bytesOf(cut(array, at, [start, stop])))).toBe(true);
          expect(data.axes).toEqual(names);
        }
      }
    }
  });

  it('of complex numbers and of an HDF5 file of ours keeps its type and geometry', async () => {
    const values = Float32Array.from({ length: 24 }, (_, index) => index);
    const array: NdArray = { dtype: 'complex64', shape: [3, 2, 2], data: values, axes: names, spacing: [1, 2, 3] };
    const range = { axis: 'b', start: 1, stop: 2, extent: 2, unnamedAxes: names };
    const expected = [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23];
    for (const format of ['npy', 'h5'] as const) {
      const path = await scratch.write(`b.${format}`, ...(await encodeArray(array, format)).parts);
      const { data, ...whole } = await readDataset(path, { range });
      expect([data.dtype, data.shape, [...data.data]]).toEqual(['complex64', [3, 1, 2], expected]);
      expect(data.spacing).toEqual(format === 'h5' ? [1, 2, 3] : undefined);
      expect(await describeData(path)).toMatchObject({
        data: { dtype: 'complex64', shape: [3, 2, 2] },
        attributes: whole.attributes,
        format: format === 'h5' ? 'hdf5' : 'npy',
      });
    }
  });

  it('of a compressed data set crosses its chunks', async () => {
    const path = await scratch.write('elements.h5', hdf5Fixture('elements'));
    const unnamedAxes = ['row', 'column'];
    // arange(600) as [20, 30] in chunks of [7, 11].
    for (const [axis, start, stop, extent] of [
      ['row', 5, 16, 20],
      ['column', 10, 23, 30],
    ] as const) {
      const range = { axis, start, stop, extent, unnamedAxes };
      const { data } = await readDataset(path, { dataset: '/compressed', range });
      const wanted = Array.from({ length: 600 }, (_, index) => index).filter((value) => {
        const position = axis === 'row' ? Math.floor(value / 30) : value % 30;
        return position >= start && position < stop;
      });
      expect([...data.data]).toEqual(wanted);
    }
  });

  it('of a DXchange scan cuts its fields and angles along', async () => {
    const path = await scratch.write('scan.h5', hdf5Fixture('dxchange'));
    const whole = await readDataset(path);
    const companions = Object.entries(whole.companions).map(([name, array]) => [name, factsOf(array)] as const);
    expect(companions.map(([name]) => name)).toEqual(expect.arrayContaining(['white', 'angles']));
    expect(await describeData(path)).toEqual({
      ...whole,
      data: factsOf(whole.data),
      companions: Object.fromEntries(companions),
    });
    const second = await readDataset(path, { range: { axis: 'slice', start: 1, stop: 2, extent: 2 } });
    expect([...second.data.data]).toEqual([4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23]);
    expect(second.data.shape).toEqual([1, 1, 3, 4]);
    expect(second.companions.white).toMatchObject({ shape: [1, 1, 4], data: Float32Array.of(104, 105, 106, 107) });
    expect(second.companions.angles).toEqual(whole.companions.angles);
    const last = await readDataset(path, { range: { axis: 'angle', start: 2, stop: 3, extent: 3 } });
    expect(last.companions.angles?.data).toEqual(Float64Array.of(Math.PI));
    expect(last.companions.white).toEqual(whole.companions.white);
    expect([...last.data.data]).toEqual([16, 17, 18, 19, 20, 21, 22, 23]);
    // A box of what is stored as [angle, slice, detector], and of what belongs to it.
    const ranges = { slice: [1, 2], angle: [0, 2], detector: [1, 3] } as const;
    const box = await readArray(path, 'data', { ranges, order: ['angle', 'frame', 'detector', 'slice'] });
    expect([box.shape, ...box.data]).toEqual([[2, 1, 2, 1], 5, 6, 13, 14]);
    const white = await readArray(path, 'white', { ranges: { slice: [1, 2], detector: [2, 4] } });
    expect([white.shape, ...white.data]).toEqual([[1, 1, 2], 106, 107]);
    expect([...(await readArray(path, 'angles', { ranges: { angle: [1, 2] } })).data]).toEqual([Math.PI / 2]);
  });

  it('of a real scan is bit for bit what the whole has there', async ({ skip }) => {
    const path = realData('tooth.h5');
    if (path === undefined) return skip();
    const whole = await readDataset(path);
    const second = await readDataset(path, { range: { axis: 'slice', start: 1, stop: 2, extent: 2 } });
    const half = whole.data.data.length / 2;
    expect(bytesOf(second.data.data).equals(bytesOf(whole.data.data.slice(half)))).toBe(true);
    const dark = [second, whole].map(({ companions }) => bytesOf(companions.dark?.data ?? []));
    expect(dark[1]?.subarray(4 * 6400).equals(dark[0] ?? Buffer.alloc(0))).toBe(true);
  });

  it('may be small where the whole is above the limit', async () => {
    const path = await scratch.write('a.npy', ...npyParts(float32Array(new Float32Array(64), [16, 4])));
    const limits = { maxBytes: 32 };
    await expect(readDataset(path, { limits })).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    const range = { axis: 'a', start: 3, stop: 5, extent: 16, unnamedAxes: ['a', 'b'] };
    expect((await readDataset(path, { limits, range })).data.shape).toEqual([2, 4]);
    expect((await describeData(path, { limits })).data.shape).toEqual([16, 4]);
  });

  it('is refused where the file has no such axis or another extent, and where it is none', async () => {
    const path = await scratch.write('a.npy', ...npyParts(float32Array(new Float32Array(12), [4, 3])));
    const unnamedAxes = ['a', 'b'];
    const read = (range: object) =>
      readDataset(path, { range: { axis: 'a', start: 0, stop: 2, extent: 4, unnamedAxes, ...range } });
    await expect(read({ axis: 'c' })).rejects.toThrow(/cannot be split along "c": its axes are \[a, b\]/);
    await expect(read({ unnamedAxes: undefined })).rejects.toThrow(/not named/);
    await expect(read({ extent: 5 })).rejects.toThrow(/has 4 entries along "a", not 5/);
    await expect(read({ stop: 0 })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    await expect(read({ stop: 4.5 })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });

  it('of several axes at once is the box that they share, its axes in the order that is asked for', async () => {
    const shape = [4, 3, 5, 6];
    const array: NdArray = {
      dtype: 'complex64',
      shape,
      data: Float32Array.from({ length: 2 * elementCount(shape) }, (_, at) => at),
      axes: ['a', 'b', 'c', 'd'],
    };
    const ranges = { a: [1, 3], c: [0, 2], d: [2, 5] } as const;
    const order = ['c', 'a', 'd', 'b'];
    const expected = [0, 1].flatMap((c) =>
      [1, 2].flatMap((a) => [2, 3, 4].flatMap((d) => [0, 1, 2].map((b) => ((a * 3 + b) * 5 + c) * 6 + d))),
    );
    for (const format of ['npy', 'h5'] as const) {
      const path = await scratch.write(`box.${format}`, ...(await encodeArray(array, format)).parts);
      const box = await readArray(path, 'data', { ranges, order, ...(format === 'npy' && { axes: array.axes }) });
      expect([box.shape, box.axes, box.dtype]).toEqual([[2, 2, 3, 3], order, 'complex64']);
      expect([...box.data]).toEqual(expected.flatMap((place) => [2 * place, 2 * place + 1]));
    }
    await expect(readArray(`${scratch.folder}/box.npy`, 'dark')).rejects.toMatchObject({ code: 'DATA_NOT_FOUND' });
  });

  it('of several axes of an array that lies turned round and in reverse is what the whole has there', async () => {
    const array = float32Array(
      Float32Array.from({ length: 60 }, (_, at) => at),
      [3, 4, 5],
    );
    const path = await scratch.write('turned.npy', ...npyParts(array));
    const axes = ['-angle', 'detector', 'slice'];
    const whole = await readArray(path, 'data', { axes });
    expect([whole.axes, whole.shape]).toEqual([
      ['slice', 'angle', 'detector'],
      [5, 3, 4],
    ]);
    const box = await readArray(path, 'data', { axes, ranges: { angle: [0, 2], slice: [1, 2], detector: [1, 4] } });
    // Slice 1 of [5, 3, 4], its angles 0 and 1.
    const wanted = [0, 1].flatMap((angle) => [1, 2, 3].map((detector) => whole.data[12 + angle * 4 + detector]));
    expect([box.shape, ...box.data]).toEqual([[1, 2, 3], ...wanted]);
  });

  it('reads no more of the file than it needs: a hole of a terabyte beside it does not matter', async () => {
    const path = join(scratch.folder, 'sparse.npy');
    const shape = [2 ** 20, 2 ** 18];
    const header = npyHeader({ dtype: 'float32', shape });
    await writeFile(path, header);
    const file = await open(path, 'r+');
    await file.truncate(header.byteLength + 4 * elementCount(shape));
    await file.close();
    const range = { axis: 'a', start: 2 ** 19, stop: 2 ** 19 + 1, extent: 2 ** 20, unnamedAxes: ['a', 'b'] };
    expect((await readDataset(path, { range })).data.shape).toEqual([1, 2 ** 18]);
  });
});
