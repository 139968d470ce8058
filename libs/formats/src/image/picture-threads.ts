import { availableParallelism } from 'node:os';
import { RondelError } from '@rondel/contracts';
import { openDrawingThreads } from './drawing-threads.js';
import type { PictureTask } from './picture-task.js';
import { openTurns } from './turns.js';
import type { DataLook, LookedAtFile } from './look.js';
import type { ImageFile, SheetRequest } from './sheet.js';
import { drawSlice, type SliceOptions } from './slice.js';

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
  const threads = openDrawingThreads();
  const ask = async (task: PictureTask, signal: AbortSignal | undefined) => {
    const answer = await takeTurn(() => threads(task, signal), signal);
    if (answer.kind === 'failure') throw RondelError.from(answer.failure);
    return answer;
  };
  const picture = async (task: PictureTask, signal: AbortSignal | undefined) => {
    const answer = await ask(task, signal);
    if (answer.kind !== 'png') throw new RondelError('INTERNAL', `A ${task.kind} was answered with no picture.`);
    return answer.bytes;
  };
  return {
    slice({ path, label, shape }, { signal, ...options }) {
      const file = { path, label };
      const pixels = shape.slice(-2).reduce((product, extent) => product * extent, 1);
      return pixels <= drawnHere ? drawSlice(file, options) : picture({ kind: 'slice', file, options, pixels }, signal);
    },
    async look(file, signal) {
      const answer = await ask({ kind: 'look', file }, signal);
      if (answer.kind !== 'look') throw new RondelError('INTERNAL', 'A look at data was answered with a picture.');
      return answer.look;
    },
    sheet: (request, signal) => picture({ kind: 'sheet', request }, signal),
  };
}
