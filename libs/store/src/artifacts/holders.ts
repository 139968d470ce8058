import { dirname, join } from 'node:path';
import { defaultProject, projectPattern, RondelError } from '@rondel/contracts';
import { checkSha256 } from '../files/identifiers.js';
import { systemCode, unlessMissing } from '../files/store-errors.js';
import type { StoreFolders } from '../files/store-folders.js';

/**
 * Which projects have an artifact: `holders/<project>/ab/cdef...`, an empty file. It is written before the artifact gets its
 * name, by whoever has its bytes, so that nobody ever finds an artifact of somebody else without one.
 *
 * A store that only the default project uses has none: what no other project holds is its own.
 *
 * Returns whether the project would have found it before, had it been there.
 */
export async function addHolder(folders: StoreFolders, sha256: string, project: string): Promise<boolean> {
  checkSha256(sha256);
  if (project === defaultProject && (await projectsIn(folders)).length === 0) return true;
  const wasHeld = await isHeldBy(folders, sha256, project);
  // What was here before anybody else had it belongs to the default project, which must not lose it.
  if (project !== defaultProject && (await isUnheld(folders, sha256))) await mark(folders, sha256, defaultProject);
  await mark(folders, sha256, project);
  return wasHeld;
}

export async function isHeldBy(folders: StoreFolders, sha256: string, project: string): Promise<boolean> {
  checkSha256(sha256);
  if (await isMarked(folders, sha256, project)) return true;
  return project === defaultProject && (await otherHolders(folders, sha256, project)).length === 0;
}

/** Whether another project has an artifact, too. */
export async function isHeldByOthers(folders: StoreFolders, sha256: string, project: string): Promise<boolean> {
  return (await otherHolders(folders, sha256, project)).length > 0;
}

/** What a project had is its no longer. */
export async function removeHolder(folders: StoreFolders, sha256: string, project: string): Promise<void> {
  await unlessMissing(folders.access.unlink(holderPath(folders, sha256, project)));
}

/** The artifact is gone; whoever has stored it anew since `before`, in milliseconds, has it. */
export async function removeHolders(folders: StoreFolders, sha256: string, before: number): Promise<void> {
  for (const project of await projectsIn(folders)) {
    const status = await unlessMissing(folders.access.stat(holderPath(folders, sha256, project)));
    if (status !== undefined && status.mtimeMs < before) await removeHolder(folders, sha256, project);
  }
}

async function isUnheld(folders: StoreFolders, sha256: string): Promise<boolean> {
  if ((await unlessMissing(folders.access.stat(folders.artifact(sha256)))) === undefined) return false;
  return (await holdersOf(folders, sha256)).length === 0;
}

async function otherHolders(folders: StoreFolders, sha256: string, project: string): Promise<string[]> {
  return (await holdersOf(folders, sha256)).filter((holder) => holder !== project);
}

async function holdersOf(folders: StoreFolders, sha256: string): Promise<string[]> {
  const projects = await projectsIn(folders);
  const marked = await Promise.all(projects.map((project) => isMarked(folders, sha256, project)));
  return projects.filter((_, index) => marked[index]);
}

async function projectsIn({ access, holders }: StoreFolders): Promise<string[]> {
  return (await unlessMissing(access.list(holders))) ?? [];
}

async function isMarked(folders: StoreFolders, sha256: string, project: string): Promise<boolean> {
  return (await unlessMissing(folders.access.stat(holderPath(folders, sha256, project)))) !== undefined;
}

async function mark(folders: StoreFolders, sha256: string, project: string): Promise<void> {
  const { access } = folders;
  const path = holderPath(folders, sha256, project);
  if ((await unlessMissing(access.touch(path).then(() => true))) === true) return;
  const folder = dirname(path);
  const write = () =>
    access.writeNew(path, new Uint8Array()).catch((error: unknown) => {
      // Another process was faster.
      if (systemCode(error) !== 'EEXIST') throw error;
    });
  const done = await unlessMissing(write().then(() => true));
  if (done === undefined) {
    await access.makeFolder(folder);
    await write();
    await access.syncFolder(dirname(folder));
  }
  await folders.sync(folder);
}

const projectName = new RegExp(projectPattern);

function holderPath({ holders }: StoreFolders, sha256: string, project: string): string {
  if (!projectName.test(project)) throw new RondelError('INVALID_REQUEST', `"${project}" is no name of a project.`);
  return join(holders, project, sha256.slice(0, 2), sha256.slice(2));
}
