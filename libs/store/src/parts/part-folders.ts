import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { removeIfEmpty } from '../trash/artifact-trash.js';
import { checkUlid } from '../files/identifiers.js';
import { unlessMissing } from '../files/store-errors.js';

/** Parts of one run of a job; a retry is a new run. */
export interface PartPlace {
  readonly job: string;
  /** Counted from 0. */
  readonly run: number;
}

/** Where the parts of jobs lie and how they go. */
export interface PartFolders {
  readonly folder: (place: PartPlace) => string;
  readonly has: (job: string) => Promise<boolean>;
  /** Jobs of which parts are there. */
  readonly jobs: () => Promise<string[]>;
  /** Removes the parts of a job's runs up to and including `run`. Harmless when there are none. */
  readonly remove: (place: PartPlace) => Promise<void>;
}

/** @param directory Folder of the artifact store; parts lie in `parts/<ULID>/<run>`. */
export function partFolders(directory: string): PartFolders {
  const root = join(directory, 'parts');
  const folderOf = (job: string) => {
    checkUlid(job);
    return join(root, job);
  };
  return {
    folder: ({ job, run }) => join(folderOf(job), String(run)),
    has: async (job) => (await unlessMissing(stat(folderOf(job)))) !== undefined,
    jobs: async () => (await unlessMissing(readdir(root))) ?? [],
    async remove({ job, run }) {
      const runs = (await unlessMissing(readdir(folderOf(job)))) ?? [];
      for (const name of runs.filter((each) => Number(each) <= run)) {
        await rm(join(folderOf(job), name), { recursive: true, force: true });
      }
      await removeIfEmpty(folderOf(job));
    },
  };
}
