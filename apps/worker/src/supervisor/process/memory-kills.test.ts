import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { countMemoryKills } from './memory-kills.js';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rondel-kills-'));
  await mkdir(join(root, 'proc/self'), { recursive: true });
});
afterEach(() => rm(root, { recursive: true, force: true }));

it('counts what the kernel has killed in the group of this process', async () => {
  await writeFile(join(root, 'proc/self/cgroup'), '0::/pods/worker\n');
  await writeFile(join(root, 'proc/vmstat'), 'pgfault 17\noom_kill 9\n');
  await mkdir(join(root, 'sys/fs/cgroup/pods/worker'), { recursive: true });
  await writeFile(join(root, 'sys/fs/cgroup/pods/worker/memory.events'), 'low 0\noom 4\noom_kill 3\n');
  expect(countMemoryKills(root)).toBe(3);
});

it('does so in the groups of older systems, also where a container sees its own as the first', async () => {
  await writeFile(join(root, 'proc/self/cgroup'), '5:cpu:/other\n4:memory:/docker/abc\n0::/\n');
  await mkdir(join(root, 'sys/fs/cgroup/memory/docker/abc'), { recursive: true });
  const control = 'oom_kill_disable 0\nunder_oom 0\noom_kill';
  await writeFile(join(root, 'sys/fs/cgroup/memory/memory.oom_control'), `${control} 5\n`);
  expect(countMemoryKills(root)).toBe(5);
  await writeFile(join(root, 'sys/fs/cgroup/memory/docker/abc/memory.oom_control'), `${control} 2\n`);
  expect(countMemoryKills(root)).toBe(2);
});

it('counts those of the machine where there is no such group, and none where nothing is told', async () => {
  await writeFile(join(root, 'proc/self/cgroup'), '4:memory:/docker/abc\n');
  expect(countMemoryKills(root)).toBe(0);
  await writeFile(join(root, 'proc/vmstat'), 'pgfault 17\noom_kill 9\n');
  expect(countMemoryKills(root)).toBe(9);
});

it('reads whatever this system has', () => {
  expect(countMemoryKills()).toBeGreaterThanOrEqual(0);
});
