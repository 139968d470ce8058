import { elementCount, float32Array, type NdArray } from '@rondel/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readArray, readDataset, type ReadDatasetOptions } from '../../read-dataset.js';
import { hdf5File } from '../../testing/hdf5-file.js';
import { makeScratch, type Scratch } from '../../testing/scratch.js';

/** As h5py writes them, see `virtual.py`: frames of two files in turn, and other layouts. */
const testing = (name: string) => new URL(`../../testing/${name}`, import.meta.url).pathname;
let scratch: Scratch;
let linked: Record<string, string>;

beforeAll(async () => {
  scratch = await makeScratch();
  const names = ['a', 'b'];
  const paths = names.map(async (name, at) => scratch.write(`${name}.h5`, await hdf5File({ '/image': frames(at) })));
  linked = Object.fromEntries((await Promise.all(paths)).map((path, at) => [`frames/${names[at] ?? ''}.h5`, path]));
});
afterAll(() => scratch.remove());

const shape = [3, 2, 3];
const numbers = (start: number, count: number) => Array.from({ length: count }, (_, index) => start + index);

/** Those of a file, of which the virtual dataset has every other. */
function frames(file: number, extents = shape): NdArray {
  return float32Array(Float32Array.from(numbers(100 * file, elementCount(extents))), extents);
}

const frame = (file: number, at: number) => numbers(100 * file + 6 * at, 6);
const read = (name: string, options: ReadDatasetOptions) => readDataset(testing(name), { linked, ...options });

it('reads a scan whose frames are those of other files in turn', async () => {
  const { data, companions } = await read('virtual.nxs', {});
  expect(data.shape).toEqual([1, 2, 4, 3]);
  const projections = [frame(0, 1), frame(1, 1), frame(0, 2), frame(1, 2)];
  expect([...data.data]).toEqual(
    [0, 1].flatMap((slice) => projections.flatMap((all) => all.slice(3 * slice, 3 * slice + 3))),
  );
  expect([companions['dark']?.data, companions['white']?.data].map((all) => [...(all ?? [])])).toEqual([
    frame(0, 0),
    frame(1, 0),
  ]);
  const ranges = { slice: [1, 2], angle: [1, 3], detector: [1, 3] } as const;
  const part = await readArray(testing('virtual.nxs'), 'data', { linked, ranges });
  expect([...part.data]).toEqual([...frame(1, 1).slice(4), ...frame(0, 2).slice(4)]);
});

it('reads parts of datasets of the same file, of which some axes are left out', async () => {
  const { data } = await read('virtual.h5', { dataset: '/itself' });
  expect([data.shape, [...data.data]]).toEqual([
    [2, 3],
    [25, 26, 4, 28, 29, 5],
  ]);
});

it.each([
  ['a part that no file has', '/holes', /18 of its 36 values come from no file: they would be fill values/],
  ['two datasets of the same files, of which nobody knows which is which', '/twin', /of a kind that is not read/],
  ['one that grows with its files', '/growing', /of a kind that is not read.*h5repack -l CONTI/],
])('refuses %s', async (_what, dataset, message) => {
  await expect(read('virtual.h5', { dataset })).rejects.toMatchObject({
    code: 'DATA_FORMAT',
    message: expect.stringMatching(message) as string,
  });
});

it('names all files that are missing', async () => {
  await expect(read('virtual.nxs', { linked: {} })).rejects.toMatchObject({
    code: 'DATA_FORBIDDEN',
    message: expect.stringMatching(/another file, frames\/a\.h5 and 1 other, .*linked=a\.h5 linked=b\.h5/) as string,
    failure: { details: { linkedFiles: ['frames/a.h5', 'frames/b.h5'] } },
  });
});

it('takes one file for one of those that are missing, and never for another as well', async () => {
  const { 'frames/a.h5': first = '' } = linked;
  const refused = (message: RegExp) => ({
    code: 'DATA_FORBIDDEN',
    message: expect.stringMatching(message) as string,
    failure: { details: { linkedFiles: ['frames/b.h5'] } },
  });
  await expect(read('virtual.nxs', { linked: { '*': first } })).rejects.toMatchObject(
    refused(/b\.h5, which was not given/),
  );
  const named = { '*/a.h5': first, '*/c.h5': first };
  await expect(read('virtual.nxs', { linked: named })).rejects.toMatchObject(
    refused(/linked=b\.h5.* If c\.h5 is that file, say so with linked=c\.h5\?name=b\.h5\.$/),
  );
});

it.each([
  [
    'has fewer frames than it should',
    { '/image': frames(1, [2, 2, 3]) },
    /18 values where there are 12: the scan was not finished/,
  ],
  ['lacks the dataset', { '/images': frames(1) }, /which has no such dataset/],
  [
    'holds other values',
    { '/image': { dtype: 'int8', shape, data: new Int8Array(18) } as const },
    /which is int8 and not float32/,
  ],
])('refuses a file that %s', async (_what, entries, message) => {
  const path = await scratch.write('other.h5', await hdf5File(entries));
  await expect(read('virtual.nxs', { linked: { ...linked, 'frames/b.h5': path } })).rejects.toMatchObject({
    code: 'DATA_FORMAT',
    message: expect.stringMatching(message) as string,
  });
});
