import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { RecordFile, WriteFault } from './record-messages.js';
import { diskFailure } from '../files/store-errors.js';

/** Records that go to the thread at once, at most; each has up to 4 MiB. */
const batchLength = 32;
/** Nobody waits for a record as for a result: from one batch to the next others may come. */
const gatherMs = 20;

interface Waiting {
  readonly file: RecordFile;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes records in a thread: whoever waits for the disk here keeps neither the event loop
 * nor the thread pool, and what comes while a batch is being written makes the next one, with one message to the thread
 * and one back. All of a batch are told at once. A record is on disk under its name when its promise resolves.
 *
 * @param soon The thread starts at once, not with the first record.
 */
export function openRecordWriter(soon: boolean): (file: RecordFile) => Promise<void> {
  let thread: Worker | undefined;
  let sent: readonly Waiting[] = [];
  let gathering: NodeJS.Timeout | undefined;
  const waiting: Waiting[] = [];
  let mayGoFrom = 0;
  const send = () => {
    if (sent.length > 0 || waiting.length === 0) return;
    const early = mayGoFrom - performance.now();
    if (early > 0) {
      gathering ??= setTimeout(() => {
        gathering = undefined;
        send();
      }, early);
      return;
    }
    mayGoFrom = performance.now() + gatherMs;
    thread ??= start();
    sent = waiting.splice(0, batchLength);
    // Keeps the process alive only while something is being written.
    thread.ref();
    thread.postMessage(sent.map(({ file }) => file));
  };
  const settle = (faultOf: (index: number) => unknown) => {
    const settled = sent;
    sent = [];
    settled.forEach(({ resolve, reject }, index) => {
      const fault = faultOf(index);
      if (fault === undefined) resolve();
      else reject(fault);
    });
    send();
  };
  const start = () => {
    const started = new Worker(createRequire(import.meta.url).resolve('#record-thread'), { env: {}, execArgv: [] });
    const lost = (error: Error) => {
      if (thread !== started) return;
      thread = undefined;
      settle(() => error);
    };
    started.on('message', (faults: readonly (WriteFault | undefined)[]) => {
      started.unref();
      settle((index) => errorOf(faults[index]));
    });
    started.once('error', lost);
    started.once('exit', (code) => lost(new Error(`The thread that writes records ended with ${code}.`)));
    return started;
  };
  if (soon) {
    thread = start();
    thread.unref();
  }
  return (file) =>
    new Promise((resolve, reject) => {
      waiting.push({ file, resolve, reject });
      send();
    });
}

function errorOf(fault: WriteFault | undefined): unknown {
  return fault && diskFailure(Object.assign(new Error(fault.message), { code: fault.code }));
}
