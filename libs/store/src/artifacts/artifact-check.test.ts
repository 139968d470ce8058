import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ArtifactStore } from '../artifact-store.js';
import { openArtifactStore } from '../file-artifact-store.js';

const round = 1_000_000;
let folder: string;
let store: ArtifactStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rondel-check-'));
  store = openArtifactStore(folder);
});
afterEach(() => rm(folder, { recursive: true }));

/** Writes other bytes of the same length where an artifact lies. */
async function damage(sha256: string, bytes: Uint8Array): Promise<void> {
  const path = await store.localPath(sha256);
  await chmod(path, 0o644);
  await writeFile(path, bytes);
}

async function damaged(content: string): Promise<string> {
  const { sha256 } = await store.put([Buffer.from(content)]);
  await damage(sha256, Buffer.alloc(content.length));
  return sha256;
}

describe('an artifact that suffered on the disk', () => {
  // Up to 1 MiB is compared before anything is written, larger ones after.
  it.each([
    ['small', 10],
    ['large', 2 ** 20 + 10],
  ])('is made whole by storing the same bytes again: a %s one', async (_name, length) => {
    const bytes = Buffer.alloc(length, 7);
    const { sha256 } = await store.put([bytes]);
    await damage(sha256, Buffer.alloc(length));
    expect(await store.put([bytes])).toEqual({ sha256, bytes: length, existed: false });
    expect((await buffer(await store.open(sha256))).equals(bytes)).toBe(true);
    expect(await store.put([bytes])).toEqual({ sha256, bytes: length, existed: true });
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
  });

  it('is made whole by an upload in parts', async () => {
    const sha256 = await damaged('in parts');
    const { upload } = await store.beginUpload();
    await store.appendUpload(upload, { offset: 0, source: [Buffer.from('in parts')] });
    expect(await store.finishUpload(upload)).toMatchObject({ sha256, existed: false });
    expect(await text(await store.open(sha256))).toBe('in parts');
  });

  it('is found with the hash that its bytes have', async () => {
    const sha256 = await damaged('rotten');
    const { sha256: found } = await store.put([Buffer.alloc(6)]);
    expect(await store.files.check(sha256, {})).toEqual({ sha256, bytes: 6, found });
    expect(await store.files.check(found, {})).toBeUndefined();
    expect(await store.files.check('0'.repeat(64), {})).toBeUndefined();
    expect(await store.stat(sha256)).toBeDefined();
  });

  it('goes to the trash, from where nobody takes it back, and can be stored anew', async () => {
    const sha256 = await damaged('set aside');
    expect(await store.files.check(sha256, { round })).toMatchObject({ sha256 });
    expect(await store.stat(sha256)).toBeUndefined();
    expect(await store.touch(sha256)).toBeUndefined();
    expect(await store.put([Buffer.from('set aside')])).toMatchObject({ sha256, existed: false });
    const emptied = await store.files.deleteDiscarded({ before: round + 1, mustStay: () => true });
    expect(emptied).toEqual({ files: 1, bytes: 9 });
    expect(await text(await store.open(sha256))).toBe('set aside');
    expect(await store.removedAt(sha256)).toBeUndefined();
  });
});

it('goes through artifacts in the order of their hashes, from any of them on', async () => {
  for (let index = 0; index < 20; index += 1) await store.put([Buffer.from(`artifact ${index}`)]);
  const hashes = async (after?: string) => {
    const found: string[] = [];
    for await (const { sha256 } of store.files.artifacts({ after })) found.push(sha256);
    return found;
  };
  const all = await hashes();
  expect(all).toHaveLength(20);
  expect(all).toEqual([...all].sort());
  expect(await hashes(all[7])).toEqual(all.slice(8));
  expect(await hashes(all[19])).toEqual([]);
});
