import { openTasks } from '../../../threads/tasks.mjs';
import { processorThreads } from '../../engine/processor-threads.js';
import { createKernelMemory, type KernelMemory } from '../../runtime/kernel-memory.js';
import { compileKernelModules } from '../../runtime/kernel-runtime.js';
import { createThreadPool, type ThreadPool, type Work } from '../../runtime/thread-pool.js';

/** Bytes of rows in a pass below which threads, of some 8 MB and 10 ms each, cost more than they bring. */
const worthThreads = 128 * 1024 * 1024;
/** Threads that have had nothing to do for so long end. */
const idleMs = 10_000;

/** Memory of one matrix, up to 4 GiB, and the threads that work on it. */
export interface RowMemory {
  readonly memory: KernelMemory;
  /** Most threads that work can be shared out among. */
  readonly threads: number;
  /** Starts threads where a pass of so many tasks, which reads so many bytes, is worth them. Throws ENGINE_UNAVAILABLE. */
  prepare(tasks: number, bytes: number): Promise<void>;
  run(work: Work): void;
  dispose(): Promise<void>;
}

/** Throws ENGINE_UNAVAILABLE or OUT_OF_MEMORY. */
export async function createRowMemory(threads = processorThreads()): Promise<RowMemory> {
  const modules = await compileKernelModules();
  const memory = createKernelMemory(threads);
  const tasks = await openTasks(memory.shared, modules);
  const start = (count: number) => createThreadPool({ memory, modules, tasks, threads: count });
  const alone = await start(1);
  let pool: ThreadPool = alone;
  let usedAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let ended: Promise<void> = Promise.resolve();
  const endThreads = () => {
    clearInterval(timer);
    ended = pool.dispose();
    pool = alone;
  };
  return {
    memory,
    threads,
    async prepare(count, bytes) {
      const wanted = bytes < worthThreads ? 1 : Math.min(threads, count);
      if (wanted <= pool.threads) return;
      endThreads();
      await ended;
      pool = await start(wanted);
      timer = setInterval(() => performance.now() - usedAt > idleMs && endThreads(), idleMs);
      timer.unref();
      usedAt = performance.now();
    },
    run(work) {
      pool.run(work);
      usedAt = performance.now();
    },
    async dispose() {
      endThreads();
      await ended;
    },
  };
}
