import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RondelError, toFailure } from '@rondel/contracts';

/**
 * The data roots of a worker, and which of them are there now. A file server that is restarted or a disk that is unplugged
 * leaves an empty folder, or none: jobs on its files wait for it then, or go to other workers, rather than failing for
 * want of files.
 */
export interface DataRoots {
  /** Names of those that were there when somebody looked last. */
  present(): string[];
  /** Names of those that were not. */
  lost(): string[];
  /** Looks at all of them; whether some have come or gone since the last look. */
  look(): Promise<boolean>;
}

export interface DataRootEvents {
  /** @param reason A clause that says what was found instead. */
  readonly onLost: (name: string, reason: string) => void;
  readonly onBack: (name: string) => void;
}

/** A folder as it was found; throws what the file system says. */
export type Inspect = (folder: string) => Promise<{ readonly isFolder: boolean; readonly isMountPoint: boolean }>;

/** A file server that does not answer keeps whoever asks, for as long as it likes. */
const answersWithinMs = 5000;

/** @param folders Name to folder. Throws `DATA_NOT_FOUND` for one that is no folder. */
export async function openDataRoots(
  folders: Readonly<Record<string, string>>,
  { onLost, onBack }: DataRootEvents,
  { inspect, withinMs }: { inspect: Inspect; withinMs: number } = { inspect: inspectFolder, withinMs: answersWithinMs },
): Promise<DataRoots> {
  const names = Object.keys(folders);
  const mounts = new Set<string>();
  const problemWith = async (name: string, folder: string) => {
    try {
      const { isFolder, isMountPoint } = await inspect(folder);
      if (!isFolder) return `${folder} is not a folder`;
      if (mounts.has(name) && !isMountPoint) return `nothing is mounted at ${folder} any more`;
      return undefined;
    } catch (error) {
      return toFailure(error).message;
    }
  };
  for (const [name, folder] of Object.entries(folders)) {
    const problem = await problemWith(name, folder);
    if (problem !== undefined)
      throw new RondelError('DATA_NOT_FOUND', `The data root "${name}" cannot be used: ${problem}.`);
    if ((await inspect(folder)).isMountPoint) mounts.add(name);
  }
  const lost = new Set<string>();
  /** Each occupies a thread until it is answered, so no folder is asked for twice at a time. */
  const unanswered = new Map<string, Promise<string | undefined>>();
  const ask = (name: string, folder: string) => {
    const before = unanswered.get(name);
    if (before !== undefined) return before;
    const answer = problemWith(name, folder).finally(() => unanswered.delete(name));
    const late = sleep(withinMs, `${folder} does not answer`, { ref: false });
    const soon = Promise.race([answer, late]);
    unanswered.set(name, soon);
    return soon;
  };
  const lookAt = async ([name, folder]: [string, string]) => {
    const problem = await ask(name, folder);
    if ((problem !== undefined) === lost.has(name)) return false;
    if (problem === undefined) {
      lost.delete(name);
      onBack(name);
    } else {
      lost.add(name);
      onLost(name, problem);
    }
    return true;
  };
  return {
    present: () => names.filter((name) => !lost.has(name)),
    lost: () => [...lost],
    look: async () => (await Promise.all(Object.entries(folders).map(lookAt))).includes(true),
  };
}

async function inspectFolder(folder: string) {
  const path = await realpath(folder);
  const [inside, around] = await Promise.all([stat(path), stat(dirname(path))]);
  return { isFolder: inside.isDirectory(), isMountPoint: inside.dev !== around.dev };
}
