import { readFileSync, statSync } from 'node:fs';
import type { JsonValue } from '@rondel/contracts';
import { checkUlid } from '../files/identifiers.js';
import { foldersOf } from '../files/store-folders.js';

/** What the store knows of a job that has ended. */
export type EndedJob = { readonly erased: true } | { readonly record: JsonValue };

/**
 * Looks whether a job has ended as far as the store knows; undefined when it has not. For processes that wait for the disk
 * themselves: it holds the event loop up.
 *
 * @param directory Folder of the artifact store.
 */
export function openEndedJobs(directory: string): (id: string) => EndedJob | undefined {
  const folders = foldersOf(directory, {});
  const isThere = (path: string) => statSync(path, { throwIfNoEntry: false }) !== undefined;
  return (id) => {
    checkUlid(id);
    if (isThere(folders.erased(id))) return { erased: true };
    const path = folders.record(id);
    // Nearly always there is none, which takes no exception.
    return isThere(path) ? { record: JSON.parse(readFileSync(path, 'utf8')) as JsonValue } : undefined;
  };
}
