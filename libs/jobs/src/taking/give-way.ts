import { lanes } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import { layoutConstants } from '../bullmq/layout.js';
import { guarded } from '../redis/connection.js';
import { keys } from '../redis/keys.js';
import { lineOf } from '../line/line.js';
import { asNumber } from '../lua/answers.js';
import { luaScript } from '../lua/lua-script.js';
import type { TakenQueue } from './taken-queue.js';

/** First and last priority of what follows in the order of all queues: of each lane what has begun, then what has not. */
const classes = lanes.flatMap((lane) => {
  const { front, room } = lineOf('', lane);
  return [
    [front, front],
    [front + 1, front + room],
  ] as const;
});

export const letThroughScript = luaScript('taking/let-through.lua', {
  keys: ['letThrough'],
  moreKeys: true,
  args: [],
  rest: true,
  constants: { ...layoutConstants, classes },
  read: asNumber,
});

/**
 * Lets one sub-job through that others would go before for as long as more of them come: whoever takes from its queue next gets
 * it. Returns the queue; undefined when nothing had to be let through.
 *
 * @param queues All those that a worker takes sub-jobs from.
 */
export async function letOneThrough(redis: Redis, queues: readonly TakenQueue[]): Promise<TakenQueue | undefined> {
  const chosen = await guarded(
    letThroughScript.run(redis, {
      keys: { letThrough: keys.letThrough },
      moreKeys: queues.flatMap(({ layout }) => [layout.waiting, layout.settings]),
      args: {},
      rest: queues.map(({ place }) => place),
    }),
  );
  return queues[chosen - 1];
}
