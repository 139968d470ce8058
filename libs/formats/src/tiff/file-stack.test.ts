import { truncate } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookAtData } from '../image/look.js';
import { describeData, readArray, readDataset } from '../read-dataset.js';
import { makeScratch, type Scratch } from '../testing/scratch.js';
import { encodeTiff } from './encoder.js';

let scratch: Scratch;
beforeAll(async () => {
  scratch = await makeScratch();
});
afterAll(() => scratch.remove());

/** Files of [slice = 2, detector = 3] whose values say where they lie: 100 file + 10 slice + detector. */
async function write(name: string, count: number, width = 3) {
  const stack: { name: string; path: string }[] = [];
  for (let file = 0; file < count; file += 1) {
    const data = Uint16Array.from(
      { length: 2 * width },
      (_, at) => 100 * file + 10 * Math.floor(at / width) + (at % width),
    );
    const parts = encodeTiff({ dtype: 'uint16', shape: [2, width], data });
    const file_ = `${name}_${file}.tif`;
    stack.push({ name: file_, path: await scratch.write(file_, ...parts) });
  }
  return { path: stack[0]?.path ?? '', stack };
}

describe('a stack of TIFF files', () => {
  it('has a projection in each file, or a sinogram', async () => {
    const { path, stack } = await write('proj', 3);
    const { data, format } = await readDataset(path, { stack });
    expect([format, data.shape, data.axes]).toEqual(['tiff', [2, 3, 3], ['slice', 'angle', 'detector']]);
    expect([...data.data]).toEqual(
      [0, 1].flatMap((slice) => [0, 1, 2].flatMap((file) => [0, 1, 2].map((bin) => 100 * file + 10 * slice + bin))),
    );
    const sinograms = await readDataset(path, { stack, axes: ['sinograms'] });
    expect([sinograms.data.shape, sinograms.data.axes]).toEqual([
      [3, 2, 3],
      ['slice', 'angle', 'detector'],
    ]);
    expect((await describeData(path, { stack })).data).toEqual({ dtype: 'uint16', shape: [2, 3, 3], axes: data.axes });
    expect(await lookAtData({ path, stack, label: 'stack' })).toMatchObject({
      format: 'tiff',
      plane: { at: 1, max: 212 },
    });
  });

  it('is read in parts, from no other files than these', async () => {
    const { path, stack } = await write('part', 4);
    await truncate(stack[1]?.path ?? '', 0);
    const range = { axis: 'slice', start: 1, stop: 2, extent: 2 };
    await expect(readDataset(path, { stack, range })).rejects.toThrow('part_0.tif: part_1.tif: is no TIFF file');
    const part = await readArray(path, 'data', { stack, ranges: { angle: [2, 4], slice: [1, 2], detector: [1, 3] } });
    expect([part.shape, [...part.data]]).toEqual([
      [1, 2, 2],
      [211, 212, 311, 312],
    ]);
  });

  it('is refused where files are not alike, with the names of both', async () => {
    const { path, stack } = await write('alike', 2);
    const { stack: wide } = await write('wide', 1, 4);
    await expect(readDataset(path, { stack: [...stack, ...wide], label: 'S' })).rejects.toMatchObject({
      code: 'DATA_FORMAT',
      message: expect.stringMatching(/^S: wide_0\.tif: is uint16 of 4 x 2, alike_0\.tif is uint16 of 3 x 2/) as string,
    });
    const pages = await scratch.write(
      'pages.tif',
      ...encodeTiff({ dtype: 'uint16', shape: [2, 2, 3], data: new Uint16Array(12) }),
    );
    await expect(readDataset(path, { stack: [...stack, { name: 'pages.tif', path: pages }] })).rejects.toThrow(
      /pages\.tif: has 2 pages; of several files each must have one/,
    );
    // Alone it has all its pages.
    const only = [{ name: 'pages.tif', path: pages }];
    expect((await readDataset(pages, { stack: only })).data.shape).toEqual([2, 2, 3]);
    await expect(readDataset(path, { stack, limits: { maxBytes: 20 } })).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
    });
  });
});
