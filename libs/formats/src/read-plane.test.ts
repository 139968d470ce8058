import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { float32Array } from '@rondel/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { npyParts } from './npy/encoder.js';
import { readPlane } from './read-plane.js';

let folder = '';
let path = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rondel-plane-'));
  path = join(folder, 'image.npy');
  const values = Float32Array.from({ length: 2 * 3 * 4 * 5 }, (_, index) => index);
  await writeFile(path, npyParts(float32Array(values, [2, 3, 4, 5])));
});
afterAll(() => rm(folder, { recursive: true }));

it('reads the middle slice of the first frame, or the plane that is named', async () => {
  const middle = await readPlane(path, { label: 'image' });
  expect(middle.shape).toEqual([4, 5]);
  expect([...middle.data]).toEqual(Array.from({ length: 20 }, (_, index) => 20 + index));
  const last = await readPlane(path, { label: 'image', frame: 1, slice: 2 });
  expect(last.data[0]).toBe(100);
});

it('refuses a plane that is not there, and a file that ends before it', async () => {
  await expect(readPlane(path, { label: 'image', slice: 3 })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  const [header = new Uint8Array(), data = new Uint8Array()] = npyParts(float32Array(new Float32Array(40), [2, 4, 5]));
  const short = join(folder, 'short.npy');
  await writeFile(short, [header, data.subarray(0, 100)]);
  await expect(readPlane(short, { label: 'short', slice: 1 })).rejects.toMatchObject({ code: 'DATA_FORMAT' });
});
