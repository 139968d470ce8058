import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tokens } from '@rondel/jobs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openLocalToken } from './local-token.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'rondel-token-'))));
afterEach(() => rm(folder, { recursive: true }));

const here = { host: '127.0.0.1', name: 'ada' };

/** Tokens in memory, by their ids. */
function someTokens() {
  const known = new Set<string>();
  let made = 0;
  const tokens: Pick<Tokens, 'create' | 'revoke'> = {
    create({ name, role }) {
      const id = `id-${(made += 1)}`;
      known.add(id);
      return Promise.resolve({ id, name, role, project: 'default', createdAt: '', secret: `secret of ${id}` });
    },
    revoke(id) {
      known.delete(id);
      return Promise.resolve({ id, name: 'local', role: 'admin', project: 'default', createdAt: '' });
    },
  };
  return { known, tokens };
}

it('lies where only its account can read it, for as long as it opens something', async () => {
  const { known, tokens } = someTokens();
  const file = join(folder, 'deeper', '7420.json');
  const local = await openLocalToken(file, here, tokens);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, 'deeper'))).mode & 0o777).toBe(0o700);
  const [id] = known;
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ id, token: `secret of ${id}`, address: here.host });
  expect(local.identity).toMatchObject({ name: 'ada', role: 'admin' });
  await local.close();
  await expect(stat(file)).rejects.toThrow('ENOENT');
  expect(known.size).toBe(0);
});

it('revokes what a killed one has left, and keeps nothing of a file that others could read', async () => {
  const { known, tokens } = someTokens();
  const file = join(folder, '7420.json');
  await openLocalToken(file, here, tokens);
  const [left] = known;
  await writeFile(join(folder, 'other.json'), 'no JSON', { mode: 0o644 });
  await openLocalToken(file, here, tokens);
  expect([...known]).not.toContain(left);
  expect(known.size).toBe(1);
  await openLocalToken(join(folder, 'other.json'), here, tokens);
  expect((await stat(join(folder, 'other.json'))).mode & 0o777).toBe(0o600);
});

it('is another one after Redis has lost it, and goes with the API', async () => {
  const { known, tokens } = someTokens();
  const file = join(folder, '7420.json');
  const local = await openLocalToken(file, here, tokens);
  const [lost] = known;
  known.clear();
  await local.renew();
  const [id] = known;
  expect(id).not.toBe(lost);
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ id });
  await local.close();
  await expect(stat(file)).rejects.toThrow('ENOENT');
  expect(known.size).toBe(0);
});
