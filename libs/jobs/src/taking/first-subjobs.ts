import type { Redis } from 'ioredis';
import { executed } from '../redis/connection.js';
import { laneOfScore } from '../line/line.js';
import type { TakenQueue } from './taken-queue.js';

/** A queue, and where its first sub-job stands among those of all queues of the place; absent: none waits. */
export interface FirstSubjob {
  readonly queue: TakenQueue;
  /** Lower ones come first. */
  readonly score?: number;
}

/** Looks at the first sub-job of each queue. */
export async function firstSubjobs(redis: Redis, queues: readonly TakenQueue[]): Promise<FirstSubjob[]> {
  const pipeline = redis.pipeline();
  for (const { layout } of queues) pipeline.zrange(layout.waiting, '0', '0', 'WITHSCORES');
  const answers = (await executed(pipeline)) as [subjob?: string, score?: string][];
  return queues.map((queue, index) => {
    const score = answers[index]?.[1];
    return { queue, ...(score !== undefined && { score: Number(score) }) };
  });
}

/**
 * The queue whose first sub-job comes first: by its lane, then places by turns, as each counts those in its lanes by itself,
 * then by its turn there. One on which none waits comes before that: it may have delayed ones, which only taking brings to
 * light.
 *
 * @param lastTaken A number that grows with every sub-job that is taken from the queue's place.
 */
export async function firstQueue(
  redis: Redis,
  queues: readonly TakenQueue[],
  lastTaken: (queue: TakenQueue) => number,
): Promise<TakenQueue | undefined> {
  if (queues.length <= 1) return queues[0];
  const subjobs = await firstSubjobs(redis, queues);
  const ranks = subjobs.map(({ queue, score }) => ({
    queue,
    rank: score === undefined ? [-Infinity] : [laneOfScore(score), lastTaken(queue), score],
  }));
  return ranks.toSorted((a, b) => inOrder(a.rank, b.rank))[0]?.queue;
}

/** Lexicographic. */
function inOrder(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) < (b[at] ?? Infinity) ? -1 : 1;
}
