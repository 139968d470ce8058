import { isTerminal, type Failure, type WarrantSigner } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import { isForgotten } from './algorithm-record.js';
import { unlessGone } from './algorithm-refusal.js';
import { bindScript, closeScript, noteStateScript } from './scripts/algorithm-scripts.js';
import { buildNews, keys } from '../redis/keys.js';
import type { AlgorithmStore } from './algorithm-store.js';
import { chooseWorker, standing } from './algorithm-worker.js';
import { executed, guarded } from '../redis/connection.js';
import { jsonOrEmpty } from '../record/job-fields.js';
import type { Fleet } from '../fleet/fleet.js';
import type { Ledger } from '../ledger/ledger.js';
import { LaterVersion } from '../stored/versions.js';
import { subjobPlace } from '../places/subjob-queue.js';

/** A closed algorithm still says so for this long. */
const closedSeconds = 3600;

export interface TurnParts {
  /** By the clock of Redis, in milliseconds since 1970. */
  readonly now: () => number;
  readonly redis: Redis;
  readonly store: AlgorithmStore;
  readonly ledger: Ledger;
  readonly fleet: Fleet;
  /** Queues the sub-jobs of a job that have to run now. */
  readonly enqueue: (job: string) => Promise<void>;
  readonly cancel: (job: string) => Promise<unknown>;
  /** Absent where nobody signs. */
  readonly signer: WarrantSigner | undefined;
}

/**
 * Whose turn it is: binds a live worker and queues the next input's sub-jobs there, or clears what was closed. Everything here
 * may be done twice, or by several processes at once.
 */
export interface Turns {
  proceed(id: string): Promise<void>;
  /** Cancels what has not ended and forgets the order. */
  clear(id: string): Promise<void>;
  /** Proceeds with all, and closes those that nobody has used for long. */
  reconcile(): Promise<void>;
}

export function openTurns(parts: TurnParts): Turns {
  const { redis, store } = parts;
  const clear = async (id: string) => {
    for (const { job, state } of await store.tickets(id)) if (!isTerminal(state)) await parts.cancel(job);
    const { worker = '' } = (await store.read(id)).fields;
    await executed(
      redis
        .multi()
        .del(keys.tickets(id))
        .zrem(keys.algorithms, id)
        .srem(keys.builds(worker), id)
        .expire(keys.algorithm(id), closedSeconds),
    );
    await guarded(redis.publish(keys.workerNews, buildNews(worker)));
  };
  const proceed = async (id: string) => {
    const { fields } = await store.read(id);
    if (fields.state === 'closed') await clear(id);
    else await letNextIn(id, parts);
    await guarded(redis.publish(keys.news, id));
  };
  return {
    clear,
    proceed,
    async reconcile() {
      for (const id of await store.ids()) {
        const later = await proceed(id).catch(unlessGone).catch(asLater);
        if (later) continue;
        const record = await store.record(id).catch(unlessGone);
        if (record === undefined) await guarded(redis.zrem(keys.algorithms, id));
        else if (isForgotten(record, parts.now()) && (await closeUnused(id, parts))) await clear(id);
      }
    },
  };
}

/** Whoever knows its version goes on with it. */
function asLater(error: unknown): true {
  if (error instanceof LaterVersion) return true;
  throw error;
}

async function letNextIn(id: string, parts: TurnParts): Promise<void> {
  const { redis, store, ledger } = parts;
  const tickets = await store.tickets(id);
  const next = tickets.find(({ state }) => !isTerminal(state));
  // Nobody takes these: their place in the order is all they were there for.
  for (const { entry } of tickets.filter(({ own, state }) => own && isTerminal(state))) {
    await guarded(redis.lrem(keys.tickets(id), 1, entry));
  }
  // What could not be built and has nothing to answer needs no other worker.
  if (next === undefined && (await store.read(id)).fields.state === 'failed') return;
  const worker = await liveWorker(id, next?.state === 'active', parts);
  if (next === undefined || worker === undefined) return;
  // Whoever has built it, or could not, goes on.
  if ((await store.read(id)).fields.state === 'building') return;
  const queue = subjobPlace.worker(worker);
  const stages = (await ledger.head(next.job))?.stages ?? [];
  if (stages.some((stage) => stage.bound === true && stage.queue !== queue)) await ledger.move(next.job, queue);
  await parts.enqueue(next.job);
}

/** The live worker that the algorithm is bound to, a new one if need be; undefined when there is none now. */
async function liveWorker(
  id: string,
  busy: boolean,
  { redis, store, fleet }: Pick<TurnParts, 'redis' | 'store' | 'fleet'>,
): Promise<string | undefined> {
  const { fields, head } = await store.read(id);
  const { worker = '' } = fields;
  const askToBuild = (on: string) => guarded(redis.publish(keys.workerNews, buildNews(on)));
  const workers = await fleet.workers();
  const now = standing(workers, worker);
  if (now === 'live' || (now === 'leaving' && busy)) {
    if (fields.state === 'lost' && (await say(store, { id, worker, state: 'building' }))) await askToBuild(worker);
    return worker;
  }
  const next = chooseWorker(workers, head, await store.workers());
  if (next === undefined) {
    await say(store, { id, worker, state: 'lost' });
    return undefined;
  }
  const bound = await store.run(bindScript, {
    keys: { algorithm: keys.algorithm(id), nextBuilds: keys.builds(next), builds: keys.builds(worker) },
    args: { worker, nextWorker: next, id },
  });
  if (bound !== 1) return (await store.read(id)).fields.worker;
  await askToBuild(next);
  return next;
}

interface Said {
  readonly id: string;
  /** The worker that is bound, else nothing is said. */
  readonly worker: string;
  readonly state: 'building' | 'ready' | 'failed' | 'lost';
  readonly error?: Failure | undefined;
}

/** Notes where an open algorithm stands. Returns whether that was new. */
export function say(store: AlgorithmStore, { id, worker, state, error }: Said): Promise<boolean> {
  return store.run(noteStateScript, {
    keys: { algorithm: keys.algorithm(id), builds: keys.builds(worker) },
    args: { worker, state, id, failure: jsonOrEmpty(error) },
  });
}

/** Unless somebody has used it in the last moment. */
async function closeUnused(id: string, { store, now }: Pick<TurnParts, 'store' | 'now'>): Promise<boolean> {
  const { usedAt = '' } = (await store.read(id)).fields;
  const args = { token: '', now: now(), id, channel: keys.news, usedAt };
  return (await store.run(closeScript, { keys: { algorithm: keys.algorithm(id) }, args })) === 'ok';
}
