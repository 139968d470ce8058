import { lanes } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import { layoutConstants, queueLayout } from '../bullmq/layout.js';
import { guarded } from '../redis/connection.js';
import { keys } from '../redis/keys.js';
import { lineOf } from '../line/line.js';
import { asNumber } from '../lua/answers.js';
import { luaScript } from '../lua/lua-script.js';
import type { SpecialQueues } from '../places/special-queues.js';

export const lowerTurnsScript = luaScript('queues/lower-turns.lua', {
  keys: ['waiting', 'turns', 'long'],
  moreKeys: true,
  args: ['front', 'room', 'jobPrefix', 'name'],
  rest: true,
  constants: layoutConstants,
  read: asNumber,
});

/**
 * Lets the turns begin again at zero where their numbers have grown large, with all that wait; to be done now and then, as
 * priorities are bounded and the turns of a lane that is never empty grow for ever. Harmless when done twice.
 */
export async function lowerTurns(redis: Redis, special: Pick<SpecialQueues, 'list'>): Promise<void> {
  const long = await guarded(redis.smembers(keys.longLines));
  if (long.length === 0) return;
  const others = await special.list();
  for (const name of long) {
    const lane = lanes.find((each) => name.startsWith(`${each} `));
    if (lane === undefined) continue;
    const place = name.slice(lane.length + 1);
    const queues = [place, ...others.filter((queue) => queue.place === place).map(({ queue }) => queue)];
    const layouts = queues.map(queueLayout);
    const { waiting, turns, front, room } = lineOf(place, lane);
    await guarded(
      lowerTurnsScript.run(redis, {
        keys: { waiting, turns, long: keys.longLines },
        moreKeys: layouts.map((layout) => layout.waiting),
        args: { front, room, jobPrefix: keys.job(''), name },
        rest: layouts.map(({ prefix }) => prefix),
      }),
    );
  }
}
