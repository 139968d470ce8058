import { open, writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { given, float32Array, type NdArray } from '@rondel/contracts';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { npyParts } from '../npy/encoder.js';
import { readDataset } from '../read-dataset.js';
import { makeScratch, type Scratch } from '../testing/scratch.js';
import { streamHdf5 } from './stream.js';

// The first HDF5 file starts a thread that compiles libhdf5, which a busy machine may take seconds for.
vi.setConfig({ testTimeout: 60_000 });

let scratch: Scratch;
beforeAll(async () => {
  scratch = await makeScratch();
});
afterAll(() => scratch.remove());

const waves = (length: number) => Float32Array.from({ length }, (_, index) => Math.sin(index));
const geometry = { axes: ['slice', 'y', 'x'], spacing: [1, 2, 3], spacingUnit: 'mm' } as const;

it.each<[string, NdArray]>([
  ['more than one piece', { ...float32Array(waves(3 * 300 * 301), [3, 300, 301]), ...geometry }],
  ['less than one element', { dtype: 'float32', shape: [0, 4, 5], data: new Float32Array(0), ...geometry }],
  ['a few values', { dtype: 'uint16', shape: [5], data: Uint16Array.of(1, 2, 3, 4, 5) }],
  ['as few values as have a frame', { dtype: 'uint8', shape: [1024], data: new Uint8Array(1024).fill(7) }],
  ['complex numbers, short rows', { dtype: 'complex64', shape: [300, 3, 1], data: waves(2 * 900) }],
  ['no geometry', { dtype: 'float64', shape: [40, 40], data: Float64Array.from(waves(1600)) }],
])('streams a file of %s that reads as the array', async (_name, array) => {
  const path = await scratch.write('image.npy', ...npyParts(array));
  const { axes, spacing, spacingUnit } = array;
  const { stream, bytes } = await streamHdf5(path, { label: 'image', ...given({ axes, spacing, spacingUnit }) });
  const file = await buffer(stream);
  expect(file.byteLength).toBe(bytes);
  expect((await readDataset(await scratch.write('image.h5', file))).data).toEqual(array);
});

it('says the unit of the values as NeXus does, in files of any size', async () => {
  for (const length of [20, 4]) {
    const path = await scratch.write('units.npy', ...npyParts(float32Array(waves(length ** 2), [length, length])));
    const { stream } = await streamHdf5(path, { label: 'image', valueUnit: '1/cm' });
    const text = (await buffer(stream)).toString('latin1');
    expect([text.includes('units\0'), text.includes('1/cm')]).toEqual([true, true]);
  }
});

it('takes an array of any size, of which nothing but the next piece is in memory', async () => {
  const [header = new Uint8Array()] = npyParts(float32Array(new Float32Array(1), [1]));
  // As many blanks stand after the shape in the header as it takes to fill 64 bytes.
  const text = Buffer.from(header).toString('latin1').replace('(1,), }              ', '(5, 1024, 1024, 256), }');
  const gigabytes = Buffer.from(text, 'latin1').subarray(0, header.byteLength);
  const path = await scratch.write('large.npy', gigabytes);
  const handle = await open(path, 'r+');
  await handle.truncate(header.byteLength + 5 * 2 ** 30);
  await handle.close();
  const { stream, bytes } = await streamHdf5(path, { label: 'large' });
  const [first] = (await stream.take(1).toArray()) as [Buffer];
  expect(first.subarray(1, 4).toString()).toBe('HDF');
  expect(bytes).toBeGreaterThan(5 * 2 ** 30);
  expect(bytes).toBeLessThan(5 * 2 ** 30 + 2 ** 16);
});

it('says what is wrong before the first byte', async () => {
  const [header = new Uint8Array(), data = new Uint8Array()] = npyParts(float32Array(new Float32Array(40), [2, 4, 5]));
  await writeFile(`${scratch.folder}/short.npy`, [header, data.subarray(0, 100)]);
  await expect(streamHdf5(`${scratch.folder}/short.npy`, { label: 'short' })).rejects.toThrow(/short: is truncated/);
});
