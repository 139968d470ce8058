import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/** JavaScript memory of the thread; arrays and libhdf5's own memory do not count. */
const heapMegabytes = 512;

/** Who has asked twice within that time is likely to ask again, and so long a thread waits for it. */
const likelyAgainMs = 10_000;

let lastTaken = -Infinity;
let ahead: { readonly thread: Worker; readonly take: () => void } | undefined;

/**
 * A thread that waits for its one task, with libhdf5 in it. Where tasks follow each other, as the frames of a live scanner and
 * the arrays of a calibration do, the next thread is started while the last one works: each has its own, and hardly any waits.
 */
export function takeThread(): Worker {
  const thread = takeAhead() ?? startThread();
  const isBusy = performance.now() - lastTaken < likelyAgainMs;
  lastTaken = performance.now();
  if (isBusy && ahead === undefined) startAhead();
  return thread;
}

function takeAhead(): Worker | undefined {
  const taken = ahead;
  taken?.take();
  return taken?.thread;
}

/** Neither the thread nor its timer keeps the process. */
function startAhead(): void {
  const thread = startThread();
  const forget = () => {
    clearTimeout(timer);
    thread.off('error', forget).off('exit', forget);
    ahead = undefined;
  };
  const timer = setTimeout(() => {
    forget();
    void thread.terminate();
  }, likelyAgainMs);
  // One that cannot start is missed by nobody: the next task starts its own and hears why.
  thread.on('error', forget).on('exit', forget);
  thread.unref();
  timer.unref();
  const take = () => {
    forget();
    thread.ref();
  };
  ahead = { thread, take };
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
