import { DelayedError, WaitingError, Worker, type Job as QueueJob } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Leg, OpenLeg } from './attempts.js';
import { executed, guarded, openConsumer } from './connection.js';
import { placeOf, type LegQueue } from './leg-queue.js';
import { frontOfLane } from './line.js';
import { legPrefix, openQueues } from './open-queues.js';
import type { SpecialQueues } from './special-queues.js';

/** What BullMQ carries: a pointer to our own record, never the work itself. */
type LegData = Leg;

/**
 * A worker that dies leaves its lock to expire; another one then takes the leg. Renewal happens at half the lock's
 * life on an event loop that never computes.
 */
const lockMs = 10_000;
const stalledCheckMs = 4000;

/** A special queue is registered again at least this often while legs are added to it. */
const registeredMs = 60_000;

interface LegPosition {
  /** Legs before it on its queue. */
  readonly position: number;
  /** Larger for what comes later. */
  readonly order: string;
}

export interface Legs {
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
  const readyQueue = async ({ queue: name, requires }: LegQueue) => {
    const queue = queues.get(name);
    if (requires === undefined || Date.now() - (registered.get(name) ?? 0) < registeredMs) return queue;
    const isNew = await special.register({ queue: name, requires });
    if (isNew && (await guarded(queues.get(placeOf({ queue: name, requires })).isPaused())))
      await guarded(queue.pause());
    registered.set(name, Date.now());
    return queue;
  };
  return {
    async add(leg, to) {
      const queue = await readyQueue(to);
      await guarded(queue.add('leg', legData(leg), legOptions(leg)));
    },
    async addAll(entries, to) {
      const queue = await readyQueue(to);
      await guarded(queue.addBulk(entries.map((leg) => ({ name: 'leg', data: legData(leg), opts: legOptions(leg) }))));
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

/** What became of a leg that a worker took: it is done with, goes back at once, or goes back after a delay. */
export type LegVerdict = { readonly kind: 'done' } | { readonly kind: 'again'; readonly delayMs: number };

export interface LegTaker {
  /** Takes no further legs; resolves when those that run have ended. */
  close(): Promise<void>;
}

export interface TakeOptions {
  readonly redisUrl: string;
  readonly queue: string;
  readonly concurrency: number;
  /** `signal` fires when BullMQ has lost the leg's lock, so that somebody else may be running it. */
  readonly run: (leg: Leg, signal: AbortSignal) => Promise<LegVerdict>;
  readonly onError: (error: Error) => void;
}

/** Takes legs of one queue, `concurrency` at a time, and hands each to `run`. */
export function takeLegs(options: TakeOptions): LegTaker {
  const redis = openConsumer(options.redisUrl, options.onError);
  const taker = takeLegsOver(redis, options);
  return {
    async close() {
      await taker.close();
      redis.disconnect();
    },
  };
}

/**
 * As `takeLegs`, over a connection from `openConsumer`, which takers of several queues may share and which stays the
 * caller's to close. Each has one more to wait for legs.
 */
export function takeLegsOver(redis: Redis, options: Omit<TakeOptions, 'redisUrl'>): LegTaker {
  const process = async (leg: QueueJob<LegData>, token: string | undefined, signal: AbortSignal | undefined) => {
    if (signal === undefined) throw new TypeError('BullMQ gave no signal, so a lost lock would go unnoticed.');
    const verdict = await options.run(leg.data, signal);
    if (verdict.kind === 'done') return;
    const priority = frontOfLane(leg.priority);
    if (leg.priority !== priority) await leg.changePriority({ priority });
    if (verdict.delayMs > 0) {
      await leg.moveToDelayed(Date.now() + verdict.delayMs, token);
      throw new DelayedError();
    }
    await leg.moveToWait(token);
    throw new WaitingError();
  };
  // BullMQ passes the signal only to a processor that declares three parameters.
  const worker = new Worker<LegData>(options.queue, (leg, token, signal) => process(leg, token, signal), {
    connection: redis,
    prefix: legPrefix,
    concurrency: options.concurrency,
    lockDuration: lockMs,
    stalledInterval: stalledCheckMs,
    // Attempts are counted in our own record, so BullMQ shall never give a leg up by itself.
    maxStalledCount: Number.MAX_SAFE_INTEGER,
  });
  worker.on('error', options.onError);
  return { close: () => worker.close() };
}

function legData({ job, generation, stage, block }: Leg): LegData {
  return { job, generation, stage, block };
}

function legOptions(leg: OpenLeg) {
  return { jobId: legId(leg), priority: leg.priority, removeOnComplete: true, removeOnFail: true, sizeLimit: 4096 };
}

function legId({ job, stage, block, generation }: Leg): string {
  return `${job}.${stage}.${block}.${generation}`;
}
