import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDataRoots } from './data-roots.js';

describe('data roots', () => {
  let folder: string;
  let said: string[];
  const open = (roots: Readonly<Record<string, string>>) =>
    openDataRoots(roots, {
      onLost: (name, reason) => said.push(`${name} lost: ${reason}`),
      onBack: (name) => said.push(`${name} back`),
    });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rondel-roots-'));
    said = [];
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('are folders that are there at the start', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    for (const path of [file, join(folder, 'nowhere')]) {
      await expect(open({ scans: path })).rejects.toMatchObject({
        failure: { code: 'DATA_NOT_FOUND', message: expect.stringMatching(/^The data root "scans".*/) as string },
      });
    }
  });

  it('are lost while their folder is away, which is told once', async () => {
    const [scans, other] = [join(folder, 'scans'), join(folder, 'other')];
    await mkdir(scans);
    await mkdir(other);
    const roots = await open({ scans, other });
    expect([await roots.look(), roots.present(), roots.lost()]).toEqual([false, ['scans', 'other'], []]);
    await rename(scans, join(folder, 'away'));
    expect([await roots.look(), roots.present(), roots.lost()]).toEqual([true, ['other'], ['scans']]);
    expect(await roots.look()).toBe(false);
    await rename(join(folder, 'away'), scans);
    expect([await roots.look(), roots.present(), roots.lost()]).toEqual([true, ['scans', 'other'], []]);
    expect(said).toEqual([expect.stringMatching(/^scans lost: .*scans/), 'scans back']);
  });

  it.runIf(existsSync('/proc/self'))('are lost when nothing is mounted there any more', async () => {
    const [scans, bare] = [join(folder, 'scans'), join(folder, 'bare')];
    await mkdir(bare);
    await symlink('/proc', scans);
    const roots = await open({ scans, bare });
    await rm(scans);
    await symlink(bare, scans);
    await roots.look();
    expect([roots.present(), said]).toEqual([['bare'], [`scans lost: nothing is mounted at ${scans} any more`]]);
  });

  it('are lost while their file server does not answer, and nobody asks it again meanwhile', async () => {
    let asks = 0;
    let answer: () => void = () => undefined;
    const inspect = async () => {
      asks += 1;
      if (asks === 3) await new Promise<void>((resolve) => (answer = resolve));
      return { isFolder: true, isMountPoint: true };
    };
    const onLost = (name: string, reason: string) => said.push(`${name} lost: ${reason}`);
    const onBack = (name: string) => said.push(`${name} back`);
    const roots = await openDataRoots({ scans: '/scans' }, { onLost, onBack }, { inspect, withinMs: 10 });
    expect([await roots.look(), await roots.look(), roots.lost(), asks]).toEqual([true, false, ['scans'], 3]);
    answer();
    await new Promise((resolve) => setImmediate(resolve));
    expect([await roots.look(), roots.present()]).toEqual([true, ['scans']]);
    expect(said).toEqual(['scans lost: /scans does not answer', 'scans back']);
  });
});
