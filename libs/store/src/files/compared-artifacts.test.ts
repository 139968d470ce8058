import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readFile, rename, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { comparedArtifacts } from './compared-artifacts.js';
import { openArtifactStore } from '../file-artifact-store.js';

describe('a store that does not compare the same artifact twice in an hour', () => {
  const content = Buffer.from('the same bytes');
  const sha256 = createHash('sha256').update(content).digest('hex');
  let folder: string;
  let path: string;
  const reopen = (comparedForMs?: number) =>
    openArtifactStore(folder, { smallFiles: 'blocking', ...(comparedForMs !== undefined && { comparedForMs }) });
  let store: ReturnType<typeof reopen>;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rondel-compared-'));
    path = join(folder, 'sha256', sha256.slice(0, 2), sha256.slice(2));
    store = reopen(3_600_000);
    await store.put([content]);
    expect(await store.put([content])).toMatchObject({ existed: true });
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Other bytes in the same file, as a disk that fails leaves them. */
  async function damage() {
    await chmod(path, 0o600);
    await writeFile(path, 'other  bytes..');
  }

  it('leaves it alone where one that compares each time would replace it', async () => {
    await damage();
    expect(await store.put([content])).toMatchObject({ existed: true });
    expect(await reopen().put([content])).toMatchObject({ existed: false });
    expect(await readFile(path)).toEqual(content);
  });

  it('replaces a copy that is gone, shorter or another file', async () => {
    const lose = [
      () => rm(path),
      () => chmod(path, 0o600).then(() => truncate(path, 3)),
      async () => {
        await writeFile(`${path}.new`, 'other  bytes..');
        await rename(`${path}.new`, path);
      },
    ];
    for (const loss of lose) {
      await loss();
      expect(await store.put([content])).toMatchObject({ existed: false });
      expect(await readFile(path)).toEqual(content);
      expect(await store.put([content])).toMatchObject({ existed: true });
    }
  });

  it('marks a copy as used whose last use is longer ago', async () => {
    const before = new Date(Date.now() - 2 * 3_600_000);
    await utimes(path, before, before);
    await store.put([content]);
    expect((await stat(path)).mtimeMs).toBeGreaterThan(before.getTime());
  });

  it('takes a copy back out of the trash', async () => {
    await store.files.discard(sha256, { round: Date.now(), unusedSince: Date.now() + 3_600_000 });
    expect(await store.put([content])).toMatchObject({ existed: true });
    expect(await readFile(path)).toEqual(content);
  });
});

it('compares again when the time is over', async () => {
  let now = 1000;
  const compared = comparedArtifacts(100, () => now);
  const status = { ino: 1, size: 5, mtimeMs: 1000 };
  const look = () => Promise.resolve(status);
  compared.add('a', status);
  expect(await compared.isRecent({ sha256: 'a', bytes: 5 }, look)).toBe(true);
  expect(await compared.isRecent({ sha256: 'a', bytes: 6 }, look)).toBe(false);
  expect(await compared.isRecent({ sha256: 'b', bytes: 5 }, look)).toBe(false);
  now = 1100;
  expect(await compared.isRecent({ sha256: 'a', bytes: 5 }, () => Promise.resolve({ ...status, mtimeMs: 1100 }))).toBe(
    false,
  );
});
