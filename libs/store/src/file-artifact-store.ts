import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactStore } from './artifact-store.js';
import { collectCheckpoints } from './checkpoints/checkpoint-area.js';
import { openCollectableFiles } from './collection/file-collection.js';
import { fileArtifacts } from './artifacts/file-artifacts.js';
import { filePreviews } from './records/file-previews.js';
import { fileRecords } from './records/file-records.js';
import { fileUploads } from './artifacts/file-uploads.js';
import { unlessMissing } from './files/store-errors.js';
import { foldersOf, type StoreFolders } from './files/store-folders.js';
import type { StoreOptions } from './files/store-folders.js';

const dayInMilliseconds = 24 * 60 * 60 * 1000;
/** Nobody is told any more that an artifact was removed after this. */
const forgottenAfter = 365 * dayInMilliseconds;

/**
 * An artifact store in a folder, which is made when something is first written. Several processes and machines may
 * share it (see `fileUploads` for uploads).
 *
 * Layout: `sha256/ab/cdef...` artifacts, `records/<5 characters>/<ULID>.json`, `previews/<ULID>.png`, `incoming/` what
 * is being written, `trash/` and `removed/` what is being and was removed (see `artifact-trash.ts`), `erasing/` and `erased/` the same of
 * jobs (see `file-tombstones.ts`). Files are renamed into place, and all but previews flushed before, so a crash leaves only files in
 * `incoming`.
 */
export function openArtifactStore(directory: string, options: StoreOptions = {}): ArtifactStore {
  const folders = foldersOf(directory, options);
  return {
    ...fileArtifacts(folders),
    ...fileRecords(folders, options),
    ...filePreviews(folders),
    ...fileUploads(folders),
    files: openCollectableFiles(directory),
    async collectUnfinished() {
      const checkpoints = await collectCheckpoints(directory, dayInMilliseconds);
      await collectNested(join(directory, 'removed'), forgottenAfter);
      return (
        checkpoints + (await collectUnfinished(folders)) + (await collectUnfinishedResults(join(directory, 'results')))
      );
    },
  };
}

async function collectUnfinished({ incoming, previews }: StoreFolders): Promise<number> {
  return (await collectFolder(incoming)) + (await collectFolder(previews));
}

/** What killed processes were writing for other jobs; the results themselves go as the index says. */
async function collectUnfinishedResults(root: string): Promise<number> {
  let removed = 0;
  for (const start of (await unlessMissing(readdir(root))) ?? []) {
    for (const rest of (await unlessMissing(readdir(join(root, start)))) ?? []) {
      removed += await collectFolder(join(root, start, rest, 'incoming'));
    }
  }
  return removed;
}

async function collectNested(root: string, olderThanMs: number): Promise<void> {
  for (const start of (await unlessMissing(readdir(root))) ?? []) await collectFolder(join(root, start), olderThanMs);
}

async function collectFolder(folder: string, olderThanMs = dayInMilliseconds): Promise<number> {
  const names = (await unlessMissing(readdir(folder))) ?? [];
  let removed = 0;
  for (const name of names) {
    const path = join(folder, name);
    const status = await unlessMissing(stat(path));
    if (status === undefined || Date.now() - status.mtimeMs < olderThanMs) continue;
    await rm(path, { force: true });
    removed += 1;
  }
  return removed;
}
