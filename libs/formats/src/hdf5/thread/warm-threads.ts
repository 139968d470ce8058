import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { ThreadMessage } from './thread-messages.js';

/** JavaScript memory of a thread; arrays and libhdf5's own memory do not count. */
const heapMegabytes = 512;

/** Threads that wait for a task, and how long they do. */
const mostWarm = 2;
const warmMs = 30_000;

interface WarmThread {
  readonly thread: Worker;
  /** Whether it has libhdf5 anew; false once it has ended. */
  readonly ready: Promise<boolean>;
  /** It is nobody's to end any more. */
  release(): void;
}

const warm: WarmThread[] = [];

/**
 * A thread with a libhdf5 that has opened nothing: one that has done another task and started it anew, which takes a tenth of
 * what a new thread takes, or a new one. Frames of a live scanner and looks at a file and its arrays follow each other.
 */
export async function takeThread(): Promise<Worker> {
  for (let last = warm.pop(); last !== undefined; last = warm.pop()) {
    last.release();
    if (await last.ready) return last.thread;
  }
  return startThread();
}

/** Keeps a thread that has done its task for the next one. Neither the thread nor its timer keeps the process. */
export function keepThread(thread: Worker): void {
  if (warm.length >= mostWarm) {
    endThread(thread);
    return;
  }
  const forget = () => {
    warm.splice(warm.indexOf(one), 1);
    one.release();
  };
  const timer = setTimeout(() => {
    forget();
    endThread(thread);
  }, warmMs);
  const one: WarmThread = {
    thread,
    ready: readiness(thread),
    release() {
      clearTimeout(timer);
      thread.off('error', forget).off('exit', forget).ref();
    },
  };
  thread.on('error', forget).on('exit', forget);
  thread.unref();
  timer.unref();
  warm.push(one);
}

export function endThread(thread: Worker): void {
  // It has done its task, or nobody wants it any more: what goes wrong now concerns nobody.
  thread.on('error', () => undefined);
  void thread.terminate();
}

/** Settled by whichever comes first; a thread that ends says so in all cases. */
function readiness(thread: Worker): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (isReady: boolean) => {
      thread.off('message', hear).off('error', fail).off('exit', fail);
      resolve(isReady);
    };
    const hear = ({ kind }: ThreadMessage) => {
      if (kind === 'ready') settle(true);
    };
    const fail = () => settle(false);
    thread.on('message', hear).on('error', fail).on('exit', fail);
  });
}

function startThread(): Worker {
  const thread = new Worker(createRequire(import.meta.url).resolve('#hdf5-thread'), {
    env: {},
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
  });
  thread.stdout.resume();
  thread.stderr.resume();
  return thread;
}
