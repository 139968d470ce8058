import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { NdArray } from '@rondel/contracts';
import { encodeArray } from '../writable-formats.js';
import { readDataset, type ReadDatasetOptions } from '../read-dataset.js';
import { hdf5Fixture } from '../testing/hdf5-fixtures.js';
import { realData } from '../testing/real-data.js';
import { makeScratch, type Scratch } from '../testing/scratch.js';
import { encodeHdf5 } from './encoder.js';

// The first HDF5 file starts a thread that compiles libhdf5, which a busy machine may take seconds for.
vi.setConfig({ testTimeout: 60_000 });

let scratch: Scratch;
beforeAll(async () => {
  scratch = await makeScratch();
});
afterAll(() => scratch.remove());

async function readFixture(name: Parameters<typeof hdf5Fixture>[0], options: ReadDatasetOptions = {}) {
  return readDataset(await scratch.write(`${name}.h5`, hdf5Fixture(name)), options);
}

describe('HDF5 element types', () => {
  it.each<[string, Omit<NdArray, 'axes'>]>([
    ['/bigEndian', { dtype: 'float64', shape: [2], data: Float64Array.of(1.5, -2.25) }],
    ['/counts64', { dtype: 'float64', shape: [2, 2], data: Float64Array.of(1, -2, 2 ** 40, 3) }],
    ['/flags', { dtype: 'int8', shape: [2], data: Int8Array.of(1, 0) }],
    ['/kspace', { dtype: 'complex64', shape: [2], data: Float32Array.of(1, 2, 3, -4) }],
    ['/alias', { dtype: 'complex64', shape: [2], data: Float32Array.of(1, 2, 3, -4) }],
    ['/scalar', { dtype: 'float32', shape: [], data: Float32Array.of(7) }],
    ['/compressed', { dtype: 'uint16', shape: [20, 30], data: Uint16Array.from({ length: 600 }, (_, index) => index) }],
  ])('reads %s of a file from h5py', async (dataset, expected) => {
    const read = await readFixture('elements', { dataset });
    expect(read.format).toBe('hdf5');
    expect(read.data).toEqual(expected);
    expect(read.attributes).toEqual({ layout: 'plain', dataset });
  });

  it.each([
    ['/tooBig', /\/tooBig holds the 64-bit integer 1152921504606846976/],
    ['/half', /elements of HDF5 class 1 with 2 bytes/],
    ['/empty', /is empty \(a null dataspace\)/],
    ['/loop', /leads over links in circles/],
    ['/', /has no dataset \//],
    ['compressed', /named by its path from "\/"/],
  ])('refuses %s', async (dataset, message) => {
    await expect(readFixture('elements', { dataset })).rejects.toMatchObject({
      code: 'DATA_FORMAT',
      message: expect.stringMatching(message) as string,
    });
  });

  it('lists the datasets of a file in no known layout', async () => {
    await expect(readFixture('elements')).rejects.toThrow(
      'Name one of its datasets with #/path: /alias [2], /bigEndian [2], /compressed [20, 30], ',
    );
  });
});

describe('HDF5 files that point elsewhere', () => {
  it('refuses a link to another file, named or found by layout', async () => {
    const forbidden = { code: 'DATA_FORBIDDEN', message: expect.stringContaining('links to another file') as string };
    await expect(readFixture('externalLink', { dataset: '/linked' })).rejects.toMatchObject(forbidden);
    await expect(readFixture('externalLink', { dataset: '/linked/below' })).rejects.toMatchObject(forbidden);
    await expect(readFixture('externalLink')).rejects.toMatchObject(forbidden);
  });

  it('does not read external storage', async () => {
    await expect(readFixture('externalStorage', { dataset: '/stolen' })).rejects.toMatchObject({
      code: 'DATA_FORMAT',
      message: expect.stringContaining('unable to open external raw data file') as string,
    });
  });

  it('refuses a virtual dataset instead of returning fill values', async () => {
    await expect(readFixture('virtual', { dataset: '/mosaic' })).rejects.toMatchObject({
      code: 'DATA_FORBIDDEN',
      message: expect.stringContaining('/mosaic is a virtual dataset') as string,
    });
  });
});

describe('damaged HDF5 files', () => {
  it('reports a truncated file by its label, with nothing on stdout and stderr', async () => {
    const whole = await encodeHdf5({ dtype: 'float32', shape: [1000], data: new Float32Array(1000) });
    const path = await scratch.write('cut.h5', whole.subarray(0, whole.byteLength - 100));
    const writes = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];
    const outcome = await readDataset(path).catch((error: unknown) => error);
    const calls = writes.flatMap((spy) => spy.mock.calls);
    vi.restoreAllMocks();
    expect(outcome).toMatchObject({
      code: 'DATA_FORMAT',
      message: expect.stringMatching(/^cut\.h5: cannot be opened as HDF5 \(truncated file: eof = \d+/) as string,
    });
    expect(calls).toEqual([]);
  });

  it('reports a damaged compressed chunk instead of returning what was there', async () => {
    const bytes = Buffer.from(hdf5Fixture('elements'));
    // A zlib stream starts with 78; overwriting what follows breaks its checksum.
    const chunk = bytes.indexOf(Buffer.from([0x78, 0x5e]));
    bytes.fill(0xff, chunk + 8, chunk + 24);
    const path = await scratch.write('chunk.h5', bytes);
    expect(chunk).toBeGreaterThan(0);
    await expect(readDataset(path, { dataset: '/compressed' })).rejects.toMatchObject({
      code: 'DATA_FORMAT',
      message: expect.stringContaining('/compressed cannot be read') as string,
    });
  });

  it('gives up after maxSeconds and stops when cancelled', async () => {
    await expect(readFixture('elements', { limits: { maxSeconds: 0.001 } })).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
    });
    const controller = new AbortController();
    const reading = readFixture('elements', { dataset: '/scalar', signal: controller.signal });
    setTimeout(() => controller.abort(), 1);
    await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('refuses a dataset above maxBytes', async () => {
    await expect(readFixture('elements', { dataset: '/compressed', limits: { maxBytes: 1199 } })).rejects.toMatchObject(
      {
        code: 'QUOTA_EXCEEDED',
      },
    );
  });
});

describe('HDF5 files that Rondel writes', () => {
  it.each<NdArray>([
    {
      dtype: 'float32',
      shape: [1, 2, 2, 3],
      data: Float32Array.from({ length: 12 }, (_, index) => index / 3),
      axes: ['frame', 'slice', 'y', 'x'],
      spacing: [1, 0.5, 0.25, 0.25],
      spacingUnit: 'mm',
    },
    { dtype: 'complex128', shape: [2], data: Float64Array.of(1, -2, 3, 4) },
    { dtype: 'complex64', shape: [1, 1], data: Float32Array.of(1, -2), axes: ['y', 'x'] },
    { dtype: 'uint16', shape: [3], data: Uint16Array.of(1, 2, 65535), axes: ['x'], spacing: [2] },
    { dtype: 'int8', shape: [], data: Int8Array.of(-5) },
  ])('are read back without a dataset name: $dtype $shape', async (array) => {
    const path = await scratch.write('image.h5', ...(await encodeArray(array, 'h5')).parts);
    const read = await readDataset(path);
    expect(read.data).toEqual(array);
    expect(read.attributes).toEqual({ layout: 'plain', dataset: '/image' });
  });

  it('leaves the array of the caller as it was and writes a part of a larger one', async () => {
    const memory = Float32Array.of(9, 1, 2, 9);
    const path = await scratch.write(
      'part.h5',
      await encodeHdf5({ dtype: 'float32', shape: [2], data: memory.subarray(1, 3) }),
    );
    expect((await readDataset(path)).data.data).toEqual(Float32Array.of(1, 2));
    expect(memory).toEqual(Float32Array.of(9, 1, 2, 9));
  });

  it('are refused when values and shape disagree', async () => {
    await expect(encodeHdf5({ dtype: 'float32', shape: [3], data: new Float32Array(2) })).rejects.toMatchObject({
      code: 'DATA_SHAPE_MISMATCH',
    });
  });
});

describe('the DXchange layout', () => {
  it('puts slices first, turns counts into float32 and degrees into radians, and leaves the sample out', async () => {
    const { data, companions, attributes } = await readFixture('dxchange');
    expect(data).toEqual({
      dtype: 'float32',
      shape: [1, 2, 3, 4],
      axes: ['frame', 'slice', 'angle', 'detector'],
      // 0.65 um
      spacing: [1, 0.00065, 1, 0.00065],
      spacingUnit: 'mm',
      data: Float32Array.of(0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23),
    });
    expect(companions).toEqual({
      white: {
        dtype: 'float32',
        shape: [2, 1, 4],
        axes: ['slice', 'sample', 'detector'],
        data: Float32Array.of(100, 101, 102, 103, 104, 105, 106, 107),
      },
      angles: { dtype: 'float64', shape: [3], axes: ['angle'], data: Float64Array.of(0, Math.PI / 2, Math.PI) },
    });
    expect(attributes).toEqual({
      layout: 'dxchange',
      instrument: { name: { value: '2-BM' }, 'detector/x_pixel_size': { value: 0.65e-6, units: 'm' } },
    });
  });

  it('takes angles as they are when their units say radians', async () => {
    expect((await readFixture('dxchangeRadians')).companions['angles']?.data).toEqual(Float64Array.of(0, 1.5));
  });

  it('M6: leaves it to those who use the angles to count them', async () => {
    const { data, companions } = await readFixture('dxchangeMismatch');
    expect([data.shape, companions['angles']?.shape]).toEqual([[1, 2, 3, 4], [2]]);
  });

  it('M6: neither reads nor checks what comes from elsewhere', async () => {
    const { companions } = await readFixture('dxchange', { without: ['white', 'angles'] });
    expect(companions).toEqual({});
  });

  it('counts all arrays together against maxBytes', async () => {
    // 24 values of data and 8 of the white field, 4 bytes each.
    await expect(readFixture('dxchange', { limits: { maxBytes: 127 } })).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
    });
    expect((await readFixture('dxchange', { limits: { maxBytes: 128 } })).data.shape).toEqual([1, 2, 3, 4]);
  });

  it('reads a real scan with slices first, dark and white fields, and angles in radians', async ({ skip }) => {
    const path = realData('tooth.h5');
    if (path === undefined) return skip();
    const { data, companions, attributes } = await readDataset(path);
    expect(data).toMatchObject({
      dtype: 'float32',
      shape: [1, 2, 181, 640],
      axes: ['frame', 'slice', 'angle', 'detector'],
    });
    expect(companions['dark']).toMatchObject({ shape: [2, 10, 640], axes: ['slice', 'sample', 'detector'] });
    expect(companions['white']).toMatchObject({ shape: [2, 10, 640] });
    expect(attributes).toEqual({ layout: 'dxchange' });
    const angles = companions['angles']?.data ?? [];
    expect(angles).toHaveLength(181);
    // 179.006 degrees by the data set's description, which has three decimals.
    expect(((angles[180] ?? 0) * 180) / Math.PI).toBeCloseTo(179.006, 3);
    // Its attribute axes is theta:y:x, which other names keep from being followed.
    const named = (await readDataset(path, { dataset: '/exchange/data' })).data;
    expect(named).toMatchObject({ shape: [2, 181, 640], axes: ['slice', 'angle', 'detector'] });
    const plain = (await readDataset(path, { dataset: '/exchange/data', axes: ['a', 'b', 'c'] })).data;
    expect(plain.shape).toEqual([181, 2, 640]);
    for (const [angle, slice, detector] of [
      [0, 0, 0],
      [0, 1, 5],
      [90, 0, 639],
      [180, 1, 320],
    ] as const) {
      expect(data.data[(slice * 181 + angle) * 640 + detector]).toBe(plain.data[(angle * 2 + slice) * 640 + detector]);
    }
  });

  it('reports a real scan that was cut short', async ({ skip }) => {
    const path = realData('tooth.h5');
    if (path === undefined) return skip();
    const whole = await readFile(path);
    const cut = await scratch.write('tooth.h5', whole.subarray(0, whole.byteLength / 2));
    await expect(readDataset(cut)).rejects.toMatchObject({ code: 'DATA_FORMAT' });
  });
});
