import { readText } from '../../control-group.js';
import { sharedLookMs, shortRunMs } from '../../short-runs.js';

/** How often a process is looked at that may be killed at any time: it can take a gigabyte in half a second. */
const lookEveryMs = shortRunMs;
/** Of Linux on nearly all machines; where pages are larger, less is seen of what was taken. */
const pageBytes = 4096;
/**
 * What compiled code and the collector take whatever the data. Taken for what a small step needs, it would make a large
 * one of the same type need as many times its estimate.
 */
const unrelatedBytes = 64 * 2 ** 20;

/** What a process takes of the machine's memory while it runs one thing after the other. */
export interface MemoryWatch {
  begin(): void;
  /**
   * Ends what was begun, and returns what the process took meanwhile beyond its own needs: 0 when it has hardly grown,
   * undefined where nothing tells it.
   *
   * @param ownBytes What it took before it ran anything.
   */
  end(ownBytes: number | undefined): number | undefined;
  /** Its size when it was last looked at; undefined where nothing told it. */
  lastBytes(): number | undefined;
}

/**
 * A process that is killed can't be asked any more, so it is looked at as long as it lives. Short runs share their looks.
 */
export function watchMemory(
  pid: number | undefined,
  resident: (pid: number) => number | undefined = residentBytes,
): MemoryWatch {
  let last: number | undefined;
  let lookedAt = -Infinity;
  let begunAt = 0;
  let before: number | undefined;
  let most: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  const look = () => {
    lookedAt = performance.now();
    last = pid === undefined ? undefined : resident(pid);
    if (last !== undefined) most = Math.max(most ?? 0, last);
  };
  const isStale = (now: number) => now - lookedAt >= sharedLookMs;
  return {
    begin() {
      begunAt = performance.now();
      if (isStale(begunAt)) look();
      before = most = last;
      timer = setInterval(look, lookEveryMs);
    },
    end(ownBytes) {
      clearInterval(timer);
      const now = performance.now();
      if (now - begunAt >= shortRunMs || isStale(now)) look();
      if (before === undefined || most === undefined) return undefined;
      // What is left there of runs before was no reason for this one to fail, unless it has taken something itself.
      return most - before <= unrelatedBytes ? 0 : most - (ownBytes ?? before) - unrelatedBytes;
    },
    lastBytes: () => last,
  };
}

/** Undefined on systems without /proc, and when the process has gone. */
export function residentBytes(pid: number): number | undefined {
  const pages = readText(`/proc/${pid}/statm`).split(' ')[1];
  return pages === undefined ? undefined : Number(pages) * pageBytes;
}
