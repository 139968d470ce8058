import type { Worker } from 'node:worker_threads';
import { RondelError, type FailureCode } from '@rondel/contracts';
import type { Hdf5Answer, Hdf5Task, ThreadMessage } from './thread-messages.js';
import { endThread, keepThread, takeThread } from './warm-threads.js';

export interface ThreadOptions {
  /** What errors call the work. */
  readonly label: string;
  readonly maxSeconds: number;
  readonly signal?: AbortSignal | undefined;
  /** Memory of the task that the thread takes over. */
  readonly transfer?: readonly ArrayBuffer[] | undefined;
}

/**
 * Runs libhdf5 in a thread, with a libhdf5 that has just started: a file that crashes it, fills its memory or keeps it busy
 * takes down the thread and nothing else, and no task finds anything of another. The first costs about 0.15 s, those that follow
 * within half a minute some milliseconds.
 *
 * Throws what the task throws, `QUOTA_EXCEEDED` when it takes longer than `maxSeconds`, `CANCELLED` when `signal` is
 * aborted, `DATA_FORMAT` (`INTERNAL` when writing) when the thread dies.
 */
export async function runInThread(task: Hdf5Task, options: ThreadOptions): Promise<Hdf5Answer> {
  const thread = await takeThread();
  let isSpent = true;
  try {
    const answering = answerOf(thread, { ...options, faultCode: 'request' in task ? 'DATA_FORMAT' : 'INTERNAL' });
    thread.postMessage(task, [...(options.transfer ?? [])]);
    const message = await answering;
    isSpent = message.isSpent;
    if (message.answer.kind === 'failure') throw RondelError.from(message.answer.failure);
    return message.answer;
  } finally {
    if (isSpent) endThread(thread);
    else keepThread(thread);
  }
}

type AnswerMessage = ThreadMessage & { readonly kind: 'answer' };

interface Wait extends ThreadOptions {
  /** The code when the thread dies: a file that kills the reader is damaged, an array cannot be to blame. */
  readonly faultCode: FailureCode;
}

function answerOf(thread: Worker, { label, maxSeconds, signal, faultCode }: Wait): Promise<AnswerMessage> {
  return new Promise((resolve, reject) => {
    const cancel = () => {
      settle(new RondelError('CANCELLED', `${label}: the work on its HDF5 file was cancelled.`));
    };
    const timer = setTimeout(() => {
      settle(new RondelError('QUOTA_EXCEEDED', `${label}: HDF5 took longer than the allowed ${maxSeconds} s.`));
    }, maxSeconds * 1000);
    const hear = (message: ThreadMessage) => {
      if (message.kind === 'answer') settle(message);
    };
    const fail = (error: Error) => {
      settle(new RondelError(faultCode, `${label}: the HDF5 library failed on it: ${error.message}`, { cause: error }));
    };
    const exit = (code: number) => {
      settle(new RondelError(faultCode, `${label}: the HDF5 library ended with ${code} and gave no answer.`));
    };
    const settle = (end: AnswerMessage | RondelError) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
      thread.off('message', hear).off('error', fail).off('exit', exit);
      if (end instanceof RondelError) reject(end);
      else resolve(end);
    };
    thread.on('message', hear).on('error', fail).on('exit', exit);
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted) cancel();
  });
}
