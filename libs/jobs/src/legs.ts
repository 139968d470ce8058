import { DelayedError, Queue, WaitingError, Worker, type Job as QueueJob } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Leg } from './ledger.js';
import { consumerConnection, guarded, keyPrefix } from './connection.js';
import { placeOf, type LegQueue } from './leg-queue.js';
import type { SpecialQueues } from './special-queues.js';

const legPrefix = `${keyPrefix}:legs`;

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

export interface Legs {
  /** Puts a leg on a queue. Adding the same leg twice is harmless: its id says which part of which run it is. */
  add(leg: Leg, to: LegQueue & { readonly priority: number }): Promise<void>;
  /** Puts many legs on a queue at once, each as `add` does. */
  addAll(legs: readonly { readonly leg: Leg; readonly priority: number }[], to: LegQueue): Promise<void>;
  /** Whether the leg is on the queue, in whatever state. */
  exists(leg: Leg, queue: string): Promise<boolean>;
  /** How many legs lie before this one; undefined when it does not wait on the queue. */
  position(leg: Leg, queue: string): Promise<number | undefined>;
  /** Takes a leg off the queue unless a worker already has it. */
  remove(leg: Leg, queue: string): Promise<void>;
  close(): Promise<void>;
}

/** Works over the given connection, which stays the caller's to close. */
export function openLegs(redis: Redis, special: SpecialQueues, onError: (error: Error) => void): Legs {
  const queues = new Map<string, Queue<LegData>>();
  const registered = new Map<string, number>();
  const queueOf = (name: string) => {
    const open = queues.get(name);
    if (open) return open;
    const queue = new Queue<LegData>(name, {
      connection: redis,
      prefix: legPrefix,
      streams: { events: { maxLen: 100 } },
    });
    queue.on('error', onError);
    queues.set(name, queue);
    return queue;
  };
  /** The queue, known to the workers that can serve it, and paused when its place is. */
  const readyQueue = async ({ queue: name, requires }: LegQueue) => {
    const queue = queueOf(name);
    if (requires === undefined || Date.now() - (registered.get(name) ?? 0) < registeredMs) return queue;
    const isNew = await special.register({ queue: name, requires });
    if (isNew && (await guarded(queueOf(placeOf({ queue: name, requires })).isPaused()))) await guarded(queue.pause());
    registered.set(name, Date.now());
    return queue;
  };
  return {
    async add(leg, { priority, ...to }) {
      const queue = await readyQueue(to);
      await guarded(queue.add('leg', leg, legOptions(leg, priority)));
    },
    async addAll(entries, to) {
      const queue = await readyQueue(to);
      await guarded(
        queue.addBulk(entries.map(({ leg, priority }) => ({ name: 'leg', data: leg, opts: legOptions(leg, priority) }))),
      );
    },
    async exists(leg, queue) {
      return (await guarded(queueOf(queue).getJob(legId(leg)))) !== undefined;
    },
    async position(leg, queue) {
      // Every leg has a priority, so all that wait lie in this sorted set.
      return (await guarded(redis.zrank(queueOf(queue).toKey('prioritized'), legId(leg)))) ?? undefined;
    },
    async remove(leg, queue) {
      const found = await guarded(queueOf(queue).getJob(legId(leg)));
      if (found && !(await guarded(found.isActive()))) await guarded(found.remove());
    },
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
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
  const process = async (leg: QueueJob<LegData>, token: string | undefined, signal: AbortSignal | undefined) => {
    if (signal === undefined) throw new TypeError('BullMQ gave no signal, so a lost lock would go unnoticed.');
    const verdict = await options.run(leg.data, signal);
    if (verdict.kind === 'done') return;
    if (verdict.delayMs > 0) {
      await leg.moveToDelayed(Date.now() + verdict.delayMs, token);
      throw new DelayedError();
    }
    await leg.moveToWait(token);
    throw new WaitingError();
  };
  // BullMQ passes the signal only to a processor that declares three parameters.
  const worker = new Worker<LegData>(options.queue, (leg, token, signal) => process(leg, token, signal), {
    connection: consumerConnection(options.redisUrl),
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

function legOptions(leg: Leg, priority: number) {
  return { jobId: legId(leg), priority, removeOnComplete: true, removeOnFail: true, sizeLimit: 4096 };
}

function legId({ job, stage, block, generation }: Leg): string {
  return `${job}.${stage}.${block}.${generation}`;
}
