import type { ExecutorSettings } from '../executor/messages.js';
import { startExecutor, type ExecutorFacts, type ExecutorProcess } from './executor-process.js';

/** One executor per slot, warm between jobs, replaced when it has died. */
export interface Slots {
  readonly facts: ExecutorFacts;
  /** Takes a slot, waiting for one to become free when several pools compete for them. */
  acquire(): Promise<ExecutorProcess>;
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
  const all = new Set(free);
  const waiting: ((executor: ExecutorProcess) => void)[] = [];
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
  return {
    facts,
    async acquire() {
      const executor = free.shift() ?? (await new Promise<ExecutorProcess>((resolve) => waiting.push(resolve)));
      return executor.alive() ? executor : replace(executor);
    },
    release(executor) {
      const next = executor.alive() ? executor : replace(executor);
      const waiter = waiting.shift();
      if (waiter) waiter(next);
      else free.push(next);
    },
    async close() {
      await Promise.all([...all].map((executor) => executor.kill()));
    },
  };
}
