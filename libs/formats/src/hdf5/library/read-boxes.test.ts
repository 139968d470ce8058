import { open } from 'node:fs/promises';
import { elementCount, type NdArray } from '@rondel/contracts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Box } from '../../array/axis-range.js';
import { readDataset, readRanges } from '../../read-dataset.js';
import { hdf5File, type TestEntry } from '../../testing/hdf5-file.js';
import { makeScratch, type Scratch } from '../../testing/scratch.js';
import { openLibrary, type Hdf5Library } from './library.js';
import { openHdf5 } from './opened-hdf5.js';
import { readPlainBoxes } from './read-boxes.js';

// The first HDF5 file compiles libhdf5, which a busy machine may take seconds for.
vi.setConfig({ testTimeout: 60_000 });

let scratch: Scratch;
beforeAll(async () => {
  scratch = await makeScratch();
});
afterAll(() => scratch.remove());

const shape = [10, 6, 5];
const frames: NdArray = {
  dtype: 'uint16',
  shape,
  data: Uint16Array.from({ length: elementCount(shape) }, (_, at) => at),
};

/** A library that says how often libhdf5 was asked for values. */
async function countedLibrary(): Promise<{ readonly library: Hdf5Library; readonly reads: () => number }> {
  const opened = await openLibrary();
  const { module } = opened;
  let reads = 0;
  const read: typeof module.get_dataset_data = (...of) => {
    reads += 1;
    return module.get_dataset_data(...of);
  };
  const counting = new Proxy(module, {
    get: (of, name) => (name === 'get_dataset_data' ? read : (Reflect.get(of, name) as unknown)),
  });
  return { library: { ...opened, module: counting }, reads: () => reads };
}

function valuesIn({ offset, count }: Box): number[] {
  const [frame = 0, row = 0, column = 0] = offset;
  const [frameCount = 0, rows = 0, columns = 0] = count;
  return Array.from({ length: frameCount * rows * columns }, (_, at) => {
    const [f, r, c] = [Math.floor(at / (rows * columns)), Math.floor(at / columns) % rows, at % columns];
    return ((frame + f) * 6 + row + r) * 5 + column + c;
  });
}

const boxes: readonly Box[] = [
  { offset: [1, 0, 0], count: [9, 1, 5] },
  { offset: [1, 2, 1], count: [9, 2, 3] },
  { offset: [1, 2, 0], count: [9, 4, 5] },
  { offset: [0, 5, 4], count: [1, 1, 1] },
];

describe('boxes of a dataset', () => {
  it('are read in one pass as far as they lie in the same compressed chunks', async () => {
    const chunked = { 'whole frames': [1, 6, 5], 'some frames': [4, 6, 5], 'some rows of all frames': [10, 2, 5] };
    const packed = Object.entries(chunked).map(([name, chunks]) => [`/${name}`, { ...frames, chunks }] as const);
    const content = await hdf5File({ '/as they are': frames, ...Object.fromEntries(packed) });
    const { library, reads } = await countedLibrary();
    const handle = await open(await scratch.write('boxes.h5', content));
    const file = openHdf5(library, { fd: handle.fd, bytes: content.byteLength, label: 'boxes.h5', maxBytes: 2 ** 20 });
    const passes: Record<string, number> = {};
    for (const name of ['as they are', ...Object.keys(chunked)]) {
      const before = reads();
      const read = readPlainBoxes(file, { path: `/${name}`, boxes });
      expect(read.map(({ data }) => [...data])).toEqual(boxes.map(valuesIn));
      passes[name] = reads() - before;
    }
    library.module.close_file(file.id);
    await handle.close();
    expect(passes).toEqual({ 'as they are': 4, 'whole frames': 2, 'some frames': 2, 'some rows of all frames': 2 });
  });
});

describe('ranges of a scan', () => {
  const keys = [2, 1, 0, 0, 0, 3, 0, 0, 1, 0];
  const nxtomo: Readonly<Record<string, TestEntry>> = {
    '/entry1/tomo_entry/data/data': { ...frames, chunks: [1, 6, 5] },
    '/entry1/tomo_entry/instrument/detector/image_key': keys,
    '/entry1/tomo_entry/sample/rotation_angle': keys.map((_, at) => at),
  };
  const named = { '/frames': { ...frames, chunks: [2, 6, 5] } };
  const axes = ['angle', 'slice', 'detector'];

  it.each([
    ['NeXus', nxtomo, {}, 6],
    ['a part of NeXus', nxtomo, { slice: { start: 1 }, detector: { stop: 3 } }, 5],
    ['projections left out', nxtomo, { skip: [{ start: 2, stop: 3 }] }, 6],
    ['means of neighbours', nxtomo, { binning: { detector: 1, slice: 2, angle: 1 } }, 3],
    ['a dataset', named, { dataset: '/frames', axes }, 6],
    ['a dataset upside down', named, { dataset: '/frames', axes: ['angle', '-slice', 'detector'] }, 6],
  ])('are what each is that is read alone: %s', async (_, entries, options, extent) => {
    const path = await scratch.write('scan.nxs', await hdf5File(entries));
    const ranges = [
      { axis: 'slice', extent, start: 0, stop: 1 },
      { axis: 'slice', extent, start: 1, stop: extent },
      { axis: 'slice', extent, start: extent - 1, stop: extent },
    ];
    const alone = [];
    for (const range of ranges) alone.push(await readDataset(path, { ...options, range }));
    expect(await readRanges(path, ranges, options)).toEqual(alone);
    await expect(readRanges(path, ranges, { ...options, limits: { maxBytes: 100 } })).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
    });
  });
});
