import { RondelError, type Demand, type WorkerRecord } from '@rondel/contracts';
import type { Algorithms } from './algorithms.js';
import type { Fleet } from './fleet.js';
import type { PoolLoad, PoolQueues } from './pool-queues.js';
import { meets } from './requirements.js';

export interface PoolControl {
  /** What a pool has to do. A pool that nobody has declared or served has nothing to do: all counts are zero. */
  demand(pool: string): Promise<Demand>;
  paused(pool: string): Promise<boolean>;
  /** Workers of the pool finish what they run and take nothing more. Throws `POOL_UNKNOWN`. */
  pause(pool: string): Promise<Demand>;
  /** Throws `POOL_UNKNOWN`. */
  resume(pool: string): Promise<Demand>;
}

const nothing: PoolLoad = { runnable: 0, active: 0, paused: false, special: [] };

export function openPoolControl(fleet: Fleet, queues: PoolQueues, algorithms: Pick<Algorithms, 'load'>): PoolControl {
  const demand = async (pool: string): Promise<Demand> => {
    const known = (await fleet.pools()).includes(pool);
    const [queued, bound, workers, needs] = await Promise.all([
      known ? queues.load(pool) : nothing,
      algorithms.load(pool),
      fleet.workers(),
      fleet.needs(pool),
    ]);
    // Inputs of warm algorithms lie on the queue of one worker, or on none while it is lost.
    const runnable = queued.runnable + bound.runnable;
    const active = queued.active + bound.active;
    const serving = workers.filter(({ state, pools }) => state === 'running' && pools.includes(pool));
    const special = queued.special.map((part) => specialDemand(part, serving));
    return {
      pool,
      slots: active + (queued.paused ? 0 : runnable),
      runnable,
      active,
      paused: queued.paused,
      workers: serving.length,
      ...(special.length > 0 && { special }),
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
    paused: (pool) => queues.paused(pool),
    pause: (pool) => switchPool(pool, (name) => queues.pause(name)),
    resume: (pool) => switchPool(pool, (name) => queues.resume(name)),
  };
}

function specialDemand(
  { requires, runnable, active }: PoolLoad['special'][number],
  workers: readonly WorkerRecord[],
): NonNullable<Demand['special']>[number] {
  return { requires, runnable, active, workers: workers.filter((worker) => meets(worker, requires)).length };
}

export function poolUnknown(pool: string, known: readonly string[]): RondelError {
  return new RondelError(
    'POOL_UNKNOWN',
    `There is no pool "${pool}". Known pools: ${known.join(', ')}. Start a worker with: rondel worker --pool ${pool}, or declare the pool with: rondel api --pools ${pool}`,
  );
}
