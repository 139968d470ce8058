import { parentPort, workerData } from 'node:worker_threads';
import { isRondelError } from '@rondel/contracts';
import { renderSlice } from './png.js';
import type { PngAnswer, PngTask } from './render-aside.js';

const answer = answerTo(workerData as PngTask);
parentPort?.postMessage(answer, answer.kind === 'png' ? [answer.bytes.buffer] : []);

function answerTo({ array, options }: PngTask): PngAnswer {
  try {
    // A copy, since what an encoder returns may be a part of a larger buffer.
    return { kind: 'png', bytes: new Uint8Array(renderSlice(array, options)) };
  } catch (error) {
    if (isRondelError(error)) return { kind: 'failure', failure: error.failure };
    throw error;
  }
}
