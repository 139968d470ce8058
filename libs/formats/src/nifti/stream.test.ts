import { readdir, readlink, writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { float32Array } from '@rondel/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { npyParts } from '../npy/encoder.js';
import { makeScratch, type Scratch } from '../testing/scratch.js';
import { streamNifti } from './stream.js';
import { encodeNifti } from './encoder.js';

let scratch: Scratch;
beforeAll(async () => {
  scratch = await makeScratch();
});
afterAll(() => scratch.remove());

it('streams the file that would be made of the whole array', async () => {
  // More than one piece, and no multiple of it.
  const values = Float32Array.from({ length: 3 * 300 * 301 }, (_, index) => Math.sin(index));
  const array = float32Array(values, [3, 300, 301], undefined, [1, 2, 3]);
  const path = await scratch.write('image.npy', ...npyParts(array));
  const packed = await buffer(await streamNifti(path, { label: 'image', spacing: [1, 2, 3] }));
  expect(gunzipSync(packed).equals(gunzipSync(await encodeNifti(array)))).toBe(true);
});

it('says what is wrong before the first byte, and closes the file of a stream that nobody reads', async () => {
  const [header = new Uint8Array(), data = new Uint8Array()] = npyParts(float32Array(new Float32Array(40), [2, 4, 5]));
  const path = await scratch.write('image.npy', header, data);
  await writeFile(`${path}.short`, [header, data.subarray(0, 100)]);
  await expect(streamNifti(`${path}.short`, { label: 'short' })).rejects.toThrow(/short: is truncated/);
  const fortran = Buffer.from(Buffer.from(header).toString('latin1').replace('False', 'True '), 'latin1');
  await writeFile(`${path}.fortran`, [fortran, data]);
  await expect(streamNifti(`${path}.fortran`, { label: 'fortran' })).rejects.toMatchObject({ code: 'DATA_FORMAT' });
  (await streamNifti(path, { label: 'image' })).destroy();
  await expect.poll(() => openFiles(scratch.folder)).toEqual([]);
});

/** Files below a folder that this process has open; Linux tells, other systems are taken at their word. */
async function openFiles(folder: string): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const targets = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  return targets.filter((target) => target.startsWith(folder));
}
