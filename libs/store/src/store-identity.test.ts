import { chmod, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { storeIdentity, storeProblem } from './store-identity.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rondel-identity-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('is made once, by however many at a time, and stays', async () => {
  const store = join(folder, 'store');
  const [first, ...others] = await Promise.all(Array.from({ length: 20 }, () => storeIdentity(store)));
  expect(first).toMatch(/^[0-9a-f-]{36}$/);
  expect(new Set(others)).toEqual(new Set([first]));
  expect(await storeIdentity(store)).toBe(first);
  expect(await readdir(store)).toEqual(['identity']);
  expect(await storeIdentity(join(folder, 'other'))).not.toBe(first);
});

it('tells a folder from the store that it should be, and says why it is not', async () => {
  const store = join(folder, 'store');
  const identity = await storeIdentity(store);
  expect(await storeProblem(store, identity)).toBeUndefined();
  expect(await storeProblem(join(folder, 'empty'), undefined)).toBeUndefined();
  expect(await storeProblem(join(folder, 'empty'), identity)).toContain('holds no artifact store, not that of the API');
  const other = await storeIdentity(join(folder, 'other'));
  expect(await storeProblem(join(folder, 'other'), identity)).toContain(`holds another artifact store (${other})`);
  await rename(store, join(folder, 'away'));
  expect(await storeProblem(store, identity)).toContain('Mount that store there');
  await writeFile(join(folder, 'file'), '');
  expect(await storeProblem(join(folder, 'file'), identity)).toContain('cannot be read (Error: ENOTDIR');
  await chmod(join(folder, 'away', 'identity'), 0o644);
  await writeFile(join(folder, 'away', 'identity'), 'torn');
  expect(await storeProblem(join(folder, 'away'), identity)).toContain('holds no artifact store');
});
