import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkSha256 } from '../files/identifiers.js';

/** @param directory Folder of the artifact store. */
export function resultsFolder(directory: string): string {
  return join(directory, 'results');
}

/** The folder of one kept result. Throws `INVALID_REQUEST` for a key that is no SHA-256. */
export function resultFolder(directory: string, key: string): string {
  checkSha256(key);
  return join(resultsFolder(directory), key.slice(0, 2), key.slice(2));
}

/** Harmless when it is gone already. Whoever reads it now fails or has read it. */
export async function removeResult(directory: string, key: string): Promise<void> {
  await rm(resultFolder(directory, key), { recursive: true, force: true });
}
