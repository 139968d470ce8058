import type { Redis } from 'ioredis';
import { guarded } from '../../redis/connection.js';
import { setConstants } from '../../index/set-constants.js';
import { asideOf, keys } from '../../redis/keys.js';
import { recordVersions } from '../../stored/versions.js';
import { asYesOrNo } from '../../lua/answers.js';
import { luaScript } from '../../lua/lua-script.js';

export const forgetScript = luaScript('transitions/job/forget.lua', {
  keys: ['job', 'events', 'live', 'unrecorded', 'jobAside', 'eventsAside', 'followers'],
  args: ['id'],
  constants: { ...setConstants, knownJobs: recordVersions.job },
  read: asYesOrNo,
});

/** Removes every trace of an ended job from Redis; false when it has not ended. Harmless when there is none. */
export function forgetJob(redis: Redis, id: string): Promise<boolean> {
  const [job, events] = [keys.job(id), keys.events(id)];
  return guarded(
    forgetScript.run(redis, {
      keys: {
        job,
        events,
        live: keys.live,
        unrecorded: keys.unrecorded,
        jobAside: asideOf(job),
        eventsAside: asideOf(events),
        followers: keys.followers(id),
      },
      args: { id },
    }),
  );
}
