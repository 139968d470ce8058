import { elementCount, type NdArray } from '@rondel/contracts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { describeData, readArrays, readDataset, type ReadDatasetOptions } from '../../read-dataset.js';
import { hdf5File, type TestEntry } from '../../testing/hdf5-file.js';
import { makeScratch, type Scratch } from '../../testing/scratch.js';

// The first HDF5 file starts a thread that compiles libhdf5, which a busy machine may take seconds for.
vi.setConfig({ testTimeout: 60_000 });

let scratch: Scratch;
beforeAll(async () => {
  scratch = await makeScratch();
});
afterAll(() => scratch.remove());

/** Every value says where it lies: 100 frame + 10 slice + detector. */
function frames(count: number, slices = 2, detectors = 3): NdArray {
  const shape = [count, slices, detectors];
  const data = Uint16Array.from(
    { length: elementCount(shape) },
    (_, at) =>
      100 * Math.floor(at / (slices * detectors)) + 10 * (Math.floor(at / detectors) % slices) + (at % detectors),
  );
  return { dtype: 'uint16', shape, data };
}

/** Two darks, a flat, three projections with one between them that does not count, a flat. */
const keys = [2, 2, 1, 0, 0, 3, 0, 1];
const degrees = [0, 0, 0, 0, 45, NaN, 90, 0];

const nxtomo: Readonly<Record<string, TestEntry>> = {
  '/entry1/tomo_entry/instrument/detector/data': frames(8),
  '/entry1/tomo_entry/instrument/detector/image_key': keys,
  '/entry1/tomo_entry/instrument/detector/x_pixel_size': { value: 6.5, units: 'um' },
  '/entry1/tomo_entry/instrument/detector/y_pixel_size': { value: 0.007, units: 'mm' },
  '/entry1/tomo_entry/instrument/source/energy': 3,
  '/entry1/tomo_entry/sample/name': 'somebody',
  '/entry1/tomo_entry/sample/rotation_angle': degrees,
  '/entry1/tomo_entry/data/data': { path: '/entry1/tomo_entry/instrument/detector/data' },
};

let files = 0;
async function read(entries: Readonly<Record<string, TestEntry>>, options: ReadDatasetOptions = {}) {
  files += 1;
  const { units = {}, ...rest } = options as ReadDatasetOptions & { units?: Record<string, string> };
  const path = await scratch.write(`scan-${files}.nxs`, await hdf5File(entries, units));
  return readDataset(path, { label: 'scan.nxs', ...rest });
}

/** [slice, frame, detector] of these frames. */
function slicesOf(wanted: readonly number[], slices = [0, 1], detectors = [0, 1, 2]): number[] {
  return slices.flatMap((slice) => wanted.flatMap((frame) => detectors.map((bin) => 100 * frame + 10 * slice + bin)));
}

describe('NeXus tomography', () => {
  it('finds the keys at the entry, and those of control alone, which may name images that were taken to align', async () => {
    const detector = '/entry1/tomo_entry/instrument/detector';
    const { [`${detector}/image_key`]: _, ...unsorted } = nxtomo;
    const sorted = await read(nxtomo);
    expect(await read({ ...unsorted, '/entry1/image_key': keys })).toEqual(sorted);
    const control = keys.map((key) => (key === 3 ? -1 : key));
    expect(await read({ ...unsorted, [`${detector}/image_key_control`]: control })).toEqual(sorted);
  });

  it('is DXchange with one image as a field and no darks, though their array is there', async () => {
    const exchange = {
      '/exchange/data': frames(4),
      '/exchange/data_white': { dtype: 'float32', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) } as const,
      '/exchange/theta': [0, 45, 90, 135],
    };
    const darks = { dtype: 'float32', shape: [0, 2, 3], data: new Float32Array() } as const;
    for (const part of [{}, { slice: { start: 1 } }]) {
      const { companions } = await read({ ...exchange, '/exchange/data_dark': darks }, part);
      expect(Object.keys(companions).sort()).toEqual(['angles', 'white']);
      expect([...(companions['white']?.data ?? [])]).toEqual('slice' in part ? [4, 5, 6] : [1, 2, 3, 4, 5, 6]);
      expect(companions['white']?.shape).toEqual(['slice' in part ? 1 : 2, 1, 3]);
    }
    await expect(read({ ...exchange, '/exchange/data_white': darks })).rejects.toThrow('as in white=flats.npy');
  });

  it('is sorted by its image key into projections, flats and darks, with the angles of the projections', async () => {
    const { data, companions, attributes } = await read(nxtomo);
    expect(data).toMatchObject({
      dtype: 'float32',
      shape: [1, 2, 3, 3],
      axes: ['frame', 'slice', 'angle', 'detector'],
    });
    expect([...data.data]).toEqual(slicesOf([3, 4, 6]));
    expect([data.spacing, data.spacingUnit]).toEqual([[1, 0.007, 1, 0.0065], 'mm']);
    expect(companions['white']).toMatchObject({ shape: [2, 2, 3], axes: ['slice', 'sample', 'detector'] });
    expect([...(companions['white']?.data ?? [])]).toEqual(slicesOf([2, 7]));
    expect([...(companions['dark']?.data ?? [])]).toEqual(slicesOf([0, 1]));
    expect(companions['angles']?.data).toEqual(Float64Array.of(0, 45 * (Math.PI / 180), 90 * (Math.PI / 180)));
    expect(attributes).toMatchObject({ layout: 'nexus', quantity: 'counts', flatPosition: [0, 3] });
    const part = await read(nxtomo, { angle: { start: 1 } });
    expect(part.attributes).toMatchObject({ flatPosition: [0, 2] });
    // Neither the sample, who may be a patient, nor the energy of the ring.
    expect(JSON.stringify(attributes)).not.toMatch(/somebody|energy/);
  });

  it('is read by ranges of slices, and by boxes of each array', async () => {
    const path = await scratch.write('ranges.nxs', await hdf5File(nxtomo));
    const range = { axis: 'slice', start: 1, stop: 2, extent: 2 };
    const { data, companions } = await readDataset(path, { range });
    expect([data.shape, [...data.data]]).toEqual([[1, 1, 3, 3], slicesOf([3, 4, 6], [1])]);
    expect([...(companions['white']?.data ?? [])]).toEqual(slicesOf([2, 7], [1]));
    expect(companions['angles']?.data).toHaveLength(3);
    const [part, angles] = await readArrays(path, {
      data: { ranges: { angle: [1, 3], detector: [2, 3] } },
      angles: { ranges: { angle: [2, 3] } },
    });
    expect([part?.shape, [...(part?.data ?? [])]]).toEqual([[1, 2, 2, 1], slicesOf([4, 6], [0, 1], [2])]);
    expect(angles?.data).toEqual(Float64Array.of(Math.PI / 2));
    // 18 of the projections, 12 of each field, 4 bytes each.
    await expect(readDataset(path, { limits: { maxBytes: 167 } })).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
  });

  it('is found as beamlines store it, with keys as integers or reals and angles elsewhere, in radians', async () => {
    const integers = Int32Array.from(keys);
    const diad = await read(
      {
        '/entry/imaging/data': frames(8),
        '/entry/instrument/imaging/image_key': { dtype: 'int32', shape: [8], data: integers },
        '/entry/imaging_sum/gts_theta_value': [0, 0.5, 1],
      },
      { units: { '/entry/imaging_sum/gts_theta_value': 'rad' } } as ReadDatasetOptions,
    );
    expect([...diad.data.data]).toEqual(slicesOf([3, 4, 6]));
    expect(diad.companions['angles']?.data).toEqual(Float64Array.of(0, 0.5, 1));
    const elsewhere = await read({ '/scan/cam/pixels': frames(8), '/scan/keys/image_key': keys });
    expect(elsewhere.attributes).toMatchObject({ layout: 'nexus', dataset: '/scan/cam/pixels' });
    expect(Object.keys(elsewhere.companions)).toEqual(['white', 'dark']);
    const named = await read(
      { ...nxtomo, '/entry1/other/data': frames(8, 1) },
      {
        dataset: '/entry1/tomo_entry/instrument/detector/data',
      },
    );
    expect(named.data.shape).toEqual([1, 2, 3, 3]);
    // What has no key is a dataset like any other.
    const plain = await read({ ...nxtomo, '/entry1/raw': frames(4, 1) }, { dataset: '/entry1/raw' });
    expect(plain.attributes['layout']).toBe('plain');
  });

  it('leaves out what comes from elsewhere', async () => {
    const { companions } = await read(
      { ...nxtomo, '/entry1/tomo_entry/sample/rotation_angle': 'unreadable' },
      { without: ['white', 'angles'] },
    );
    expect(Object.keys(companions)).toEqual(['dark']);
  });

  it.each<[string, Readonly<Record<string, TestEntry>>, string, RegExp]>([
    ['a key that nobody knows', { image_key: [0, 0, 0, 0, 0, 0, 0, 7] }, 'DATA_FORMAT', /entry 7 is 7; keys are 0/],
    ['a key that is no number', { image_key: [0, NaN, 0, 0, 0, 0, 0, 0] }, 'DATA_FORMAT', /entry 1 is NaN/],
    ['too few keys', { image_key: [0, 0] }, 'DATA_SHAPE_MISMATCH', /one key for each of the 8 frames/],
    ['no projection', { image_key: keys.map(() => 1) }, 'DATA_SHAPE_MISMATCH', /none of the 8 frames/],
    [
      'more frames than can be',
      { data: { dtype: 'uint16', shape: [2 ** 30, 2, 3] }, image_key: { dtype: 'int8', shape: [2 ** 30] } },
      'DATA_SHAPE_MISMATCH',
      /1073741824 frames, at most 1048576/,
    ],
  ])('is refused with %s', async (_what, changes, code, message) => {
    const moved = Object.entries(changes).map(([name, entry]) => [
      `/entry1/tomo_entry/instrument/detector/${name}`,
      entry,
    ]);
    const refused = read({ ...nxtomo, ...(Object.fromEntries(moved) as Record<string, TestEntry>) });
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
  });
});

describe('links of NeXus to other files', () => {
  const master: Readonly<Record<string, TestEntry>> = {
    ...nxtomo,
    '/entry1/tomo_entry/data/data': { file: 'k11/frames.h5', path: '/entry/data' },
  };
  const { '/entry1/tomo_entry/instrument/detector/data': _, ...linking } = master;

  it('are followed to a file that was given, by its name or by any', async () => {
    const linked = await scratch.write('frames.h5', await hdf5File({ '/entry/data': frames(8) }));
    for (const name of ['k11/frames.h5', '*']) {
      const { data } = await read(linking, { linked: { [name]: linked } });
      expect([...data.data]).toEqual(slicesOf([3, 4, 6]));
    }
    const path = await scratch.write('named.nxs', await hdf5File(linking));
    expect((await describeData(path, { linked: { '*': linked } })).data.shape).toEqual([1, 2, 3, 3]);
  });

  it('are listed where no layout is found', async () => {
    await expect(read({ '/a/frames': { file: 'frames.h5', path: '/x' }, '/a/theta': [0, 1] })).rejects.toThrow(
      /#\/path: \/a\/frames \(in frames\.h5\), \/a\/theta \[2\]/,
    );
  });

  it('are refused with the name of a file that was not given', async () => {
    await expect(read(linking, { linked: {} })).rejects.toMatchObject({
      code: 'DATA_FORBIDDEN',
      message: expect.stringMatching(/data links to another file, k11\/frames\.h5, .* linked=frames\.h5/) as string,
      failure: { details: { linkedFile: 'k11/frames.h5' } },
    });
  });

  it('are followed once, and never in circles', async () => {
    const second = await scratch.write(
      'second.h5',
      await hdf5File({ '/entry/data': { file: 'third.h5', path: '/x' } }),
    );
    await expect(read(linking, { linked: { '*': second } })).rejects.toMatchObject({
      code: 'DATA_FORBIDDEN',
      message: expect.stringContaining('no second one from there') as string,
    });
    await expect(
      read({ ...nxtomo, '/entry1/tomo_entry/data/data': { path: '/entry1/tomo_entry/data/data' } }),
    ).rejects.toMatchObject({ code: 'DATA_FORMAT', message: expect.stringContaining('in circles') as string });
  });

  it('say what is wrong with the other file', async () => {
    const text = await scratch.write('text.h5', Buffer.from('no HDF5'));
    await expect(read(linking, { linked: { '*': text } })).rejects.toMatchObject({
      code: 'DATA_FORMAT',
      message: expect.stringMatching(/^k11\/frames\.h5, to which scan\.nxs links: cannot be opened/) as string,
    });
  });
});
