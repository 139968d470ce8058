import type { ExecutorSettings } from '../executor/messages.js';
import { startExecutor, type ExecutorFacts, type ExecutorProcess } from './executor-process.js';

/** One executor per slot, warm between jobs, replaced when it has died. */
export interface Slots {
  readonly facts: ExecutorFacts;
  /** Takes a slot; undefined when all are taken. */
  acquire(): ExecutorProcess | undefined;
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
    acquire() {
      const executor = free.shift();
      return executor === undefined || executor.alive() ? executor : replace(executor);
    },
    release(executor) {
      free.push(executor.alive() ? executor : replace(executor));
    },
    async close() {
      await Promise.all([...all].map((executor) => executor.kill()));
    },
  };
}
