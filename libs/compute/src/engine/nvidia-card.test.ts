import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { chosenCard, findNvidiaCard, parseCard } from './nvidia-card.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rondel-card-'));
  vi.stubEnv('PATH', `${folder}:/bin:/usr/bin`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** Puts a program in the place of nvidia-smi, for machines that have none. */
async function answerWith(script: string): Promise<void> {
  const path = join(folder, 'nvidia-smi');
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

describe('the card that a process uses', () => {
  it.each([
    [undefined, '0'],
    ['2,3', '2'],
    ['GPU-8932f937-d72c-4106-c12f-20bd9faed9f6', 'GPU-8932f937-d72c-4106-c12f-20bd9faed9f6'],
    ['', ''],
  ])('is the first of CUDA_VISIBLE_DEVICES=%s', (visible, id) => {
    expect(chosenCard(visible)).toBe(id);
  });
});

describe('findNvidiaCard', () => {
  it('asks for the one card and reports its name and memory', async () => {
    await answerWith('case "$*" in *--id=1) echo "NVIDIA H100 80GB HBM3, 81559";; *) exit 6;; esac');
    expect(await findNvidiaCard('1')).toEqual({
      card: { name: 'NVIDIA H100 80GB HBM3', memoryBytes: 81559 * 2 ** 20 },
    });
  });

  it("gives nvidia-smi's own words when it fails", async () => {
    await answerWith('echo "No devices were found"; exit 6');
    expect(await findNvidiaCard('0')).toEqual({ reason: 'nvidia-smi fails (No devices were found)' });
  });

  it('says when nvidia-smi is not installed', async () => {
    vi.stubEnv('PATH', folder);
    expect(await findNvidiaCard('0')).toEqual({ reason: 'nvidia-smi is not on the PATH' });
  });

  it('asks nothing when every card is hidden', async () => {
    await answerWith('echo "NVIDIA H100 80GB HBM3, 81559"');
    expect(await findNvidiaCard('')).toEqual({ reason: 'CUDA_VISIBLE_DEVICES hides every card' });
  });

  it('does not take an answer without memory for a card', async () => {
    expect(parseCard('NVIDIA H100 80GB HBM3, [N/A]')).toBeUndefined();
    await answerWith('echo "NVIDIA GB10, [N/A]"');
    expect(await findNvidiaCard('0')).toMatchObject({ reason: expect.stringContaining('[N/A]') as string });
  });
});
