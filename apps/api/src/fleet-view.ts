import type { WorkerRecord } from '@rondel/contracts';
import type { Jobs } from '@rondel/jobs';

/** What the fleet looks like to a request that asks where a job can run. */
export interface FleetFacts {
  readonly pools: readonly string[];
  readonly workers: readonly WorkerRecord[];
  /** Queues for work that not every worker can do. */
  readonly special: ReadonlySet<string>;
}

/** The fleet as it was a moment ago: hundreds of submissions a second must not each read what all workers have said. */
export interface FleetView {
  facts(): Promise<FleetFacts>;
  /** As it is now; for whoever has not found there what was asked for. */
  freshFacts(): Promise<FleetFacts>;
  /** See `Ledger.meanSeconds`. */
  meanSeconds(pool: string): Promise<number | undefined>;
}

/** Looking takes at most this share of the time. */
const largestShare = 0.1;

/** @param longestAgeMs What is shown is never older; 0: always as it is now. */
export function openFleetView(jobs: Jobs, longestAgeMs: number): FleetView {
  const read = async (): Promise<FleetFacts> => {
    const [pools, workers, special] = await Promise.all([
      jobs.fleet.pools(),
      jobs.fleet.workers(),
      jobs.special.names(),
    ]);
    return { pools, workers, special };
  };
  const facts = glance(read, longestAgeMs);
  const means = new Map<string, Glance<number | undefined>>();
  return {
    facts: facts.recent,
    freshFacts: facts.fresh,
    meanSeconds(pool) {
      const mean = means.get(pool) ?? glance(() => jobs.ledger.meanSeconds(pool), longestAgeMs);
      means.set(pool, mean);
      return mean.recent();
    },
  };
}

interface Glance<T> {
  readonly recent: () => Promise<T>;
  readonly fresh: () => Promise<T>;
}

function glance<T>(read: () => Promise<T>, longestAgeMs: number): Glance<T> {
  let latest: { readonly value: Promise<T>; until: number } | undefined;
  const fresh = () => {
    const started = performance.now();
    const value = read();
    const seen = { value, until: started + longestAgeMs };
    latest = seen;
    value.then(
      () => (seen.until = Math.min(seen.until, started + (performance.now() - started) / largestShare)),
      () => (seen.until = started),
    );
    return value;
  };
  return {
    fresh,
    recent: () => (latest !== undefined && performance.now() < latest.until ? latest.value : fresh()),
  };
}
