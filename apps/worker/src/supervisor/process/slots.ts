import type { ExecutorSettings } from '../../executor/messages/messages.js';
import { ExecutorUpdated, startExecutor, type ExecutorFacts, type ExecutorProcess } from './executor-process.js';

/** Plans that are remembered of each executor; about as many as it keeps built. */
const mostRemembered = 4;

/** One executor per slot, warm between jobs, replaced when it has died. */
export interface Slots {
  readonly facts: ExecutorFacts;
  /** Resolves with the reason when no executor can be started any more, as Rondel was updated meanwhile. */
  readonly updated: Promise<string>;
  /** Takes a slot. When all are taken, waits for one in the order of the calls; undefined when none was free in time. */
  reserve(patienceMs: number): Promise<Slot | undefined>;
  /** As `reserve` without patience. */
  reserveNow(): Slot | undefined;
  close(): Promise<void>;
}

/** A slot that was taken, to be released as soon as nothing runs on it. */
export interface Slot {
  /**
   * The executor to run a plan on, once: of those that are free one that has run the same plan before, if there is any,
   * else the one that knows the fewest plans.
   *
   * @param plan Hash of the plan that will run.
   */
  executorFor(plan: string): ExecutorProcess;
  /** Gives the slot to the next in line. Once released it stays so. */
  release(): void;
}

/** Starts `count` executors. Throws `ExecutorUnusable` when the engine does not open. */
export async function openSlots(
  count: number,
  settings: ExecutorSettings,
  startOne: typeof startExecutor = startExecutor,
): Promise<Slots> {
  let tellUpdated: (problem: string) => void = () => undefined;
  const updated = new Promise<string>((resolve) => (tellUpdated = resolve));
  const start = () => {
    const executor = startOne(settings);
    // Not swallowed: whoever starts the worker or runs a job on this executor awaits `ready` and hears why. Until then
    // nobody does, and an unhandled rejection would end the supervisor.
    executor.ready.catch((error: unknown) => {
      if (error instanceof ExecutorUpdated) tellUpdated(error.message);
    });
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
  const plansOf = (executor: ExecutorProcess) => (executor.alive() ? (plans.get(executor) ?? []) : []);
  const take = (plan: string) => {
    const knowing = free.find((executor) => plansOf(executor).includes(plan));
    const taken = knowing ?? free.toSorted((a, b) => plansOf(a).length - plansOf(b).length)[0];
    if (taken === undefined) throw new RangeError('A slot runs one plan, and only while it is taken.');
    free.splice(free.indexOf(taken), 1);
    const executor = taken.alive() ? taken : replace(taken);
    const before = plansOf(executor).filter((other) => other !== plan);
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
    let released = false;
    return {
      executorFor: (plan) => (executor = take(plan)),
      release() {
        if (released) return;
        released = true;
        if (executor) free.push(executor.alive() ? executor : replace(executor));
        unreserved += 1;
        const [next] = line;
        next?.();
      },
    };
  };
  return {
    facts,
    updated,
    reserveNow: slot,
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
