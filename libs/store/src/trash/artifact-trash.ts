import { mkdir, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isHeldByOthers, removeHolder, removeHolders } from '../artifacts/holders.js';
import { isSha256 } from '../files/identifiers.js';
import { systemCode, unlessMissing } from '../files/store-errors.js';
import type { StoreFolders } from '../files/store-folders.js';

/**
 * Artifacts are removed in two steps. First they are renamed into `trash/<time>/`, where everybody who asks for one by
 * its hash takes it back out; only what nobody has asked for in the meantime is deleted. So an upload of bytes that are
 * there already, or a job that names them, never loses them to a removal that runs at the same time: each of the two
 * renames the one file or finds it gone.
 */
export async function moveToTrash(
  folders: StoreFolders,
  sha256: string,
  { round, unusedSince }: { readonly round: number; readonly unusedSince: number },
): Promise<boolean> {
  const place = join(folders.trash, String(round));
  await mkdir(place, { recursive: true });
  const moved = await unlessMissing(rename(folders.artifact(sha256), join(place, sha256)).then(() => true));
  if (moved === undefined) return false;
  // Whoever uses an artifact touches it before: either that is seen here, or they find it gone and look in the trash.
  const status = await unlessMissing(stat(join(place, sha256)));
  if (status === undefined || status.mtimeMs < unusedSince) return true;
  await takeBack(folders, sha256);
  return false;
}

/** Takes an artifact out of the trash; false when it is not there. */
export async function takeBack(folders: StoreFolders, sha256: string): Promise<boolean> {
  const { access, trash } = folders;
  for (const round of (await unlessMissing(access.list(trash))) ?? []) {
    const target = folders.artifact(sha256);
    await access.makeFolder(dirname(target));
    const back = await unlessMissing(access.rename(join(trash, round, sha256), target).then(() => true));
    if (back === true) return true;
  }
  return false;
}

/** Marks an artifact as used now, wherever it is; false when it is gone, or belongs to another user of the system. */
export async function touchArtifact(folders: StoreFolders, sha256: string): Promise<boolean> {
  const touch = () => unlessMissing(folders.access.touch(folders.artifact(sha256)).then(() => true));
  try {
    if ((await touch()) === true) return true;
    return (await takeBack(folders, sha256)) && (await touch()) === true;
  } catch (error) {
    if (systemCode(error) === 'EPERM' || systemCode(error) === 'EACCES') return false;
    throw error;
  }
}

/**
 * Deletes an artifact at once, wherever it lies, with copies that were damaged and without a note that it was there. What was
 * used since `unusedSince` stays. Where another project has the same bytes, they only are no longer those of this one, which
 * cannot tell that from the bytes being gone.
 */
export async function eraseArtifact(
  folders: StoreFolders,
  sha256: string,
  { unusedSince, project }: { readonly unusedSince: number; readonly project: string },
): Promise<'erased' | 'used' | 'missing'> {
  if (await isHeldByOthers(folders, sha256, project)) {
    await removeHolder(folders, sha256, project);
    return 'erased';
  }
  await takeBack(folders, sha256);
  const round = Date.now();
  const moved = await moveToTrash(folders, sha256, { round, unusedSince });
  if (!moved && (await unlessMissing(stat(folders.artifact(sha256)))) !== undefined) return 'used';
  for (const place of (await unlessMissing(readdir(folders.trash))) ?? []) {
    await rm(join(folders.trash, place, damagedName(sha256)), { force: true });
  }
  // Somebody may have taken it back just now.
  const deleted = moved && (await unlessMissing(rm(join(folders.trash, String(round), sha256)).then(() => true)));
  await removeIfEmpty(join(folders.trash, String(round)));
  if (moved && deleted !== true) return 'used';
  await removeHolder(folders, sha256, project);
  await rm(folders.removed(sha256), { force: true });
  return moved ? 'erased' : 'missing';
}

export interface RemovedFiles {
  readonly files: number;
  readonly bytes: number;
}

/** Deletes what was moved to the trash before `before`, but for what `mustStay`, which is taken back. */
export async function emptyTrash(
  folders: StoreFolders,
  { before, mustStay }: { readonly before: number; readonly mustStay: (sha256: string) => boolean },
): Promise<RemovedFiles> {
  let files = 0;
  let bytes = 0;
  for (const round of (await unlessMissing(readdir(folders.trash))) ?? []) {
    if (!/^\d+$/.test(round) || Number(round) >= before) continue;
    for (const name of (await unlessMissing(readdir(join(folders.trash, round)))) ?? []) {
      const isDamaged = name.endsWith(damagedMark);
      const sha256 = isDamaged ? name.slice(0, -damagedMark.length) : name;
      if (!isSha256(sha256)) continue;
      if (!isDamaged && mustStay(sha256)) {
        await takeBack(folders, sha256);
        continue;
      }
      const path = join(folders.trash, round, name);
      const status = await unlessMissing(stat(path));
      if (status === undefined || (await unlessMissing(rm(path).then(() => true))) === undefined) continue;
      if (!isDamaged) await noteRemoval(folders, sha256);
      if (!isDamaged) await removeHolders(folders, sha256, Number(round));
      files += 1;
      bytes += status.size;
    }
    await removeIfEmpty(join(folders.trash, round));
  }
  return { files, bytes };
}

/** An empty file that tells when an artifact was removed. */
async function noteRemoval(folders: StoreFolders, sha256: string): Promise<void> {
  const path = folders.removed(sha256);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, '');
}

const damagedMark = '.damaged';

/** Name in the trash of an artifact that nobody shall take back out of it, as its bytes are wrong. */
export function damagedName(sha256: string): string {
  return `${sha256}${damagedMark}`;
}

/** When an artifact was removed; undefined when it was not, or so long ago that it is forgotten. */
export async function removalTime(folders: StoreFolders, sha256: string): Promise<Date | undefined> {
  return (await unlessMissing(stat(folders.removed(sha256))))?.mtime;
}

/** A folder to which something was added in the meantime stays. */
export async function removeIfEmpty(folder: string): Promise<void> {
  try {
    await unlessMissing(rmdir(folder));
  } catch (error) {
    if (systemCode(error) !== 'ENOTEMPTY' && systemCode(error) !== 'EEXIST') throw error;
  }
}
