import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { guarded, keyPrefix } from './connection.js';

/** What lies on a pool's queue. */
export interface QueueLoad {
  /** Legs that a worker could take, now or after a delay. */
  readonly runnable: number;
  /** Legs that a worker has taken. */
  readonly active: number;
  readonly paused: boolean;
}

/** The queues of pools as whoever steers the fleet sees them. */
export interface PoolQueues {
  load(pool: string): Promise<QueueLoad>;
  /** Workers finish what they run and take nothing more. Pausing twice is harmless. */
  pause(pool: string): Promise<void>;
  resume(pool: string): Promise<void>;
}

/**
 * A delayed leg counts as runnable: only workers move it back to the queue, so without one it would wait for ever.
 */
const runnableStates = ['wait', 'prioritized', 'delayed'] as const;

/** Works over the given connection, which stays the caller's to close. */
export function openPoolQueues(redis: Redis, onError: (error: Error) => void): PoolQueues {
  const queues = new Map<string, Queue>();
  const queueOf = (pool: string) => {
    const open = queues.get(pool);
    if (open) return open;
    // The settings of the queue are those of whoever adds legs; looking at it must not change them.
    const queue = new Queue(pool, { connection: redis, prefix: `${keyPrefix}:legs`, skipMetasUpdate: true });
    queue.on('error', onError);
    queues.set(pool, queue);
    return queue;
  };
  return {
    async load(pool) {
      const queue = queueOf(pool);
      const [counts, paused] = await guarded(
        Promise.all([queue.getJobCounts(...runnableStates, 'active'), queue.isPaused()]),
      );
      const runnable = runnableStates.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
      return { runnable, active: counts.active ?? 0, paused };
    },
    pause: (pool) => guarded(queueOf(pool).pause()),
    resume: (pool) => guarded(queueOf(pool).resume()),
  };
}
