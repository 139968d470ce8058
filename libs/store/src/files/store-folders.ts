import { randomUUID } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { comparedArtifacts, type ComparedArtifacts } from './compared-artifacts.js';
import { fileAccess, readOnly, type FileAccess } from './file-access.js';
import { diskFailure, unlessMissing } from './store-errors.js';
import type { SmallFiles } from './file-access.js';

/** Where things lie below the store's folder. */
export interface StoreFolders {
  readonly access: FileAccess;
  readonly compared: ComparedArtifacts;
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
  /** Makes the names in a folder survive a power failure. */
  sync(folder: string): Promise<void>;
  /** What a finished upload has become, so that whoever missed the answer can ask again. */
  finishedUpload(id: string): string;
  /** Artifacts that are about to be deleted, `trash/<time>/<sha256>`; see `artifact-trash.ts`. */
  readonly trash: string;
  /** `removed/ab/cdef...`, an empty file whose time is that of the removal. */
  removed(sha256: string): string;
  /** `erased/01JD3/01JD3...`, when a job was erased; see `file-tombstones.ts`. */
  erased(id: string): string;
  readonly erasing: string;
  /** `holders/<project>/ab/cdef...`; see `holders.ts`. */
  readonly holders: string;
}

export const bucketLength = 5;

export function foldersOf(directory: string, { smallFiles, comparedForMs = 0 }: StoreOptions = {}): StoreFolders {
  const access = fileAccess(smallFiles);
  const incoming = join(directory, 'incoming');
  const records = join(directory, 'records');
  const previews = join(directory, 'previews');
  return {
    access,
    compared: comparedArtifacts(comparedForMs),
    artifact: (sha256) => join(directory, 'sha256', sha256.slice(0, 2), sha256.slice(2)),
    record: (id) => join(records, id.slice(0, bucketLength), `${id}.json`),
    records,
    preview: (job) => join(previews, `${job}.png`),
    previews,
    incoming,
    upload: (id) => join(incoming, `${id}.upload`),
    sync: sharedSync(access),
    finishedUpload: (id) => join(incoming, `${id}.finished`),
    trash: join(directory, 'trash'),
    removed: (sha256) => join(directory, 'removed', sha256.slice(0, 2), sha256.slice(2)),
    erased: (id) => join(directory, 'erased', id.slice(0, bucketLength), id),
    erasing: join(directory, 'erasing'),
    holders: join(directory, 'holders'),
  };
}

/**
 * Writes a new file in `incoming` with `write`; it is on disk when this returns, and gone when `write` throws.
 *
 * Returns its path and what `write` returned.
 */
export async function writeIncoming<T>(
  folders: StoreFolders,
  write: (handle: FileHandle) => Promise<T>,
): Promise<{ path: string; result: T }> {
  const path = incomingPath(folders);
  const { value: handle } = await inFolder(folders, folders.incoming, () => open(path, 'wx', readOnly));
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

/** The same for bytes in memory; returns the path. */
export async function writeIncomingBytes(folders: StoreFolders, bytes: Uint8Array): Promise<string> {
  const path = incomingPath(folders);
  try {
    await inFolder(folders, folders.incoming, () => folders.access.writeNew(path, bytes));
    return path;
  } catch (error) {
    await rm(path, { force: true });
    throw diskFailure(error);
  }
}

function incomingPath({ incoming }: StoreFolders): string {
  return join(incoming, `${randomUUID()}.part`);
}

/** Gives a finished file its final name, replacing what has it, so that it survives a power failure. */
export async function publish(folders: StoreFolders, from: string, to: string): Promise<void> {
  const { access } = folders;
  const folder = dirname(to);
  const { made } = await inFolder(folders, folder, () => access.rename(from, to)).catch((error: unknown) => {
    throw diskFailure(error);
  });
  await folders.sync(folder);
  if (made === undefined) return;
  await access.syncFolder(dirname(folder));
  await access.syncFolder(dirname(made));
}

/** Does something in a folder that is nearly always there; makes it when it is not, and tells the first folder made. */
async function inFolder<T>(
  { access }: StoreFolders,
  folder: string,
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly made?: string | undefined }> {
  const done = await unlessMissing(work().then((value) => ({ value })));
  if (done !== undefined) return done;
  const made = await access.makeFolder(folder);
  return { value: await work(), made };
}

/** Who comes while a folder is synchronised shares the next time with all others who do. */
function sharedSync({ syncFolder }: FileAccess): StoreFolders['sync'] {
  const running = new Map<string, Promise<void>>();
  const next = new Map<string, Promise<void>>();
  const start = (folder: string) => {
    next.delete(folder);
    const sync = syncFolder(folder).finally(() => {
      if (running.get(folder) === sync) running.delete(folder);
    });
    running.set(folder, sync);
    return sync;
  };
  return (folder) => {
    const before = running.get(folder);
    if (before === undefined) return start(folder);
    const waiting = next.get(folder) ?? before.catch(() => undefined).then(() => start(folder));
    next.set(folder, waiting);
    return waiting;
  };
}

export interface StoreOptions {
  /** How the calling process waits for the disk. @default it does not */
  readonly smallFiles?: SmallFiles;
  /**
   * Bytes that are stored again are compared with the copy that is there, which counts as a use. So many
   * milliseconds after a comparison this process does neither again.
   * @default 0
   */
  readonly comparedForMs?: number;
  /** Records will be written: what that takes is started at once, else with the first one. @default false */
  readonly willRecord?: boolean;
}
