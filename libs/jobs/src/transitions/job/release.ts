import type { Redis } from 'ioredis';
import { guarded } from '../../redis/connection.js';
import type { JobHead } from '../../record/job-parts.js';
import { keys } from '../../redis/keys.js';
import { jobLine } from '../../line/line.js';
import { transitionConstants } from '../transition-constants.js';
import { luaScript } from '../../lua/lua-script.js';

/** What became of a job that waits for others. */
export type ReleaseAnswer =
  | { readonly kind: 'released' }
  | { readonly kind: 'waits' }
  /** It has ended, or was released by somebody else. */
  | { readonly kind: 'stale' }
  /** One of those that it waits for will not complete by itself: it has failed, was cancelled, or is gone. */
  | { readonly kind: 'given-up'; readonly job: string; readonly because: 'failed' | 'cancelled' | 'missing' };

export const releaseScript = luaScript('transitions/job/release.lua', {
  keys: ['job', 'events'],
  moreKeys: true,
  args: ['id', 'channel', 'line', 'awaits'],
  constants: transitionConstants,
  read: readRelease,
});

function readRelease(answer: unknown): ReleaseAnswer {
  if (answer === 'waits' || answer === 'stale') return { kind: answer };
  if (!Array.isArray(answer)) return { kind: 'released' };
  const [because, job] = answer as ['failed' | 'cancelled' | 'missing', string];
  return { kind: 'given-up', job, because };
}

/** @param awaits Ids of the jobs that it waits for, as it was read. */
export function releaseJob(redis: Redis, head: JobHead, awaits: readonly string[]): Promise<ReleaseAnswer> {
  const { id } = head;
  return guarded(
    releaseScript.run(redis, {
      keys: { job: keys.job(id), events: keys.events(id) },
      moreKeys: awaits.map(keys.job),
      args: { id, channel: keys.news, line: JSON.stringify(jobLine(head, 0)), awaits: JSON.stringify(awaits) },
    }),
  );
}
