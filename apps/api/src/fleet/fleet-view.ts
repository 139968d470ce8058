import type { WorkerRecord } from '@rondel/contracts';
import type { Jobs, PlaceFacts, RunningTime, SpecialQueue } from '@rondel/jobs';

/** What the fleet looks like to a request that asks where a job can run. */
export interface FleetFacts {
  readonly pools: readonly string[];
  readonly workers: readonly WorkerRecord[];
  /** Queues for work that not every worker can do. */
  readonly special: readonly SpecialQueue[];
}

/** The fleet as it was a moment ago: hundreds of submissions a second must not each read what all workers have said. */
export interface FleetView {
  facts(): Promise<FleetFacts>;
  /** As it is now; for whoever has not found there what was asked for. */
  freshFacts(): Promise<FleetFacts>;
  /** See `Ledger.meanSeconds`. */
  meanSeconds(pool: string): Promise<number | undefined>;
  /** See `Jobs.placeFacts`. */
  placeFacts(place: string): Promise<PlaceFacts>;
  /** What the workers run, see `Jobs.runningTimes`. */
  runningTimes(): Promise<ReadonlyMap<string, RunningTime>>;
  /** Whether the pool is held. */
  paused(pool: string): Promise<boolean>;
}

/** Looking takes at most this share of the time. */
const largestShare = 0.1;

/** @param longestAgeMs What is shown is never older; 0: always as it is now. */
export function openFleetView(jobs: Jobs, longestAgeMs: number): FleetView {
  const read = async (): Promise<FleetFacts> => {
    const [pools, workers, special] = await Promise.all([
      jobs.fleet.pools(),
      jobs.fleet.workers(),
      jobs.special.list(),
    ]);
    return { pools, workers, special };
  };
  const facts = glance(read, longestAgeMs);
  return {
    facts: facts.recent,
    freshFacts: facts.fresh,
    meanSeconds: ofEach((pool) => jobs.ledger.meanSeconds(pool), longestAgeMs),
    placeFacts: ofEach(async (place) => {
      const { special } = await facts.recent();
      const own = special.filter((queue) => queue.place === place).map(({ queue }) => queue);
      return jobs.placeFacts(place, [place, ...own]);
    }, longestAgeMs),
    runningTimes: glance(async () => {
      const { workers } = await facts.recent();
      return jobs.runningTimes([...new Set(workers.flatMap(({ running }) => running))]);
    }, longestAgeMs).recent,
    paused: ofEach((pool) => jobs.pools.paused(pool), longestAgeMs),
  };
}

/** What was asked lately about each pool. */
function ofEach<T>(read: (pool: string) => Promise<T>, longestAgeMs: number): (pool: string) => Promise<T> {
  const seen = new Map<string, Glance<T>>();
  return (pool) => {
    const known = seen.get(pool) ?? glance(() => read(pool), longestAgeMs);
    seen.set(pool, known);
    return known.recent();
  };
}

interface Glance<T> {
  readonly recent: () => Promise<T>;
  readonly fresh: () => Promise<T>;
}

interface Seen<T> {
  readonly value: Promise<T>;
  /** From then on whoever is shown it has it looked at anew, without waiting for that. */
  renewFrom: number;
  until: number;
}

function glance<T>(read: () => Promise<T>, longestAgeMs: number): Glance<T> {
  let latest: Seen<T> | undefined;
  const look = (): Seen<T> => {
    const started = performance.now();
    const seen = { value: read(), renewFrom: Infinity, until: started + longestAgeMs };
    seen.value.then(
      () => (seen.renewFrom = started + (performance.now() - started) / largestShare),
      () => (seen.until = started),
    );
    return seen;
  };
  const fresh = () => {
    latest = look();
    return latest.value;
  };
  const renew = (old: Seen<T>) => {
    old.renewFrom = Infinity;
    const next = look();
    next.value.then(
      () => {
        if (latest === old) latest = next;
      },
      // The old one is shown as long as it may be; whoever comes after that looks and hears what is wrong.
      () => undefined,
    );
  };
  return {
    fresh,
    recent() {
      const now = performance.now();
      if (latest === undefined || now >= latest.until) return fresh();
      const { value } = latest;
      if (now >= latest.renewFrom) renew(latest);
      return value;
    },
  };
}
