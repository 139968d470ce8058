import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { float32Array, type Job } from '@rondel/contracts';
import { renderSlice } from '@rondel/formats';
import { openArtifactStore, type ArtifactStore } from '@rondel/store';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { drawnPicture } from './drawn-picture.js';

const image = float32Array(Float32Array.from([-1.5, 0.25, 3, 7.125]), [1, 1, 2, 2], ['frame', 'slice', 'y', 'x']);
const provenance = '{"job":"1"}';
let folder: string;
let store: ArtifactStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rondel-drawn-'));
  store = openArtifactStore(folder);
});
afterEach(() => rm(folder, { recursive: true }));

async function jobWith(changes: Partial<NonNullable<Job['result']>> = {}): Promise<Pick<Job, 'result'>> {
  const { sha256 } = await store.put([renderSlice(image, { bits: 8 })]);
  const facts = { shape: [...image.shape], axes: [...(image.axes ?? [])], dtype: 'float32', spacing: [1, 1, 1, 1] };
  const values = { min: -1.5, max: 7.125, mean: 2, seconds: 1 };
  const preview = `artifact:sha256-${sha256}`;
  return { result: { artifact: preview, preview, ...facts, ...values, ...changes } };
}

test('the picture of one plane in 8 bit is what its worker has drawn, to the byte of another drawing', async () => {
  const picture = await drawnPicture(await jobWith(), { bits: 8, provenance, window: undefined }, store);
  expect(Buffer.from(picture ?? [])).toEqual(Buffer.from(renderSlice(image, { bits: 8, provenance })));
});

test.each([
  ['more grey levels', { bits: 16 as const }, {}],
  ['as many as there are', { bits: undefined }, {}],
  ['another window', { bits: 8 as const, window: [0, 1] }, {}],
  ['a slice', { bits: 8 as const, slice: 0 }, {}],
  ['several planes', { bits: 8 as const }, { shape: [1, 2, 2, 2] }],
  ['complex numbers', { bits: 8 as const }, { dtype: 'complex64' }],
  ['what the store has not', { bits: 8 as const }, { preview: `artifact:sha256-${'ab'.repeat(32)}` }],
])('%s is drawn anew', async (_, asked, changes) => {
  expect(await drawnPicture(await jobWith(changes), { provenance, ...asked }, store)).toBeUndefined();
});
