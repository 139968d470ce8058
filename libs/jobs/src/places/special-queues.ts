import { RequirementsSchema, RondelError } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import { guarded } from '../redis/connection.js';
import { keys, queueNews } from '../redis/keys.js';
import { placeOfSubjobs, type SubjobQueue } from './subjob-queue.js';
import { asWordOrWords, asYesOrNo } from '../lua/answers.js';
import { luaScript } from '../lua/lua-script.js';
import { fromStored, type Damage } from '../stored/stored.js';
import { toStored } from '../stored/versions.js';

/** A queue for sub-jobs that not every worker of its place can run. */
export interface SpecialQueue extends Required<SubjobQueue> {
  readonly place: string;
  /** Whose job was the first that needed it; empty for jobs without a submitter. */
  readonly submitter: string;
}

/** Every worker looks through all of them and waits for sub-jobs on those that it can serve. */
export const mostSpecialQueues = 100;
/** The part of them that one submitter may bring into being. */
export const mostQueuesOfOne = 25;

/** Which special queues there are, so that workers find those whose sub-jobs they can run. */
export interface SpecialQueues {
  /**
   * Writes down the queues that a new job will need, all or none; tells workers of new ones, which it returns. Counting and
   * writing are one step, so that many jobs at once get no more than one after the other. Throws `QUOTA_EXCEEDED`.
   */
  admit(queues: readonly Required<SubjobQueue>[], submitter: string): Promise<ReadonlySet<string>>;
  /** Writes a queue down of a job that was accepted, before sub-jobs lie on it. True if it was new. */
  register(queue: Required<SubjobQueue>): Promise<boolean>;
  list(): Promise<SpecialQueue[]>;
  /** Forgets queues that nobody has registered since then, as far as they are empty. */
  forgetUnused(before: number, isEmpty: (queue: string) => Promise<boolean>): Promise<void>;
}

const queueKeys = ['queues', 'used', 'owners'] as const;

export const admitScript = luaScript('places/admit.lua', {
  keys: queueKeys,
  args: ['channel', 'news', 'submitter', 'mostInAll', 'mostOfOne'],
  rest: true,
  read: asWordOrWords,
});

export const forgetQueueScript = luaScript('places/forget.lua', {
  keys: queueKeys,
  args: ['name', 'seen', 'channel', 'news'],
  read: asYesOrNo,
});

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
  const all = { queues: keys.specialQueues, used: keys.specialQueuesUsed, owners: keys.specialQueueOwners };
  const said = { channel: keys.workerNews, news: queueNews };
  const admitted = (
    queues: readonly Required<SubjobQueue>[],
    terms: { readonly submitter: string; readonly mostInAll: number; readonly mostOfOne: number },
  ) =>
    guarded(
      admitScript.run(redis, {
        keys: all,
        args: { ...said, ...terms },
        rest: queues.flatMap(({ queue, requires }) => [queue, toStored('special queue', requires)]),
      }),
    );
  return {
    async admit(queues, submitter) {
      const limits = { mostInAll: mostSpecialQueues, mostOfOne: mostQueuesOfOne };
      const answer = await admitted(queues, { submitter, ...limits });
      if (answer === 'ofOne') throw tooManyOfOne(submitter);
      if (answer === 'inAll') throw tooManyInAll();
      return new Set(answer);
    },

    async register(queue) {
      const unlimited = Number.MAX_SAFE_INTEGER;
      return (await admitted([queue], { submitter: '', mostInAll: unlimited, mostOfOne: unlimited })).length > 0;
    },

    async list() {
      const [queues, owners] = await Promise.all([
        guarded(redis.hgetall(keys.specialQueues)),
        guarded(redis.hgetall(keys.specialQueueOwners)),
      ]);
      const entries = Object.entries(queues);
      return entries.flatMap(([queue, text]) => {
        const requires = damage.spare('special queue', queue, () =>
          fromStored('special queue', RequirementsSchema, text, queue),
        );
        return requires === undefined
          ? []
          : [{ queue, requires, place: placeOfSubjobs({ queue, requires }), submitter: owners[queue] ?? '' }];
      });
    },

    async forgetUnused(before, isEmpty) {
      for (const name of await guarded(redis.zrangebyscore(keys.specialQueuesUsed, '-inf', before))) {
        const used = await guarded(redis.zscore(keys.specialQueuesUsed, name));
        if (used === null || Number(used) > before || !(await isEmpty(name))) continue;
        await guarded(forgetQueueScript.run(redis, { keys: all, args: { name, seen: used, ...said } }));
      }
    },
  };
}
