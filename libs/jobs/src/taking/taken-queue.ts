import { randomUUID } from 'node:crypto';
import type { MinimalJob } from 'bullmq';
import type { Redis } from 'ioredis';
import type { BeginAnswer, Subjob } from '../record/subjob-attempts.js';
import { lockKey, queueLayout, subjobPrefix, type QueueLayout } from '../bullmq/layout.js';
import { afterTaking, type AfterTaking } from './after-taking.js';
import { guarded } from '../redis/connection.js';
import { QueueKeys, RedisConnection, RedisQueueBackend } from '../redis/redis-libraries.js';
import type { PutAside } from './put-aside.js';
import { placeOfQueue } from '../places/subjob-queue.js';
import { frontOfLane } from '../line/line.js';
import { DamagedRecord, fromStored, type Damage } from '../stored/stored.js';
import { LaterVersion } from '../stored/versions.js';
import { SubjobSchema } from '../record/work-schemas.js';

/**
 * A worker that dies leaves its lock to expire; another one then takes the sub-job. Locks are renewed well before that, on an
 * event loop that never computes.
 */
export const lockMs = 10_000;
export const lostCheckMs = 4000;

/** What was taken off a queue, whatever it is. */
export type TakenEntry = Pick<TakenSubjob, 'id' | 'token' | 'priority' | 'data'>;

/** A sub-job that was taken off a queue, under a lock that must be renewed until it is finished or put back. */
export interface TakenSubjob {
  readonly subjob: Subjob;
  readonly queue: TakenQueue;
  readonly id: string;
  readonly token: string;
  readonly priority: number;
  /** As BullMQ carries it. */
  readonly data: string;
}

/** What a queue had to give. */
export interface Taking {
  /** How many sub-jobs wait still. */
  readonly left: number;
  /** Absent when nothing waits, or the queue is paused. */
  readonly taken?: TakenSubjob;
  /** What beginning an attempt at it has said, if that was asked for and could be done at once. */
  readonly begun?: BeginAnswer;
}

/** One of BullMQ's queues as those who take sub-jobs from it see it. Every call is one round trip. */
export interface TakenQueue {
  readonly name: string;
  readonly place: string;
  readonly layout: QueueLayout;
  /** @param worker Begins an attempt at the sub-job, in the same round trip, when it is given. */
  take(worker: string | undefined): Promise<Taking>;
  /** The sub-job is done with. */
  finish(taken: TakenSubjob): Promise<void>;
  /** The sub-job is done with, and another one is taken in its place. */
  finishAndTake(taken: TakenSubjob, worker: string | undefined): Promise<Taking>;
  /** Back to the queue. It comes before all that has not begun. */
  putBack(taken: TakenSubjob): Promise<void>;
  /** To the queue of those who know this version of records, where it costs no attempt and nobody else takes it. */
  setAside(entry: TakenEntry, version: number): Promise<void>;
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

/** Works over the given connection, which stays the caller's to close. */
export function openTakenQueues(redis: Redis, damage: Damage, putAside: PutAside): TakenQueues {
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
    const layout = queueLayout(name);
    const takeUnder = async (
      lock: string,
      worker: string | undefined,
      give: () => Promise<unknown>,
    ): Promise<Taking> => {
      const giving = give();
      const following = allSaid().then(() => afterTaking(redis, layout, { lock, worker }));
      const [gave, { left, begun }] = await Promise.all([giving, following.catch(() => notHeard)]);
      const { damaged, later, ...given } = taking(queue, lock, gave);
      if (later !== undefined) {
        damage.noteLater('sub-job', later.entry.id, later.error);
        await queue.setAside(later.entry, later.error.version);
        return queue.take(worker);
      }
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
      layout,
      take(worker) {
        const token = `${taker}:${(takings += 1)}`;
        return takeUnder(token, worker, () => guarded(backend.moveToActive(token)));
      },
      async finish({ id, token }) {
        await whileOurs(backend.moveToCompleted(doneWith(id), 'null', true, token, false));
      },
      finishAndTake: ({ id, token }, worker) =>
        takeUnder(token, worker, async () => {
          const moved = await whileOurs(backend.moveToCompleted(doneWith(id), 'null', true, token, true));
          return moved?.result;
        }),
      async putBack({ id, token, priority }) {
        await whileOurs(backend.moveJobFromActiveToWait(id, token));
        // Tells those who wait for something to take, which BullMQ leaves out where it only puts a job back.
        await whileOurs(backend.changePriority(id, frontOfLane(priority)));
      },
      async setAside({ id, token, priority, data }, version) {
        // First, so that it lies on one of the two whatever happens.
        await putAside(name, { id, data, priority }, version);
        await whileOurs(backend.moveToCompleted(doneWith(id), 'null', true, token, false));
      },
      async renew(subjobs) {
        const tokens = new Map(subjobs.map(({ id, token }) => [id, token]));
        const lost = await guarded(backend.extendLocks([...tokens.keys()], [...tokens.values()], lockMs));
        const takeBack = lost.map((id) => redis.set(lockKey(layout, id), tokens.get(id) ?? '', 'PX', lockMs, 'NX'));
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
 * BullMQ sends a command some promises later than it is called, all of them kept already while it is connected: what follows
 * once those have run goes out behind it, in the same message. Should it go out before, it finds nothing, and the attempt is
 * begun by whoever runs the sub-job.
 */
async function allSaid(): Promise<void> {
  await Promise.resolve();
  await new Promise<void>((resolve) => process.nextTick(resolve));
}

/** Of a sub-job that is done with, BullMQ only looks at these. */
function doneWith(id: string): MinimalJob<Subjob, string> {
  return { id, opts: {} } as MinimalJob<Subjob, string>;
}

/** BullMQ's scripts answer with a negative number when a job is not in the state that they move it from. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' && error.code < 0;
}

interface GivenOut extends Pick<Taking, 'taken'> {
  readonly damaged?: { readonly id: string; readonly reason: string };
  readonly later?: { readonly entry: TakenEntry; readonly error: LaterVersion };
}

/** BullMQ answers with the job and its id, and more that our queues do not have. */
function taking(queue: TakenQueue, token: string, answer: unknown): GivenOut {
  if (!Array.isArray(answer)) return {};
  const [job, id] = answer as [{ data: string; priority?: number } | null, string?];
  if (job === null || id === undefined || id === '') return {};
  try {
    const subjob = fromStored('sub-job', SubjobSchema, job.data, id);
    return { taken: { subjob, queue, id, token, data: job.data, priority: job.priority ?? 0 } };
  } catch (error) {
    const priority = job.priority ?? 0;
    if (error instanceof LaterVersion) return { later: { entry: { id, data: job.data, priority, token }, error } };
    if (!(error instanceof DamagedRecord)) throw error;
    return { damaged: { id, reason: error.message } };
  }
}
