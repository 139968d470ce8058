import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { largestAfterJob } from './room.js';
import type { EngineFacts } from '../messages/messages.js';

/** A run that was shorter can't have left much. Many of them may, so one look a second is for all. */
const shortMs = 25;
const lookEveryMs = 1000;

/**
 * Collects what the last job has left, where that is more than a job may take: only what cannot be given back counts for
 * the supervisor, which then replaces this process.
 *
 * @returns To be called after each run, with how long it took.
 */
export function givingMemoryBack(ownBytes: number, engine: Pick<EngineFacts, 'hostBytes'>): (ranMs: number) => void {
  const most = largestAfterJob(ownBytes, engine);
  let lookedAt = -Infinity;
  return (ranMs) => {
    const now = performance.now();
    if (ranMs < shortMs && now - lookedAt < lookEveryMs) return;
    lookedAt = now;
    if (process.memoryUsage.rss() <= most) return;
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    collect();
  };
}
