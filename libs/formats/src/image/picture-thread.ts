import { parentPort, workerData } from 'node:worker_threads';
import { isRondelError } from '@rondel/contracts';
import type { PictureAnswer, PictureTask } from './picture-threads.js';
import { lookAtData } from './look.js';
import { drawSheet } from './sheet.js';
import { drawSlice } from './slice.js';

const answer = await answerTo(workerData as PictureTask);
parentPort?.postMessage(answer, answer.kind === 'png' ? [answer.bytes.buffer] : []);

async function answerTo(task: PictureTask): Promise<PictureAnswer> {
  try {
    if (task.kind === 'look') return { kind: 'look', look: await lookAtData(task.file) };
    // A copy, since what an encoder returns may be a part of a larger buffer.
    return { kind: 'png', bytes: new Uint8Array(await drawn(task)) };
  } catch (error) {
    if (isRondelError(error)) return { kind: 'failure', failure: error.failure };
    throw error;
  }
}

function drawn(task: Exclude<PictureTask, { readonly kind: 'look' }>): Promise<Uint8Array> {
  switch (task.kind) {
    case 'slice':
      return drawSlice(task.file, task.options);
    case 'sheet':
      return drawSheet(task.request);
  }
}
