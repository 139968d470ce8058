import { execFile, spawnSync } from 'node:child_process';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A file system of its own that can be filled up without harming anybody else. */
export interface SmallDisk {
  fill(): Promise<void>;
  free(): Promise<void>;
  remove(): Promise<void>;
}

/** Mounts a tmpfs on `folder`. Returns the reason when this machine does not allow it. */
export async function mountSmallDisk(folder: string, megabytes: number): Promise<SmallDisk | string> {
  if (process.platform !== 'linux') return 'a small file system is made with tmpfs, which needs Linux';
  if (process.getuid?.() !== 0) return 'mounting a small tmpfs needs root';
  await mkdir(folder, { recursive: true });
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'rondel-faults', folder]);
  } catch (error) {
    return `mounting a small tmpfs failed: ${error instanceof Error ? error.message.trim() : String(error)}`;
  }
  const unmount = () => void spawnSync('umount', ['-l', folder]);
  process.once('exit', unmount);
  const filler = join(folder, 'filler');
  return {
    fill: () => fillUp(filler),
    free: () => rm(filler, { force: true }),
    async remove() {
      await rm(filler, { force: true });
      // Detached even if somebody still holds a file.
      await run('umount', ['-l', folder]);
      process.off('exit', unmount);
    },
  };
}

async function fillUp(path: string): Promise<void> {
  const file = await open(path, 'a');
  const piece = Buffer.alloc(65_536, 1);
  try {
    for (;;) await file.write(piece);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  } finally {
    await file.close();
  }
}
