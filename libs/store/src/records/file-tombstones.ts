import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultProject } from '@rondel/contracts';
import { isUlid, checkUlid } from '../files/identifiers.js';
import { unlessMissing } from '../files/store-errors.js';
import { publish, writeIncomingBytes, type StoreFolders } from '../files/store-folders.js';

/**
 * What is left of erased jobs: `erased/01JD3/<ULID>` holds the time, and the project unless it is the default one, and nothing
 * else. It is written before anything goes, with
 * `erasing/<ULID>` beside it as long as something may be left, so that whoever finds that goes on.
 */
export interface Tombstones {
  /** Returns when the job was erased first, as an ISO time. */
  begin(id: string, project?: string): Promise<string>;
  /** Jobs of which something may be left. */
  begun(): Promise<readonly string[]>;
  /** Nothing is left of the job. */
  finish(id: string): Promise<void>;
}

export function fileTombstones(folders: StoreFolders): Tombstones {
  const mark = (id: string) => {
    checkUlid(id);
    return join(folders.erasing, id);
  };
  return {
    async begin(id, project = defaultProject) {
      const path = mark(id);
      const before = await erasureOf(folders, id);
      if (before !== undefined) return before.erasedAt;
      await mkdir(folders.erasing, { recursive: true });
      await writeFile(path, '');
      const now = new Date().toISOString();
      const text = project === defaultProject ? now : `${now} ${project}`;
      await publish(folders, await writeIncomingBytes(folders, Buffer.from(text)), folders.erased(id));
      return now;
    },
    async begun() {
      return ((await unlessMissing(readdir(folders.erasing))) ?? []).filter(isUlid);
    },
    finish: (id) => rm(mark(id), { force: true }),
  };
}

export interface ErasureFacts {
  /** ISO time. */
  readonly erasedAt: string;
  readonly project: string;
}

/** Undefined for a job that was not erased. */
export async function erasureOf(folders: StoreFolders, id: string): Promise<ErasureFacts | undefined> {
  checkUlid(id);
  const text = await unlessMissing(readFile(folders.erased(id), 'utf8'));
  if (text === undefined) return undefined;
  const [erasedAt = '', project = defaultProject] = text.split(' ');
  return { erasedAt, project };
}
