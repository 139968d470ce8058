import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDataReference } from '@rondel/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { grantedTo, type Grants } from './grants.js';
import { resolveReference } from './resolve-reference.js';

const grants: Grants = {
  scans: [
    { project: 'heart', prefix: 'heart/2026/' },
    { project: 'brain', prefix: 'brain' },
    { project: '*', prefix: 'phantoms/' },
  ],
  shared: [{ project: '*', prefix: '' }],
  closed: [],
};

it.each([
  ['heart', 'scans', 'heart/2026/a.npy', true],
  ['heart', 'scans', './heart//2026/./a.npy', true],
  ['heart', 'scans', 'heart/2025/a.npy', false],
  ['heart', 'scans', 'heart/2026x/a.npy', false],
  ['heart', 'scans', 'brain/a.npy', false],
  ['brain', 'scans', 'brain/a.npy', true],
  ['brain', 'scans', 'brainstem/a.npy', false],
  ['other', 'scans', 'phantoms/a.npy', true],
  ['default', 'scans', 'heart/2026/a.npy', false],
  ['other', 'shared', 'a.npy', true],
  ['default', 'closed', 'a.npy', false],
  // Of a root without grants all is the default project's.
  ['default', 'plain', 'a.npy', true],
  ['heart', 'plain', 'a.npy', false],
])('project %s may read %s/%s: %s', (project, root, path, expected) => {
  expect(grantedTo(project, grants)(root, path)).toBe(expected);
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rondel-grants-'));
  for (const name of ['heart/2026', 'brain']) await mkdir(join(folder, name), { recursive: true });
  for (const name of ['heart/2026/a.npy', 'brain/b.npy']) await writeFile(join(folder, name), 'x');
  await symlink('../../brain/b.npy', join(folder, 'heart/2026/link.npy'));
});
afterAll(() => rm(folder, { recursive: true }));

it('says the same of what is there and what is not, as long as it is not granted', async () => {
  const sources = {
    roots: { scans: folder },
    store: { localPath: () => Promise.reject(new Error('not asked')) },
    mayRead: grantedTo('heart', grants),
  };
  const resolve = (path: string) => resolveReference(parseDataReference(`root://scans/${path}`), sources);
  expect((await resolve('heart/2026/a.npy')).path).toMatch(/a\.npy$/);
  await expect(resolve('heart/2026/none.npy')).rejects.toMatchObject({ code: 'DATA_NOT_FOUND' });
  for (const name of ['brain/b.npy', 'brain/none.npy', 'heart/2026/link.npy', 'none/none.npy']) {
    await expect(resolve(name)).rejects.toMatchObject({
      code: 'DATA_FORBIDDEN',
      message: expect.stringContaining(`root://scans/${name} is not granted to this project`) as string,
    });
  }
});
