import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { checkSha256 } from '../files/identifiers.js';
import { diskFailure, systemCode } from '../files/store-errors.js';

/**
 * Files that the stages of one run of a job leave for each other. All calls hold the event loop up until they are done,
 * which is right for processes that compute and nowhere else.
 *
 * A power failure may cost any of them: they are not flushed, as the job can be run again from its raw data. Whoever reads
 * one compares it with its name.
 */
export interface PartFiles {
  /**
   * Writes a file, unless one of that name and length is there. It is whole when this returns, not before. Throws
   * `QUOTA_EXCEEDED` (to be tried again) when the disk is full.
   *
   * @param name SHA-256 by which a reader can tell that it is what was written.
   */
  put(name: string, pieces: readonly Uint8Array[]): void;
  /** Where the file lies, if it is there. */
  path(name: string): string;
  /** Bytes that its disk has left. */
  freeBytes(): number;
  /** Removes a file that is not what was written, so that it can be written again. Harmless when it is gone. */
  discard(name: string): void;
}

/** Pieces of no more than this together are copied to be written at once. */
const copiedBytes = 256 * 1024;
/** A call to the system writes at most about 2 GiB. */
const writeBytes = 2 ** 28;

export function partFiles(folder: string): PartFiles {
  const path = (name: string) => {
    checkSha256(name);
    return join(folder, name);
  };
  return {
    put(name, pieces) {
      const target = path(name);
      const bytes = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
      const copied = bytes <= copiedBytes ? [Buffer.concat(pieces)] : undefined;
      try {
        if (copied !== undefined && wroteNew(target, folder, copied)) return;
        if (statSync(target, { throwIfNoEntry: false })?.size !== bytes) replace(target, folder, copied ?? pieces);
      } catch (error) {
        throw diskFailure(error);
      }
    },
    path,
    freeBytes: () => freeBytesIn(folder),
    discard: (name) => rmSync(path(name), { force: true }),
  };
}

/**
 * Writes a small file in place: every change of a folder waits for those that the executors of other blocks make. False
 * when there is one already, all of it or what a process has left that was killed or found the disk full.
 */
function wroteNew(path: string, folder: string, pieces: readonly Uint8Array[]): boolean {
  try {
    write(path, folder, pieces);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function replace(target: string, folder: string, pieces: readonly Uint8Array[]): void {
  const incoming = `${target}.${randomUUID()}`;
  try {
    write(incoming, folder, pieces);
    renameSync(incoming, target);
  } catch (error) {
    rmSync(incoming, { force: true });
    throw error;
  }
}

function write(path: string, folder: string, pieces: readonly Uint8Array[]): void {
  const file = openIn(folder, path);
  try {
    for (const piece of pieces) {
      for (let done = 0; done < piece.byteLength;) {
        done += writeSync(file, piece, done, Math.min(writeBytes, piece.byteLength - done));
      }
    }
  } finally {
    closeSync(file);
  }
}

/** Of the disk of a folder, which need not be there yet. */
function freeBytesIn(folder: string): number {
  if (!existsSync(folder) && dirname(folder) !== folder) return freeBytesIn(dirname(folder));
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** The folder is there for all files of a run but the first. */
function openIn(folder: string, path: string): number {
  try {
    return openSync(path, 'wx');
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    mkdirSync(folder, { recursive: true });
    return openSync(path, 'wx');
  }
}
