import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openArtifactStore } from '../file-artifact-store.js';
import { openPartArea } from './part-area.js';

const job = '01JD3AAAAAAAAAAAAAAAAAAAAA';
let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'rondel-parts-'))));
afterEach(() => rm(folder, { recursive: true }));

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

it('removes the parts of runs that are over and leaves those of the present one', async () => {
  const area = openPartArea(folder);
  const { parts } = openArtifactStore(folder).files;
  expect(await area.has(job)).toBe(false);
  await area.remove({ job, run: 5 });
  for (const run of [0, 1]) area.files({ job, run }).put(hashOf(`run ${run}`), [Buffer.from(`run ${run}`)]);
  expect(await parts.jobs()).toEqual([job]);
  await area.remove({ job, run: 0 });
  expect(await readdir(join(folder, 'parts', job))).toEqual(['1']);
  expect(await readFile(area.files({ job, run: 1 }).path(hashOf('run 1')), 'utf8')).toBe('run 1');
  await parts.remove({ job, run: Infinity });
  expect(await parts.jobs()).toEqual([]);
  expect(await area.has(job)).toBe(false);
});

it('writes a part whole, once, and again when it is gone or shorter', async () => {
  const files = openPartArea(folder).files({ job, run: 0 });
  const text = 'a part of two pieces';
  const name = hashOf(text);
  const put = () => files.put(name, [Buffer.from(text.slice(0, 6)), Buffer.from(text.slice(6))]);
  put();
  for (const lose of [() => truncate(files.path(name), 3), () => rm(files.path(name))]) {
    await lose();
    put();
    expect(await readFile(files.path(name), 'utf8')).toBe(text);
  }
  files.discard(name);
  expect(await readdir(join(folder, 'parts', job, '0'))).toEqual([]);
  put();
  expect(await readdir(join(folder, 'parts', job, '0'))).toEqual([name]);
  expect(() => files.put('../elsewhere', [])).toThrow(/SHA-256/);
});
