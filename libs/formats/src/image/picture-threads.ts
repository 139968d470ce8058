import { once } from 'node:events';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { RondelError, type Failure } from '@rondel/contracts';
import { openTurns } from './turns.js';
import type { DataLook, LookedAtFile } from './look.js';
import type { ImageFile, SheetRequest } from './sheet.js';
import { drawSlice, type SliceOptions } from './slice.js';

/** What the thread that draws one picture is asked. */
export type PictureTask =
  | { readonly kind: 'slice'; readonly file: ImageFile; readonly options: SliceOptions }
  | { readonly kind: 'sheet'; readonly request: SheetRequest }
  | { readonly kind: 'look'; readonly file: LookedAtFile };

export type PictureAnswer =
  | { readonly kind: 'png'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'look'; readonly look: DataLook }
  | { readonly kind: 'failure'; readonly failure: Failure };

/**
 * Pictures for processes that have others to answer meanwhile: reading, drawing and compressing takes seconds where they
 * are large, and happens in threads, of which there are no more at once than processors.
 *
 * Throws `SERVICE_UNAVAILABLE` when too many pictures wait, and `CANCELLED` when `signal` is aborted.
 */
export interface PictureThreads {
  /** As `drawSlice`. `shape` is that of the image: a small plane is drawn here and now. */
  readonly slice: (
    file: ImageFile & { readonly shape: readonly number[] },
    options: SliceOptions & { readonly signal?: AbortSignal | undefined },
  ) => Promise<Uint8Array>;
  /** As `lookAtData`. */
  readonly look: (file: LookedAtFile, signal?: AbortSignal) => Promise<DataLook>;
  /** As `drawSheet`. */
  readonly sheet: (request: SheetRequest, signal?: AbortSignal) => Promise<Uint8Array>;
}

/** Smaller pictures are drawn in some milliseconds, less than a thread takes to start. */
const drawnHere = 128 ** 2;
const mostWaiting = 1000;

/** @param most Threads at the same time; one for each processor unless told. */
export function openPictureThreads(most = availableParallelism()): PictureThreads {
  const takeTurn = openTurns({ most, mostWaiting, what: 'pictures' });
  const inTurn = async (task: PictureTask, signal: AbortSignal | undefined) => {
    const answer = await takeTurn(() => askThread(task, signal), signal);
    if (answer.kind !== 'png') throw new RondelError('INTERNAL', `A ${task.kind} was answered with no picture.`);
    return answer.bytes;
  };
  return {
    slice({ path, label, shape }, { signal, ...options }) {
      const file = { path, label };
      const pixels = shape.slice(-2).reduce((product, extent) => product * extent, 1);
      return pixels <= drawnHere ? drawSlice(file, options) : inTurn({ kind: 'slice', file, options }, signal);
    },
    async look(file, signal) {
      const answer = await takeTurn(() => askThread({ kind: 'look', file }, signal), signal);
      if (answer.kind !== 'look') throw new RondelError('INTERNAL', 'A look at data was answered with a picture.');
      return answer.look;
    },
    sheet: (request, signal) => inTurn({ kind: 'sheet', request }, signal),
  };
}

async function askThread(
  task: PictureTask,
  signal: AbortSignal | undefined,
): Promise<Exclude<PictureAnswer, { readonly kind: 'failure' }>> {
  const thread = new Worker(createRequire(import.meta.url).resolve('#picture-thread'), {
    workerData: task,
    env: {},
    execArgv: [],
  });
  try {
    const [answer] = (await once(thread, 'message', { signal })) as [PictureAnswer];
    if (answer.kind === 'failure') throw RondelError.from(answer.failure);
    return answer;
  } catch (error) {
    if (signal?.aborted !== true) throw error;
    throw new RondelError('CANCELLED', 'Nobody waits for the picture any more.', { cause: error });
  } finally {
    await thread.terminate();
  }
}
