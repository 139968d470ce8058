import type { Redis } from 'ioredis';
import type { Leg, OpenLeg } from '../record/attempts.js';
import { executed, guarded } from '../redis/connection.js';
import { placeOf, type LegQueue } from '../places/leg-queue.js';
import { openQueues } from './open-queues.js';
import { keptOfLegs, legJobName } from './put-legs.js';
import type { SpecialQueues } from '../places/special-queues.js';

/** What BullMQ carries: a pointer to our own record, never the work itself. */
type LegData = Leg;

/** A special queue is registered again at least this often while legs are added to it. */
const registeredMs = 60_000;

interface LegPosition {
  /** Legs before it on its queue. */
  readonly position: number;
  /** Larger for what comes later. */
  readonly order: string;
}

export interface Legs {
  /**
   * Makes a queue ready for legs that a script puts there. Returns what its keys begin with. Costs no round trip unless
   * the queue is a special one that nobody has used for a while.
   */
  ready(to: LegQueue): Promise<string>;
  /**
   * Makes the queues ready that the stages of new jobs need, before any of them is written down. Costs no round trip where
   * `ready` costs none. Throws `QUOTA_EXCEEDED` where a submitter, or all together, would need too many.
   */
  admit(jobs: readonly { readonly stages: readonly LegQueue[]; readonly submitter?: string }[]): Promise<void>;
  /** Puts a leg on a queue. Adding the same leg twice is harmless: its id says which part of which run it is. */
  add(leg: OpenLeg, to: LegQueue): Promise<void>;
  /** Puts many legs on a queue at once, each as `add` does. */
  addAll(legs: readonly OpenLeg[], to: LegQueue): Promise<void>;
  /** Whether each leg is on its queue, in whatever state. */
  exist(legs: readonly { readonly leg: Leg; readonly queue: string }[]): Promise<boolean[]>;
  /** Where a leg stands on its queue; undefined when it does not wait there. */
  position(leg: Leg, queue: string): Promise<LegPosition | undefined>;
  /** How many legs of other queues come before the given order; the queues of one place count turns together. */
  countBefore(order: string, queues: readonly string[]): Promise<number>;
  /** Takes legs off their queues, except those that a worker already has. */
  removeAll(legs: readonly { readonly leg: Leg; readonly queue: string }[]): Promise<void>;
  close(): Promise<void>;
}

/** Works over the given connection, which stays the caller's to close. */
export function openLegs(redis: Redis, special: SpecialQueues, onError: (error: Error) => void): Legs {
  const queues = openQueues<LegData>(redis, { streams: { events: { maxLen: 100 } } }, onError);
  const registered = new Map<string, number>();
  /** The queue, known to the workers that can serve it, and paused when its place is. */
  const readyQueue = async (to: LegQueue) => {
    if (isUnregistered(to)) await followPlace(to, await special.register(to));
    return queues.get(to.queue);
  };
  const isUnregistered = (to: LegQueue): to is Required<LegQueue> =>
    to.requires !== undefined && performance.now() - (registered.get(to.queue) ?? -Infinity) >= registeredMs;
  const followPlace = async (to: Required<LegQueue>, isNew: boolean) => {
    if (isNew && (await guarded(queues.get(placeOf(to)).isPaused()))) await guarded(queues.get(to.queue).pause());
    registered.set(to.queue, performance.now());
  };
  return {
    ready: async (to) => (await readyQueue(to)).toKey(''),
    async admit(jobs) {
      for (const { stages, submitter = '' } of jobs) {
        const needed = new Map(stages.filter(isUnregistered).map((stage) => [stage.queue, stage]));
        if (needed.size === 0) continue;
        const fresh = await special.admit([...needed.values()], submitter);
        for (const to of needed.values()) await followPlace(to, fresh.has(to.queue));
      }
    },
    async add(leg, to) {
      const queue = await readyQueue(to);
      await guarded(queue.add(legJobName, legData(leg), legOptions(leg)));
    },
    async addAll(entries, to) {
      const queue = await readyQueue(to);
      await guarded(
        queue.addBulk(entries.map((leg) => ({ name: legJobName, data: legData(leg), opts: legOptions(leg) }))),
      );
    },
    async exist(entries) {
      const pipeline = redis.pipeline();
      for (const { leg, queue } of entries) pipeline.exists(queues.get(queue).toKey(legId(leg)));
      return (await executed(pipeline)).map((found) => found === 1);
    },
    async position(leg, queue) {
      // Every leg has a priority, so all that wait lie in this sorted set.
      const key = queues.get(queue).toKey('prioritized');
      const [position, order] = await guarded(
        Promise.all([redis.zrank(key, legId(leg)), redis.zscore(key, legId(leg))]),
      );
      return position === null || order === null ? undefined : { position, order };
    },
    async countBefore(order, names) {
      const counts = names.map((name) => redis.zcount(queues.get(name).toKey('prioritized'), '-inf', `(${order}`));
      return (await guarded(Promise.all(counts))).reduce((sum, count) => sum + count, 0);
    },
    async removeAll(lying) {
      await guarded(Promise.all(lying.map(({ leg, queue }) => queues.get(queue).remove(legId(leg)))));
    },
    close: () => queues.close(),
  };
}

function legData({ job, generation, stage, block }: Leg): LegData {
  return { job, generation, stage, block };
}

function legOptions(leg: OpenLeg) {
  return { jobId: legId(leg), priority: leg.priority, ...keptOfLegs };
}

function legId({ job, stage, block, generation }: Leg): string {
  return `${job}.${stage}.${block}.${generation}`;
}
