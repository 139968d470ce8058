import { mkdir, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openArtifactStore } from './file-artifact-store.js';
import { hashFile } from './files/hash-file.js';
import { openResultArea } from './results/result-area.js';
import { describeArtifactStore } from './testing/artifact-store-suite.js';

async function makeFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'rondel-store-'));
}

describeArtifactStore('file store', async () => {
  const folder = await makeFolder();
  return { store: openArtifactStore(folder), remove: () => rm(folder, { recursive: true }) };
});

describeArtifactStore('file store of a process that waits for the disk', async () => {
  const folder = await makeFolder();
  const store = openArtifactStore(folder, { smallFiles: 'blocking' });
  return { store, remove: () => rm(folder, { recursive: true }) };
});

describe('the file store on disk', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await makeFolder();
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('keeps an artifact under its hash, read-only', async () => {
    for (const smallFiles of ['asynchronous', 'blocking'] as const) {
      const { sha256 } = await openArtifactStore(folder, { smallFiles }).put([Buffer.from(smallFiles)]);
      const path = join(folder, 'sha256', sha256.slice(0, 2), sha256.slice(2));
      expect((await stat(path)).mode & 0o222).toBe(0);
      expect(await hashFile(path)).toBe(sha256);
      expect(await hashFile(path, { smallFiles })).toBe(sha256);
    }
  });

  it('leaves no file behind after a failed put', async () => {
    const store = openArtifactStore(folder);
    await expect(store.put([Buffer.alloc(10)], { maxBytes: 5 })).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    await expect(store.put([Buffer.alloc(10)], { expectedSha256: 'a'.repeat(64) })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    expect(await readdir(folder)).toEqual(['incoming']);
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
  });

  it('shows nothing of what a crashed process was writing, and collects it after a day', async () => {
    const store = openArtifactStore(folder);
    const { sha256 } = await store.put([Buffer.from('finished')]);
    const { upload } = await store.beginUpload();
    const leftOver = join(folder, 'incoming', 'crashed.part');
    await writeFile(leftOver, 'half of an artifact');
    expect(await store.collectUnfinished()).toBe(0);
    const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1000);
    await utimes(leftOver, yesterday, yesterday);
    expect(await store.collectUnfinished()).toBe(1);
    expect(await store.stat(sha256)).toMatchObject({ bytes: 8 });
    expect(await store.uploadState(upload)).toMatchObject({ offset: 0 });
  });

  it('collects what killed processes were writing for shared results, and no result', async () => {
    const key = 'ab'.repeat(32);
    const results = openResultArea(folder);
    const { sha256 } = await results.files(key).put([Buffer.from('shared')]);
    const old = new Date(Date.now() - 25 * 60 * 60 * 1000);
    await utimes(await results.files(key).localPath(sha256), old, old);
    const leftOver = join(folder, 'results', key.slice(0, 2), key.slice(2), 'incoming', 'crashed.part');
    await writeFile(leftOver, 'half');
    expect(await openArtifactStore(folder).collectUnfinished()).toBe(0);
    await utimes(leftOver, old, old);
    expect(await openArtifactStore(folder).collectUnfinished()).toBe(1);
    expect(await hashFile(await results.files(key).localPath(sha256))).toBe(sha256);
  });

  it('collects in a folder that is not there yet', async () => {
    expect(await openArtifactStore(join(folder, 'later')).collectUnfinished()).toBe(0);
  });

  it('replaces an artifact that a power failure cut short', async () => {
    const store = openArtifactStore(folder);
    const { sha256 } = await store.put([Buffer.from('complete')]);
    const path = await store.localPath(sha256);
    await rm(path);
    await writeFile(path, 'comp');
    expect(await store.put([Buffer.from('complete')])).toMatchObject({ existed: false });
    expect(await hashFile(path)).toBe(sha256);
  });

  it('reports a damaged record', async () => {
    const id = '01JD3AAAAAAAAAAAAAAAAAAAAA';
    const store = openArtifactStore(folder);
    await store.putRecord(id, {});
    await rm(join(folder, 'records', '01JD3', `${id}.json`));
    await writeFile(join(folder, 'records', '01JD3', `${id}.json`), '{');
    await expect(store.getRecord(id)).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('writes the other records when one of many cannot be written', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `01JD3${'A'.repeat(19)}${index + 10}`);
    const [blocked = '', ...others] = ids;
    await mkdir(join(folder, 'records', '01JD3', `${blocked}.json`, 'in the way'), { recursive: true });
    const store = openArtifactStore(folder);
    const written = await Promise.allSettled(ids.map((id) => store.putRecord(id, { id })));
    expect(written.map(({ status }) => status)).toEqual(['rejected', ...others.map(() => 'fulfilled')]);
    for (const id of others) expect(await store.getRecord(id)).toEqual({ id });
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
  });

  it('stores 256 MiB without holding them in memory', async () => {
    const piece = Buffer.alloc(1024 ** 2, 1);
    async function* pieces() {
      for (let index = 0; index < 256; index++) {
        await Promise.resolve();
        yield piece;
      }
    }
    const before = process.memoryUsage().arrayBuffers;
    const { bytes, sha256 } = await openArtifactStore(folder).put(pieces());
    expect(bytes).toBe(256 * 1024 ** 2);
    // A store that collected the pieces would hold all 256 MiB here.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 ** 2);
    expect(await hashFile(join(folder, 'sha256', sha256.slice(0, 2), sha256.slice(2)))).toBe(sha256);
  });
});

describe('hashFile', () => {
  it('stops when cancelled', async () => {
    const folder = await makeFolder();
    const path = join(folder, 'file');
    await writeFile(path, 'x');
    await expect(hashFile(path, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
    await rm(folder, { recursive: true });
  });
});
