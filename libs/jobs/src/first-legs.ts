import type { Redis } from 'ioredis';
import { executed } from './connection.js';
import type { TakenQueue } from './taken-queue.js';

/** A queue, and where its first leg stands among those of all queues of the place; absent: none waits. */
export interface FirstLeg {
  readonly queue: TakenQueue;
  /** Lower ones come first. */
  readonly score?: number;
}

/** Looks at the first leg of each queue. */
export async function firstLegs(redis: Redis, queues: readonly TakenQueue[]): Promise<FirstLeg[]> {
  const pipeline = redis.pipeline();
  for (const { waiting } of queues) pipeline.zrange(waiting, '0', '0', 'WITHSCORES');
  const answers = (await executed(pipeline)) as [leg?: string, score?: string][];
  return queues.map((queue, index) => {
    const score = answers[index]?.[1];
    return { queue, ...(score !== undefined && { score: Number(score) }) };
  });
}

/**
 * The queue whose first leg comes first. One on which none waits comes before that: it may have delayed ones, which only
 * taking brings to light.
 */
export async function firstQueue(redis: Redis, queues: readonly TakenQueue[]): Promise<TakenQueue | undefined> {
  if (queues.length <= 1) return queues[0];
  const legs = await firstLegs(redis, queues);
  return legs.toSorted(({ score: a = -Infinity }, { score: b = -Infinity }) => a - b)[0]?.queue;
}
