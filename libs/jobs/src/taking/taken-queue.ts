import { randomUUID } from 'node:crypto';
import { QueueKeys, RedisConnection, RedisQueueBackend, type MinimalJob } from 'bullmq';
import type { Redis } from 'ioredis';
import type { BeginAnswer, Subjob } from '../record/attempts.js';
import { afterTaking, type AfterTaking, type TakenFrom } from './after-taking.js';
import { guarded } from '../redis/connection.js';
import { placeOfQueue } from '../places/subjob-queue.js';
import { frontOfLane } from '../line/line.js';
import { subjobPrefix } from '../bullmq/open-queues.js';
import { DamagedRecord, fromStored, type Damage } from '../stored/stored.js';
import { SubjobSchema } from '../record/work-schemas.js';

/**
 * A worker that dies leaves its lock to expire; another one then takes the sub-job. Locks are renewed well before that, on an
 * event loop that never computes.
 */
export const lockMs = 10_000;
export const lostCheckMs = 4000;

/** A sub-job that was taken off a queue, under a lock that must be renewed until it is finished or put back. */
export interface TakenSubjob {
  readonly subjob: Subjob;
  readonly queue: TakenQueue;
  readonly id: string;
  readonly token: string;
  readonly priority: number;
}

/** What a queue had to give. */
export interface Taking {
  /** How many sub-jobs wait still. */
  readonly left: number;
  /** Absent when nothing waits, or the queue is paused. */
  readonly taken?: TakenSubjob;
  /** What beginning an attempt at it has said, if that was asked for and could be done at once. */
  readonly begun?: BeginAnswer;
  /** When the next sub-job that is delayed comes due, in milliseconds, if there is one and nothing was taken. */
  readonly dueAt?: number;
}

/** One of BullMQ's queues as those who take sub-jobs from it see it. Every call is one round trip. */
export interface TakenQueue extends Pick<TakenFrom, 'marker' | 'waiting'> {
  readonly name: string;
  readonly place: string;
  /** Hash of what BullMQ keeps of the queue itself. */
  readonly settings: string;
  /** @param worker Begins an attempt at the sub-job, in the same round trip, when it is given. */
  take(worker: string | undefined): Promise<Taking>;
  /** The sub-job is done with. */
  finish(taken: TakenSubjob): Promise<void>;
  /** The sub-job is done with, and another one is taken in its place. */
  finishAndTake(taken: TakenSubjob, worker: string | undefined): Promise<Taking>;
  /** Back to the queue, after a delay. It comes before all that has not begun. */
  putBack(taken: TakenSubjob, delayMs: number): Promise<void>;
  /**
   * Renews the locks of sub-jobs that still run, also those that have run out while Redis was away, unless somebody else has
   * taken the sub-job since. That one begins a new attempt, and the ledger tells the old one that it does not count.
   */
  renew(taken: readonly TakenSubjob[]): Promise<void>;
  /** Puts sub-jobs back whose lock was not renewed in time: their workers are gone. */
  recoverLost(): Promise<void>;
}

export interface TakenQueues {
  open(name: string): TakenQueue;
  close(): Promise<void>;
}

/**
 * Works over the given connection, which stays the caller's to close.
 *
 * @param now By the clock of Redis.
 */
export function openTakenQueues(redis: Redis, now: () => number, damage: Damage): TakenQueues {
  const settings = {
    connection: redis,
    prefix: subjobPrefix,
    lockDuration: lockMs,
    stalledInterval: lostCheckMs,
    // Attempts are counted in our own record, so BullMQ shall never give a sub-job up by itself.
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
  const queueKeys = new QueueKeys(subjobPrefix);
  let takings = 0;
  const backendOf = (name: string) =>
    timed(
      new RedisQueueBackend(
        connection,
        name,
        queueKeys.getKeys(name),
        (type) => queueKeys.toKey(name, type),
        settings,
        undefined,
        false,
      ),
      now,
    );
  const taker = randomUUID();
  /** A sub-job whose lock was lost may have been taken by others, or even be done with: it is not ours to move any more. */
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
    const keysOf: TakenFrom = {
      prefix: backend.toKey(''),
      marker: backend.toKey('marker'),
      waiting: backend.toKey('prioritized'),
    };
    const takeUnder = async (
      lock: string,
      worker: string | undefined,
      give: (through: RedisQueueBackend) => Promise<unknown>,
    ): Promise<Taking> => {
      let after: Promise<AfterTaking> | undefined;
      const sayMore = () => {
        after = afterTaking(redis, keysOf, { lock, worker }).catch(() => notHeard);
      };
      const { damaged, ...given } = taking(queue, lock, await give(followed(backend, sayMore)));
      const { left, begun } = (await after) ?? notHeard;
      if (damaged !== undefined) {
        // Its job, if there is one, lacks a sub-job then, which the reconciler adds.
        damage.note('sub-job', damaged.id, damaged.reason);
        await whileOurs(backend.moveToCompleted(doneWith(damaged.id), 'null', true, lock, false));
        return queue.take(worker);
      }
      const answer = given.taken && begun(given.taken.subjob);
      return { ...given, left, ...(answer && { begun: answer }) };
    };
    const queue: TakenQueue = {
      name,
      place: placeOfQueue(name),
      settings: backend.toKey('meta'),
      ...keysOf,
      take(worker) {
        const token = `${taker}:${(takings += 1)}`;
        return takeUnder(token, worker, (through) => guarded(through.moveToActive(token)));
      },
      async finish({ id, token }) {
        await whileOurs(backend.moveToCompleted(doneWith(id), 'null', true, token, false));
      },
      finishAndTake: ({ id, token }, worker) =>
        takeUnder(token, worker, async (through) => {
          const moved = await whileOurs(through.moveToCompleted(doneWith(id), 'null', true, token, true));
          return moved?.result;
        }),
      async putBack({ id, token, priority }, delayMs) {
        const front = frontOfLane(priority);
        if (priority !== front) await whileOurs(backend.changePriority(id, front));
        if (delayMs === 0) {
          await whileOurs(backend.moveJobFromActiveToWait(id, token));
          // BullMQ leaves none with it, as it counts on one that is always there.
          await guarded(redis.zadd(keysOf.marker, 0, '0'));
          return;
        }
        // Whoever takes it next may have another clock than this machine.
        await whileOurs(backend.moveToDelayed(id, now(), delayMs, token, { skipAttempt: true }));
      },
      async renew(subjobs) {
        const tokens = new Map(subjobs.map(({ id, token }) => [id, token]));
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

/** The sub-job was taken all the same: whoever runs it begins the attempt, and hears why that fails. */
const notHeard: AfterTaking = { left: 0, begun: () => undefined };

/**
 * The backend for one call, which says something more to Redis right behind it. That cannot be said after calling, as
 * BullMQ sends nothing before it has made sure of its connection.
 */
function followed(backend: RedisQueueBackend, sayMore: () => void): RedisQueueBackend {
  const execCommand: RedisQueueBackend['execCommand'] = (...call) => {
    const answer: unknown = backend.execCommand(...call);
    sayMore();
    return answer;
  };
  return Object.assign(Object.create(backend) as RedisQueueBackend, { execCommand });
}

/** From 2001 to 5138 in milliseconds since 1970; nothing else that BullMQ's scripts are given lies in between. */
const [firstTime, lastTime] = [1e12, 1e14];

/**
 * BullMQ tells its scripts the time by the clock of this machine, and they let delayed sub-jobs begin by it. One that is behind
 * would never take a sub-job that was to be tried again.
 */
function timed(backend: RedisQueueBackend, now: () => number): RedisQueueBackend {
  const send = backend.execCommand.bind(backend);
  backend.execCommand = (client, command, args): unknown => {
    const isTime = (each: unknown) => typeof each === 'number' && each > firstTime && each < lastTime;
    return send(client, command, args.map((each: unknown) => (isTime(each) ? now() : each)) as typeof args);
  };
  return backend;
}

/** Of a sub-job that is done with, BullMQ only looks at these. */
function doneWith(id: string): MinimalJob<Subjob, string> {
  return { id, opts: {} } as MinimalJob<Subjob, string>;
}

/** BullMQ's scripts answer with a negative number when a job is not in the state that they move it from. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' && error.code < 0;
}

/** BullMQ answers with the job, its id, a rate limit that our queues do not have, and when the next delayed one is due. */
function taking(
  queue: TakenQueue,
  token: string,
  answer: unknown,
): Pick<Taking, 'taken' | 'dueAt'> & { readonly damaged?: { readonly id: string; readonly reason: string } } {
  if (!Array.isArray(answer)) return {};
  const [job, id, , dueAt] = answer as [{ data: string; priority?: number } | null, string?, number?, number?];
  if (job === null || id === undefined || id === '') return dueAt ? { dueAt } : {};
  try {
    const subjob = fromStored(SubjobSchema, job.data);
    return { taken: { subjob, queue, id, token, priority: job.priority ?? 0 } };
  } catch (error) {
    if (!(error instanceof DamagedRecord)) throw error;
    return { damaged: { id, reason: error.message } };
  }
}
