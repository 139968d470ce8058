import { RondelError, type Demand, type Requirements, type WorkerRecord } from '@rondel/contracts';
import type { Algorithms } from '../algorithms/algorithms.js';
import type { Fleet } from '../fleet/fleet.js';
import type { SubjobCounts, PoolLoad, PoolQueues, SpecialLoad } from '../bullmq/pool-queues.js';
import { capabilitiesWith, meets, type RememberedCapabilities } from '../places/requirements.js';

export interface PoolControl {
  /**
   * What a pool has to do. A pool that nobody has declared or served has nothing to do: all counts are zero.
   *
   * @param startable What a worker would have that whoever asks can start there.
   */
  demand(pool: string, startable?: Requirements): Promise<Demand>;
  paused(pool: string): Promise<boolean>;
  /** Workers of the pool finish what they run and take nothing more. Throws `POOL_UNKNOWN`. */
  pause(pool: string): Promise<Demand>;
  /** Throws `POOL_UNKNOWN`. */
  resume(pool: string): Promise<Demand>;
}

const nothing: PoolLoad = { runnable: 0, active: 0, paused: false, special: [] };

export function openPoolControl(fleet: Fleet, queues: PoolQueues, algorithms: Pick<Algorithms, 'load'>): PoolControl {
  const demand = async (pool: string, startable?: Requirements): Promise<Demand> => {
    const known = (await fleet.pools()).includes(pool);
    const [queued, anywhere, remembered, bound, workers, needs] = await Promise.all([
      known ? queues.load(pool) : nothing,
      known ? queues.anywhere() : [],
      known ? fleet.capabilities(pool) : [],
      algorithms.load(pool),
      fleet.workers(),
      fleet.needs(pool),
    ]);
    const kinds = startable === undefined ? remembered : [...remembered, capabilitiesWith(startable)];
    const shared = anywhere.flatMap((load) => shareOf(load, { pool, workers, kinds }));
    // Inputs of warm algorithms lie on the queue of one worker, or on none while it is lost.
    const parts: readonly SubjobCounts[] = [queued, bound, ...shared];
    const runnable = parts.reduce((sum, part) => sum + part.runnable, 0);
    const active = parts.reduce((sum, part) => sum + part.active, 0);
    const serving = workers.filter(({ state, pools }) => state === 'running' && pools.includes(pool));
    const special = [...queued.special, ...shared].map((part) => specialDemand(part, serving));
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

/**
 * What a pool can do of work for the workers of all pools. Work that waits counts in every pool that has, had or can get
 * a worker for it: whoever comes first takes it, and nobody waits for a pool that stays empty. Work that was taken counts where
 * such a worker is now; if there is none anywhere it was lost, and waits.
 */
function shareOf(
  load: SpecialLoad,
  {
    pool,
    workers,
    kinds,
  }: {
    readonly pool: string;
    readonly workers: readonly WorkerRecord[];
    /** Of workers that the pool had or can get. */
    readonly kinds: readonly RememberedCapabilities[];
  },
): SpecialLoad[] {
  const able = workers.filter((worker) => worker.state !== 'lost' && meets(worker, load.requires));
  const here = able.some(({ pools }) => pools.includes(pool));
  const could = here || kinds.some((kind) => meets(kind, load.requires));
  if (!could || (load.runnable === 0 && !here && able.length > 0)) return [];
  return [{ ...load, active: here || able.length === 0 ? load.active : 0 }];
}

function specialDemand(
  { requires, runnable, active }: SpecialLoad,
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
