import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRegularFile } from './file/opened-file.js';
import { detectFormat, formatsAdvised, readableFormats } from './readable-formats.js';
import { readDataset } from './read-dataset.js';
import { makeScratch, type Scratch } from './testing/scratch.js';
import { encodeArray, writableFormats, type WritableFormat } from './writable-formats.js';

const image = { dtype: 'float32' as const, shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) };

/** What each written format is read as; the others are images to look at, which nobody reconstructs. */
const readAs: Readonly<Record<WritableFormat, string | undefined>> = {
  npy: 'npy',
  h5: 'hdf5',
  tif: 'tiff',
  'nii.gz': undefined,
  dcm: undefined,
  png: undefined,
};

let scratch: Scratch;
beforeAll(async () => {
  scratch = await makeScratch();
});
afterAll(() => scratch.remove());

it.each(Object.keys(writableFormats) as WritableFormat[])(
  'a %s file is known by one reader or none, whatever its name, and by none read as another',
  async (format) => {
    const path = await scratch.write('file.npy', ...(await encodeArray(image, format)).parts);
    const file = await openRegularFile(path, 'file');
    try {
      expect(await detectFormat(file)).toBe(readAs[format]);
    } finally {
      await file.handle.close();
    }
    if (readAs[format] === undefined) await expect(readDataset(path)).rejects.toMatchObject({ code: 'DATA_FORMAT' });
    else expect([...(await readDataset(path)).data.data]).toEqual([...image.data]);
  },
);

it('advises every format that is read', () => {
  const advice = formatsAdvised();
  for (const reader of Object.values(readableFormats)) expect(advice).toContain(reader.advice);
});
