import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRondelError } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import { asError } from '../redis/as-error.js';
import type { BeginAnswer, Subjob } from '../record/subjob-attempts.js';
import { firstQueue } from './first-subjobs.js';
import { letOneThrough } from './give-way.js';
import { openHeldSubjobs, type HeldSubjobs } from './held-subjobs.js';
import { keys } from '../redis/keys.js';
import { longestWaitMs, openMarkerWait, type MarkerWait } from './marker-wait.js';
import type { PutAside } from './put-aside.js';
import type { News } from '../redis/news.js';
import { openServedQueues, type ServedQueues } from './served-queues.js';
import type { Damage } from '../stored/stored.js';
import { openTakingTurns, type TakingTurns } from './taking-turns.js';
import { lostCheckMs, openTakenQueues, type TakenSubjob, type Taking } from './taken-queue.js';

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
  /**
   * Of so many sub-jobs that it takes, one is of what all others would go before as long as more of them come: of a lane behind,
   * or of jobs that have not begun while blocks of others lie there.
   * @default 8
   */
  readonly giveWayEvery?: number;
  /** How many it takes before the first such one. @default `giveWayEvery` */
  readonly firstGivingWay?: number;
  /** For whoever begins an attempt at every sub-job, which costs no round trip where there is a place for it at once. */
  readonly beginAs?: { readonly worker: string; readonly reserve: () => P | undefined };
}

/** Takes sub-jobs from queues and has them run, those first that come first in the order of all queues. */
export interface SubjobTaker {
  /** Takes sub-jobs of these queues, and of no others any more. */
  serve(queues: readonly string[]): void;
  /** Takes no further sub-jobs; resolves when those that run have ended. */
  close(): Promise<void>;
}

/** While Redis is away it is tried again this often. */
const pauseMs = 500;

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
  options: TakeOptions<P>,
): SubjobTaker {
  const { onError } = options;
  const queues = openTakenQueues(redis, damage, putAside);
  const markers = openMarkerWait(redis, { redisUrl, wakeKey: keys.wake(randomUUID()), onError });
  const complain = (thrown: unknown) => onError(asError(thrown));
  const served = openServedQueues(redis, (name) => queues.open(name));
  const held = openHeldSubjobs(redis, complain);
  let closed = false;
  const taker: Taker<P> = {
    ...{ redis, news, markers, served, held, options, complain },
    turns: openTakingTurns(options),
    isOpen: () => !closed,
  };
  const lostCheck = setInterval(() => {
    for (const queue of served.all()) queue.recoverLost().catch(complain);
  }, lostCheckMs);
  const taking = takeWhileOpen(taker);

  return {
    serve(names) {
      // Who waits for markers shall neither miss those of the new ones nor take away those of the others.
      if (served.change(names)) markers.wake().catch(complain);
    },
    async close() {
      closed = true;
      clearInterval(lostCheck);
      markers.close();
      held.hurry();
      await taking;
      await held.close();
      await queues.close();
    },
  };
}

/** What belongs to one taker. */
interface Taker<P extends Place> extends Pick<TakerParts, 'redis' | 'news'> {
  readonly options: TakeOptions<P>;
  readonly markers: MarkerWait;
  readonly served: ServedQueues;
  readonly held: HeldSubjobs;
  readonly turns: TakingTurns;
  readonly isOpen: () => boolean;
  readonly complain: (thrown: unknown) => void;
}

async function takeWhileOpen<P extends Place>(taker: Taker<P>): Promise<void> {
  const { served, held, options, isOpen, complain } = taker;
  while (isOpen()) {
    try {
      if (held.inSlots() >= options.concurrency) await held.released();
      else if (served.ready().length > 0) await takeSome(taker);
      else await waitForMarker(taker);
    } catch (error) {
      if (!isOpen()) return;
      complain(error);
      await sleep(pauseMs);
    }
  }
}

async function waitForMarker<P extends Place>({ markers, served }: Taker<P>): Promise<void> {
  const layouts = served.all().map(({ layout }) => layout.marker);
  served.hear(await markers.next(layouts, longestWaitMs / 1000));
}

async function takeSome<P extends Place>(taker: Taker<P>): Promise<void> {
  const { redis, served, held, turns, options } = taker;
  giveWay(taker);
  const ready = served.ready();
  const queue = await firstQueue(redis, ready, (each) => turns.lastTaking(each));
  if (queue === undefined) return;
  const take = () => startFrom((worker) => queue.take(worker), taker);
  const left = await take();
  if (!left) served.foundEmpty(queue);
  // Where one sub-job lay there are often more, as the blocks of a job: those for all slots are taken at once.
  const more = served.ready().length > 1 ? 0 : Math.max(0, Math.min(left ?? 0, options.concurrency - held.inSlots()));
  const lefts = await Promise.all(Array.from({ length: more }, take));
  if (lefts.some((each) => !each)) served.foundEmpty(queue);
}

/** Said right before a sub-job is taken, so it costs no round trip; should it lie elsewhere, that comes next. */
function giveWay<P extends Place>({ redis, served, turns, complain }: Taker<P>): void {
  if (!turns.mustGiveWay()) return;
  letOneThrough(redis, served.all()).then((queue) => {
    if (queue !== undefined) served.mayHold(queue);
  }, complain);
}

/**
 * Takes a sub-job, begins it if there is a place for it now, and has it run. Returns how many more wait; undefined when there
 * was none.
 */
async function startFrom<P extends Place>(
  take: (worker: string | undefined) => Promise<Taking>,
  taker: Taker<P>,
): Promise<number | undefined> {
  const { beginAs } = taker.options;
  giveWay(taker);
  const place = beginAs?.reserve();
  let taking: Taking = { left: 0 };
  try {
    taking = await take(place && beginAs?.worker);
  } finally {
    if (taking.begun === undefined) place?.release();
  }
  const { taken, begun, left } = taking;
  if (taken === undefined) return undefined;
  taker.turns.took(taken.queue);
  taker.held.hold(taken, () => runOne(taken, begun && place && { answer: begun, place }, taker));
  return left;
}

async function runOne<P extends Place>(
  taken: TakenSubjob,
  begun: BegunSubjob<P> | undefined,
  taker: Taker<P>,
): Promise<void> {
  const { queue, subjob } = taken;
  const verdict = await taker.options.run(subjob, begun);
  if (verdict.kind === 'again') {
    await taker.held.pause(taken, {
      milliseconds: taker.isOpen() ? verdict.delayMs : 0,
      // Whoever has ended its job waits for nothing to be left of it.
      listen: (end) => taker.news.listen(subjob.job, end),
      putBack: () => persistently(() => queue.putBack(taken), taker),
    });
  } else if (verdict.kind === 'later') await persistently(() => queue.setAside(taken, verdict.version), taker);
  else await Promise.all([finish(taken, taker), verdict.along]);
}

async function finish<P extends Place>(taken: TakenSubjob, taker: Taker<P>): Promise<void> {
  const { served, held, options, complain } = taker;
  const { queue } = taken;
  if (held.inSlots() >= options.concurrency) served.peek(queue).catch(complain);
  if (taker.isOpen() && served.has(queue) && served.ready().every((other) => other === queue)) {
    await finishAndTake(taken, taker);
  } else {
    await persistently(() => queue.finish(taken), taker);
    served.mayHold(queue);
  }
  held.release(taken);
}

async function finishAndTake<P extends Place>(taken: TakenSubjob, taker: Taker<P>): Promise<void> {
  const { served } = taker;
  const { queue } = taken;
  const heard = served.timesHeard();
  const take = async (worker: string | undefined) =>
    (await persistently(() => queue.finishAndTake(taken, worker), taker)) ?? { left: 0 };
  const left = await startFrom(take, taker);
  if (left) served.mayHold(queue);
  // A marker that has come meanwhile may be of a sub-job that came too late for this call.
  else if (heard === served.timesHeard()) served.foundEmpty(queue);
}

/**
 * Until Redis has answered. What it refuses is told and given up, and so is what a worker that leaves cannot tell: the
 * sub-job's lock runs out, and whoever takes it then hears from the ledger whether there is still something to do.
 */
async function persistently<T>(
  command: () => Promise<T>,
  { isOpen, complain }: { readonly isOpen: () => boolean; readonly complain: (thrown: unknown) => void },
): Promise<T | undefined> {
  for (;;) {
    try {
      return await command();
    } catch (error) {
      complain(error);
      if (!isOpen() || !isRondelError(error) || error.code !== 'SERVICE_UNAVAILABLE') return undefined;
      await sleep(pauseMs);
    }
  }
}
