import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { largestAfterJob } from './room.js';
import type { EngineFacts } from '../messages/messages.js';

/**
 * Collects what the last job has left, where that is more than a job may take: only what cannot be given back counts for
 * the supervisor, which then replaces this process.
 */
export function giveMemoryBack(ownBytes: number, engine: Pick<EngineFacts, 'hostBytes'>): void {
  if (process.memoryUsage.rss() <= largestAfterJob(ownBytes, engine)) return;
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
}
