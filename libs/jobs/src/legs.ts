import { DelayedError, Queue, WaitingError, Worker, type Job as QueueJob } from 'bullmq';
import type { Leg } from './ledger.js';
import { consumerConnection, keyPrefix, producerConnection } from './connection.js';

const legPrefix = `${keyPrefix}:legs`;

/** What BullMQ carries: a pointer to our own record, never the work itself. */
type LegData = Leg;

/**
 * A worker that dies leaves its lock to expire; another one then takes the leg. Renewal happens at half the lock's
 * life on an event loop that never computes.
 */
const lockMs = 10_000;
const stalledCheckMs = 4000;

export interface Legs {
  /** Puts a leg on a queue. Adding the same leg twice is harmless: its id says which part of which run it is. */
  add(leg: Leg, to: { queue: string; priority: number }): Promise<void>;
  /** Whether the leg is on the queue, in whatever state. */
  exists(leg: Leg, queue: string): Promise<boolean>;
  /** Takes a leg off the queue unless a worker already has it. */
  remove(leg: Leg, queue: string): Promise<void>;
  close(): Promise<void>;
}

export function openLegs(redisUrl: string, onError: (error: Error) => void): Legs {
  const queues = new Map<string, Queue<LegData>>();
  const queueOf = (pool: string) => {
    const open = queues.get(pool);
    if (open) return open;
    const queue = new Queue<LegData>(pool, {
      connection: producerConnection(redisUrl),
      prefix: legPrefix,
      streams: { events: { maxLen: 100 } },
    });
    queue.on('error', onError);
    queues.set(pool, queue);
    return queue;
  };
  return {
    async add(leg, { queue, priority }) {
      await queueOf(queue).add('leg', leg, {
        jobId: legId(leg),
        priority,
        removeOnComplete: true,
        removeOnFail: true,
        sizeLimit: 4096,
      });
    },
    async exists(leg, queue) {
      return (await queueOf(queue).getJob(legId(leg))) !== undefined;
    },
    async remove(leg, queue) {
      const found = await queueOf(queue).getJob(legId(leg));
      if (found && !(await found.isActive())) await found.remove();
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

/** Takes legs of one queue, `concurrency` at a time, and hands each to `run`. */
export function takeLegs(options: {
  readonly redisUrl: string;
  readonly queue: string;
  readonly concurrency: number;
  /** `signal` fires when BullMQ has lost the leg's lock, so that somebody else may be running it. */
  readonly run: (leg: Leg, signal: AbortSignal) => Promise<LegVerdict>;
  readonly onError: (error: Error) => void;
}): LegTaker {
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

/**
 * Names of queues: a pool's own name, and names that no pool can have for legs that one worker, or workers of one label,
 * shall take.
 */
export const queueName = {
  pool: (pool: string) => pool,
  worker: (id: string) => `@worker=${id}`,
  label: (key: string, value: string) => `@label=${key}=${value}`,
};

function legId({ job, stage, block, generation }: Leg): string {
  return `${job}.${stage}.${block}.${generation}`;
}
