import { RequirementsSchema } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import { guarded } from './connection.js';
import { keys, queueNews } from './keys.js';
import { placeOf, type LegQueue } from './leg-queue.js';
import { runScript, script } from './scripts.js';
import { fromStored, type Damage } from './stored.js';
import { serverTimeLua } from './server-time.js';

/** A queue for legs that not every worker of its place can run. */
export interface SpecialQueue extends Required<LegQueue> {
  readonly place: string;
  /** Whose job was the first that needed it; empty for jobs without a submitter. */
  readonly submitter: string;
}

/** Every worker looks through all of them and waits for legs on those that it can serve. */
export const mostSpecialQueues = 100;
/** The part of them that one submitter may bring into being. */
export const mostQueuesOfOne = 25;

/** Which special queues there are, so that workers find those whose legs they can run. */
export interface SpecialQueues {
  /** Writes a queue down, to be done before its first leg lies on it; tells workers of a new one. True if it was new. */
  register(queue: Required<LegQueue>, submitter?: string): Promise<boolean>;
  list(): Promise<SpecialQueue[]>;
  /** Forgets queues that nobody has registered since then, as far as they are empty. */
  forgetUnused(before: number, isEmpty: (queue: string) => Promise<boolean>): Promise<void>;
}

/** KEYS: queues, times of use, owners. ARGV: name, what it requires, channel, news, submitter. Returns 1 for a new one. */
const registerScript = script(`${serverTimeLua}
redis.call('ZADD', KEYS[2], now, ARGV[1])
local new = redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2])
if new == 1 then
  redis.call('HSET', KEYS[3], ARGV[1], ARGV[5])
  redis.call('PUBLISH', ARGV[3], ARGV[4])
end
return new
`);

/** Unless it was used again meanwhile. KEYS: queues, times of use, owners. ARGV: name, time seen, channel, news. */
const forgetScript = script(`
if redis.call('ZSCORE', KEYS[2], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[3], ARGV[1])
redis.call('PUBLISH', ARGV[3], ARGV[4])
return 1
`);

export function openSpecialQueues(redis: Redis, damage: Damage): SpecialQueues {
  const all = [keys.specialQueues, keys.specialQueuesUsed, keys.specialQueueOwners];
  return {
    async register({ queue, requires }, submitter = '') {
      const args = [queue, JSON.stringify(requires), keys.workerNews, queueNews, submitter];
      return (await guarded(runScript(redis, registerScript, { keys: all, args }))) === 1;
    },

    async list() {
      const [queues, owners] = await Promise.all([
        guarded(redis.hgetall(keys.specialQueues)),
        guarded(redis.hgetall(keys.specialQueueOwners)),
      ]);
      const entries = Object.entries(queues);
      return entries.flatMap(([queue, text]) => {
        const requires = damage.spare('special queue', queue, () => fromStored(RequirementsSchema, text));
        return requires === undefined
          ? []
          : [{ queue, requires, place: placeOf({ queue, requires }), submitter: owners[queue] ?? '' }];
      });
    },

    async forgetUnused(before, isEmpty) {
      for (const name of await guarded(redis.zrangebyscore(keys.specialQueuesUsed, '-inf', before))) {
        const used = await guarded(redis.zscore(keys.specialQueuesUsed, name));
        if (used === null || Number(used) > before || !(await isEmpty(name))) continue;
        const args = [name, used, keys.workerNews, queueNews];
        await guarded(runScript(redis, forgetScript, { keys: all, args }));
      }
    },
  };
}
