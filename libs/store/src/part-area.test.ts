import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openArtifactStore } from './file-artifact-store.js';
import { openPartArea } from './part-area.js';

const job = '01JD3AAAAAAAAAAAAAAAAAAAAA';
let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'rondel-parts-'))));
afterEach(() => rm(folder, { recursive: true }));

it('removes the parts of runs that are over and leaves those of the present one', async () => {
  const area = openPartArea(folder);
  const { parts } = openArtifactStore(folder).files;
  expect(await area.has(job)).toBe(false);
  await area.remove({ job, run: 5 });
  for (const run of [0, 1]) await area.files({ job, run }).put([Buffer.from(`run ${run}`)]);
  const { sha256 } = await area.files({ job, run: 1 }).put([Buffer.from('part')]);
  expect(await parts.jobs()).toEqual([job]);
  await area.remove({ job, run: 0 });
  expect(await readdir(join(folder, 'parts', job))).toEqual(['1']);
  expect(await area.files({ job, run: 1 }).localPath(sha256)).toContain(sha256.slice(2));
  await parts.remove({ job, run: Infinity });
  expect(await parts.jobs()).toEqual([]);
  expect(await area.has(job)).toBe(false);
});
