import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { describeData, readDataset } from '../../read-dataset.js';
import { makeScratch, type Scratch } from '../../testing/scratch.js';

// The first HDF5 file starts a thread that compiles libhdf5, which a busy machine may take seconds for.
vi.setConfig({ testTimeout: 60_000 });

/** As `testing/filters.py` wrote it. */
const file = new URL('../../testing/filters.h5', import.meta.url).pathname;
const counts = Array.from({ length: 480 }, (_, index) => (index * 37) % 5000);

let scratch: Scratch;
beforeAll(async () => {
  scratch = await makeScratch();
});
afterAll(() => scratch.remove());

describe('filters of HDF5', () => {
  const filters = ['lzf', 'lz4', 'zstd', 'bzip2', 'zfp', 'bitshuffle-lz4', 'blosc-blosclz', 'blosc2-zstd'];

  it.each(filters)('M1: decodes %s', async (dataset) => {
    const { data } = await readDataset(file, { dataset: `/${dataset}` });
    expect(data).toMatchObject({ dtype: dataset === 'zfp' ? 'float32' : 'uint16', shape: [24, 20] });
    expect(Array.from(data.data)).toEqual(counts);
  });

  it('M1: decodes a range, whole chunks or not', async () => {
    const range = { axis: 'slice', extent: 24, start: 13, stop: 18, unnamedAxes: ['slice', 'detector'] };
    const { data } = await readDataset(file, { dataset: '/bitshuffle-lz4', range });
    expect(Array.from(data.data)).toEqual(counts.slice(13 * 20, 18 * 20));
  });

  it('M1: names a filter that it has no decoder for, and what to do', async () => {
    await expect(readDataset(file, { dataset: '/jpeg-ls' })).rejects.toMatchObject({
      code: 'DATA_FORMAT',
      message:
        'filters.h5: /jpeg-ls is stored with the HDF5 filter 32018 ("HDF5 JPEG-LS filter"), which cannot be decoded here. Store it with another one: h5repack -f GZIP=4 IN OUT, where the filter is installed.',
    });
    await expect(readDataset(file, { dataset: '/blosc-zlib' })).rejects.toThrow(
      'filters.h5: /blosc-zlib is stored with the HDF5 filter 32001 ("blosc") around zlib, which cannot be decoded here.',
    );
    expect((await describeData(file, { dataset: '/jpeg-ls' })).data).toMatchObject({ shape: [24, 20] });
  });

  it('M1: keeps the bounds of a read', async () => {
    const limits = { maxBytes: 479 * 2 };
    await expect(readDataset(file, { dataset: '/zstd', limits })).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
  });

  it('M1: refuses a chunk that claims to become more than memory holds', async () => {
    const bytes = await readFile(file);
    // The lz4 filter begins a chunk with the number of bytes that it becomes and the size of its blocks, big-endian.
    const head = Buffer.from('000000000000028000000280', 'hex');
    const at = bytes.indexOf(head);
    expect(at).toBeGreaterThan(0);
    for (const claimed of ['00000000f0000000', '7fffffffffffffff']) {
      Buffer.from(claimed, 'hex').copy(bytes, at);
      const path = await scratch.write('bomb.h5', bytes);
      await expect(readDataset(path, { dataset: '/lz4' }), claimed).rejects.toMatchObject({
        code: 'DATA_FORMAT',
        message: expect.stringMatching(/^bomb\.h5: /) as string,
      });
    }
  });
});
