import { hash } from 'node:crypto';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { diskFailure, systemCode, unlessMissing } from '../files/store-errors.js';
import { partFiles, type PartFiles } from './part-files.js';
import { partFolders, type PartFolders, type PartPlace } from './part-folders.js';

/**
 * What the stages of a job leave for each other, beside the artifacts and apart for each run of each job: when the run
 * has ended all of it goes, and no other job can have referred to it.
 */
export interface PartArea extends Pick<PartFolders, 'has' | 'remove'> {
  files(place: PartPlace): PartFiles;
  /** Leaves a short text, by which others know that one of those who may write here has said it. */
  vouch(place: PartPlace, text: string): Promise<void>;
  /** Whether somebody has. */
  vouched(place: PartPlace, text: string): Promise<boolean>;
}

/** @param directory Folder of the artifact store. */
export function openPartArea(directory: string): PartArea {
  const { folder, has, remove } = partFolders(directory);
  return {
    files: (place) => partFiles(folder(place)),
    has,
    remove,
    async vouch(place, text) {
      const path = join(folder(place), hash('sha256', text));
      try {
        await mkdir(folder(place), { recursive: true });
        await writeFile(path, text, { flag: 'wx' });
      } catch (error) {
        if (systemCode(error) !== 'EEXIST') throw diskFailure(error);
      }
    },
    vouched: async (place, text) =>
      (await unlessMissing(access(join(folder(place), hash('sha256', text))).then(() => true))) === true,
  };
}
