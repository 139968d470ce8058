import { openArtifactStore } from './file-artifact-store.js';
import { partFolders, type PartFolders, type PartPlace } from './part-folders.js';
import type { ResultFiles } from './result-area.js';

/**
 * What the stages of a job leave for each other, beside the artifacts and apart for each run of each job: when the run
 * has ended all of it goes, and no other job can have referred to it.
 */
export interface PartArea extends Pick<PartFolders, 'has' | 'remove'> {
  files(place: PartPlace): ResultFiles;
}

/** @param directory Folder of the artifact store. */
export function openPartArea(directory: string): PartArea {
  const { folder, has, remove } = partFolders(directory);
  return {
    files(place) {
      const store = openArtifactStore(folder(place));
      return { put: (source, options) => store.put(source, options), localPath: (sha256) => store.localPath(sha256) };
    },
    has,
    remove,
  };
}
