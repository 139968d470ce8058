import type { ExecutorSettings } from '../executor/messages.js';
import { startExecutor, type ExecutorFacts, type ExecutorProcess } from './executor-process.js';

/** Plans that are remembered of each executor; about as many as it keeps built. */
const mostRemembered = 4;

/** One executor per slot, warm between jobs, replaced when it has died. */
export interface Slots {
  readonly facts: ExecutorFacts;
  /** Takes a slot. When all are taken, waits for one in the order of the calls; undefined when none was free in time. */
  reserve(patienceMs: number): Promise<Slot | undefined>;
  close(): Promise<void>;
}

/** A slot that was taken, to be released once. */
export interface Slot {
  /**
   * The executor to run a plan on, once: of those that are free one that has run the same plan before, if there is any.
   *
   * @param plan Hash of the plan that will run.
   */
  executorFor(plan: string): ExecutorProcess;
  release(): void;
}

/** Starts `count` executors. Throws `ExecutorUnusable` when the engine does not open. */
export async function openSlots(
  count: number,
  settings: ExecutorSettings,
  startOne: typeof startExecutor = startExecutor,
): Promise<Slots> {
  const start = () => {
    const executor = startOne(settings);
    // Not swallowed: whoever starts the worker or runs a job on this executor awaits `ready` and hears why. Until then
    // nobody does, and an unhandled rejection would end the supervisor.
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
    if (taken === undefined) throw new RangeError('A slot runs one plan, and only while it is taken.');
    const executor = taken.alive() ? taken : replace(taken);
    const before = (plans.get(executor) ?? []).filter((other) => other !== plan);
    plans.set(executor, [...before, plan].slice(-mostRemembered));
    return executor;
  };
  /** Who waits for a slot, in order; each is called once, when one is free or its patience is at an end. */
  const line = new Set<() => void>();
  let unreserved = count;
  const slot = (): Slot | undefined => {
    if (unreserved === 0) return undefined;
    unreserved -= 1;
    let executor: ExecutorProcess | undefined;
    return {
      executorFor: (plan) => (executor = take(plan)),
      release() {
        if (executor) free.push(executor.alive() ? executor : replace(executor));
        unreserved += 1;
        const [next] = line;
        next?.();
      },
    };
  };
  return {
    facts,
    reserve(patienceMs) {
      const taken = slot();
      if (taken !== undefined) return Promise.resolve(taken);
      return new Promise((resolve) => {
        const turn = () => {
          clearTimeout(timer);
          line.delete(turn);
          resolve(slot());
        };
        const timer = setTimeout(turn, patienceMs);
        line.add(turn);
      });
    },
    async close() {
      await Promise.all([...all].map((executor) => executor.kill()));
    },
  };
}
