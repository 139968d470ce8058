import { createHash } from 'node:crypto';
import { mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactFacts } from './artifact-facts.js';
import { smallFileBytes } from '../files/file-access.js';
import { hashFile } from '../files/hash-file.js';
import { systemCode, unlessMissing } from '../files/store-errors.js';
import type { StoreFolders } from '../files/store-folders.js';
import { damagedName } from '../trash/artifact-trash.js';

/** An artifact whose bytes are not those that its name says. */
export interface DamagedArtifact {
  readonly sha256: string;
  readonly bytes: number;
  /** Hash of the bytes that lie there; absent when the disk can't read them. */
  readonly found?: string | undefined;
}

export interface CheckOptions {
  readonly signal?: AbortSignal | undefined;
  /** When given, a damaged artifact is moved out of the way: the round of the trash, in milliseconds. */
  readonly round?: number | undefined;
}

/**
 * Whether the file of an artifact has the bytes that its name says. False for one that the disk can't read, and for
 * one that is gone by now.
 */
export async function isUndamaged(folders: StoreFolders, { sha256, bytes }: ArtifactFacts): Promise<boolean> {
  return (await unlessMissing(hashFound(folders, { sha256, bytes }))) === sha256;
}

/** Undefined where the disk reports that it can't read the file. */
async function hashFound(
  folders: StoreFolders,
  { sha256, bytes }: ArtifactFacts,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const path = folders.artifact(sha256);
  try {
    if (bytes > smallFileBytes) return await hashFile(path, { signal });
    return createHash('sha256')
      .update(await folders.access.read(path))
      .digest('hex');
  } catch (error) {
    if (systemCode(error) === 'EIO') return undefined;
    throw error;
  }
}

/**
 * Compares an artifact with its name; undefined when it is whole or not there. With `round` a damaged one goes to the
 * trash under a name by which nobody takes it back out, so that whoever stores the bytes next makes it anew.
 */
export async function checkArtifact(
  folders: StoreFolders,
  sha256: string,
  { signal, round }: CheckOptions,
): Promise<DamagedArtifact | undefined> {
  const path = folders.artifact(sha256);
  const before = await unlessMissing(stat(path));
  if (before === undefined) return undefined;
  const hashed = await unlessMissing(
    hashFound(folders, { sha256, bytes: before.size }, signal).then((found) => ({ found })),
  );
  if (hashed === undefined || hashed.found === sha256) return undefined;
  const damaged = { sha256, bytes: before.size, ...(hashed.found !== undefined && { found: hashed.found }) };
  if (round === undefined) return damaged;
  const place = join(folders.trash, String(round));
  await mkdir(place, { recursive: true });
  const aside = join(place, damagedName(sha256));
  const moved = await unlessMissing(rename(path, aside).then(() => stat(aside)));
  if (moved !== undefined && moved.ino !== before.ino) {
    // Somebody has stored the bytes anew in the meantime.
    await unlessMissing(rename(aside, path));
    return undefined;
  }
  return damaged;
}
