import { isTerminal, type AlgorithmRecord, type JobState } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import {
  algorithmHeadFrom,
  algorithmWorkFrom,
  ownMark,
  present,
  ticketFrom,
  type AlgorithmHead,
  type AlgorithmWork,
  type PlacedTicket,
} from './algorithm-record.js';
import { algorithmNotFound, unlessGone } from './algorithm-refusal.js';
import { guarded, sparedAnswers } from '../redis/connection.js';
import { keys } from '../redis/keys.js';
import type { Damage } from '../stored/stored.js';
import { unlessLater } from '../stored/versions.js';
import type { LuaCall, LuaScript } from '../lua/lua-script.js';

export interface StoredAlgorithm {
  readonly head: AlgorithmHead;
  readonly fields: Readonly<Record<string, string>>;
}

/** What Redis holds of algorithms, read. Throws `NOT_FOUND` for one that is not there, and `LaterVersion`. */
export interface AlgorithmStore {
  run<Key extends string, Arg extends string, Answer>(
    script: LuaScript<Key, Arg, Answer>,
    call: LuaCall<Key, Arg>,
  ): Promise<Answer>;
  read(id: string): Promise<StoredAlgorithm>;
  record(id: string): Promise<AlgorithmRecord>;
  /** What all its inputs have in common. */
  work(id: string): Promise<AlgorithmWork>;
  /** Inputs that were not taken, oldest first, as far as they are. */
  tickets(id: string): Promise<PlacedTicket[]>;
  /** Open ones, oldest first, and closed ones that are not cleared yet, as far as they may be opened here. */
  ids(): Promise<string[]>;
  all(): Promise<AlgorithmRecord[]>;
  /** The worker of each. */
  workers(): Promise<string[]>;
  /** Algorithms of a pool with something to do. */
  load(pool: string): Promise<{ readonly runnable: number; readonly active: number }>;
}

export function openAlgorithmStore({
  redis,
  damage,
  now,
  isReached,
}: {
  readonly redis: Redis;
  readonly damage: Damage;
  readonly now: () => number;
  /** Tells of an id whether it may be opened here. */
  readonly isReached: (id: string) => boolean;
}): AlgorithmStore {
  /** The same field of many hashes; null where it is absent. */
  const fieldOfAll = async (hashes: readonly string[], field: string): Promise<(string | null)[]> => {
    if (hashes.length === 0) return [];
    const pipeline = redis.pipeline();
    for (const hash of hashes) pipeline.hget(hash, field);
    // Who reads what is damaged says so.
    const answers = await sparedAnswers<string | null>(pipeline, () => undefined);
    return answers.map((value) => value ?? null);
  };
  const store: AlgorithmStore = {
    run: (script, call) => guarded(script.run(redis, call)),
    async read(id) {
      const fields = (await damage.spareAnswer('algorithm', id, guarded(redis.hgetall(keys.algorithm(id))))) ?? {};
      const { head: text } = fields;
      const head = text === undefined ? undefined : damage.spareDamaged('algorithm', id, () => algorithmHeadFrom(text));
      if (head === undefined) throw algorithmNotFound(id);
      return { fields, head };
    },
    async record(id) {
      const [{ fields, head }, tickets] = await Promise.all([store.read(id), store.tickets(id)]);
      const record = damage.spare('algorithm', id, () => present(head, fields, { tickets, now: now() }));
      if (record === undefined) throw algorithmNotFound(id);
      return record;
    },
    async work(id) {
      const { fields } = await store.read(id);
      const work = damage.spare('algorithm', id, () => algorithmWorkFrom(fields.work));
      if (work === undefined) throw algorithmNotFound(id);
      return work;
    },
    async tickets(id) {
      const entries = await guarded(redis.lrange(keys.tickets(id), '0', '-1'));
      const tickets = entries.map((entry) => ({ entry, own: entry.endsWith(ownMark), ...ticketFrom(entry) }));
      const states = await fieldOfAll(
        tickets.map(({ job }) => keys.job(job)),
        'state',
      );
      // A job whose record has expired ended long ago.
      return tickets.map((ticket, index) => ({ ...ticket, state: (states[index] ?? 'cancelled') as JobState }));
    },
    ids: async () => (await guarded(redis.zrange(keys.algorithms, '0', '-1'))).filter(isReached),
    async all() {
      const found = (await store.ids()).map((id) => store.record(id).catch(unlessGone).catch(unlessLater));
      return (await Promise.all(found)).flatMap((record) => record ?? []);
    },
    async workers() {
      const workers = await fieldOfAll((await store.ids()).map(keys.algorithm), 'worker');
      return workers.flatMap((worker) => worker ?? []);
    },
    async load(pool) {
      const ids = (await store.ids()).map(async (id) => {
        const { head } = await store.read(id);
        return head.pool === pool ? (await store.tickets(id)).find(({ state }) => !isTerminal(state)) : undefined;
      });
      const next = (await Promise.all(ids.map((found) => found.catch(unlessGone).catch(unlessLater)))).flatMap(
        (ticket) => ticket ?? [],
      );
      const active = next.filter(({ state }) => state === 'active').length;
      return { runnable: next.length - active, active };
    },
  };
  return store;
}
