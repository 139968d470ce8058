import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeData, readDataset } from '../../read-dataset.js';
import { hdf5Fixture } from '../../testing/hdf5-fixtures.js';
import { makeScratch, type Scratch } from '../../testing/scratch.js';

// The first HDF5 file starts a thread that compiles libhdf5, which a busy machine may take seconds for.
vi.setConfig({ testTimeout: 60_000 });

let scratch: Scratch;
beforeAll(async () => {
  scratch = await makeScratch();
});
afterAll(() => scratch.remove());

it.each([512, 1024, 4096])('M2: knows HDF5 behind a user block of %i bytes', async (length) => {
  const bare = await scratch.write('bare.h5', hdf5Fixture('dxchange'));
  const text = Buffer.alloc(length, ' ');
  text.write('MATLAB 7.3 MAT-file, Platform: GLNXA64');
  const path = await scratch.write('matlab.mat', text, hdf5Fixture('dxchange'));
  expect(await describeData(path)).toEqual(await describeData(bare));
  expect(await readDataset(path, { smallFiles: 'blocking' })).toEqual(await readDataset(bare));
  const range = { axis: 'slice', extent: 2, start: 1, stop: 2 };
  expect(await readDataset(path, { range })).toEqual(await readDataset(bare, { range }));
});

it('M2: does not take the signature elsewhere for the beginning of HDF5', async () => {
  for (const length of [256, 513, 768]) {
    const path = await scratch.write('odd.bin', Buffer.alloc(length), hdf5Fixture('dxchange'));
    await expect(readDataset(path)).rejects.toThrow('is in no format that is known from its content');
  }
});
