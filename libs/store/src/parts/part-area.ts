import { partFiles, type PartFiles } from './part-files.js';
import { partFolders, type PartFolders, type PartPlace } from './part-folders.js';

/**
 * What the stages of a job leave for each other, beside the artifacts and apart for each run of each job: when the run
 * has ended all of it goes, and no other job can have referred to it.
 */
export interface PartArea extends Pick<PartFolders, 'has' | 'remove'> {
  files(place: PartPlace): PartFiles;
}

/** @param directory Folder of the artifact store. */
export function openPartArea(directory: string): PartArea {
  const { folder, has, remove } = partFolders(directory);
  return { files: (place) => partFiles(folder(place)), has, remove };
}
