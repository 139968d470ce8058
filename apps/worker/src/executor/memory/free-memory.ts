import { freemem, totalmem } from 'node:os';
import { readMemoryGroup } from '../../control-group.js';

/** Bytes that processes may have here in all: those of the machine, or of the control group that limits them. */
export function memoryHere(): number {
  return Math.min(totalmem(), groupLimit() ?? Infinity);
}

/**
 * Bytes that this process could still get. What the kernel keeps of files counts as free, as it drops that when memory is
 * wanted. A control group is charged for the files that its processes read, so what `process.availableMemory` says of a
 * container comes down to nothing once as much data was read as its limit.
 */
export function freeMemory(): number {
  if (groupLimit() === undefined) return freemem();
  return Math.min(freemem(), process.availableMemory() + cachedBytes(readMemoryGroup(statistics)));
}

/** What the kernel keeps of files for a control group, by what its `memory.stat` says. */
export function cachedBytes(text: string): number {
  return statistic(text, 'inactive_file') + statistic(text, 'active_file');
}

/** In v1 those that begin with `total` count what lies below the group too, as all of v2 do. */
function statistic(text: string, name: string): number {
  const named = (full: string) => new RegExp(`^${full} (\\d+)$`, 'm').exec(text)?.[1];
  return Number(named(`total_${name}`) ?? named(name) ?? 0);
}

const statistics = { v2: 'memory.stat', v1: 'memory.stat' };

/** Groups without a limit say so with a number that is larger than any memory. */
function groupLimit(): number | undefined {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : undefined;
}
