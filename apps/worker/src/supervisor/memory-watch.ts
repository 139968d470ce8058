import { readText } from '../control-group.js';

/** How often a process is looked at that may be killed at any time: it can take a gigabyte in half a second. */
const lookEveryMs = 25;
/** Of Linux on nearly all machines; where pages are larger, less is seen of what was taken. */
const pageBytes = 4096;
/**
 * What compiled code and the collector take whatever the data. Taken for what a small step needs, it would make a large
 * one of the same type need as many times its estimate.
 */
const unrelatedBytes = 64 * 2 ** 20;

/** What a process takes of the machine's memory while it runs something. */
export interface MemoryWatch {
  /**
   * Looks once more, where the process still is, and returns what it took beyond its own needs: 0 when it has hardly grown
   * meanwhile, undefined where nothing tells it.
   */
  stop(): number | undefined;
}

/**
 * A process that is killed can't be asked any more, so it is looked at as long as it lives.
 *
 * @param ownBytes What it took before it ran anything.
 */
export function watchMemory(
  pid: number | undefined,
  ownBytes: number | undefined,
  resident: (pid: number) => number | undefined = residentBytes,
): MemoryWatch {
  const look = () => (pid === undefined ? undefined : resident(pid));
  const before = look();
  let most = before;
  const lookAgain = () => {
    const now = look();
    if (now !== undefined) most = Math.max(most ?? 0, now);
  };
  const timer = setInterval(lookAgain, lookEveryMs);
  return {
    stop() {
      clearInterval(timer);
      lookAgain();
      if (before === undefined || most === undefined) return undefined;
      // What is left there of runs before was no reason for this one to fail, unless it has taken something itself.
      return most - before <= unrelatedBytes ? 0 : most - (ownBytes ?? before) - unrelatedBytes;
    },
  };
}

/** Undefined on systems without /proc, and when the process has gone. */
export function residentBytes(pid: number): number | undefined {
  const pages = readText(`/proc/${pid}/statm`).split(' ')[1];
  return pages === undefined ? undefined : Number(pages) * pageBytes;
}
