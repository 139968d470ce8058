import type { ExecutorSettings } from '../executor/messages.js';
import { startExecutor, type ExecutorFacts, type ExecutorProcess } from './executor-process.js';

/** Plans that are remembered of each executor; about as many as it keeps built. */
const mostRemembered = 4;

/** One executor per slot, warm between jobs, replaced when it has died. */
export interface Slots {
  readonly facts: ExecutorFacts;
  /**
   * Takes a slot, one whose executor has run the same plan before if that is free. When all are taken, waits for one in
   * the order of the calls; undefined when none has become free in time.
   *
   * @param plan Hash of the plan that will run.
   */
  acquire(plan: string, patienceMs: number): Promise<ExecutorProcess | undefined>;
  release(executor: ExecutorProcess): void;
  close(): Promise<void>;
}

/** Starts `count` executors. Throws `ExecutorUnusable` when the engine does not open. */
export async function openSlots(count: number, settings: ExecutorSettings): Promise<Slots> {
  const start = () => {
    const executor = startExecutor(settings);
    // Whoever runs a job on it hears of the failure; until then nobody is there to tell.
    executor.ready.catch(() => undefined);
    return executor;
  };
  const free = Array.from({ length: count }, start);
  /** Plans that each executor has run, the latest last. */
  const plans = new WeakMap<ExecutorProcess, readonly string[]>();
  const all = new Set(free);
  let facts: ExecutorFacts | undefined;
  try {
    for (const executor of free) facts = await executor.ready;
  } catch (error) {
    await Promise.all(free.map((executor) => executor.kill()));
    throw error;
  }
  if (facts === undefined) throw new RangeError('A worker needs at least one slot.');
  const replace = (dead: ExecutorProcess) => {
    all.delete(dead);
    const fresh = start();
    all.add(fresh);
    return fresh;
  };
  const take = (plan: string) => {
    const known = free.findIndex((executor) => executor.alive() && plans.get(executor)?.includes(plan) === true);
    const [taken] = free.splice(Math.max(0, known), 1);
    if (taken === undefined) return undefined;
    const executor = taken.alive() ? taken : replace(taken);
    const before = (plans.get(executor) ?? []).filter((other) => other !== plan);
    plans.set(executor, [...before, plan].slice(-mostRemembered));
    return executor;
  };
  /** Who waits for a slot, in order; each is called once, when one is free or its patience is at an end. */
  const line = new Set<() => void>();
  return {
    facts,
    acquire(plan, patienceMs) {
      const taken = take(plan);
      if (taken !== undefined) return Promise.resolve(taken);
      return new Promise((resolve) => {
        const turn = () => {
          clearTimeout(timer);
          line.delete(turn);
          resolve(take(plan));
        };
        const timer = setTimeout(turn, patienceMs);
        line.add(turn);
      });
    },
    release(executor) {
      free.push(executor.alive() ? executor : replace(executor));
      const [next] = line;
      next?.();
    },
    async close() {
      await Promise.all([...all].map((executor) => executor.kill()));
    },
  };
}
