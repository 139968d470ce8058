import { execFileSync } from 'node:child_process';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NdArray } from '@rondel/contracts';
import { encodeHdf5 } from './hdf5/encoder.js';
import { npyParts } from './npy/encoder.js';
import { readDataset } from './read-dataset.js';
import { makeScratch, type Scratch } from './testing/scratch.js';

const small: NdArray = { dtype: 'uint8', shape: [2], data: Uint8Array.of(1, 2) };

let scratch: Scratch;
beforeAll(async () => {
  scratch = await makeScratch();
});
afterAll(() => scratch.remove());

describe('a process that waits for small files', () => {
  const smallFiles = 'blocking';

  it('reads what it would read otherwise, all or a range, whatever the size', async () => {
    for (const rows of [3, 2 ** 19]) {
      const array: NdArray = { dtype: 'uint8', shape: [rows, 3], data: new Uint8Array(rows * 3).map((_, at) => at) };
      const path = await scratch.write('rows.npy', ...npyParts(array));
      const range = { axis: 'row', extent: rows, start: 1, stop: 3, unnamedAxes: ['row', 'column'] };
      for (const options of [{}, { range }]) {
        const { data: read, ...facts } = (await readDataset(path, { ...options, smallFiles })).data;
        const { data: expected, ...expectedFacts } = (await readDataset(path, options)).data;
        expect(facts).toEqual(expectedFacts);
        // Comparing millions of values one by one takes seconds.
        expect(Buffer.compare(Buffer.from(read.buffer), Buffer.from(expected.buffer))).toBe(0);
      }
    }
  });

  it('reads HDF5', async () => {
    const path = await scratch.write('one.h5', await encodeHdf5(small));
    expect((await readDataset(path, { smallFiles })).data).toMatchObject(small);
  });

  it('refuses with the same words', async () => {
    const [header = new Uint8Array(), data = new Uint8Array()] = npyParts(small);
    const truncated = await scratch.write('truncated.npy', header, data.subarray(1));
    const empty = await scratch.write('empty.npy');
    for (const path of [truncated, empty, scratch.folder, join(scratch.folder, 'none.npy')]) {
      const refusal = (await readDataset(path).catch((error: unknown) => error)) as Error;
      expect(refusal).toBeInstanceOf(Error);
      await expect(readDataset(path, { smallFiles })).rejects.toThrow(refusal.message);
    }
  });
});

describe('readDataset', () => {
  it('tells the format from content, whatever the name says', async () => {
    const path = await scratch.write('scan.h5', ...npyParts(small));
    expect((await readDataset(path)).format).toBe('npy');
  });

  it('reports a file that is not there', async () => {
    await expect(readDataset(join(scratch.folder, 'none.npy'))).rejects.toMatchObject({
      code: 'DATA_NOT_FOUND',
      message: 'none.npy: there is no such file. Check the name.',
    });
  });

  it('names the file by the label of the caller and never by its folder', async () => {
    const path = await scratch.write('x.npy', Buffer.from('no array at all'));
    await expect(readDataset(path, { label: 'root://scans/x.npy' })).rejects.toMatchObject({
      code: 'DATA_FORMAT',
      message:
        'root://scans/x.npy: is in no format that is known from its content. Store it as HDF5 (DXchange, NeXus, MDF, or a dataset), a .zip of TIFF files, NumPy .npz, NumPy .npy or a TIFF stack.',
    });
    await expect(readDataset(path)).rejects.not.toThrow(scratch.folder);
  });

  it('refuses an empty file', async () => {
    const path = await scratch.write('empty.npy');
    await expect(readDataset(path)).rejects.toThrow('empty.npy: is empty. Copy it again.');
  });

  it('refuses folders, and pipes without waiting for them', async () => {
    const folder = join(scratch.folder, 'folder');
    await mkdir(folder);
    await expect(readDataset(folder)).rejects.toMatchObject({ code: 'DATA_FORMAT' });
    const pipe = join(scratch.folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await expect(readDataset(pipe)).rejects.toMatchObject({ code: 'DATA_FORMAT' });
  });

  it('refuses a dataset path for a file that holds one array', async () => {
    const path = await scratch.write('one.npy', ...npyParts(small));
    await expect(readDataset(path, { dataset: '/data' })).rejects.toMatchObject({ code: 'DATA_FORMAT' });
  });

  it('stops when it was cancelled', async () => {
    const path = await scratch.write('one.npy', ...npyParts(small));
    await expect(readDataset(path, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it.each([0, -1, Number.NaN])('refuses maxBytes = %d', async (maxBytes) => {
    await expect(readDataset('any', { limits: { maxBytes } })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });

  it('closes the file, also after a failure', async () => {
    const path = await scratch.write('bad.npy', Buffer.from('no array'));
    const descriptors = async () => (await import('node:fs/promises')).readdir('/proc/self/fd').catch(() => []);
    const before = (await descriptors()).length;
    for (let round = 0; round < 20; round++) await readDataset(path).catch(() => undefined);
    await rename(path, `${path}.moved`);
    expect((await descriptors()).length).toBeLessThan(before + 20);
  });
});
