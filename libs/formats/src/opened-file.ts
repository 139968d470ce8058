import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { RondelError } from '@rondel/contracts';
import { formatError, throwIfCancelled } from './data-errors.js';

/** Small enough that a cancelled read stops soon, large enough that calls cost nothing. */
const readBytes = 64 * 1024 ** 2;

/** A regular file that is open for reading, with what errors call it and how much may be read. */
export interface OpenedFile {
  readonly handle: FileHandle;
  /** Length of the file. */
  readonly bytes: number;
  readonly label: string;
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a file for reading.
 *
 * Throws `DATA_NOT_FOUND` when it is not there, `DATA_FORBIDDEN` when the process may not read it, `DATA_FORMAT` when
 * it is a directory, pipe or device.
 */
export async function openRegularFile(path: string, label: string): Promise<{ handle: FileHandle; bytes: number }> {
  const handle = await openForReading(path, label);
  const status = await handle.stat();
  if (!status.isFile()) {
    await handle.close();
    throw formatError(label, 'is not a regular file. Name a file, not a folder, pipe or device.');
  }
  return { handle, bytes: status.size };
}

/** Reads as many bytes as `target` holds. Throws `DATA_FORMAT` when the file ends before, `CANCELLED`. */
export async function fillBytes(file: OpenedFile, target: Uint8Array, start: number): Promise<void> {
  let done = 0;
  while (done < target.byteLength) {
    throwIfCancelled(file.signal, file.label);
    const length = Math.min(readBytes, target.byteLength - done);
    const { bytesRead } = await file.handle.read(target, done, length, start + done);
    if (bytesRead === 0) throw formatError(file.label, 'became shorter while it was read. Wait until it is complete.');
    done += bytesRead;
  }
}

async function openForReading(path: string, label: string): Promise<FileHandle> {
  try {
    // Without O_NONBLOCK opening a pipe would wait for a writer for ever.
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw openFailure(error, label);
  }
}

function openFailure(error: unknown, label: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new RondelError('DATA_NOT_FOUND', `${label}: there is no such file. Check the name.`, { cause: error });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new RondelError('DATA_FORBIDDEN', `${label}: the file may not be read. Check its permissions.`, {
      cause: error,
    });
  }
  return error;
}
