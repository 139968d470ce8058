import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoreKind } from '@rondel/contracts';
import { checkArtifact, type CheckOptions, type DamagedArtifact } from './artifact-check.js';
import { emptyTrash, eraseArtifact, moveToTrash, type RemovedFiles } from './artifact-trash.js';
import { fileTombstones, type Tombstones } from './file-tombstones.js';
import { checkUlid, isSha256 } from './identifiers.js';
import { partFolders, type PartFolders } from './part-folders.js';
import { isDamagedPassing, listPassing, type CheckedKind, type PassingFile } from './passing-check.js';
import { openResultArea } from './result-area.js';
import { unlessMissing } from './store-errors.js';
import { foldersOf } from './store-folders.js';

/** What is on disk, with the time at which it was put or used last. */
export interface FoundFile {
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly usedAt: number;
}

export interface FoundArtifact extends FoundFile {
  readonly sha256: string;
}

/** What lies in the store beside artifacts. */
export type PassingKind = Exclude<StoreKind, 'results' | 'uploads'>;

/** The store as its collector sees it: one file after the other, never all at once. */
export interface CollectableFiles {
  /** In the order of their hashes, from the one after `after` on. */
  artifacts(options?: { readonly after?: string | undefined }): AsyncGenerator<FoundArtifact>;
  /**
   * Reads an artifact and compares it with its hash; undefined when it is whole, or gone. With `round`, a time in
   * milliseconds, a damaged one goes into the trash for good, so that the same bytes can be stored anew. Throws
   * `CANCELLED`.
   */
  check(sha256: string, options: CheckOptions): Promise<DamagedArtifact | undefined>;
  /** Shared results, checkpoints or parts of jobs, in the order of their names, from the one after `after` on. */
  passing(kind: CheckedKind, after?: string): AsyncGenerator<PassingFile>;
  /**
   * Reads one of them and tells whether it is not what was written; false when it is gone. With `remove` a damaged one is
   * deleted, which costs no more than the time to compute it again. Throws `CANCELLED`.
   */
  checkPassing(
    file: PassingFile,
    options: { readonly signal?: AbortSignal | undefined; readonly remove: boolean },
  ): Promise<boolean>;
  /** Records as they were written, oldest first. */
  records(): AsyncGenerator<{ readonly id: string; readonly text: string }>;
  /** Files of one kind. */
  files(kind: PassingKind): AsyncGenerator<FoundFile>;
  removeRecord(id: string): Promise<void>;
  readonly tombstones: Tombstones;
  /** Removes what a job has left beside artifacts and its record; returns which of it there was. */
  removeTraces(job: string): Promise<('preview' | 'checkpoints' | 'parts')[]>;
  /** Removes the files of a shared result. */
  removeShared(key: string): Promise<void>;
  /** Deletes an artifact at once and leaves no note of it, unless it was used since `unusedSince`. */
  erase(sha256: string, options: { readonly unusedSince: number }): Promise<'erased' | 'used' | 'missing'>;
  /** What the stages of jobs have left for each other. */
  readonly parts: Pick<PartFolders, 'jobs' | 'remove'>;
  /**
   * Moves an artifact out of the way, unless it was used since `unusedSince`: whoever asks for it within the grace time
   * takes it back. `round`: when, in milliseconds. False when it stays.
   */
  discard(sha256: string, options: { readonly round: number; readonly unusedSince: number }): Promise<boolean>;
  /** Deletes what was discarded before `before`, but for what `mustStay`, which comes back. */
  deleteDiscarded(options: {
    readonly before: number;
    readonly mustStay: (sha256: string) => boolean;
  }): Promise<RemovedFiles>;
}

const recordName = /^([0-9A-HJKMNP-TV-Z]{26})\.json$/;

const folderOf: Record<PassingKind, string> = {
  records: 'records',
  parts: 'parts',
  shared: 'results',
  checkpoints: 'checkpoints',
  previews: 'previews',
  incoming: 'incoming',
  trash: 'trash',
};

/** @param directory Folder of the artifact store. */
export function openCollectableFiles(directory: string): CollectableFiles {
  const folders = foldersOf(directory);
  return {
    artifacts: ({ after = '' } = {}) => listArtifacts(join(directory, 'sha256'), after),
    check: (sha256, options) => checkArtifact(folders, sha256, options),
    passing: (kind, after) => listPassing(directory, kind, after),
    checkPassing: (file, options) => isDamagedPassing(directory, file, options),
    records: () => listRecordTexts(folders.records),
    files: (kind) => filesBelow(join(directory, folderOf[kind])),
    async removeRecord(id) {
      checkUlid(id);
      await rm(folders.record(id), { force: true });
    },
    tombstones: fileTombstones(folders),
    removeTraces: (job) => removeTraces(directory, job),
    removeShared: (key) => openResultArea(directory).remove(key),
    erase: (sha256, options) => eraseArtifact(folders, sha256, options),
    parts: partFolders(directory),
    discard: (sha256, options) => moveToTrash(folders, sha256, options),
    deleteDiscarded: (options) => emptyTrash(folders, options),
  };
}

async function removeTraces(directory: string, job: string): Promise<('preview' | 'checkpoints' | 'parts')[]> {
  checkUlid(job);
  const places = {
    preview: foldersOf(directory).preview(job),
    checkpoints: join(directory, 'checkpoints', job),
    parts: join(directory, 'parts', job),
  };
  const found: ('preview' | 'checkpoints' | 'parts')[] = [];
  for (const kind of ['preview', 'checkpoints', 'parts'] as const) {
    if ((await unlessMissing(stat(places[kind]))) === undefined) continue;
    await rm(places[kind], { recursive: true, force: true });
    found.push(kind);
  }
  return found;
}

async function* listArtifacts(root: string, after: string): AsyncGenerator<FoundArtifact> {
  for (const start of (await namesIn(root)).sort()) {
    if (start < after.slice(0, start.length)) continue;
    for (const rest of (await namesIn(join(root, start))).sort()) {
      const sha256 = `${start}${rest}`;
      const found = isSha256(sha256) && sha256 > after ? await foundFile(join(root, start, rest)) : undefined;
      if (found) yield { sha256, ...found };
    }
  }
}

async function* listRecordTexts(root: string): AsyncGenerator<{ id: string; text: string }> {
  for (const bucket of (await namesIn(root)).sort()) {
    for (const name of (await namesIn(join(root, bucket))).sort()) {
      const id = recordName.exec(name)?.[1];
      if (id === undefined) continue;
      const text = await unlessMissing(readFile(join(root, bucket, name), 'utf8'));
      if (text !== undefined) yield { id, text };
    }
  }
}

async function* filesBelow(folder: string): AsyncGenerator<FoundFile> {
  for (const entry of (await unlessMissing(readdir(folder, { withFileTypes: true }))) ?? []) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else {
      const found = await foundFile(path);
      if (found) yield found;
    }
  }
}

async function foundFile(path: string): Promise<FoundFile | undefined> {
  const status = await unlessMissing(stat(path));
  return status && { bytes: status.size, usedAt: status.mtimeMs };
}

async function namesIn(folder: string): Promise<string[]> {
  return (await unlessMissing(readdir(folder))) ?? [];
}
