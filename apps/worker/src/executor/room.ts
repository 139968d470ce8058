import { totalmem } from 'node:os';
import type { Engine } from '@rondel/compute';
import type { MemoryRoom } from '@rondel/reco';
import type { ExecutorSettings } from './messages.js';

/** Memory that jobs may take in one slot: an equal part of the device and of the machine, or of what the worker was given. */
export function roomOf(engine: Engine, { memoryBytes = Infinity, slots = 1 }: ExecutorSettings): MemoryRoom {
  const constrained = process.constrainedMemory();
  const machine = Math.min(totalmem(), constrained > 0 ? constrained : Infinity);
  if (engine.sharesHost) return { memoryBytes: Math.min(memoryBytes, machine) / slots };
  return { memoryBytes: Math.min(memoryBytes, engine.memoryBytes) / slots, hostBytes: machine / slots };
}

/** Asking the system takes a third of a millisecond, which small jobs would notice. */
const freeForMs = 1000;

/**
 * The same as far as it is free, as the system said within the last second. What this process holds already counts as
 * free: the next job gets it.
 */
export function openRoom({ memoryBytes, hostBytes }: MemoryRoom, now = () => performance.now()): () => MemoryRoom {
  let free = 0;
  let asked = -Infinity;
  return () => {
    if (now() - asked > freeForMs) {
      free = process.availableMemory() + process.memoryUsage.rss();
      asked = now();
    }
    if (hostBytes === undefined) return { memoryBytes: Math.min(memoryBytes, free) };
    return { memoryBytes, hostBytes: Math.min(hostBytes, free) };
  };
}
