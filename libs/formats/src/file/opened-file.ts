import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { RondelError } from '@rondel/contracts';
import { formatError, throwIfCancelled } from './data-errors.js';

/** Small enough that a cancelled read stops soon, large enough that calls cost nothing. */
const readBytes = 64 * 1024 ** 2;

/** Files of up to so many bytes are small, see `SmallFiles`. */
const smallFileBytes = 2 ** 20;

/**
 * How small files are read. `blocking`: at once, while the process waits, which takes a fraction of the time and is right
 * for a process that has nothing else to do. `asynchronous`: as all others.
 */
export type SmallFiles = 'asynchronous' | 'blocking';

/** A file to read from; a `FileHandle` is one. */
export interface ReadHandle {
  readonly fd: number;
  read(
    target: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number; readonly buffer: Uint8Array }>;
  close(): Promise<void>;
}

/** A regular file that is open for reading, with what errors call it and how much may be read. */
export interface OpenedFile {
  readonly handle: ReadHandle;
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
export async function openRegularFile(
  path: string,
  label: string,
  smallFiles?: SmallFiles,
): Promise<{ handle: ReadHandle; bytes: number }> {
  const small = smallFiles === 'blocking' ? openSmallFile(path, label) : undefined;
  if (small !== undefined) return small;
  const handle = await openForReading(path, label);
  const status = await handle.stat();
  if (!status.isFile()) {
    await handle.close();
    throw formatError(label, 'is not a regular file. Name a file, not a folder, pipe or device.');
  }
  return { handle, bytes: status.size };
}

/** A small file, all of which has been read; undefined for any other. */
function openSmallFile(path: string, label: string): { handle: ReadHandle; bytes: number } | undefined {
  const fd = openBlocking(path, label);
  try {
    const status = fstatSync(fd);
    if (status.isFile() && status.size <= smallFileBytes) {
      return { handle: heldFile(fd, readFileSync(fd)), bytes: status.size };
    }
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  closeSync(fd);
  return undefined;
}

function heldFile(fd: number, content: Uint8Array): ReadHandle {
  return {
    fd,
    read(target, offset, length, position) {
      const piece = content.subarray(position, position + length);
      target.set(piece, offset);
      return Promise.resolve({ bytesRead: piece.byteLength, buffer: target });
    },
    close() {
      closeSync(fd);
      return Promise.resolve();
    },
  };
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

/** Without O_NONBLOCK opening a pipe would wait for a writer for ever. */
const forReading = constants.O_RDONLY | constants.O_NONBLOCK;

async function openForReading(path: string, label: string): Promise<FileHandle> {
  try {
    return await open(path, forReading);
  } catch (error) {
    throw openFailure(error, label);
  }
}

function openBlocking(path: string, label: string): number {
  try {
    return openSync(path, forReading);
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
