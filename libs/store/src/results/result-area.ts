import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RondelError } from '@rondel/contracts';
import type { ArtifactStore } from '../artifact-store.js';
import { openArtifactStore } from '../file-artifact-store.js';
import type { StoreOptions } from '../files/store-folders.js';
import { hashFile } from '../files/hash-file.js';
import { removeResult, resultFolder, resultsFolder } from './result-folders.js';
import { unlessMissing } from '../files/store-errors.js';

/** Where the arrays of one kept result lie. */
export type ResultFiles = Pick<ArtifactStore, 'put' | 'localPath'>;

/** A kept result on disk. */
export interface FoundResult {
  readonly key: string;
  /** When something was last put into it, in milliseconds since 1970. */
  readonly changedAt: number;
}

/**
 * Results that may be removed at any time, next to the artifacts that may not. Each has a folder of its own, so that
 * removing one can harm neither an artifact with the same bytes nor another result.
 */
export interface ResultArea {
  /**
   * The files of one result. Unlike that of an artifact store, `localPath` reads the file and compares: what lies here
   * goes into the images of other jobs. It throws `DATA_NOT_FOUND` for a file that is gone and `CONFLICT` for one that is
   * not what it was.
   *
   * @param key SHA-256 that names the result.
   */
  files(key: string): ResultFiles;
  /** Harmless when it is gone already. Whoever reads it now fails or has read it. */
  remove(key: string): Promise<void>;
  list(): Promise<readonly FoundResult[]>;
}

/** @param directory Folder of the artifact store; results lie in `results/ab/cdef...`. */
export function openResultArea(directory: string, options: StoreOptions = {}): ResultArea {
  return {
    files(key) {
      const store = openArtifactStore(resultFolder(directory, key), options);
      return checkedFiles(store, 'A file of a kept result');
    },
    remove: (key) => removeResult(directory, key),
    list: () => listResults(resultsFolder(directory)),
  };
}

/**
 * Files of a store that are compared with their names before they are read. `localPath` throws `CONFLICT` for one that is
 * not what it was.
 *
 * @param what What errors call the file.
 */
function checkedFiles(store: ResultFiles, what: string): ResultFiles {
  return {
    put: (source, options) => store.put(source, options),
    async localPath(sha256) {
      const path = await store.localPath(sha256);
      if ((await hashFile(path)) === sha256) return path;
      throw new RondelError('CONFLICT', `${what} is damaged: it no longer has the SHA-256 ${sha256}.`);
    },
  };
}

async function listResults(root: string): Promise<FoundResult[]> {
  const found: FoundResult[] = [];
  for (const start of (await unlessMissing(readdir(root))) ?? []) {
    for (const rest of (await unlessMissing(readdir(join(root, start)))) ?? []) {
      const key = `${start}${rest}`;
      const folder = join(root, start, rest);
      // Files are renamed out of `incoming` when they are complete, which touches that folder.
      const status = (await unlessMissing(stat(join(folder, 'incoming')))) ?? (await unlessMissing(stat(folder)));
      if (status !== undefined && /^[0-9a-f]{64}$/.test(key)) found.push({ key, changedAt: status.mtimeMs });
    }
  }
  return found;
}
