import { parentPort } from 'node:worker_threads';
import { isRondelError } from '@rondel/contracts';
import type { PictureAnswer, PictureTask } from './picture-task.js';
import { drawSlice } from './slice.js';

parentPort?.on('message', (task: PictureTask) => {
  void answerTo(task).then((answer) =>
    parentPort?.postMessage(answer, answer.kind === 'png' ? [answer.bytes.buffer] : []),
  );
});

async function answerTo(task: PictureTask): Promise<PictureAnswer> {
  try {
    return await answered(task);
  } catch (error) {
    if (isRondelError(error)) return { kind: 'failure', failure: error.failure };
    throw error;
  }
}

/** Most are slices, which need no readers of raw data. */
async function answered(task: PictureTask): Promise<PictureAnswer> {
  switch (task.kind) {
    case 'slice':
      return pictureOf(await drawSlice(task.file, task.options));
    case 'sheet':
      return pictureOf(await (await import('./sheet.js')).drawSheet(task.request));
    case 'look':
      return { kind: 'look', look: await (await import('./look.js')).lookAtData(task.file) };
  }
}

/** A copy, since what an encoder returns may be a part of a larger buffer. */
function pictureOf(png: Uint8Array): PictureAnswer {
  return { kind: 'png', bytes: new Uint8Array(png) };
}
