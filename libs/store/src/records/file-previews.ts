import { randomUUID } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { RondelError } from '@rondel/contracts';
import type { ArtifactStore } from '../artifact-store.js';
import { checkUlid, isUlid } from '../files/identifiers.js';
import { diskFailure, unlessMissing } from '../files/store-errors.js';
import type { StoreFolders } from '../files/store-folders.js';

const maximumPreviewBytes = 1024 ** 2;

/** The part of a file store that keeps previews: one file for each job, replaced by renaming, never flushed. */
export function filePreviews(
  folders: StoreFolders,
): Pick<ArtifactStore, 'putPreview' | 'getPreview' | 'removePreview' | 'listPreviews'> {
  return {
    putPreview: (job, picture) => putPreview(folders, job, picture),
    async getPreview(job) {
      checkUlid(job);
      return unlessMissing(readFile(folders.preview(job)));
    },
    async removePreview(job) {
      checkUlid(job);
      await rm(folders.preview(job), { force: true });
    },
    async listPreviews() {
      const names = (await unlessMissing(readdir(folders.previews))) ?? [];
      return names.flatMap((name) => (isPreview(name) ? [basename(name, '.png')] : []));
    },
  };
}

function isPreview(name: string): boolean {
  return name.endsWith('.png') && isUlid(basename(name, '.png'));
}

async function putPreview(folders: StoreFolders, job: string, picture: Uint8Array): Promise<void> {
  checkUlid(job);
  if (picture.byteLength > maximumPreviewBytes) {
    throw new RondelError(
      'QUOTA_EXCEEDED',
      `The preview of job ${job} has ${picture.byteLength} bytes, the limit is ${maximumPreviewBytes}.`,
    );
  }
  const { access } = folders;
  const path = join(folders.incoming, `${randomUUID()}.part`);
  try {
    // In an executor, which waits for the disk itself, no turn of the event loop passes here: a solver takes one between
    // two iterations only, and the picture would be as many iterations old as there are calls.
    await access.makeFolder(folders.incoming);
    await access.makeFolder(folders.previews);
    await access.writePassing(path, picture);
    await access.rename(path, folders.preview(job));
  } catch (error) {
    await rm(path, { force: true });
    throw diskFailure(error);
  }
}
