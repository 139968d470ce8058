import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactStore } from './artifact-store.js';
import { sweepCheckpoints } from './checkpoint-area.js';
import { fileArtifacts } from './file-artifacts.js';
import { filePreviews } from './file-previews.js';
import { fileRecords } from './file-records.js';
import { fileUploads } from './file-uploads.js';
import { unlessMissing } from './store-errors.js';
import { foldersOf, type StoreFolders } from './store-folders.js';

const dayInMilliseconds = 24 * 60 * 60 * 1000;

/**
 * An artifact store in a folder, which is made when something is first written. Several processes and machines may
 * share it (see `fileUploads` for uploads).
 *
 * Layout: `sha256/ab/cdef...` artifacts, `records/<5 characters>/<ULID>.json`, `previews/<ULID>.png`, `incoming/` what
 * is being written. Files are renamed into place, and all but previews flushed before, so a crash leaves only files in
 * `incoming`.
 */
export function openArtifactStore(directory: string): ArtifactStore {
  const folders = foldersOf(directory);
  return {
    ...fileArtifacts(folders),
    ...fileRecords(folders),
    ...filePreviews(folders),
    ...fileUploads(folders),
    sweep: async () => (await sweep(folders)) + (await sweepCheckpoints(directory, dayInMilliseconds)),
  };
}

async function sweep({ incoming, previews }: StoreFolders): Promise<number> {
  return (await sweepFolder(incoming)) + (await sweepFolder(previews));
}

async function sweepFolder(folder: string): Promise<number> {
  const names = (await unlessMissing(readdir(folder))) ?? [];
  let removed = 0;
  for (const name of names) {
    const path = join(folder, name);
    const status = await unlessMissing(stat(path));
    if (status === undefined || Date.now() - status.mtimeMs < dayInMilliseconds) continue;
    await rm(path, { force: true });
    removed += 1;
  }
  return removed;
}
