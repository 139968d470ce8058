import { readFileSync } from 'node:fs';
import { Group } from 'h5wasm';
import { elementCount, mdfFacts, mdfInWords, type ArrayFacts, type NdArray } from '@rondel/contracts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readArray, readDataset } from '../../read-dataset.js';
import { makeScratch, type Scratch } from '../../testing/scratch.js';
import type { AxisSpans } from '../../array/axis-spans.js';
import type { OpenedHdf5 } from '../library/opened-hdf5.js';
import { accessMode, openLibrary, type Hdf5Library } from '../library/library.js';
import { describeMdf, isMdf, readMdf, readMdfArray } from './read.js';
import { writeMdfFile, type MdfSource } from './write.js';
import { writeMdf } from './writer.js';
import { layoutOf } from '../writing/write.js';

// The first HDF5 file starts a thread that compiles libhdf5, which a busy machine may take seconds for.
vi.setConfig({ testTimeout: 60_000 });

let scratch: Scratch;
let library: Hdf5Library;
beforeAll(async () => {
  scratch = await makeScratch();
  library = await openLibrary();
});
afterAll(() => scratch.remove());

/** Without virtual datasets. */
const ordinary = { heap: { fd: -1, bytes: 0, places: new Set<number>() }, virtual: new Map<string, never>() };

/** Opens a file of libhdf5's memory in this thread, which is faster than one thread for each. */
function inFile<T>(path: string, use: (file: OpenedHdf5) => T): T {
  const id = library.module.open(path, accessMode.read, false, -1, -1);
  try {
    return use({ library, id, label: 'scan.mdf', maxBytes: 2 ** 20, ...ordinary });
  } finally {
    library.module.close_file(id);
  }
}

/** A file as `testing/mdf.py` wrote it with h5py. */
function fromPython(name: string): string {
  const path = `/${name}.mdf`;
  library.module.FS.writeFile(path, readFileSync(new URL(`../../testing/${name}.mdf`, import.meta.url)));
  return path;
}

const complexSource: MdfSource = {
  data: {
    dtype: 'complex64',
    shape: [4, 2, 2, 3],
    data: Float32Array.from({ length: 96 }, (_, at) => Math.fround(Math.sin(at))),
  },
  companions: {
    snr: { dtype: 'float32', shape: [2, 2, 3], data: Float32Array.from({ length: 12 }, (_, at) => at) },
    isBackgroundFrame: { dtype: 'uint8', shape: [4], data: Uint8Array.of(0, 0, 0, 1) },
    frequencySelection: { dtype: 'int32', shape: [3], data: Int32Array.of(2, 5, 9) },
    gradient: { dtype: 'float64', shape: [2, 3, 3], data: Float64Array.from({ length: 18 }, (_, at) => at) },
    offsetField: { dtype: 'float64', shape: [2, 3], data: Float64Array.of(1, 2, 3, 4, 5, 6) },
  },
  facts: { bandwidth: 1e6, samples: 16, isFastFrameAxis: true, calibrationSize: [3, 1, 1], numAverages: 7 },
};

describe('MDF files from h5py', () => {
  it('gives a calibration frame by frame, and what belongs to it', () => {
    const { data, companions, attributes } = inFile(fromPython('calibration'), (file) => readMdf(file, {}));
    expect(data).toMatchObject({
      dtype: 'complex64',
      shape: [6, 1, 2, 3],
      axes: ['frame', 'period', 'channel', 'frequency'],
    });
    // arange(36) as [channel, frequency, frame], its imaginary part 36 more.
    const expected = Array.from({ length: 36 }, (_, at) => (at % 6) * 6 + Math.floor(at / 6)).flatMap((value) => [
      value,
      value + 36,
    ]);
    expect([...data.data]).toEqual(expected);
    expect([...(companions['gradient']?.data ?? [])]).toEqual([-1, 0, 0, 0, -1, 0, 0, 0, 2]);
    expect([...(companions['transferFunction']?.data ?? [])]).toEqual([1, 1, 2, 0, 3, 0, 4, 0, 0, 5, 6, 0]);
    expect([...(companions['framePermutation']?.data ?? [])]).toEqual([2, 3, 5, 4, 1, 6]);
    expect(companions['snr']).toMatchObject({ dtype: 'float32', shape: [1, 2, 3] });
    expect(mdfFacts({ attributes })).toMatchObject({
      version: '2.0.1',
      frequencies: 3,
      numBackgroundFrames: 2,
      calibrationSize: [2, 2, 1],
      calibrationFov: [0.02, 0.02, 0.001],
      meanSnr: 2.5,
      dfCycle: 2e-6,
    });
    expect(JSON.stringify(attributes)).not.toContain('somebody');
    const facts = mdfFacts({ attributes });
    expect(facts && mdfInWords(facts)).toEqual({
      scan: 'MDF 2.0.1, calibration (system matrix), spectra',
      channels: '2',
      bandwidth: '1 MHz, 3 frequencies',
      periods: '1 per frame, each of 4 samples in 2 µs',
      frames: '6, 2 of them background',
      grid: '2 x 2 x 1 voxels in 20 x 20 x 1 mm',
      'mean SNR': '2.5',
    });
  });

  it('gives samples as what the factors of their channels make of counts', () => {
    const path = fromPython('measurement');
    const { data, companions } = inFile(path, (file) => readMdf(file, {}));
    const inVolts = Array.from({ length: 24 }, (_, at) => (at % 8 < 4 ? 0.5 * (at - 12) + 1 : 2 * (at - 12) - 1));
    expect(data).toMatchObject({ dtype: 'float32', shape: [3, 1, 2, 4] });
    expect([...data.data]).toEqual(inVolts);
    expect(companions).toEqual({});
    const range = { axis: 'frame', start: 1, stop: 3, extent: 3 };
    expect([...inFile(path, (file) => readMdf(file, { range })).data.data]).toEqual(inVolts.slice(8));
    const spans = { frame: [1, 2], channel: [1, 2], sample: [2, 4] } as const;
    expect([...inFile(path, (file) => readMdfArray(file, { name: 'data', spans })).data]).toEqual([
      inVolts[14],
      inVolts[15],
    ]);
  });
});

describe('MDF files that Rondel writes', () => {
  it('are read as what was written', async () => {
    const path = `${scratch.folder}/written.mdf`;
    await writeMdf(path, complexSource);
    const { data, companions, attributes } = await readDataset(path);
    expect([...data.data]).toEqual([...complexSource.data.data]);
    for (const [name, array] of Object.entries(complexSource.companions ?? {})) {
      expect(companions[name]).toMatchObject(array);
    }
    const facts = mdfFacts({ attributes });
    expect(facts).toMatchObject({ ...complexSource.facts, frequencies: 9, isFrequencySelection: true });
    await expect(readDataset(path, { axes: ['a', 'b', 'c', 'd'] })).rejects.toThrow('Leave ?axes=a,b,c,d out.');
    const order = ['channel', 'frequency', 'frame', 'period'];
    const rows = await readArray(path, 'data', { ranges: { channel: [1, 2], frequency: [0, 2] }, order });
    expect([rows.shape, rows.axes]).toEqual([[1, 2, 4, 2], order]);
    expect([...rows.data]).toEqual(inOrder(complexSource.data));
  });

  it('are described without their values, and give parts of what lies beside the data', () => {
    library.module.FS.writeFile('/written.mdf', writeMdfFile(library, complexSource));
    inFile('/written.mdf', (file) => {
      const { data, companions } = readMdf(file, {});
      const { data: facts, companions: beside } = describeMdf(file, {});
      expect(facts).toEqual({ dtype: data.dtype, shape: data.shape, axes: data.axes });
      expect(Object.keys(beside)).toEqual(Object.keys(companions));
      const read = (name: string, spans: AxisSpans = {}) => readMdfArray(file, { name, spans });
      expect([...read('snr', { period: [1, 2], frequency: [1, 2] }).data]).toEqual([7, 10]);
      const refused = (code: string) => expect.objectContaining({ code }) as Error;
      expect(() => read('phase')).toThrow(refused('DATA_NOT_FOUND'));
      expect(() => read('snr', { voxel: [0, 1] })).toThrow(refused('DATA_SHAPE_MISMATCH'));
      expect(() => read('data', { frame: [3, 5] })).toThrow(refused('INVALID_REQUEST'));
      const bounded = { ...file, maxBytes: 8 * 48 - 1 };
      expect(() => readMdfArray(bounded, { name: 'data', spans: {} })).toThrow(refused('QUOTA_EXCEEDED'));
      expect(readMdfArray(bounded, { name: 'data', spans: { frame: [0, 2] } }).shape).toEqual([2, 2, 2, 3]);
    });
  });
});

/** [frequency 0 and 1, frame, period] of channel 1, element by element. */
function inOrder({ data }: NdArray): number[] {
  const places = [0, 1].flatMap((frequency) =>
    [0, 1, 2, 3].flatMap((frame) => [0, 1].map((period) => ((frame * 2 + period) * 2 + 1) * 3 + frequency)),
  );
  return places.flatMap((place) => [...data.slice(2 * place, 2 * place + 2)]);
}

/** Facts alone make a dataset whose values nobody has written. */
type Entry = number | string | readonly number[] | NdArray | ArrayFacts;

/** A measurement of 2 frames, 1 period, 1 channel and 4 samples. */
const sound: Readonly<Record<string, Entry>> = {
  '/version': '2.1.0',
  '/acquisition/receiver/numSamplingPoints': 4,
  '/acquisition/receiver/bandwidth': 1e6,
  '/measurement/isFourierTransformed': 0,
  '/measurement/data': { dtype: 'float32', shape: [2, 1, 1, 4], data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
};

let files = 0;

/** Writes a file into the memory of libhdf5, looks at it and reads it there. */
function readOf(changes: Readonly<Record<string, Entry | undefined>>, link?: (root: Group) => void) {
  const { module } = library;
  files += 1;
  const id = module.open(`/${files}.mdf`, accessMode.create, false, -1, -1);
  try {
    const root = new Group(id, '/');
    for (const group of ['acquisition', 'acquisition/receiver', 'measurement', 'calibration']) root.create_group(group);
    link?.(root);
    for (const [path, entry] of Object.entries({ ...sound, ...changes })) {
      if (entry === undefined) continue;
      const array = typeof entry === 'object' && 'data' in entry ? entry : undefined;
      if (typeof entry === 'object' && 'dtype' in entry && !('data' in entry)) {
        module.create_dataset(id, path, 0n, layoutOf(entry));
        library.takeComplaint();
        continue;
      }
      const list = Array.isArray(entry) ? entry : [entry];
      if (array)
        root.create_dataset({
          name: path.slice(1),
          ...array,
          shape: [...array.shape],
          dtype: kinds[array.dtype] ?? null,
        });
      else if (typeof entry === 'string')
        root.create_dataset({ name: path.slice(1), data: entry, shape: [], dtype: 'S' });
      else root.create_dataset({ name: path.slice(1), data: Float64Array.from(list as number[]), dtype: '<d' });
    }
    const file = { library, id, label: 'scan.mdf', maxBytes: 2 ** 20, ...ordinary };
    expect(isMdf(file)).toBe(true);
    describeMdf(file, {});
    return readMdf(file, {});
  } finally {
    module.close_file(id);
  }
}

const kinds: Partial<Record<NdArray['dtype'], string>> = { float32: '<f', float64: '<d', int32: '<i', int8: '<b' };
const floats = (shape: readonly number[]): NdArray => ({
  dtype: 'float64',
  shape,
  data: new Float64Array(elementCount(shape)),
});

describe('MDF files that are not as they say', () => {
  it('reads the least that a file can have', () => {
    const { data, companions, attributes } = readOf({});
    expect([...data.data]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(companions).toEqual({});
    expect(attributes).toMatchObject({ numAverages: 1, numBackgroundFrames: 0, frequencies: 3, dfCycle: 2e-6 });
  });

  it('takes parts along an axis of their own for complex numbers', () => {
    const changes = { '/measurement/isFourierTransformed': 1, '/measurement/data': floats([2, 1, 1, 3, 2]) };
    expect(readOf(changes).data).toMatchObject({ dtype: 'complex64', shape: [2, 1, 1, 3] });
  });

  it.each<[string, string, Readonly<Record<string, Entry | undefined>>, RegExp]>([
    ['another version', 'DATA_FORMAT', { '/version': '1.0.5' }, /MDF of version 1\.0\.5, version 2 is read/],
    ['no raw data', 'DATA_FORMAT', { '/measurement/data': undefined }, /without raw data/],
    ['sparse frames', 'DATA_FORMAT', { '/measurement/isSparsityTransformed': 1 }, /sparsity transformation/],
    ['frames thinned out', 'DATA_FORMAT', { '/measurement/subsamplingIndices': floats([4]) }, /subset was kept/],
    [
      'samples that are spectra',
      'DATA_FORMAT',
      { '/measurement/isFourierTransformed': 1 },
      /says that it holds spectra/,
    ],
    ['a flag of 2', 'DATA_FORMAT', { '/measurement/isFastFrameAxis': 2 }, /must be 0 or 1, is 2/],
    ['no bandwidth', 'DATA_FORMAT', { '/acquisition/receiver/bandwidth': undefined }, /has no .*bandwidth/],
    ['a negative bandwidth', 'DATA_FORMAT', { '/acquisition/receiver/bandwidth': -1 }, /must be a number > 0/],
    [
      'other samples',
      'DATA_SHAPE_MISMATCH',
      { '/acquisition/receiver/numSamplingPoints': 1e9 },
      /gives 1000000000 samples/,
    ],
    ['half a sample', 'DATA_FORMAT', { '/acquisition/receiver/numSamplingPoints': 3.5 }, /must be an integer/],
    ['other channels', 'DATA_SHAPE_MISMATCH', { '/acquisition/receiver/numChannels': 3 }, /is 3, but .* 1 channels/],
    ['other periods', 'DATA_SHAPE_MISMATCH', { '/acquisition/numPeriodsPerFrame': 2 }, /is 2, but .* 1 periods/],
    [
      'frames without end',
      'DATA_FORMAT',
      { '/measurement/data': { dtype: 'float32', shape: [2 ** 30, 1, 1, 4] } },
      /claims 1073741824 frames/,
    ],
    ['three axes', 'DATA_SHAPE_MISMATCH', { '/measurement/data': floats([2, 1, 4]) }, /must be \[frame, period/],
    ['no frame', 'DATA_SHAPE_MISMATCH', { '/measurement/data': floats([0, 1, 1, 4]) }, /no empty axis/],
    ['another mask', 'DATA_SHAPE_MISMATCH', { '/measurement/isBackgroundFrame': [0, 1, 1] }, /must have shape \[2\]/],
    ['a mask of 7', 'DATA_FORMAT', { '/measurement/isBackgroundFrame': [0, 7] }, /may only hold 0 and 1/],
    ['no permutation', 'DATA_FORMAT', { '/measurement/isFramePermutation': 1 }, /needs .*framePermutation/],
    [
      'a negative permutation',
      'DATA_FORMAT',
      { '/measurement/isFramePermutation': 1, '/measurement/framePermutation': [-1, 2] },
      /holds -1, which is no number from 1 to 2/,
    ],
    [
      'a frame twice',
      'DATA_FORMAT',
      { '/measurement/isFramePermutation': 1, '/measurement/framePermutation': [2, 2] },
      /holds 2 twice/,
    ],
    ['a grid of others', 'DATA_SHAPE_MISMATCH', { '/calibration/size': [3, 1, 1] }, /3 voxels, but 2 frames/],
    ['half a voxel', 'DATA_SHAPE_MISMATCH', { '/calibration/size': [0.5, 4, 1] }, /three integers >= 1/],
    [
      'another snr',
      'DATA_SHAPE_MISMATCH',
      { '/calibration/snr': floats([1, 2, 3]) },
      /snr must have shape \[1, 1, 3\]/,
    ],
    [
      'a real transfer function',
      'DATA_FORMAT',
      { '/acquisition/receiver/transferFunction': floats([1, 3]) },
      /must be complex, is float64/,
    ],
    [
      'a method of numbers',
      'DATA_FORMAT',
      { '/calibration/size': [2, 1, 1], '/calibration/method': 7 },
      /must be text/,
    ],
    [
      'more than may be read',
      'QUOTA_EXCEEDED',
      { '/acquisition/offsetField': floats([1, 1, 3]), '/measurement/data': floats([2 ** 17, 1, 1, 4]) },
      /the limit is/,
    ],
  ])('refuses %s', (_, code, changes, message) => {
    expect(() => readOf(changes)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error,
    );
  });

  it('refuses compounds with other fields, and values that lie in another file', () => {
    const inside = (link: (root: Group) => void) => () =>
      readOf({ '/measurement/data': undefined, '/measurement/isFourierTransformed': 1 }, link);
    const compound = (fields: readonly string[]) => (root: Group) =>
      root.create_dataset({
        name: 'measurement/data',
        data: new Map(fields.map((field) => [field, new Float32Array(6)])),
        shape: [2, 1, 1, 3],
        dtype: fields.map((field) => [field, '<f']),
      });
    expect(inside(compound(['r', 'i']))).not.toThrow();
    expect(inside(compound(['i', 'r']))).toThrow(/not called r and i/);
    expect(inside(compound(['r', 'i', 'z']))).toThrow(/HDF5 class 6 with 12 bytes/);
    expect(
      inside((root) => {
        root.create_external_link('/etc/other.h5', '/data', 'measurement/data');
      }),
    ).toThrow(/links to another file/);
  });
});
