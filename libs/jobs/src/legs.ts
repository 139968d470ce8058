import { DelayedError, Queue, WaitingError, Worker, type Job as QueueJob } from 'bullmq';
import { consumerConnection, keyPrefix, producerConnection } from './connection.js';

const legPrefix = `${keyPrefix}:legs`;

/** What BullMQ carries: a pointer to our own record, never the work itself. */
interface LegData {
  readonly job: string;
}

/**
 * A worker that dies leaves its lock to expire; another one then takes the leg. Renewal happens at half the lock's
 * life on an event loop that never computes.
 */
const lockMs = 10_000;
const stalledCheckMs = 4000;

export interface Legs {
  /** Puts a leg on its pool's queue. Adding the same leg twice is harmless: its id says which run it belongs to. */
  add(leg: { job: string; pool: string; priority: number; generation: number }): Promise<void>;
  /** Whether the leg is on its queue, in whatever state. */
  exists(leg: { job: string; pool: string; generation: number }): Promise<boolean>;
  /** Takes a leg off the queue unless a worker already has it. */
  remove(leg: { job: string; pool: string; generation: number }): Promise<void>;
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
    async add({ job, pool, priority, generation }) {
      await queueOf(pool).add(
        'whole',
        { job },
        {
          jobId: legId(job, generation),
          priority,
          removeOnComplete: true,
          removeOnFail: true,
          sizeLimit: 4096,
        },
      );
    },
    async exists({ job, pool, generation }) {
      return (await queueOf(pool).getJob(legId(job, generation))) !== undefined;
    },
    async remove({ job, pool, generation }) {
      const leg = await queueOf(pool).getJob(legId(job, generation));
      if (leg && !(await leg.isActive())) await leg.remove();
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

/** Takes legs of one pool, `concurrency` at a time, and hands each to `run`. */
export function takeLegs(options: {
  readonly redisUrl: string;
  readonly pool: string;
  readonly concurrency: number;
  /** `signal` fires when BullMQ has lost the leg's lock, so that somebody else may be running it. */
  readonly run: (job: string, signal: AbortSignal) => Promise<LegVerdict>;
  readonly onError: (error: Error) => void;
}): LegTaker {
  const process = async (leg: QueueJob<LegData>, token: string | undefined, signal: AbortSignal | undefined) => {
    if (signal === undefined) throw new TypeError('BullMQ gave no signal, so a lost lock would go unnoticed.');
    const verdict = await options.run(leg.data.job, signal);
    if (verdict.kind === 'done') return;
    if (verdict.delayMs > 0) {
      await leg.moveToDelayed(Date.now() + verdict.delayMs, token);
      throw new DelayedError();
    }
    await leg.moveToWait(token);
    throw new WaitingError();
  };
  // BullMQ passes the signal only to a processor that declares three parameters.
  const worker = new Worker<LegData>(options.pool, (leg, token, signal) => process(leg, token, signal), {
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

function legId(job: string, generation: number): string {
  return `${job}.whole.0.${generation}`;
}
