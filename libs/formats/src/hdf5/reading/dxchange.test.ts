import { elementCount, float32Array } from '@rondel/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readDataset, type ReadDatasetOptions } from '../../read-dataset.js';
import { hdf5File, type TestEntry } from '../../testing/hdf5-file.js';
import { makeScratch, type Scratch } from '../../testing/scratch.js';

let scratch: Scratch;
beforeAll(async () => {
  scratch = await makeScratch();
});
afterAll(() => scratch.remove());

const numbered = (shape: readonly number[]) =>
  float32Array(
    Float32Array.from({ length: elementCount(shape) }, (_, index) => index),
    shape,
  );
const scan = {
  '/exchange/data': numbered([3, 1, 2]),
  '/exchange/data_white': numbered([2, 1, 2]),
  '/exchange/theta': [0, 90, 180],
};

async function read(entries: Readonly<Record<string, TestEntry>>, options: ReadDatasetOptions = {}) {
  const path = await scratch.write('scan.h5', await hdf5File(entries));
  return readDataset(path, { label: 'scan.h5', ...options });
}

it('is read through links to another file, of arrays and of the whole group', async () => {
  const other = await scratch.write('other.h5', await hdf5File(scan));
  const linked = { 'other.h5': other };
  const to = (path: string) => ({ file: 'other.h5', path });
  const own = await read(scan);
  const names = Object.keys(scan);
  const links: Readonly<Record<string, TestEntry>>[] = [
    Object.fromEntries(names.map((name) => [name, to(name)])),
    { '/exchange': to('/exchange') },
    { ...scan, '/exchange/data_white': to('/exchange/data_white') },
  ];
  for (const entries of links) expect(await read(entries, { linked })).toEqual(own);
  await expect(read({ '/exchange': to('/exchange') })).rejects.toMatchObject({
    code: 'DATA_FORBIDDEN',
    message: expect.stringMatching(/exchange links to another file, other\.h5, .*linked=other\.h5/) as string,
  });
});

it('has angles as one row, and fields taken before or after, as TOMCAT writes them', async () => {
  const { '/exchange/data_white': white, '/exchange/theta': _, ...rest } = scan;
  const row = float32Array(Float32Array.of(0, 90, 180), [1, 3]);
  const { companions } = await read({ ...rest, '/exchange/data_white_post': white, '/exchange/theta': row });
  expect(companions['angles']).toMatchObject({ shape: [3], data: Float64Array.of(0, Math.PI / 2, Math.PI) });
  expect(companions['white']?.shape).toEqual([1, 2, 2]);
  const table = float32Array(new Float32Array(6), [2, 3]);
  await expect(read({ ...rest, '/exchange/theta': table })).rejects.toThrow(/must be a list of real angles.*\[2, 3\]/);
});

it('has the pixels that the optics see, as the APS writes them', async () => {
  const objective = '/measurement/instrument/detection_system/objective';
  const pixel = { '/measurement/instrument/detector/pixel_size': { value: 6.9, units: 'microns' } };
  const enlarged = await read({ ...scan, ...pixel, [`${objective}/magnification`]: 10 });
  expect(enlarged.data.spacing).toEqual([1, 0.00069, 1, 0.00069]);
  const told = await read({ ...scan, ...pixel, [`${objective}/resolution`]: { value: 0.7, units: 'microns' } });
  expect(told.data.spacing).toEqual([1, 0.0007, 1, 0.0007]);
});
