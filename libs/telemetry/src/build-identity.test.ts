import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readBuildIdentity } from './build-identity.js';

const run = promisify(execFile);
let root: string;
let checkout: string;
let head: string;

async function git(...args: string[]): Promise<string> {
  const who = ['-c', 'user.name=A', '-c', 'user.email=a@example.org'];
  return (await run('git', ['-C', checkout, ...who, ...args])).stdout.trim();
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'rondel-build-'));
  checkout = join(root, 'checkout');
  await mkdir(join(checkout, 'dist'), { recursive: true });
  await writeFile(join(checkout, 'package.json'), '{ "version": "7.8.9" }');
  await git('init', '-q');
  await git('commit', '-q', '--allow-empty', '-m', 'One');
  head = (await git('rev-parse', 'HEAD')).slice(0, 12);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const read = (folder = join(checkout, 'dist'), environment = {}) => readBuildIdentity(folder, environment);

it('O16: tells the commit of a checkout, on a branch, packed, detached, and in a worktree', async () => {
  expect(read()).toEqual({ version: '7.8.9', commit: head });
  await git('pack-refs', '--all');
  expect(read().commit).toBe(head);
  await git('checkout', '-q', '--detach');
  expect(read().commit).toBe(head);
  await git('worktree', 'add', '-q', '-b', 'other', join(root, 'other'));
  expect(read(join(root, 'other')).commit).toBe(head);
});

it('O16: believes an image that names its commit, and says so where nothing tells it', () => {
  expect(read(undefined, { RONDEL_COMMIT: 'feedface0123456789' }).commit).toBe('feedface0123');
  expect(read(root)).toEqual({ version: 'unknown', commit: 'unknown' });
});
