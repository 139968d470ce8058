import { RondelError, WorkerNeedsSchema, WorkerSchema, type WorkerNeeds, type WorkerRecord } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import type { Redis } from 'ioredis';
import { executed, guarded } from '../redis/connection.js';
import { keys } from '../redis/keys.js';
import { fromStored, type Damage } from '../stored/stored.js';
import { toStored } from '../stored/versions.js';
import { asNumber } from '../lua/answers.js';
import { luaScript } from '../lua/lua-script.js';
import { aheadOfServer, serverTime } from '../redis/server-time.js';
import { capabilitiesText, type RememberedCapabilities } from '../places/requirements.js';

/** A worker that has been silent this long counts as lost. */
export const lostAfterMs = 10_000;
/** A lost worker is shown this long, so that people see what happened. */
const forgetAfterMs = 10 * 60_000;

/** So long it is remembered what a worker of a pool could do. */
const rememberedMs = 30 * 24 * 3600 * 1000;
/** Kinds of workers that are remembered of a pool, the latest. */
const mostRemembered = 100;

export const heartbeatMs = 3000;

const { heartbeatAt: _, ...said } = WorkerSchema.properties;
const HeartbeatSchema = Type.Object(said);
/** What a worker says of itself; when it said so is told by the clock of Redis. */
export type Heartbeat = Omit<WorkerRecord, 'heartbeatAt'>;

const CapabilitiesSchema = Type.Object({
  labels: WorkerSchema.properties.labels,
  engine: Type.Optional(WorkerSchema.properties.engine),
  packages: WorkerSchema.properties.packages,
  roots: WorkerSchema.properties.roots,
  memoryBytes: Type.Optional(Type.Number()),
  concurrency: Type.Optional(Type.Number()),
  records: WorkerSchema.properties.records,
});

/**
 * Who serves which pool, by the workers' own heartbeats. How old these are is asked of one clock, that of Redis: machines
 * need not agree on the time for a worker to be found alive.
 */
export interface Fleet {
  /** Returns by how many milliseconds the clock here is ahead of that of Redis. */
  beat(worker: Heartbeat): Promise<number>;
  leave(id: string): Promise<void>;
  workers(): Promise<WorkerRecord[]>;
  /** All pools that were declared or ever had a worker, and `default`. */
  pools(): Promise<string[]>;
  /** Makes pools known before their first worker, so that they can take jobs and be scaled up from nothing. */
  declare(pools: readonly string[]): Promise<void>;
  /** Forgets a pool and all that was remembered of its workers. Throws `NOT_FOUND`. */
  forget(pool: string): Promise<void>;
  /** What the workers of a pool are, as the last one said. */
  needs(pool: string): Promise<WorkerNeeds | undefined>;
  /** What workers of a pool can do or could within the last 30 days, each kind once. */
  capabilities(pool: string): Promise<RememberedCapabilities[]>;
  /**
   * Asks a worker to finish what it runs and leave, as on SIGTERM. Returns the worker as it is when it is asked.
   * Throws `NOT_FOUND`, and `CONFLICT` for one that no longer answers.
   */
  requestDrain(id: string): Promise<WorkerRecord>;
  /** Whether the worker was asked to leave. */
  drainRequested(id: string): Promise<boolean>;
}

export function openFleet(redis: Redis, damage: Damage): Fleet {
  return {
    beat: (worker) => aheadOfServer(() => beat(redis, worker)),

    async leave(id) {
      await executed(redis.multi().del(keys.worker(id)).zrem(keys.workers, id).del(keys.drain(id)));
    },

    workers: () => guarded(listWorkers(redis, damage)),

    async pools() {
      return [...new Set(['default', ...(await guarded(redis.smembers(keys.pools)))])].sort();
    },

    async declare(pools) {
      if (pools.length > 0) await guarded(redis.sadd(keys.pools, ...pools));
    },

    async forget(pool) {
      const [, removed] = await executed(
        redis
          .multi()
          .hdel(keys.needs, pool)
          .srem(keys.pools, pool)
          .del(keys.capabilities(pool), keys.recentSeconds(pool)),
      );
      if (removed === 0)
        throw new RondelError('NOT_FOUND', `There is no pool "${pool}". List the pools to see which there are.`);
    },

    async needs(pool) {
      const text = await guarded(redis.hget(keys.needs, pool));
      return text === null
        ? undefined
        : damage.spare('pool', pool, () => fromStored('pool', WorkerNeedsSchema, text, pool));
    },

    async capabilities(pool) {
      const since = (await serverTime(redis)) - rememberedMs;
      const texts = await guarded(redis.zrangebyscore(keys.capabilities(pool), since, '+inf'));
      return texts.flatMap(
        (text) => damage.spare('capabilities', pool, () => fromStored('capabilities', CapabilitiesSchema, text)) ?? [],
      );
    },

    requestDrain: (id) => guarded(requestDrain(redis, id, damage)),

    async drainRequested(id) {
      return (await guarded(redis.exists(keys.drain(id)))) === 1;
    },
  };
}

export const beatScript = luaScript('fleet/beat.lua', {
  keys: ['worker', 'workers', 'pools', 'needs'],
  moreKeys: true,
  args: ['id', 'record', 'keptMs', 'capabilities', 'mostKinds'],
  rest: true,
  read: asNumber,
});

function beat(redis: Redis, worker: Heartbeat): Promise<number> {
  const { id, pools } = worker;
  return guarded(
    beatScript.run(redis, {
      keys: { worker: keys.worker(id), workers: keys.workers, pools: keys.pools, needs: keys.needs },
      moreKeys: pools.map(keys.capabilities),
      args: {
        id,
        record: toStored('worker', worker),
        keptMs: forgetAfterMs,
        capabilities: capabilitiesText(worker),
        mostKinds: mostRemembered,
      },
      rest: Object.entries(needsOf(worker)).flat(),
    }),
  );
}

/** Kept until the worker has read it: what is only published is lost when its connection is down. */
async function requestDrain(redis: Redis, id: string, damage: Damage): Promise<WorkerRecord> {
  const worker = (await listWorkers(redis, damage)).find((candidate) => candidate.id === id);
  if (worker === undefined) {
    throw new RondelError('NOT_FOUND', `There is no worker ${id}. List the workers to see which there are.`);
  }
  if (worker.state === 'lost') {
    throw new RondelError(
      'CONFLICT',
      `Worker ${id} has been silent since ${worker.heartbeatAt}: it can't be asked to leave. End its process ${worker.pid} on ${worker.host} if it still runs.`,
    );
  }
  await redis.set(keys.drain(id), 'asked', 'PX', forgetAfterMs);
  await redis.publish(keys.workerNews, id);
  return worker;
}

function needsOf({ pools, engine, device, memoryBytes, concurrency }: Heartbeat): Record<string, string> {
  const needs: WorkerNeeds = { engine, device, memoryBytes, concurrency };
  return Object.fromEntries(pools.map((pool) => [pool, toStored('pool', needs)]));
}

async function listWorkers(redis: Redis, damage: Damage): Promise<WorkerRecord[]> {
  const [now, entries] = await Promise.all([serverTime(redis), redis.zrange(keys.workers, '0', '-1', 'WITHSCORES')]);
  const all = pairs(entries);
  const beats = all.filter(([, beat]) => Number(beat) >= now - forgetAfterMs);
  if (beats.length < all.length) await redis.zremrangebyscore(keys.workers, '-inf', now - forgetAfterMs);
  if (beats.length === 0) return [];
  const texts = await redis.mget(beats.map(([id]) => keys.worker(id)));
  return beats.flatMap(([id, beat], index) => {
    const text = texts[index];
    if (text === null || text === undefined) return [];
    const said = damage.spare('worker', id, () => fromStored('worker', HeartbeatSchema, text, id));
    if (said === undefined) return [];
    const worker: WorkerRecord = { ...said, heartbeatAt: new Date(Number(beat)).toISOString() };
    return [now - Number(beat) > lostAfterMs ? { ...worker, state: 'lost' as const } : worker];
  });
}

function pairs(flat: readonly string[]): [string, string][] {
  const result: [string, string][] = [];
  for (let index = 0; index + 1 < flat.length; index += 2) result.push([flat[index] ?? '', flat[index + 1] ?? '']);
  return result;
}
