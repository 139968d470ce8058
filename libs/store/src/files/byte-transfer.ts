import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { RondelError } from '@rondel/contracts';

/** Written at once, so that a cancelled transfer of one large array stops soon. */
const pieceBytes = 4 * 1024 ** 2;
const askEveryBytes = 8 * 1024 ** 2;

export interface TransferTarget {
  readonly handle: FileHandle;
  /** Where the first byte goes; counts towards `maxBytes`. */
  readonly offset: number;
  /** Sees every piece before it is written. */
  readonly onPiece?: (piece: Uint8Array) => void;
}

/**
 * Writes all bytes of a source to a file; returns the position after the last one.
 *
 * Throws `QUOTA_EXCEEDED` before writing beyond `maxBytes`, `CANCELLED` when `signal` is aborted, also while the source
 * keeps still, and what `room` throws.
 */
export async function transfer(source: ByteSource, target: TransferTarget, options: TransferOptions): Promise<number> {
  const { maxBytes = Infinity, signal, room } = options;
  let position = target.offset;
  let granted = 0;
  for await (const chunk of abortable(source, signal)) {
    if (position + chunk.byteLength > maxBytes) {
      throw new RondelError('QUOTA_EXCEEDED', `The data has more than the allowed ${maxBytes} bytes.`, {
        details: { maxBytes },
      });
    }
    for (let start = 0; start < chunk.byteLength; start += pieceBytes) {
      if (signal?.aborted) throw cancelled();
      const piece = chunk.subarray(start, start + pieceBytes);
      if (room && piece.byteLength > granted) granted = Math.min(await room(piece.byteLength), askEveryBytes);
      granted -= piece.byteLength;
      target.onPiece?.(piece);
      await writeFully(target.handle, piece, position);
      position += piece.byteLength;
    }
  }
  return position;
}

async function writeFully(handle: FileHandle, piece: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < piece.byteLength;) {
    const { bytesWritten } = await handle.write(piece, done, piece.byteLength - done, position + done);
    done += bytesWritten;
  }
}

/** Passes a source on until `signal` is aborted; the source is told to stop in either case. */
async function* abortable(source: ByteSource, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  if (signal?.aborted) throw cancelled();
  if (signal === undefined) {
    yield* source;
    return;
  }
  const iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  // A race with one promise for all chunks would keep every chunk for as long as that promise lives.
  let interrupt: (reason: Error) => void = () => undefined;
  const onAbort = () => interrupt(cancelled());
  signal.addEventListener('abort', onAbort, { once: true });
  const next = () =>
    new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
      interrupt = reject;
      if (signal.aborted) onAbort();
      else Promise.resolve(iterator.next()).then(resolve, reject);
    });
  try {
    for (let chunk = await next(); !chunk.done; chunk = await next()) yield chunk.value;
  } finally {
    signal.removeEventListener('abort', onAbort);
    stop(source, iterator);
  }
}

/** Tells a source that nobody listens any more. */
function stop(source: ByteSource, iterator: AsyncIterator<Uint8Array> | Iterator<Uint8Array>): void {
  // A stream that keeps still hears of it in no other way.
  if (source instanceof Readable) source.destroy();
  // Not awaited, since an answer may never come; a failure to stop changes nothing for the bytes that were taken.
  Promise.resolve(iterator.return?.()).catch(() => undefined);
}

function cancelled(): RondelError {
  return new RondelError('CANCELLED', 'Storing the data was cancelled.');
}

/** Bytes in order, of any number of pieces; a Node stream of bytes is one. */
export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export interface TransferOptions {
  /** Bytes that are taken at most, > 0. @default unlimited */
  readonly maxBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Asked every 8 MiB, or sooner, how many bytes may be written before it is asked again; throws for fewer than `coming`. @default never asked */
  readonly room?: ((coming: number) => Promise<number>) | undefined;
}
