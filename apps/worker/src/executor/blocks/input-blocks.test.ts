import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { float32Array, withWarnings, type Warning } from '@rondel/contracts';
import { encodeArray } from '@rondel/formats';
import { openArtifactStore, openPartArea } from '@rondel/store';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDatasetPart } from '../files/dataset-parts.js';
import { openHeldInputs } from '../input/held-inputs.js';
import { divideInput, openInputBlock, openInputBlockDocuments, readInputBlock } from './input-blocks.js';
import { describeInput } from '../input/read-input.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'rondel-input-blocks-'))));
afterEach(() => rm(folder, { recursive: true }));

const axes = ['slice', 'angle', 'detector'];
const doubt: Warning = { code: 'UNITS_ASSUMED', message: 'The file names no unit.' };

it.each([true, false])(
  'blocks of raw data have what reading all of it gave rise to, by reference: %s',
  async (byReference) => {
    const store = openArtifactStore(folder);
    const values = Float32Array.from({ length: 24 }, (_, index) => index);
    const { sha256 } = await store.put((await encodeArray(float32Array(values, [4, 3, 2]), 'npy')).parts);
    const files = openPartArea(folder).files({ job: '01JD3AAAAAAAAAAAAAAAAAAAAA', run: 0 });
    const places = { store, roots: {}, held: openHeldInputs(), files, documents: openInputBlockDocuments() };
    const described = await describeInput({ data: `artifact:sha256-${sha256}` }, places);
    const names = { unnamedAxes: axes, companionAxes: {} };
    const leaves = { kind: 'blocks', axis: 'slice', size: 2, halo: 0, byReference } as const;
    const doubtful = { ...described, dataset: withWarnings(described.dataset, [doubt]) };
    for (const [input, expected] of [
      [described, undefined],
      [doubtful, [doubt]],
    ] as const) {
      const { parts } = await divideInput(input, { leaves, names, maxOutputBytes: 96 }, places);
      expect(parts).toHaveLength(2);
      for (const part of parts) {
        const block = openInputBlock(part, places);
        const dataset = block ? await readInputBlock(block, places) : openDatasetPart(part, files).load();
        expect([dataset.data.shape, dataset.warnings]).toEqual([[2, 3, 2], expected]);
      }
    }
  },
);

it('H5: raw data is copied in blocks only where it is no larger than an array that a job may write', async () => {
  const store = openArtifactStore(folder);
  const { sha256 } = await store.put((await encodeArray(float32Array(new Float32Array(24), [4, 3, 2]), 'npy')).parts);
  const files = openPartArea(folder).files({ job: '01JD3AAAAAAAAAAAAAAAAAAAAA', run: 0 });
  const places = { store, roots: {}, held: openHeldInputs(), files, documents: openInputBlockDocuments() };
  const described = await describeInput({ data: `artifact:sha256-${sha256}` }, places);
  const names = { unnamedAxes: axes, companionAxes: {} };
  const divided = (byReference: boolean) =>
    divideInput(
      described,
      { leaves: { kind: 'blocks', axis: 'slice', size: 2, halo: 0, byReference }, names, maxOutputBytes: 95 },
      places,
    );
  await expect(divided(false)).rejects.toMatchObject({
    code: 'QUOTA_EXCEEDED',
    message: expect.stringMatching(
      /"data" that the job leaves for its next stage would take 96 B.*--max-output/,
    ) as string,
  });
  expect((await divided(true)).parts).toHaveLength(2);
});
