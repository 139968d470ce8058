import type { Engine } from '@rondel/compute';
import type { MemoryRoom } from '@rondel/reco';
import { freeMemory, memoryHere } from './free-memory.js';
import type { EngineFacts, ExecutorSettings } from '../messages/messages.js';

/**
 * How much of the memory that is there steps may take by their estimates. The rest is for what no step knows of: the raw
 * data, which stays while the steps after the first run, and what the collector has not got to. Measured with data of 50 MB
 * and more, processes grow by 1.0 to 1.32 times the estimate.
 */
const filled = 0.75;

/** What there is of memory; for tests. */
export interface Memory {
  /** Bytes that this process takes before it has computed anything. */
  readonly ownBytes: number;
  readonly totalBytes: number;
  readonly freeBytes: () => number;
  readonly residentBytes: () => number;
}

/** Rounded up, so that workers of one kind say the same of themselves. */
const roundedTo = 32 * 2 ** 20;

export function memoryOfThisProcess(): Memory {
  const residentBytes = () => process.memoryUsage.rss();
  const ownBytes = Math.ceil(residentBytes() / roundedTo) * roundedTo;
  return { ownBytes, totalBytes: memoryHere(), freeBytes: freeMemory, residentBytes };
}

/**
 * Memory that jobs may take in one slot: an equal part of the device and of what the processes of the worker leave of the
 * machine, or of what the worker was given for its jobs.
 */
export function roomOf(
  engine: Pick<Engine, 'sharesHost' | 'memoryBytes'>,
  { memoryBytes = Infinity, slots = 1 }: Pick<ExecutorSettings, 'memoryBytes' | 'slots'>,
  { ownBytes, totalBytes }: Memory,
): MemoryRoom {
  // The supervisor takes about as much as an executor that has nothing to do.
  const hostBytes = (filled * Math.max(0, totalBytes - (slots + 1) * ownBytes)) / slots;
  if (engine.sharesHost) return { memoryBytes: Math.min(memoryBytes / slots, hostBytes) };
  return { memoryBytes: Math.min(memoryBytes, engine.memoryBytes) / slots, hostBytes };
}

/** What compiled code and the collector keep whatever the data. */
const unrelatedBytes = 64 * 2 ** 20;

/** The most that an executor may keep after a job; one that keeps more is replaced. */
export function largestAfterJob(ownBytes: number, { hostBytes }: Pick<EngineFacts, 'hostBytes'>): number {
  return ownBytes + hostBytes + unrelatedBytes;
}

/** Asking the system takes a third of a millisecond, which small jobs would notice. */
const freeForMs = 1000;

/**
 * The same as far as it is free, as the system said within the last second. What this process holds beyond its own needs
 * already counts as free: the next job gets it.
 */
export function openRoom(
  { memoryBytes, hostBytes }: MemoryRoom,
  { ownBytes, freeBytes, residentBytes }: Memory,
  now = () => performance.now(),
): () => MemoryRoom {
  let free = 0;
  let asked = -Infinity;
  return () => {
    if (now() - asked > freeForMs) {
      free = filled * Math.max(0, freeBytes() + residentBytes() - ownBytes);
      asked = now();
    }
    const whole = { memoryBytes, hostBytes };
    if (hostBytes === undefined) return { memoryBytes: Math.min(memoryBytes, free), whole };
    return { memoryBytes, hostBytes: Math.min(hostBytes, free), whole };
  };
}
