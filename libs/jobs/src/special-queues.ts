import { RequirementsSchema, RondelError } from '@rondel/contracts';
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
  /**
   * Writes down the queues that a new job will need, all or none; tells workers of new ones, which it returns. Counting and
   * writing are one step, so that many jobs at once get no more than one after the other. Throws `QUOTA_EXCEEDED`.
   */
  admit(queues: readonly Required<LegQueue>[], submitter: string): Promise<ReadonlySet<string>>;
  /** Writes a queue down of a job that was accepted, before legs lie on it. True if it was new. */
  register(queue: Required<LegQueue>): Promise<boolean>;
  list(): Promise<SpecialQueue[]>;
  /** Forgets queues that nobody has registered since then, as far as they are empty. */
  forgetUnused(before: number, isEmpty: (queue: string) => Promise<boolean>): Promise<void>;
}

/**
 * KEYS: queues, times of use, owners. ARGV: channel, news, submitter, most in all, most of one, then names and what they require
 * in turn. Returns the new ones, or which limit keeps them from being written down.
 */
const admitScript = script(`${serverTimeLua}
local new = {}
for index = 6, #ARGV, 2 do
  if redis.call('HEXISTS', KEYS[1], ARGV[index]) == 0 then new[#new + 1] = ARGV[index] end
end
if #new > 0 then
  local own = 0
  for _, owner in ipairs(redis.call('HVALS', KEYS[3])) do
    if owner == ARGV[3] then own = own + 1 end
  end
  if own + #new > tonumber(ARGV[5]) then return 'ofOne' end
  if redis.call('HLEN', KEYS[1]) + #new > tonumber(ARGV[4]) then return 'inAll' end
end
for index = 6, #ARGV, 2 do
  redis.call('ZADD', KEYS[2], now, ARGV[index])
  redis.call('HSETNX', KEYS[1], ARGV[index], ARGV[index + 1])
end
for _, name in ipairs(new) do redis.call('HSET', KEYS[3], name, ARGV[3]) end
if #new > 0 then redis.call('PUBLISH', ARGV[1], ARGV[2]) end
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

export function tooManyOfOne(submitter: string): RondelError {
  return new RondelError(
    'QUOTA_EXCEEDED',
    `Jobs of ${submitter === '' ? 'nobody' : submitter} need ${mostQueuesOfOne} different sets of engine, packages, data roots or labels already; one submitter may ask for no more. Cancel those that no worker has, and try again after three minutes.`,
    { details: { most: mostQueuesOfOne } },
  );
}

export function tooManyInAll(): RondelError {
  return new RondelError(
    'QUOTA_EXCEEDED',
    `Jobs with ${mostSpecialQueues} different needs of engine, packages, data roots or labels are about. Start workers that have what those need, or cancel them; those that are done are forgotten after three minutes.`,
    { details: { most: mostSpecialQueues } },
  );
}

export function openSpecialQueues(redis: Redis, damage: Damage): SpecialQueues {
  const all = [keys.specialQueues, keys.specialQueuesUsed, keys.specialQueueOwners];
  const admitted = (queues: readonly Required<LegQueue>[], terms: readonly (string | number)[]) => {
    const named = queues.flatMap(({ queue, requires }) => [queue, JSON.stringify(requires)]);
    return guarded(
      runScript(redis, admitScript, { keys: all, args: [keys.workerNews, queueNews, ...terms, ...named] }),
    );
  };
  return {
    async admit(queues, submitter) {
      const answer = await admitted(queues, [submitter, mostSpecialQueues, mostQueuesOfOne]);
      if (answer === 'ofOne') throw tooManyOfOne(submitter);
      if (answer === 'inAll') throw tooManyInAll();
      return new Set(answer as string[]);
    },

    async register(queue) {
      return ((await admitted([queue], ['', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER])) as string[]).length > 0;
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
