import { execFileSync } from 'node:child_process';
import { link, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDataReference, type DataReference } from '@rondel/contracts';
import { openArtifactStore } from '../file-artifact-store.js';
import { resolveReference, type ReferenceSources } from './resolve-reference.js';

let folder: string;
let sources: ReferenceSources;

/** `scans/` is a root, `scans-secret/` beside it is not. */
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'rondel-roots-')));
  const [scans, secret] = [join(folder, 'scans'), join(folder, 'scans-secret')];
  await mkdir(join(scans, 'day 1'), { recursive: true });
  await mkdir(secret);
  await writeFile(join(scans, 'day 1', 'a#b.npy'), 'inside');
  await writeFile(join(secret, 'key'), 'outside');
  await symlink(join(secret, 'key'), join(scans, 'link-out'));
  await symlink(secret, join(scans, 'folder-out'));
  await symlink('../scans-secret/key', join(scans, 'relative-out'));
  await symlink('day 1/a#b.npy', join(scans, 'link-in'));
  await symlink('circle', join(scans, 'circle'));
  await symlink('nowhere', join(scans, 'dangling'));
  await link(join(scans, 'day 1', 'a#b.npy'), join(scans, 'hard-link'));
  execFileSync('mkfifo', [join(scans, 'pipe')]);
  await symlink(scans, join(folder, 'alias'));
  sources = {
    store: openArtifactStore(join(folder, 'store')),
    roots: { scans, alias: join(folder, 'alias'), gone: join(folder, 'gone'), dev: '/dev' },
  };
});
afterAll(() => rm(folder, { recursive: true }));

function inRoot(path: string, root = 'scans'): DataReference {
  return { scheme: 'root', root, path };
}

describe('resolveReference in a root', () => {
  it('finds a file, with its dataset and the reference as label', async () => {
    expect(await resolveReference(parseDataReference('root://scans/day 1/a#b.npy#/entry/data'), sources)).toEqual({
      path: join(folder, 'scans', 'day 1', 'a#b.npy'),
      label: 'root://scans/day 1/a#b.npy#/entry/data',
      dataset: '/entry/data',
    });
  });

  it('follows symbolic links that stay inside, also when the root itself is one', async () => {
    const path = join(folder, 'scans', 'day 1', 'a#b.npy');
    expect(await resolveReference(inRoot('link-in'), sources)).toMatchObject({ path });
    expect(await resolveReference(inRoot('day 1/a#b.npy', 'alias'), sources)).toMatchObject({ path });
    expect(await resolveReference(inRoot('./day 1//a#b.npy'), sources)).toMatchObject({ path });
  });

  it.each([
    ['link-out', /leaves its root through a symbolic link/],
    ['folder-out/key', /leaves its root through a symbolic link/],
    ['relative-out', /leaves its root through a symbolic link/],
    ['../scans-secret/key', /leaves its root with "\.\."/],
    ['day 1/../../scans-secret/key', /leaves its root with "\.\."/],
    ['..', /leaves its root with "\.\."/],
    ['..\\scans-secret\\key', /leaves its root with "\.\."/],
    ['/etc/passwd', /is an absolute path/],
    ['link-in\0.npy', /holds a NUL byte/],
    ['circle', /may not be read/],
    ['pipe', /is not a regular file/],
  ])('refuses %j', async (path, message) => {
    const failure = resolveReference(inRoot(path), sources);
    await expect(failure).rejects.toMatchObject({
      code: 'DATA_FORBIDDEN',
      message: expect.stringMatching(message) as string,
    });
    await expect(failure).rejects.not.toThrow(folder);
  });

  it('refuses devices', async () => {
    await expect(resolveReference(inRoot('null', 'dev'), sources)).rejects.toMatchObject({ code: 'DATA_FORBIDDEN' });
  });

  it.each([
    'missing.npy',
    'dangling',
    'link-in/below',
    'link-in/*',
    'day 1',
    '.',
    'day 1/*.tif',
    '*/*',
    'x'.repeat(300),
  ])('does not find %s', async (path) => {
    await expect(resolveReference(inRoot(path), sources)).rejects.toMatchObject({ code: 'DATA_NOT_FOUND' });
  });

  it('names the roots there are when asked for another, also for the name of an inherited property', async () => {
    for (const root of ['other', 'constructor']) {
      await expect(resolveReference(inRoot('a', root), sources)).rejects.toMatchObject({
        code: 'DATA_NOT_FOUND',
        message: `root://${root}/a: this worker has no root "${root}"; it has: alias, dev, gone, scans.`,
      });
    }
  });

  it('reports a root whose folder is gone', async () => {
    await expect(resolveReference(inRoot('a', 'gone'), sources)).rejects.toMatchObject({ code: 'DATA_NOT_FOUND' });
  });
});

describe('resolveReference of other schemes', () => {
  it('finds an artifact', async () => {
    const store = openArtifactStore(join(folder, 'store'));
    const { sha256 } = await store.put([Buffer.from('abc')]);
    const reference = parseDataReference(`artifact:sha256-${sha256}#/image`);
    expect(await resolveReference(reference, sources)).toEqual({
      path: await store.localPath(sha256),
      label: `artifact:sha256-${sha256}#/image`,
      dataset: '/image',
      sha256,
    });
  });

  it('does not find an artifact that is not in the store', async () => {
    const reference = parseDataReference(`artifact:sha256-${'0'.repeat(64)}`);
    await expect(resolveReference(reference, sources)).rejects.toMatchObject({ code: 'DATA_NOT_FOUND' });
  });

  it('refuses a job, whose artifact the caller must name', async () => {
    const reference = parseDataReference('job:01JD3AAAAAAAAAAAAAAAAAAAAA');
    await expect(resolveReference(reference, sources)).rejects.toMatchObject({ code: 'DATA_NOT_FOUND' });
  });
});
