import type { Redis } from 'ioredis';
import { guarded } from '../connection.js';
import { setConstants } from '../index/set-constants.js';
import { keys } from '../keys.js';
import { asYesOrNo } from '../redis/answers.js';
import { luaScript } from '../redis/lua-script.js';

export const forgetScript = luaScript('transitions/forget.lua', {
  keys: ['job', 'events', 'live', 'unrecorded'],
  args: ['id'],
  constants: setConstants,
  read: asYesOrNo,
});

/** Removes every trace of an ended job from Redis; false when it has not ended. Harmless when there is none. */
export function forgetJob(redis: Redis, id: string): Promise<boolean> {
  return guarded(
    forgetScript.run(redis, {
      keys: { job: keys.job(id), events: keys.events(id), live: keys.live, unrecorded: keys.unrecorded },
      args: { id },
    }),
  );
}
