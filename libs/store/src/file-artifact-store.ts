import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactStore } from './artifact-store.js';
import { fileArtifacts } from './file-artifacts.js';
import { fileRecords } from './file-records.js';
import { fileUploads } from './file-uploads.js';
import { unlessMissing } from './store-errors.js';
import { foldersOf, type StoreFolders } from './store-folders.js';

const dayInMilliseconds = 24 * 60 * 60 * 1000;

/**
 * An artifact store in a folder, which is made when something is first written. Several processes and machines may
 * share it (see `fileUploads` for uploads).
 *
 * Layout: `sha256/ab/cdef...` artifacts, `records/<5 characters>/<ULID>.json`, `incoming/` what is being written. Files
 * are flushed and then renamed into place, so a crash leaves only files in `incoming`.
 */
export function openArtifactStore(directory: string): ArtifactStore {
  const folders = foldersOf(directory);
  return {
    ...fileArtifacts(folders),
    ...fileRecords(folders),
    ...fileUploads(folders),
    sweep: () => sweep(folders),
  };
}

async function sweep({ incoming }: StoreFolders): Promise<number> {
  const names = (await unlessMissing(readdir(incoming))) ?? [];
  let removed = 0;
  for (const name of names) {
    const path = join(incoming, name);
    const status = await unlessMissing(stat(path));
    if (status === undefined || Date.now() - status.mtimeMs < dayInMilliseconds) continue;
    await rm(path, { force: true });
    removed += 1;
  }
  return removed;
}
