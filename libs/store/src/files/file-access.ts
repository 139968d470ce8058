import * as blocking from 'node:fs';
import { mkdir, open, readdir, readFile, rename, stat, unlink, utimes, writeFile } from 'node:fs/promises';

/** Files of up to so many bytes are small: they are held in memory, and read, hashed and written in one go. */
export const smallFileBytes = 2 ** 20;

/**
 * How a process waits for the disk where only a small file or a name is concerned.
 *
 * - `asynchronous`: without keeping others waiting. An API or supervisor must answer meanwhile, and the disk may lie
 *   behind a network.
 * - `blocking`: right for an executor, which has nothing else to do and computes in the same thread anyway. The way
 *   through Node's thread pool takes several times as long as most of these calls themselves.
 */
export type SmallFiles = 'asynchronous' | 'blocking';

/** What tells a file from the one that has replaced it, or was cut short. */
export interface FileStatus {
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
}

/** The calls that an artifact store makes for small files and for names; failures are those of the system. */
export interface FileAccess {
  readonly stat: (path: string) => Promise<FileStatus>;
  /** All of a small file. */
  readonly read: (path: string) => Promise<Uint8Array>;
  /** Marks a file as used now. */
  readonly touch: (path: string) => Promise<void>;
  readonly rename: (from: string, to: string) => Promise<void>;
  readonly unlink: (path: string) => Promise<void>;
  readonly list: (folder: string) => Promise<string[]>;
  /** Makes a folder and those above it; returns the first that was made. */
  readonly makeFolder: (folder: string) => Promise<string | undefined>;
  /** Makes the names in a folder survive a power failure. */
  readonly syncFolder: (folder: string) => Promise<void>;
  /** Writes a file that nobody may change and that is not there yet; it is on disk when this returns. */
  readonly writeNew: (path: string, bytes: Uint8Array) => Promise<void>;
  /** The same for a file that a power failure may cost. */
  readonly writePassing: (path: string, bytes: Uint8Array) => Promise<void>;
}

/** Nobody changes an artifact; its name would be a lie. */
export const readOnly = 0o444;

const newFile = { flag: 'wx', mode: readOnly, flush: true } as const;
const passingFile = { flag: 'wx', mode: readOnly } as const;

const asynchronousAccess: FileAccess = {
  stat,
  read: (path) => readFile(path),
  touch: (path) => utimes(path, new Date(), new Date()),
  rename,
  unlink,
  list: (folder) => readdir(folder),
  makeFolder: (folder) => mkdir(folder, { recursive: true }),
  async syncFolder(folder) {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  writeNew: (path, bytes) => writeFile(path, bytes, newFile),
  writePassing: (path, bytes) => writeFile(path, bytes, passingFile),
};

const blockingAccess: FileAccess = {
  stat: promised((path) => blocking.statSync(path)),
  read: promised((path) => blocking.readFileSync(path)),
  touch: promised((path) => blocking.utimesSync(path, new Date(), new Date())),
  rename: promised((from, to) => blocking.renameSync(from, to)),
  unlink: promised((path) => blocking.unlinkSync(path)),
  list: promised((folder) => blocking.readdirSync(folder)),
  makeFolder: promised((folder) => blocking.mkdirSync(folder, { recursive: true })),
  syncFolder: promised((folder) => {
    const descriptor = blocking.openSync(folder, 'r');
    try {
      blocking.fsyncSync(descriptor);
    } finally {
      blocking.closeSync(descriptor);
    }
  }),
  writeNew: promised((path, bytes) => blocking.writeFileSync(path, bytes, newFile)),
  writePassing: promised((path, bytes) => blocking.writeFileSync(path, bytes, passingFile)),
};

export function fileAccess(smallFiles: SmallFiles = 'asynchronous'): FileAccess {
  return smallFiles === 'blocking' ? blockingAccess : asynchronousAccess;
}

/** What the call throws becomes a rejection. */
function promised<Arguments extends unknown[], Value>(call: (...values: Arguments) => Value) {
  return (...values: Arguments): Promise<Value> => new Promise((resolve) => resolve(call(...values)));
}
