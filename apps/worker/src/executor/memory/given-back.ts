import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { sharedLookMs, shortRunMs } from '../../short-runs.js';
import { largestAfterJob } from './memory-room.js';
import type { EngineFacts } from '../messages/messages.js';

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
    if (ranMs < shortRunMs && now - lookedAt < sharedLookMs) return;
    lookedAt = now;
    if (process.memoryUsage.rss() <= most) return;
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    collect();
  };
}
