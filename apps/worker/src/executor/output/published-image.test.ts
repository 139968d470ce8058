import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { float32Array, type Dataset, type NdArray } from '@rondel/contracts';
import { divideDataset } from '@rondel/reco';
import { openArtifactStore, openPartArea, type ArtifactStore } from '@rondel/store';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { putDataset } from '../files/dataset-parts.js';
import { openImagePublisher } from './published-image.js';

let folder: string;
let store: ArtifactStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rondel-published-'));
  store = openArtifactStore(folder);
});
afterEach(() => rm(folder, { recursive: true }));

const axes = ['slice', 'y', 'x'];
const image = (slices: number, rows: number, first = 0) => {
  const values = Float32Array.from({ length: slices * rows * 2 }, (_, index) => Math.sin(first + index));
  return float32Array(values, [slices, rows, 2], axes, [1, 2, 2]);
};

it('publishes the same picture, and stores it again when it is gone', async () => {
  const { publish } = openImagePublisher(store);
  const first = await publish(image(3, 4));
  const path = await store.localPath((first.preview ?? '').replace('artifact:sha256-', ''));
  const picture = await readFile(path);
  await rm(path);
  expect(await publish(image(3, 4))).toEqual(first);
  expect(await readFile(path)).toEqual(picture);
  expect(await publish(image(3, 4, 1))).not.toMatchObject({ preview: first.preview });
  expect(await openImagePublisher(store).publish(image(3, 4))).toEqual(first);
});

it('H5: joins no blocks to an image that is larger than a job may write, and stores nothing of it', async () => {
  const files = openPartArea(folder).files({ job: '01JD3AAAAAAAAAAAAAAAAAAAAA', run: 0 });
  const { gather } = openImagePublisher(store);
  const block = (first: number): Dataset => ({ data: image(1, 2, first), companions: {}, attributes: {} });
  const parts = [0, 1].map((from) => putDataset(block(4 * from), files));
  const refused = gather(parts, 'slice', { files, maxOutputBytes: 31 });
  await expect(refused).rejects.toMatchObject({
    code: 'QUOTA_EXCEEDED',
    failure: { details: { bytes: 32, maxBytes: 31, shape: [2, 2, 2] }, retryable: false },
  });
  expect((await gather(parts, 'slice', { files, maxOutputBytes: 32 })).shape).toEqual([2, 2, 2]);
});

it('joins small blocks and large ones to the image that was not divided', async () => {
  const files = openPartArea(folder).files({ job: '01JD3AAAAAAAAAAAAAAAAAAAAA', run: 0 });
  const { publish, gather } = openImagePublisher(store);
  // 48 bytes and 3 MiB, on either side of the size up to which blocks are joined in memory.
  for (const rows of [2, 2 ** 17]) {
    const whole = image(3, rows);
    const parts = [0, 1, 2].map((slice) => {
      const values = whole.data.subarray(slice * rows * 2, (slice + 1) * rows * 2);
      const data = { ...whole, shape: [1, rows, 2], data: values };
      const block: Dataset = { data, companions: {}, attributes: {} };
      return putDataset(block, files);
    });
    expect(await gather(parts, 'slice', { files, maxOutputBytes: Infinity })).toEqual(await publish(whole));
  }
});

it('publishes complex images of several colours, in one piece or joined from blocks, with their magnitudes', async () => {
  const files = openPartArea(folder).files({ job: '01JD3AAAAAAAAAAAAAAAAAAAAA', run: 0 });
  const { publish, gather } = openImagePublisher(store);
  // Up to 1 MiB is joined in memory.
  for (const rows of [2, 2 ** 15]) {
    const shape = [2, 3, 1, rows, 2];
    const data = Float32Array.from({ length: 2 * 2 * 3 * rows * 2 }, (_, index) => (index % 2 === 0 ? 3 : -4));
    const whole: NdArray = { dtype: 'complex64', shape, axes: ['colour', 'frame', 'slice', 'y', 'x'], data };
    const parts = divideDataset({ data: whole, companions: {}, attributes: {} }, 'frame', 2).map((block) =>
      putDataset(block, files),
    );
    const published = await publish(whole);
    expect(published).toMatchObject({ dtype: 'complex64', shape, min: 5, max: 5, mean: 5 });
    expect(await gather(parts, 'frame', { files, maxOutputBytes: Infinity })).toEqual(published);
    const damaged = { ...whole, data: data.with(5, NaN) };
    await expect(publish(damaged)).rejects.toMatchObject({ code: 'STEP_FAILED' });
  }
});

it('S8: refuses images with values that are not finite, in one piece or joined from blocks', async () => {
  const files = openPartArea(folder).files({ job: '01JD3AAAAAAAAAAAAAAAAAAAAA', run: 0 });
  const { publish, gather } = openImagePublisher(store);
  for (const rows of [2, 2 ** 17]) {
    for (const hole of [NaN, -Infinity]) {
      const damaged = image(1, rows);
      damaged.data[3] = hole;
      const refusal = { code: 'STEP_FAILED', message: expect.stringContaining('NaN or infinite') as string };
      await expect(publish(damaged)).rejects.toMatchObject(refusal);
      const parts = [image(1, rows), damaged].map((data) =>
        putDataset({ data, companions: {}, attributes: {} }, files),
      );
      await expect(gather(parts, 'slice', { files, maxOutputBytes: Infinity })).rejects.toMatchObject(refusal);
    }
  }
});
