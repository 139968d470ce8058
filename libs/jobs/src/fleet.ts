import type { WorkerRecord } from '@rondel/contracts';
import type { Redis } from 'ioredis';
import { guarded } from './connection.js';
import { keys } from './keys.js';

/** A worker that has been silent this long counts as lost. */
const lostAfterMs = 10_000;
/** A lost worker is shown this long, so that people see what happened. */
const forgetAfterMs = 10 * 60_000;

export const heartbeatMs = 3000;

/** Who serves which pool, by the workers' own heartbeats. */
export interface Fleet {
  beat(worker: WorkerRecord): Promise<void>;
  leave(id: string): Promise<void>;
  workers(): Promise<WorkerRecord[]>;
  /** All pools that ever had a worker, and `default`. */
  pools(): Promise<string[]>;
}

export function openFleet(redis: Redis): Fleet {
  return {
    async beat(worker) {
      await guarded(
        redis
          .multi()
          .set(keys.worker(worker.id), JSON.stringify(worker), 'PX', forgetAfterMs)
          .zadd(keys.workers, Date.now(), worker.id)
          .sadd(keys.pools, ...worker.pools)
          .exec(),
      );
    },

    async leave(id) {
      await guarded(redis.multi().del(keys.worker(id)).zrem(keys.workers, id).exec());
    },

    workers: () => guarded(listWorkers(redis)),

    async pools() {
      return [...new Set(['default', ...(await guarded(redis.smembers(keys.pools)))])].sort();
    },
  };
}

async function listWorkers(redis: Redis): Promise<WorkerRecord[]> {
  const now = Date.now();
  await redis.zremrangebyscore(keys.workers, '-inf', now - forgetAfterMs);
  const entries = await redis.zrange(keys.workers, '0', '-1', 'WITHSCORES');
  const beats = pairs(entries);
  if (beats.length === 0) return [];
  const texts = await redis.mget(beats.map(([id]) => keys.worker(id)));
  return beats.flatMap(([, beat], index) => {
    const text = texts[index];
    if (text === null || text === undefined) return [];
    const worker = JSON.parse(text) as WorkerRecord;
    return [now - Number(beat) > lostAfterMs ? { ...worker, state: 'lost' as const } : worker];
  });
}

function pairs(flat: readonly string[]): [string, string][] {
  const result: [string, string][] = [];
  for (let index = 0; index + 1 < flat.length; index += 2) result.push([flat[index] ?? '', flat[index + 1] ?? '']);
  return result;
}
