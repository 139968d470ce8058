import { isTerminal } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import { isForgotten } from './algorithm-record.js';
import { unlessGone } from './algorithm-refusal.js';
import { bindScript, closeScript, stateScript } from './algorithm-scripts.js';
import type { AlgorithmStore } from './algorithm-store.js';
import { chooseWorker, standing } from './algorithm-worker.js';
import { guarded } from './connection.js';
import type { Fleet } from './fleet.js';
import { keys } from './keys.js';
import type { Ledger } from './ledger.js';
import { legPlace } from './leg-queue.js';

/** A closed algorithm still says so for this long. */
const closedSeconds = 3600;

export interface TurnParts {
  readonly redis: Redis;
  readonly store: AlgorithmStore;
  readonly ledger: Ledger;
  readonly fleet: Fleet;
  /** Queues the legs of a job that have to run now. */
  readonly enqueue: (job: string) => Promise<void>;
  readonly cancel: (job: string) => Promise<unknown>;
}

/**
 * Whose turn it is: binds a live worker and queues the next input's legs there, or clears what was closed. Everything here
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
    await guarded(
      redis.multi().del(keys.tickets(id)).zrem(keys.algorithms, id).expire(keys.algorithm(id), closedSeconds).exec(),
    );
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
        await proceed(id).catch(unlessGone);
        const record = await store.record(id).catch(unlessGone);
        if (record === undefined) await guarded(redis.zrem(keys.algorithms, id));
        else if (isForgotten(record) && (await closeUnused(id, store))) await clear(id);
      }
    },
  };
}

async function letNextIn(id: string, parts: TurnParts): Promise<void> {
  const { store, ledger } = parts;
  const next = (await store.tickets(id)).find(({ state }) => !isTerminal(state));
  const worker = await liveWorker(id, next?.state === 'active', parts);
  if (next === undefined || worker === undefined) return;
  const queue = legPlace.worker(worker);
  const stages = (await ledger.head(next.job))?.stages ?? [];
  if (stages.some((stage) => stage.bound === true && stage.queue !== queue)) await ledger.move(next.job, queue);
  await parts.enqueue(next.job);
}

/** The live worker that the algorithm is bound to, a new one if need be; undefined when there is none now. */
async function liveWorker(
  id: string,
  busy: boolean,
  { store, fleet }: Pick<TurnParts, 'store' | 'fleet'>,
): Promise<string | undefined> {
  const { fields, head } = await store.read(id);
  const { worker = '' } = fields;
  const say = (state: string) => store.run(stateScript, { keys: [keys.algorithm(id)], args: [worker, state] });
  const workers = await fleet.workers();
  const now = standing(workers, worker);
  if (now === 'live' || (now === 'leaving' && busy)) {
    if (fields.state === 'lost') await say('building');
    return worker;
  }
  const next = chooseWorker(workers, head, await store.workers());
  if (next === undefined) {
    await say('lost');
    return undefined;
  }
  const bound = await store.run(bindScript, { keys: [keys.algorithm(id)], args: [worker, next] });
  return bound === 1 ? next : (await store.read(id)).fields.worker;
}

/** Unless somebody has used it in the last moment. */
async function closeUnused(id: string, store: AlgorithmStore): Promise<boolean> {
  const { usedAt = '' } = (await store.read(id)).fields;
  const args = ['', Date.now(), id, keys.news, usedAt];
  return (await store.run(closeScript, { keys: [keys.algorithm(id)], args })) === 'ok';
}
