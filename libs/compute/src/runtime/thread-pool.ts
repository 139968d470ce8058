import { Worker } from 'node:worker_threads';
import { RondelError } from '@rondel/contracts';
import { control, drain, type Tasks } from '../../threads/tasks.mjs';
import type { KernelMemory } from './kernel-memory.js';

/** A call waits this long for pool threads to finish the tasks they hold before it says that they are lost. */
const patienceMilliseconds = 10 * 60 * 1000;

export interface Work {
  /** Name of the function that a kernel's module exports. */
  readonly kind: string;
  /** Up to 64 words, unsigned 32-bit: sizes and addresses in the order that the kernel's source names. */
  readonly parameters: readonly number[];
  /** Number of tasks; any thread may take any of them. */
  readonly tasks: number;
}

/** Threads on one shared memory. The calling thread works too, so a pool of one has no further thread. */
export interface ThreadPool {
  readonly threads: number;
  /** Does all tasks of `work` before it returns. Throws INTERNAL when a task throws. */
  run(work: Work): void;
  dispose(): Promise<void>;
}

export interface ThreadPoolOptions {
  readonly memory: KernelMemory;
  readonly modules: readonly WebAssembly.Module[];
  /** The calling thread's own task functions. */
  readonly tasks: Tasks;
  readonly threads: number;
}

function ready(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', (error) => reject(error));
    worker.once('exit', (code) => reject(new Error(`a kernel thread ended with code ${code} before it was ready`)));
  });
}

function startThread(options: ThreadPoolOptions, thread: number): Worker {
  const worker = new Worker(new URL('../../threads/thread.mjs', import.meta.url), {
    workerData: {
      memory: options.memory.shared,
      modules: options.modules,
      scratch: options.memory.scratchOf(thread),
    },
    execArgv: [],
  });
  return worker;
}

/** Publishes the work; tasks may be taken from here on. */
function open({ memory, tasks }: ThreadPoolOptions, work: Work): void {
  const kind = tasks.names.indexOf(work.kind);
  if (kind < 0) throw new RondelError('INTERNAL', `no kernel module exports ${work.kind}: build libs/compute again`);
  const words = memory.control;
  memory.uint32(memory.parameters, 64).set(work.parameters);
  Atomics.store(words, control.kind, kind);
  Atomics.store(words, control.parameters, memory.parameters);
  Atomics.store(words, control.count, work.tasks);
  Atomics.store(words, control.next, 0);
  Atomics.store(words, control.failed, 0);
  Atomics.store(words, control.open, 1);
  Atomics.add(words, control.epoch, 1);
  Atomics.notify(words, control.epoch);
}

/** Lets nobody in any more and waits for those inside; a thread that wakes late finds the work closed. */
function close(memory: KernelMemory, work: Work): void {
  const words = memory.control;
  Atomics.store(words, control.next, work.tasks);
  Atomics.store(words, control.open, 0);
  for (;;) {
    const active = Atomics.load(words, control.active);
    if (active === 0) return;
    if (Atomics.wait(words, control.active, active, patienceMilliseconds) !== 'timed-out') continue;
    throw new RondelError('INTERNAL', `${active} kernel thread(s) did not finish ${work.kind}: restart this process`);
  }
}

function runWork(options: ThreadPoolOptions, work: Work): void {
  const { memory, tasks } = options;
  open(options, work);
  try {
    drain(memory.control, tasks, memory.scratchOf(0));
  } catch (error) {
    throw new RondelError('INTERNAL', `the kernel ${work.kind} stopped: ${String(error)}`, { cause: error });
  } finally {
    close(memory, work);
  }
  if (Atomics.load(memory.control, control.failed) === 0) return;
  throw new RondelError('INTERNAL', `the kernel ${work.kind} stopped in a pool thread: restart this process`);
}

async function stop(memory: KernelMemory, workers: readonly Worker[]): Promise<void> {
  Atomics.store(memory.control, control.stop, 1);
  Atomics.add(memory.control, control.epoch, 1);
  Atomics.notify(memory.control, control.epoch);
  await Promise.all(workers.map((worker) => worker.terminate()));
}

/** Starts `threads - 1` threads. They never keep the process alive and end with it. Throws ENGINE_UNAVAILABLE. */
export async function createThreadPool(options: ThreadPoolOptions): Promise<ThreadPool> {
  const { memory, threads } = options;
  Atomics.store(memory.control, control.stop, 0);
  // Threads of a pool before this one on the same memory may have been ended while they were inside.
  Atomics.store(memory.control, control.active, 0);
  const workers = Array.from({ length: threads - 1 }, (_, index) => startThread(options, index + 1));
  try {
    await Promise.all(workers.map(ready));
  } catch (error) {
    await stop(memory, workers);
    const reason = error instanceof Error ? error.message : String(error);
    throw new RondelError(
      'ENGINE_UNAVAILABLE',
      `the engine wasm cannot start ${threads - 1} kernel thread(s): ${reason}. Open it with fewer threads`,
      { cause: error },
    );
  }
  for (const worker of workers) worker.unref();
  return { threads, run: (work) => runWork(options, work), dispose: () => stop(memory, workers) };
}
