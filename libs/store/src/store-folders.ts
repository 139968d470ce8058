import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { diskFailure } from './store-errors.js';

/** Where things lie below the store's folder. */
export interface StoreFolders {
  /** `sha256/ab/cdef...` */
  artifact(sha256: string): string;
  /** `records/01JD3/01JD3....json`; the first five characters of a ULID change every 2^25 ms, about 9 hours. */
  record(id: string): string;
  readonly records: string;
  /** `previews/01JD3....png`, one for a job that iterates. */
  preview(job: string): string;
  readonly previews: string;
  /** Files that are being written: on the same file system as the rest, so that renaming is atomic. */
  readonly incoming: string;
  upload(id: string): string;
}

export const bucketLength = 5;

export function foldersOf(directory: string): StoreFolders {
  const incoming = join(directory, 'incoming');
  const records = join(directory, 'records');
  const previews = join(directory, 'previews');
  return {
    artifact: (sha256) => join(directory, 'sha256', sha256.slice(0, 2), sha256.slice(2)),
    record: (id) => join(records, id.slice(0, bucketLength), `${id}.json`),
    records,
    preview: (job) => join(previews, `${job}.png`),
    previews,
    incoming,
    upload: (id) => join(incoming, `${id}.upload`),
  };
}

/** Nobody changes an artifact; its name would be a lie. */
const readOnly = 0o444;

/**
 * Writes a new file in `incoming` with `write`; it is on disk when this returns, and gone when `write` throws.
 *
 * Returns its path and what `write` returned.
 */
export async function writeIncoming<T>(
  folders: StoreFolders,
  write: (handle: FileHandle) => Promise<T>,
): Promise<{ path: string; result: T }> {
  await mkdir(folders.incoming, { recursive: true });
  const path = join(folders.incoming, `${randomUUID()}.part`);
  const handle = await open(path, 'wx', readOnly);
  try {
    const result = await write(handle);
    await handle.sync();
    return { path, result };
  } catch (error) {
    await rm(path, { force: true });
    throw diskFailure(error);
  } finally {
    await handle.close();
  }
}

/** Gives a finished file its final name, replacing what has it, so that it survives a power failure. */
export async function publish(from: string, to: string): Promise<void> {
  const folder = dirname(to);
  const made = await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw diskFailure(error);
  });
  await rename(from, to).catch((error: unknown) => {
    throw diskFailure(error);
  });
  await syncFolder(folder);
  if (made === undefined) return;
  await syncFolder(dirname(folder));
  await syncFolder(dirname(made));
}

/** Makes the names in a folder survive a power failure. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
