import type { Requirements } from '@rondel/contracts';
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { guarded } from '../redis/connection.js';
import { subjobPlace } from '../places/subjob-queue.js';
import { openQueues } from './open-queues.js';
import type { SpecialQueue, SpecialQueues } from '../places/special-queues.js';

/** Sub-jobs on one queue or several. */
export interface SubjobCounts {
  /** Sub-jobs that a worker could take, now or after a delay. */
  readonly runnable: number;
  /** Sub-jobs that a worker has taken. */
  readonly active: number;
}

/** What lies on a queue that not every worker takes sub-jobs from. */
export interface SpecialLoad extends SubjobCounts {
  readonly requires: Requirements;
}

/** What lies on the queues of a pool. */
export interface PoolLoad extends SubjobCounts {
  readonly paused: boolean;
  /** The part that lies on queues for some of the pool's workers. */
  readonly special: readonly SpecialLoad[];
}

/** The queues of pools as whoever steers the fleet sees them. */
export interface PoolQueues {
  load(pool: string): Promise<PoolLoad>;
  /** What lies on the queues of all pools at once. */
  anywhere(): Promise<SpecialLoad[]>;
  paused(pool: string): Promise<boolean>;
  /** Workers finish what they run and take nothing more. Pausing twice is harmless. */
  pause(pool: string): Promise<void>;
  resume(pool: string): Promise<void>;
  /** Forgets special queues that nobody has used since then, and pauses and resumes the others with their pool. */
  reconcile(unusedSince: number): Promise<void>;
}

/**
 * A delayed sub-job counts as runnable: only workers move it back to the queue, so without one it would wait for ever.
 */
const runnableStates = ['wait', 'prioritized', 'delayed'] as const;

/** Works over the given connection, which stays the caller's to close. */
export function openPoolQueues(redis: Redis, special: SpecialQueues, onError: (error: Error) => void): PoolQueues {
  // The settings of the queues are those of whoever adds sub-jobs; looking at them must not change them.
  const queues = openQueues(redis, { skipMetasUpdate: true }, onError);
  const countsOf = async (name: string): Promise<SubjobCounts> => {
    const counts = await guarded(queues.get(name).getJobCounts(...runnableStates, 'active'));
    const runnable = runnableStates.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
    return { runnable, active: counts.active ?? 0 };
  };
  const paused = (pool: string) => guarded(queues.get(subjobPlace.pool(pool)).isPaused());
  const specialAt = async (wanted: string) => (await special.list()).filter(({ place }) => place === wanted);
  const specialOf = (pool: string) => specialAt(subjobPlace.pool(pool));
  const loadsOf = async (found: readonly SpecialQueue[]): Promise<SpecialLoad[]> => {
    const loads = await Promise.all(
      found.map(async ({ queue, requires }) => ({ requires, ...(await countsOf(queue)) })),
    );
    return loads.filter(({ runnable, active }) => runnable + active > 0);
  };
  /** A special queue that comes into being meanwhile looks at the pool's own, so that one is first. */
  const queuesOf = async function* (pool: string): AsyncGenerator<Queue> {
    yield queues.get(subjobPlace.pool(pool));
    for (const { queue } of await specialOf(pool)) yield queues.get(queue);
  };
  const followPool = async ({ queue: name, place }: SpecialQueue) => {
    const queue = queues.get(name);
    const [wanted, now] = await guarded(Promise.all([queues.get(place).isPaused(), queue.isPaused()]));
    if (wanted !== now) await guarded(wanted ? queue.pause() : queue.resume());
  };
  return {
    async load(pool) {
      const [plain, isPaused, others] = await Promise.all([
        countsOf(subjobPlace.pool(pool)),
        paused(pool),
        specialOf(pool).then(loadsOf),
      ]);
      const all = [plain, ...others];
      return {
        runnable: all.reduce((sum, { runnable }) => sum + runnable, 0),
        active: all.reduce((sum, { active }) => sum + active, 0),
        paused: isPaused,
        special: others,
      };
    },
    anywhere: async () => loadsOf(await specialAt(subjobPlace.anywhere)),
    paused,
    async pause(pool) {
      for await (const queue of queuesOf(pool)) await guarded(queue.pause());
    },
    async resume(pool) {
      for await (const queue of queuesOf(pool)) await guarded(queue.resume());
    },
    async reconcile(unusedSince) {
      await special.forgetUnused(unusedSince, async (queue) => {
        const { runnable, active } = await countsOf(queue);
        return runnable + active === 0;
      });
      for (const queue of await special.list()) await followPool(queue);
    },
  };
}
