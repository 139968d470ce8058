import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { heldBytes } from '../artifacts/held-bytes.js';
import { checkArtifact } from '../artifacts/artifact-check.js';
import { emptyTrash, eraseArtifact, moveToTrash } from '../trash/artifact-trash.js';
import { fileTombstones } from '../records/file-tombstones.js';
import { checkUlid, isSha256 } from '../files/identifiers.js';
import { partFolders } from '../parts/part-folders.js';
import { isDamagedPassing, listPassing } from './passing-check.js';
import { removeResult } from '../results/result-folders.js';
import { unlessMissing } from '../files/store-errors.js';
import { foldersOf } from '../files/store-folders.js';
import type { FoundFile, FoundArtifact, PassingKind, CollectableFiles } from './collectable-files.js';

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
    async recordText(id) {
      checkUlid(id);
      return unlessMissing(readFile(folders.record(id), 'utf8'));
    },
    async removeRecord(id) {
      checkUlid(id);
      await rm(folders.record(id), { force: true });
    },
    tombstones: fileTombstones(folders),
    removeTraces: (job) => removeTraces(directory, job),
    removeShared: (key) => removeResult(directory, key),
    heldBytes: () => heldBytes(folders),
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
