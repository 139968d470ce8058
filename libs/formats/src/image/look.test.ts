import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { float32Array, type NdArray } from '@rondel/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { npyParts } from '../npy/encoder.js';
import { lookAtData } from './look.js';

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'rondel-look-'))));
afterAll(() => rm(folder, { recursive: true }));

async function look(name: string, content: Uint8Array) {
  const path = join(folder, name);
  await writeFile(path, content);
  return lookAtData({ path, label: name });
}
const npy = (array: NdArray) => Buffer.concat(npyParts(array));

describe('D9: a look at a file', () => {
  it('tells format, shape and values, and draws the middle plane', async () => {
    const values = Float32Array.from({ length: 5 * 4 * 6 }, (_, index) => index);
    const { plane, ...facts } = await look('scan.npy', npy(float32Array(values, [5, 4, 6])));
    expect(facts).toMatchObject({ format: 'npy', data: { dtype: 'float32', shape: [5, 4, 6] }, companions: {} });
    // Entry 2 of five: the values from 2 x 4 x 6 on.
    expect(plane).toMatchObject({ at: 2, min: 48, max: 71, finite: true });
    const { width, height, data } = decode(plane?.picture ?? new Uint8Array());
    expect([width, height, data[0], data.at(-1)]).toEqual([6, 4, 0, 255]);
  });

  it('takes NaN for what it is', async () => {
    const { plane } = await look('nan.npy', npy(float32Array(Float32Array.from([NaN, 1, 2, 3]), [2, 2])));
    expect(plane).toMatchObject({ min: 1, max: 3, finite: false });
    const { plane: none } = await look('all-nan.npy', npy(float32Array(new Float32Array(4).fill(NaN), [2, 2])));
    expect(none).not.toHaveProperty('min');
  });

  it('says of a file that is no data what it is not', async () => {
    await expect(look('letter.txt', Buffer.from('Dear colleagues'))).rejects.toMatchObject({ code: 'DATA_FORMAT' });
    await expect(look('short.npy', npy(float32Array(new Float32Array(99), [99])).subarray(0, 200))).rejects.toThrow();
  });

  it('has no picture of what has no plane', async () => {
    const { plane, data } = await look('five.npy', npy(float32Array(new Float32Array(2), [1, 1, 1, 1, 2])));
    expect([plane, data.shape]).toEqual([undefined, [1, 1, 1, 1, 2]]);
  });
});
