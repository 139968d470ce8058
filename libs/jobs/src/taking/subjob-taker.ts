import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRondelError } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import { asError } from '../redis/as-error.js';
import type { BeginAnswer, Subjob } from '../record/subjob-attempts.js';
import { firstSubjobs, firstQueue } from './first-subjobs.js';
import { letOneThrough } from './give-way.js';
import { keys } from '../redis/keys.js';
import { openMarkerWait } from './marker-wait.js';
import type { PutAside } from './put-aside.js';
import type { News } from '../redis/news.js';
import type { Damage } from '../stored/stored.js';
import { lockMs, lostCheckMs, openTakenQueues, type TakenSubjob, type TakenQueue, type Taking } from './taken-queue.js';

/**
 * What became of a sub-job that a worker took: it is done with, goes back at once or after a delay, or to workers that know a
 * later version of records. `along` is what
 * is still to be told of a sub-job that is done with. Its first command is on its way already; that the sub-job is done with
 * follows in the same message, so that both are known to Redis or neither is.
 */
export type SubjobVerdict =
  | { readonly kind: 'done'; readonly along?: Promise<void> }
  | { readonly kind: 'again'; readonly delayMs: number }
  | { readonly kind: 'later'; readonly version: number };

export const defaultGiveWayEvery = 8;

/** A place to run one sub-job. */
export interface Place {
  release(): void;
}

/** An attempt that was begun with taking its sub-job, and the place that was kept for it. */
export interface BegunSubjob<P extends Place> {
  readonly answer: BeginAnswer;
  readonly place: P;
}

export interface TakeOptions<P extends Place = Place> {
  /** Sub-jobs at a time, from all queues together. */
  readonly concurrency: number;
  /** Runs a sub-job, of which no attempt was begun yet unless `begun` says so. */
  readonly run: (subjob: Subjob, begun?: BegunSubjob<P>) => Promise<SubjobVerdict>;
  readonly onError: (error: Error) => void;
  /** For whoever begins an attempt at every sub-job, which costs no round trip where there is a place for it at once. */
  /**
   * Of so many sub-jobs that it takes, one is of what all others would go before as long as more of them come: of a lane behind,
   * or of jobs that have not begun while blocks of others lie there. 8 unless said otherwise.
   */
  readonly giveWayEvery?: number;
  /** How many it takes before the first such one; `giveWayEvery` unless said otherwise. */
  readonly firstGivingWay?: number;
  readonly beginAs?: { readonly worker: string; readonly reserve: () => P | undefined };
}

/** Takes sub-jobs from queues and has them run, those first that come first in the order of all queues. */
export interface SubjobTaker {
  /** Takes sub-jobs of these queues, and of no others any more. */
  serve(queues: readonly string[]): void;
  /** Takes no further sub-jobs; resolves when those that run have ended. */
  close(): Promise<void>;
}

/** A wait for markers ends after that, so that a marker that a dying worker took with it is missed for no longer. */
const longestWaitMs = 5000;
/** While Redis is away it is tried again this often. */
const pauseMs = 500;
/** A worker whose slots are all taken looks at the other queues this often, in case what lies there comes first. */
const peekEveryMs = 100;

interface TakerParts {
  readonly redis: Redis;
  readonly redisUrl: string;
  readonly news: Pick<News, 'listen'>;
  readonly damage: Damage;
  readonly putAside: PutAside;
}

/** Over a connection for commands, which stays the caller's to close, and one of its own to wait. */
export function openSubjobTaker<P extends Place>(
  { redis, redisUrl, news, damage, putAside }: TakerParts,
  { concurrency, run, onError, beginAs, ...options }: TakeOptions<P>,
): SubjobTaker {
  const queues = openTakenQueues(redis, damage, putAside);
  const markers = openMarkerWait(redis, { redisUrl, wakeKey: keys.wake(randomUUID()), onError });
  const served = new Map<string, TakenQueue>();
  /** Queues on which something may lie. */
  const ready = new Set<TakenQueue>();
  const held = new Set<TakenSubjob>();
  /** Sub-jobs that go back to their queue later. They stay locked until then, and take nobody's slot. */
  const pausing = new Map<TakenSubjob, AbortController>();
  const ends = new Set<Promise<void>>();
  let closed = false;
  const isOpen = () => !closed;
  let markersSeen = 0;
  let peekedAt = 0;
  let lookedAt = 0;
  const { giveWayEvery = defaultGiveWayEvery } = options;
  let untilGivingWay = options.firstGivingWay ?? giveWayEvery;
  let takings = 0;
  /** The last one of each place. */
  const lastTaking = new Map<string, number>();
  let letGo: () => void = () => undefined;

  const complain = (thrown: unknown) => onError(asError(thrown));
  const inBackground = (work: Promise<unknown>) => void work.catch(complain);

  /**
   * Until Redis has answered. What it refuses is told and given up, and so is what a worker that leaves cannot tell: the
   * sub-job's lock runs out, and whoever takes it then hears from the ledger whether there is still something to do.
   */
  const persistently = async <T>(command: () => Promise<T>): Promise<T | undefined> => {
    for (;;) {
      try {
        return await command();
      } catch (error) {
        complain(error);
        if (!isOpen() || !isRondelError(error) || error.code !== 'SERVICE_UNAVAILABLE') return undefined;
        await sleep(pauseMs);
      }
    }
  };

  /**
   * Takes a sub-job, begins it if there is a place for it now, and has it run. Returns how many more wait; undefined when there
   * was none.
   */
  const startFrom = async (take: (worker: string | undefined) => Promise<Taking>) => {
    giveWay();
    const place = beginAs?.reserve();
    let taking: Taking = { left: 0 };
    try {
      taking = await take(place && beginAs?.worker);
    } finally {
      if (taking.begun === undefined) place?.release();
    }
    const { taken, begun, left } = taking;
    if (taken === undefined) return undefined;
    untilGivingWay -= 1;
    lastTaking.set(taken.queue.place, (takings += 1));
    hold(taken, begun && place && { answer: begun, place });
    return left;
  };

  /** Where nothing was taken yet, places are in an order by chance. */
  const lastTakingAt = (place: string): number => {
    const last = lastTaking.get(place) ?? -Math.random();
    lastTaking.set(place, last);
    return last;
  };

  /** Said right before a sub-job is taken, so it costs no round trip; should it lie elsewhere, that comes next. */
  const giveWay = () => {
    if (untilGivingWay > 0) return;
    untilGivingWay = giveWayEvery;
    inBackground(
      letOneThrough(redis, [...served.values()]).then((queue) => {
        if (queue !== undefined) mayHold(queue);
      }),
    );
  };

  const hold = (taken: TakenSubjob, begun: BegunSubjob<P> | undefined) => {
    held.add(taken);
    const end = runOne(taken, begun).catch(complain);
    ends.add(end);
    void end.finally(() => ends.delete(end));
  };

  const runOne = async (taken: TakenSubjob, begun: BegunSubjob<P> | undefined) => {
    try {
      const verdict = await run(taken.subjob, begun);
      if (verdict.kind === 'again') await putBack(taken, verdict.delayMs);
      else if (verdict.kind === 'later') await persistently(() => taken.queue.setAside(taken, verdict.version));
      else await Promise.all([finish(taken), verdict.along]);
    } finally {
      release(taken);
    }
  };

  /** Not before its time, by the clock of nobody but this process; at once where it leaves before that. */
  const putBack = async (taken: TakenSubjob, delayMs: number) => {
    if (delayMs > 0 && isOpen()) {
      const end = new AbortController();
      // Whoever has ended its job waits for nothing to be left of it.
      const stopListening = news.listen(taken.subjob.job, () => end.abort());
      pausing.set(taken, end);
      release(taken);
      await sleepUntil(end.signal, delayMs);
      stopListening();
    }
    await persistently(() => taken.queue.putBack(taken)).finally(() => pausing.delete(taken));
  };

  const release = (taken: TakenSubjob) => {
    held.delete(taken);
    letGo();
  };

  const isServed = (queue: TakenQueue) => served.get(queue.name) === queue;
  const mayHold = (queue: TakenQueue) => {
    if (isServed(queue)) ready.add(queue);
  };

  const finish = async (taken: TakenSubjob) => {
    const { queue } = taken;
    if (held.size >= concurrency) peek(queue);
    if (isOpen() && isServed(queue) && [...ready].every((other) => other === queue)) await finishAndTake(taken);
    else {
      await persistently(() => queue.finish(taken));
      mayHold(queue);
    }
    release(taken);
  };

  const finishAndTake = async (taken: TakenSubjob) => {
    const { queue } = taken;
    const seen = markersSeen;
    const take = async (worker: string | undefined) =>
      (await persistently(() => queue.finishAndTake(taken, worker))) ?? { left: 0 };
    const left = await startFrom(take);
    if (left) mayHold(queue);
    // A marker that has come meanwhile may be of a sub-job that came too late for this call.
    else if (seen === markersSeen) ready.delete(queue);
  };

  const lookAtAll = () => {
    lookedAt = performance.now();
    for (const queue of served.values()) ready.add(queue);
  };

  /** Sub-jobs of the same queue follow each other without a look at the others, so these are looked at now and then. */
  const peek = (busy: TakenQueue) => {
    const at = performance.now();
    if (at - lookedAt >= longestWaitMs) {
      lookAtAll();
      return;
    }
    const others = [...served.values()].filter((queue) => queue !== busy && !ready.has(queue));
    if (others.length === 0 || at - peekedAt < peekEveryMs) return;
    peekedAt = at;
    inBackground(
      firstSubjobs(redis, others).then((subjobs) => {
        for (const { queue, score } of subjobs) if (score !== undefined) mayHold(queue);
      }),
    );
  };

  const takeSome = async () => {
    giveWay();
    const queue = await firstQueue(redis, [...ready], ({ place }) => lastTakingAt(place));
    if (queue === undefined) return;
    const take = () => startFrom((worker) => queue.take(worker));
    const left = await take();
    if (!left) ready.delete(queue);
    // Where one sub-job lay there are often more, as the blocks of a job: those for all slots are taken at once.
    const more = ready.size > 1 ? 0 : Math.max(0, Math.min(left ?? 0, concurrency - held.size));
    const lefts = await Promise.all(Array.from({ length: more }, take));
    if (lefts.some((each) => !each)) ready.delete(queue);
  };

  const waitForMarker = async () => {
    const byMarker = new Map([...served.values()].map((queue) => [queue.layout.marker, queue]));
    const marker = await markers.next([...byMarker.keys()], longestWaitMs / 1000);
    markersSeen += 1;
    if (marker === undefined) {
      lookAtAll();
      return;
    }
    const queue = byMarker.get(marker);
    if (queue !== undefined) mayHold(queue);
  };

  const take = async () => {
    while (isOpen()) {
      try {
        if (held.size >= concurrency) await new Promise<void>((resolve) => (letGo = resolve));
        else if (ready.size > 0) await takeSome();
        else await waitForMarker();
      } catch (error) {
        if (!isOpen()) return;
        complain(error);
        await sleep(pauseMs);
      }
    }
  };

  const renew = () => {
    const locked = [...held, ...pausing.keys()];
    for (const queue of new Set(locked.map((taken) => taken.queue)))
      inBackground(queue.renew(locked.filter((taken) => taken.queue === queue)));
  };
  const renewal = setInterval(renew, lockMs / 4);
  // Locks may have run out while Redis was away: before anybody looks for those of dead workers.
  redis.on('ready', renew);
  const lostCheck = setInterval(() => {
    for (const queue of served.values()) inBackground(queue.recoverLost());
  }, lostCheckMs);
  const taking = take();

  return {
    serve(names) {
      const before = served.size;
      for (const [name, queue] of served) {
        if (names.includes(name)) continue;
        served.delete(name);
        ready.delete(queue);
      }
      const fewer = served.size < before;
      const added = names.filter((name) => !served.has(name)).map((name) => queues.open(name));
      for (const queue of added) {
        served.set(queue.name, queue);
        ready.add(queue);
      }
      // Who waits for markers shall neither miss those of the new ones nor take away those of the others.
      if (added.length > 0 || fewer) inBackground(markers.wake());
    },
    async close() {
      closed = true;
      clearInterval(lostCheck);
      markers.close();
      letGo();
      for (const end of pausing.values()) end.abort();
      await taking;
      while (ends.size > 0) await Promise.all(ends);
      clearInterval(renewal);
      redis.off('ready', renew);
      await queues.close();
    },
  };
}

/** Until then, or until the signal is aborted. */
async function sleepUntil(signal: AbortSignal, milliseconds: number): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
