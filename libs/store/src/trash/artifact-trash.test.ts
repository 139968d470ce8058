import { access, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ArtifactStore } from '../artifact-store.js';
import { openArtifactStore } from '../file-artifact-store.js';

const round = 1_000_000;
let folder: string;
let store: ArtifactStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rondel-trash-'));
  store = openArtifactStore(folder);
});
afterEach(() => rm(folder, { recursive: true }));

/** Stores a text that was used last at the beginning of 2020. */
async function oldArtifact(content: string): Promise<string> {
  const { sha256 } = await store.put([Buffer.from(content)]);
  const old = new Date('2020-01-01T00:00:00Z');
  await utimes(await store.localPath(sha256), old, old);
  return sha256;
}

const yesterday = () => Date.now() - 24 * 3600 * 1000;
const discard = (sha256: string) => store.files.discard(sha256, { round, unusedSince: yesterday() });
const empty = (mustStay: (sha256: string) => boolean = () => false) =>
  store.files.deleteDiscarded({ before: round + 1, mustStay });
const deletedLater = async (sha256: string) => (await empty(), await store.stat(sha256)) === undefined;

describe.each(['asynchronous', 'blocking'] as const)('an artifact that was discarded (%s calls)', (smallFiles) => {
  beforeEach(() => {
    store = openArtifactStore(folder, { smallFiles });
  });

  it('is deleted when nobody has asked for it, and that is told afterwards', async () => {
    const sha256 = await oldArtifact('forgotten');
    expect(await discard(sha256)).toBe(true);
    expect(await store.removedAt(sha256)).toBeUndefined();
    expect(await empty()).toEqual({ files: 1, bytes: 9 });
    expect(await store.stat(sha256)).toBeUndefined();
    expect((await store.removedAt(sha256))?.getTime()).toBeGreaterThan(yesterday());
    await expect(store.localPath(sha256)).rejects.toThrow('was removed from this store on');
    expect(await readdir(join(folder, 'trash'))).toEqual([]);
  });

  it('waits until its time has come', async () => {
    const sha256 = await oldArtifact('waiting');
    await discard(sha256);
    expect(await store.files.deleteDiscarded({ before: round, mustStay: () => false })).toEqual({ files: 0, bytes: 0 });
    expect(await readdir(join(folder, 'trash', String(round)))).toEqual([sha256]);
  });

  it.each([
    ['asks for it', (sha256: string) => store.stat(sha256)],
    ['touches it', (sha256: string) => store.touch(sha256)],
    ['reads it', async (sha256: string) => text(await store.open(sha256))],
    ['needs its path', async (sha256: string) => access(await store.localPath(sha256))],
    ['uploads it again', () => store.put([Buffer.from('wanted')])],
  ])('comes back when somebody %s', async (_what, use) => {
    const sha256 = await oldArtifact('wanted');
    await discard(sha256);
    await use(sha256);
    expect(await deletedLater(sha256)).toBe(false);
  });

  it('comes back when it must stay after all', async () => {
    const sha256 = await oldArtifact('needed');
    await discard(sha256);
    expect(await empty((each) => each === sha256)).toEqual({ files: 0, bytes: 0 });
    expect(await store.stat(sha256)).toMatchObject({ bytes: 6 });
  });

  it('is read to its end by whoever has it open', async () => {
    const sha256 = await oldArtifact('downloading');
    const stream = await store.open(sha256);
    await discard(sha256);
    await empty();
    expect(await text(stream)).toBe('downloading');
  });

  it('is not told to be removed once it was uploaded anew', async () => {
    const sha256 = await oldArtifact('again');
    await discard(sha256);
    await empty();
    expect(await store.put([Buffer.from('again')])).toMatchObject({ existed: false });
    expect(await store.removedAt(sha256)).toBeUndefined();
  });
});

it('does not discard what was used while it was decided', async () => {
  const sha256 = await oldArtifact('touched');
  await store.touch(sha256);
  expect(await discard(sha256)).toBe(false);
  expect(await deletedLater(sha256)).toBe(false);
  expect(await discard('0'.repeat(64))).toBe(false);
});

it('never loses bytes that are uploaded, over and over, while they are being removed', async () => {
  const sha256 = await oldArtifact('contended');
  const over = new AbortController();
  const removing = (async () => {
    for (let time = 1; !over.signal.aborted; time += 1) {
      // As if nothing were ever young, so that every round discards.
      await store.files.discard(sha256, { round: time, unusedSince: Infinity });
      await store.files.deleteDiscarded({ before: Infinity, mustStay: () => false });
    }
  })();
  const uploads = await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let count = 0; count < 50; count += 1) await store.put([Buffer.from('contended')]);
    }),
  );
  over.abort();
  await removing;
  expect(uploads).toHaveLength(4);
  // The last upload may have been removed by a round after it; the rule of the young keeps it from that, as here.
  await store.put([Buffer.from('contended')]);
  expect(await discard(sha256)).toBe(false);
  expect(await text(await store.open(sha256))).toBe('contended');
});

it('keeps every upload that was answered before a removal could see it as old', async () => {
  const sha256 = await oldArtifact('raced');
  for (let time = 1; time <= 50; time += 1) {
    const old = new Date('2020-01-01T00:00:00Z');
    await utimes(await store.localPath(sha256), old, old);
    await Promise.all([
      store.put([Buffer.from('raced')]),
      store.files.discard(sha256, { round: time, unusedSince: yesterday() }),
    ]);
    // Whatever came first: what was answered is there, in place or about to be taken back.
    await store.files.deleteDiscarded({ before: Infinity, mustStay: () => false });
    expect(await store.stat(sha256), `round ${time}`).toMatchObject({ bytes: 5 });
  }
});
