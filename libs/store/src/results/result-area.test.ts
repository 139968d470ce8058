import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openArtifactStore } from '../file-artifact-store.js';
import { openResultArea } from './result-area.js';

const key = createHash('sha256').update('a result').digest('hex');
const other = createHash('sha256').update('another result').digest('hex');

describe('the area of kept results', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'rondel-results-'))));
  afterEach(() => rm(folder, { recursive: true }));

  it('gives back what was put under a key, and lists it', async () => {
    const area = openResultArea(folder);
    expect(await area.list()).toEqual([]);
    const { sha256 } = await area.files(key).put([Buffer.from('abc')]);
    expect(await readFile(await area.files(key).localPath(sha256), 'utf8')).toBe('abc');
    expect((await area.list()).map((found) => found.key)).toEqual([key]);
  });

  it('removes a result and nothing else, be the bytes the same', async () => {
    const area = openResultArea(folder);
    const store = openArtifactStore(folder);
    const { sha256 } = await store.put([Buffer.from('abc')]);
    for (const each of [key, other]) await area.files(each).put([Buffer.from('abc')]);
    await area.remove(key);
    await area.remove(key);
    await expect(area.files(key).localPath(sha256)).rejects.toMatchObject({ code: 'DATA_NOT_FOUND' });
    expect(await readFile(await area.files(other).localPath(sha256), 'utf8')).toBe('abc');
    expect(await readFile(await store.localPath(sha256), 'utf8')).toBe('abc');
  });

  it('refuses a file that is no longer what it was, and a key that is no hash', async () => {
    const area = openResultArea(folder);
    const { sha256 } = await area.files(key).put([Buffer.from('abc')]);
    const path = await area.files(key).localPath(sha256);
    await rm(path);
    await writeFile(path, 'abd');
    await expect(area.files(key).localPath(sha256)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(() => area.files('../../etc')).toThrow(/64 lower-case hex digits/);
  });
});
