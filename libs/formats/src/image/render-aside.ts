import { once } from 'node:events';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { RondelError, type Failure, type NdArray } from '@rondel/contracts';
import { renderSlice, type RenderOptions } from './png.js';

/** What the thread that draws one picture is asked. */
export interface PngTask {
  readonly array: NdArray;
  readonly options: RenderOptions;
}

export type PngAnswer =
  | { readonly kind: 'png'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'failure'; readonly failure: Failure };

/** Smaller pictures are drawn in some milliseconds, less than a thread takes to start. */
const drawnHere = 128 ** 2;

/**
 * `renderSlice` for processes that have others to answer meanwhile: a large picture, whose compression takes seconds, is
 * drawn in a thread of its own. Throws as `renderSlice`.
 */
export async function renderSliceAside(array: NdArray, options: RenderOptions = {}): Promise<Uint8Array> {
  if (array.data.length <= drawnHere) return renderSlice(array, options);
  const workerData: PngTask = { array, options };
  const thread = new Worker(createRequire(import.meta.url).resolve('#png-thread'), {
    workerData,
    env: {},
    execArgv: [],
  });
  try {
    const [answer] = (await once(thread, 'message')) as [PngAnswer];
    if (answer.kind === 'failure') throw RondelError.from(answer.failure);
    return answer.bytes;
  } finally {
    await thread.terminate();
  }
}
