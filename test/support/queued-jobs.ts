import { setImmediate as nextTurn } from 'node:timers/promises';
import { takeLegs, type JobHead, type Jobs, type JobWork, type Leg, type LegTaker, type NewJob } from '@rondel/jobs';
import { ulid } from 'ulid';

const work: JobWork = { plan: { _type: 'X' }, planToml: '_type = "X"\n', parameters: {}, data: { data: 'root://a/b' } };

/** A job of one leg that nobody computes. */
export function queuedJob(pool: string, overrides: Partial<JobHead> = {}): NewJob {
  const head: JobHead = {
    id: ulid(),
    pool,
    priority: 100,
    attemptsPerRun: 3,
    labels: {},
    plan: { sha256: 'f'.repeat(64) },
    data: 'root://a/b',
    createdAt: new Date().toISOString(),
    stages: [{ steps: [], queue: pool }],
    ...overrides,
  };
  return { head, work };
}

/** Accepts jobs as those of a sweep and queues them. Returns their ids. */
export async function submitSweep(jobs: Jobs, made: readonly NewJob[]): Promise<string[]> {
  const ids = made.map(({ head }) => head.id);
  const record = {
    id: ulid(),
    createdAt: new Date().toISOString(),
    plan: {},
    planToml: '_type = "X"\n',
    data: 'root://a/b',
    pool: made[0]?.head.pool ?? 'default',
    vary: [],
    combine: 'product' as const,
    items: ids.map((job) => ({ assignments: {}, job })),
  };
  async function* batches() {
    for (let start = 0; start < made.length; start += 200) {
      await nextTurn();
      yield made.slice(start, start + 200);
    }
  }
  await jobs.sweeps.create(record, batches());
  await jobs.sweeps.settle(record.id, () => Promise.resolve());
  return ids;
}

/** One slot that ends its jobs at once, each when it is let go on. */
export interface OneSlot extends LegTaker {
  /** Jobs in the order in which they began. */
  readonly begun: readonly string[];
  /** That many more jobs begin. */
  letBegin(count: number): void;
}

export function openSlot(
  jobs: Jobs,
  { redisUrl, queue, onError }: { redisUrl: string; queue: string; onError: (error: Error) => void },
): OneSlot {
  const begun: string[] = [];
  let left = 0;
  let go: () => void = () => undefined;
  const run = async (leg: Leg) => {
    while (left === 0) await new Promise<void>((resolve) => (go = resolve));
    const answer = await jobs.ledger.begin(leg, 'w1');
    if (answer.answer === 'begun') {
      left -= 1;
      begun.push(leg.job);
      await jobs.ledger.finish(leg.job, { state: 'cancelled' }, answer.attempt);
    }
    return { kind: 'done' } as const;
  };
  const taker = takeLegs({ redisUrl, queue, concurrency: 1, run, onError });
  return {
    begun,
    letBegin(count) {
      left += count;
      go();
    },
    close() {
      this.letBegin(Number.POSITIVE_INFINITY);
      return taker.close();
    },
  };
}
