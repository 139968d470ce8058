import { RondelError, type Demand } from '@rondel/contracts';
import type { Fleet } from './fleet.js';
import type { PoolQueues } from './pool-queues.js';

export interface PoolControl {
  /** What a pool has to do. A pool that nobody has declared or served has nothing to do: all counts are zero. */
  demand(pool: string): Promise<Demand>;
  /** Workers of the pool finish what they run and take nothing more. Throws `POOL_UNKNOWN`. */
  pause(pool: string): Promise<Demand>;
  /** Throws `POOL_UNKNOWN`. */
  resume(pool: string): Promise<Demand>;
}

const nothing = { runnable: 0, active: 0, paused: false };

export function openPoolControl(fleet: Fleet, queues: PoolQueues): PoolControl {
  const demand = async (pool: string): Promise<Demand> => {
    const known = (await fleet.pools()).includes(pool);
    const [load, workers, needs] = await Promise.all([
      known ? queues.load(pool) : nothing,
      fleet.workers(),
      fleet.needs(pool),
    ]);
    return {
      pool,
      slots: load.active + (load.paused ? 0 : load.runnable),
      ...load,
      workers: workers.filter(({ state, pools }) => state === 'running' && pools.includes(pool)).length,
      ...(needs && { needs }),
    };
  };
  const switchPool = async (pool: string, change: (pool: string) => Promise<void>) => {
    const known = await fleet.pools();
    if (!known.includes(pool)) throw poolUnknown(pool, known);
    await change(pool);
    return demand(pool);
  };
  return {
    demand,
    pause: (pool) => switchPool(pool, (name) => queues.pause(name)),
    resume: (pool) => switchPool(pool, (name) => queues.resume(name)),
  };
}

export function poolUnknown(pool: string, known: readonly string[]): RondelError {
  return new RondelError(
    'POOL_UNKNOWN',
    `There is no pool "${pool}". Known pools: ${known.join(', ')}. Start a worker with: rondel worker --pool ${pool}, or declare the pool with: rondel api --pools ${pool}`,
  );
}
