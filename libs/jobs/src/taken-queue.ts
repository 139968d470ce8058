import { randomUUID } from 'node:crypto';
import { QueueKeys, RedisConnection, RedisQueueBackend, type IQueueBackend, type MinimalJob } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Leg } from './attempts.js';
import { guarded } from './connection.js';
import { frontOfLane } from './line.js';
import { legPrefix } from './open-queues.js';
import { runScript, script } from './scripts.js';

/**
 * A worker that dies leaves its lock to expire; another one then takes the leg. Locks are renewed well before that, on an
 * event loop that never computes.
 */
export const lockMs = 10_000;
export const lostCheckMs = 4000;

/** A leg that was taken off a queue, under a lock that must be renewed until it is finished or put back. */
export interface TakenLeg {
  readonly leg: Leg;
  readonly queue: TakenQueue;
  readonly id: string;
  readonly token: string;
  readonly priority: number;
}

/** What a queue had to give. */
export interface Taking {
  /** Absent when nothing waits, or the queue is paused. */
  readonly taken?: TakenLeg;
  /** When the next leg that is delayed comes due, in milliseconds, if there is one and nothing was taken. */
  readonly dueAt?: number;
}

/** One of BullMQ's queues as those who take legs from it see it. Every call is one round trip. */
export interface TakenQueue {
  readonly name: string;
  /** BullMQ puts something into this sorted set when there may be legs to take. */
  readonly marker: string;
  /** Sorted set of the legs that wait, those to be taken first at its beginning. */
  readonly waiting: string;
  take(): Promise<Taking>;
  /**
   * How many legs wait. When there are none, takes away the marker that BullMQ leaves with each leg that it gives out, so
   * that nobody is woken for nothing.
   */
  left(): Promise<number>;
  /** The leg is done with; with `takeNext` also takes another one in its place. */
  finish(taken: TakenLeg, takeNext: boolean): Promise<Taking>;
  /** Back to the queue, after a delay. It comes before all that has not begun. */
  putBack(taken: TakenLeg, delayMs: number): Promise<void>;
  /**
   * Renews the locks of legs that still run, also those that have run out while Redis was away, unless somebody else has
   * taken the leg since. That one begins a new attempt, and the ledger tells the old one that it does not count.
   */
  renew(taken: readonly TakenLeg[]): Promise<void>;
  /** Puts legs back whose lock was not renewed in time: their workers are gone. */
  recoverLost(): Promise<void>;
}

/** KEYS: legs in the order of their priorities, legs that come before all of them, marker. */
const leftScript = script(`
local left = redis.call('ZCARD', KEYS[1]) + redis.call('LLEN', KEYS[2])
if left == 0 then redis.call('ZREM', KEYS[3], '0') end
return left
`);

export interface TakenQueues {
  open(name: string): TakenQueue;
  close(): Promise<void>;
}

/** Works over the given connection, which stays the caller's to close. */
export function openTakenQueues(redis: Redis): TakenQueues {
  const settings = {
    connection: redis,
    prefix: legPrefix,
    lockDuration: lockMs,
    stalledInterval: lostCheckMs,
    // Attempts are counted in our own record, so BullMQ shall never give a leg up by itself.
    maxStalledCount: Number.MAX_SAFE_INTEGER,
  };
  const connection = new RedisConnection(redis, {
    shared: true,
    blocking: false,
    skipVersionCheck: true,
    skipWaitingForReady: true,
  });
  // Whoever opened the connection hears of its troubles; BullMQ repeats them, and ends the process when nobody listens.
  connection.on('error', () => undefined);
  const queueKeys = new QueueKeys(legPrefix);
  let takings = 0;
  const backendOf = (name: string): IQueueBackend =>
    new RedisQueueBackend(
      connection,
      name,
      queueKeys.getKeys(name),
      (type) => queueKeys.toKey(name, type),
      settings,
      undefined,
      false,
    );
  const taker = randomUUID();
  /** A leg whose lock was lost may have been taken by others, or even be done with: it is not ours to move any more. */
  const whileOurs = async <T>(move: Promise<T>): Promise<T | undefined> => {
    try {
      return await guarded(move);
    } catch (error) {
      if (isRefusal(error)) return undefined;
      throw error;
    }
  };
  const open = (name: string): TakenQueue => {
    const backend = backendOf(name);
    const queue: TakenQueue = {
      name,
      marker: backend.toKey('marker'),
      waiting: backend.toKey('prioritized'),
      async take() {
        const token = `${taker}:${(takings += 1)}`;
        return taking(queue, token, await guarded(backend.moveToActive(token)));
      },
      async left() {
        const call = { keys: [queue.waiting, backend.toKey('wait'), queue.marker], args: [] };
        return (await guarded(runScript(redis, leftScript, call))) as number;
      },
      async finish({ id, token }, takeNext) {
        // Of the job, BullMQ only looks at these.
        const job = { id, opts: {} } as MinimalJob<Leg, string>;
        const moved = await whileOurs(backend.moveToCompleted(job, 'null', true, token, takeNext));
        return taking(queue, token, moved?.result);
      },
      async putBack({ id, token, priority }, delayMs) {
        const front = frontOfLane(priority);
        if (priority !== front) await whileOurs(backend.changePriority(id, front));
        if (delayMs === 0) await whileOurs(backend.moveJobFromActiveToWait(id, token));
        else await whileOurs(backend.moveToDelayed(id, Date.now(), delayMs, token, { skipAttempt: true }));
      },
      async renew(legs) {
        const tokens = new Map(legs.map(({ id, token }) => [id, token]));
        const lost = await guarded(backend.extendLocks([...tokens.keys()], [...tokens.values()], lockMs));
        const takeBack = lost.map((id) =>
          redis.set(backend.toKey(`${id}:lock`), tokens.get(id) ?? '', 'PX', lockMs, 'NX'),
        );
        await guarded(Promise.all(takeBack));
      },
      async recoverLost() {
        await guarded(backend.moveStalledJobsToWait());
      },
    };
    return queue;
  };
  return { open, close: () => connection.close() };
}

/** BullMQ's scripts answer with a negative number when a job is not in the state that they move it from. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' && error.code < 0;
}

/** BullMQ answers with the job, its id, a rate limit that our queues do not have, and when the next delayed one is due. */
function taking(queue: TakenQueue, token: string, answer: unknown): Taking {
  if (!Array.isArray(answer)) return {};
  const [job, id, , dueAt] = answer as [{ data: string; priority?: number } | null, string?, number?, number?];
  if (job === null || id === undefined || id === '') return dueAt ? { dueAt } : {};
  const leg = JSON.parse(job.data) as Leg;
  return { taken: { leg, queue, id, token, priority: job.priority ?? 0 } };
}
