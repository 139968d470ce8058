import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { float32Array, type Dataset } from '@rondel/contracts';
import { openArtifactStore, openPartArea } from '@rondel/store';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { putDataset, putDocument } from './executor/files/dataset-parts.js';

const job = '01JD3AAAAAAAAAAAAAAAAAAAAA';
let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'rondel-part-check-'))));
afterEach(() => rm(folder, { recursive: true }));

const dataset: Dataset = {
  data: float32Array(Float32Array.from({ length: 33 }, Math.sqrt), [3, 11]),
  companions: {
    angles: float32Array(Float32Array.of(0, 1, 2), [3]),
    // Large enough for a file of its own.
    white: float32Array(new Float32Array(2 ** 18).fill(0.5), [2 ** 18]),
  },
  attributes: { name: 'µ-CT' },
};

it('the store tells damaged parts from whole ones as executors leave them', async () => {
  const parts = openPartArea(folder).files({ job, run: 0 });
  putDataset(dataset, parts);
  putDataset(dataset, parts, { block: { axis: 'angle', extent: 6, start: 0, stop: 3, from: 0, to: 3 } });
  const warned: Dataset = { ...dataset, warnings: [{ code: 'DARK_MISSING', message: 'No dark fields.' }] };
  putDataset(warned, parts, { block: { axis: 'angle', extent: 6, start: 3, stop: 6, from: 3, to: 6 } });
  putDocument({ blocks: [1, 2] }, parts);
  const { files } = openArtifactStore(folder);
  const sizes: number[] = [];
  for await (const file of files.passing('parts')) {
    const path = join(folder, 'parts', file.name);
    const bytes = await readFile(path);
    sizes.push(bytes.length);
    expect(await files.checkPassing(file, { remove: false }), file.name).toBe(false);
    // The last byte, one of the main array or in the middle, one of the header.
    for (const at of [bytes.length - 1, Math.floor(bytes.length * 0.7), 9]) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8((changed[at] ?? 0) ^ 1, at);
      await writeFile(path, changed);
      expect(await files.checkPassing(file, { remove: false }), `${file.name} at ${at}`).toBe(true);
    }
    await writeFile(path, bytes.subarray(0, -1));
    expect(await files.checkPassing(file, { remove: false }), `${file.name} cut`).toBe(true);
    await writeFile(path, bytes);
  }
  // Three datasets, the companion that they share, the document.
  expect(sizes).toHaveLength(5);
});
