import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { RondelError } from '@rondel/contracts';
import type { PictureAnswer, PictureTask } from './picture-task.js';

/** Threads that wait for another slice, and how long one does. */
const mostIdle = 1;
const idleMs = 300_000;

/** What a thread has drawn last it may hold until its next picture: it is not kept after more pixels than this. */
const mostKeptPixels = 2 ** 24;

/** Asks a thread. Throws `CANCELLED` when `signal` is aborted, and what ends the thread. */
export type AskThread = (task: PictureTask, signal?: AbortSignal) => Promise<PictureAnswer>;

/**
 * Threads for one picture each. Whoever looks at slices looks at several: to start a thread takes longer than to draw a slice, so
 * one that has drawn one waits for the next. Idle threads keep no process.
 */
export function openDrawingThreads(): AskThread {
  const idle = new Map<Worker, NodeJS.Timeout>();
  const take = (): Worker => {
    const [[thread] = []] = idle;
    if (thread === undefined) return startThread();
    clearTimeout(idle.get(thread));
    idle.delete(thread);
    thread.ref();
    return thread;
  };
  const keep = (thread: Worker) => {
    const timer = setTimeout(() => void thread.terminate(), idleMs);
    timer.unref();
    thread.unref();
    thread.once('exit', () => {
      clearTimeout(timer);
      if (idle.get(thread) === timer) idle.delete(thread);
    });
    idle.set(thread, timer);
  };
  return async (task, signal) => {
    const thread = isSlice(task) ? take() : startThread();
    let isKept = false;
    try {
      const answering = answerOf(thread, signal);
      thread.postMessage(task);
      const answer = await answering;
      isKept = isSlice(task) && idle.size < mostIdle;
      return answer;
    } finally {
      if (isKept) keep(thread);
      else await thread.terminate();
    }
  };
}

function isSlice(task: PictureTask): boolean {
  return task.kind === 'slice' && task.pixels <= mostKeptPixels;
}

function startThread(): Worker {
  const thread = new Worker(createRequire(import.meta.url).resolve('#picture-thread'), { env: {}, execArgv: [] });
  // Whoever waits for its answer hears of it; while it is idle it concerns nobody.
  return thread.on('error', () => undefined);
}

function answerOf(thread: Worker, signal: AbortSignal | undefined): Promise<PictureAnswer> {
  return new Promise((resolve, reject) => {
    const cancel = () => settle(new RondelError('CANCELLED', 'Nobody waits for the picture any more.'));
    const end = (code: number) => settle(new RondelError('INTERNAL', `The thread of a picture ended with ${code}.`));
    const settle = (outcome: PictureAnswer | Error) => {
      signal?.removeEventListener('abort', cancel);
      thread.off('message', settle).off('error', settle).off('exit', end);
      if (outcome instanceof Error) reject(outcome);
      else resolve(outcome);
    };
    thread.on('message', settle).on('error', settle).on('exit', end);
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted === true) cancel();
  });
}
