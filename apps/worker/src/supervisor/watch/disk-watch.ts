import { statfs } from 'node:fs/promises';
import type { WorkerRecord } from '@rondel/contracts';
import { amountOf } from '@rondel/reco';

/**
 * A worker begins nothing where the disk of the artifact store is nearly full, as what it computes could not be written: what
 * runs needs the rest. Uploads leave twice as much free, so they alone never stop it.
 */
export interface DiskWatch {
  /** Looks anew; whether it has begun or ended that there is too little room. */
  readonly look: () => Promise<boolean>;
  /** Whether it was looked at a moment ago. */
  readonly isFresh: () => boolean;
  /** As the worker says it of itself; undefined while there is room. */
  readonly now: () => WorkerRecord['aside'];
}

export interface DiskWatchOptions {
  readonly directory: string;
  /** Bytes that uploads leave free. @default 268435456, or a twentieth of a smaller disk */
  readonly leastFreeBytes?: number | undefined;
  /** How soon it will be looked at again. */
  readonly everyMs: number;
}

/** The numbers of a file system that are looked at; for tests. */
export type FreeSpace = (directory: string) => Promise<{ readonly freeBytes: number; readonly totalBytes: number }>;

export const leastFree = 2 ** 28;
/** Jobs that follow each other sooner don't look again. */
const freshMs = 250;

export function openDiskWatch(
  { directory, leastFreeBytes, everyMs }: DiskWatchOptions,
  freeSpace: FreeSpace = freeSpaceOf,
): DiskWatch {
  let aside: WorkerRecord['aside'];
  let looked = -Infinity;
  return {
    isFresh: () => performance.now() - looked < freshMs,
    async look() {
      looked = performance.now();
      const before = aside !== undefined;
      const { freeBytes, totalBytes } = await freeSpace(directory);
      const least = (leastFreeBytes ?? Math.min(leastFree, Math.floor(totalBytes / 20))) / 2;
      aside =
        freeBytes >= least
          ? undefined
          : {
              reason: `The disk of the artifact store has ${amountOf(freeBytes)} left; below ${amountOf(least)} no job begins (half of rondel worker --min-free). Free some, as with rondel store clean, or give it a larger disk.`,
              until: new Date(Date.now() + everyMs).toISOString(),
            };
      return (aside !== undefined) !== before;
    },
    now: () => aside,
  };
}

const freeSpaceOf: FreeSpace = async (directory) => {
  const { bavail, blocks, bsize } = await statfs(directory);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
};
