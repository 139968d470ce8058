import type { Worker } from 'node:worker_threads';
import { RondelError, type FailureCode } from '@rondel/contracts';
import type { Hdf5Answer, Hdf5Task } from './thread-messages.js';
import { takeThread } from './threads-ahead.js';

export interface ThreadOptions {
  /** What errors call the work. */
  readonly label: string;
  readonly maxSeconds: number;
  readonly signal?: AbortSignal | undefined;
  /** Memory of the task that the thread takes over. */
  readonly transfer?: readonly ArrayBuffer[] | undefined;
}

/**
 * Runs libhdf5 in a thread of its own, one per task: a file that crashes it, fills its memory or keeps it busy takes
 * down the thread and nothing else, and all memory comes back. Costs about 0.15 s, most of it ahead where tasks follow each other.
 *
 * Throws what the task throws, `QUOTA_EXCEEDED` when it takes longer than `maxSeconds`, `CANCELLED` when `signal` is
 * aborted, `DATA_FORMAT` (`INTERNAL` when writing) when the thread dies.
 */
export async function runInThread(task: Hdf5Task, options: ThreadOptions): Promise<Hdf5Answer> {
  const thread = takeThread();
  try {
    const answer = answerOf(thread, { ...options, faultCode: 'request' in task ? 'DATA_FORMAT' : 'INTERNAL' });
    thread.postMessage(task, [...(options.transfer ?? [])]);
    return await answer;
  } finally {
    await thread.terminate();
  }
}

interface Wait extends ThreadOptions {
  /** The code when the thread dies: a file that kills the reader is damaged, an array cannot be to blame. */
  readonly faultCode: FailureCode;
}

function answerOf(thread: Worker, { label, maxSeconds, signal, faultCode }: Wait): Promise<Hdf5Answer> {
  return new Promise((resolve, reject) => {
    const cancel = () => {
      reject(new RondelError('CANCELLED', `${label}: the work on its HDF5 file was cancelled.`));
    };
    const timer = setTimeout(() => {
      reject(new RondelError('QUOTA_EXCEEDED', `${label}: HDF5 took longer than the allowed ${maxSeconds} s.`));
    }, maxSeconds * 1000);
    const settled = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    };
    thread.once('message', (answer: Hdf5Answer) => {
      settled();
      if (answer.kind === 'failure') reject(RondelError.from(answer.failure));
      else resolve(answer);
    });
    thread.once('error', (error) => {
      settled();
      reject(new RondelError(faultCode, `${label}: the HDF5 library failed on it: ${error.message}`, { cause: error }));
    });
    thread.once('exit', (code) => {
      settled();
      reject(new RondelError(faultCode, `${label}: the HDF5 library ended with ${code} and gave no answer.`));
    });
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted) cancel();
  });
}
