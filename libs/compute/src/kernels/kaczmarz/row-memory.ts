import { openTasks } from '../../../threads/tasks.mjs';
import { processorThreads } from '../../engine/processor-threads.js';
import { createKernelMemory, type KernelMemory } from '../../runtime/kernel-memory.js';
import { compileKernelModules } from '../../runtime/kernel-runtime.js';
import { createThreadPool, type ThreadPool, type Work } from '../../runtime/thread-pool.js';

/** Memory of one matrix, up to 4 GiB, and the threads that work on it. */
export interface RowMemory {
  readonly memory: KernelMemory;
  /** Most threads that work can be shared out among. */
  readonly threads: number;
  /** Starts the threads for works of so many tasks. Throws ENGINE_UNAVAILABLE. */
  prepare(tasks: number): Promise<void>;
  run(work: Work): void;
  dispose(): Promise<void>;
}

/** Throws ENGINE_UNAVAILABLE or OUT_OF_MEMORY. */
export async function createRowMemory(threads = processorThreads()): Promise<RowMemory> {
  const modules = await compileKernelModules();
  const memory = createKernelMemory(threads);
  const tasks = await openTasks(memory.shared, modules);
  const start = (count: number) => createThreadPool({ memory, modules, tasks, threads: count });
  let pool: ThreadPool = await start(1);
  return {
    memory,
    threads,
    async prepare(count) {
      if (pool.threads > 1 || count < 2 || threads < 2) return;
      pool = await start(threads);
    },
    run: (work) => pool.run(work),
    dispose: () => pool.dispose(),
  };
}
