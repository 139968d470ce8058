import { randomUUID } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { RondelError } from '@rondel/contracts';
import type { ArtifactStore, ArtifactPutOptions, UploadPart, UploadState } from '../artifact-store.js';
import type { ArtifactFacts, StoredArtifact } from './artifact-facts.js';
import type { TransferOptions } from '../files/byte-transfer.js';
import { transfer } from '../files/byte-transfer.js';
import { readOnly } from '../files/file-access.js';
import { adoptFile } from './file-artifacts.js';
import { hashFile } from '../files/hash-file.js';
import { checkSha256, checkUpload } from '../files/identifiers.js';
import { diskFailure, unlessMissing } from '../files/store-errors.js';
import { publish, writeIncoming, type StoreFolders } from '../files/store-folders.js';

type Uploads = Pick<ArtifactStore, 'beginUpload' | 'uploadState' | 'appendUpload' | 'finishUpload' | 'removeUpload'>;

/**
 * The part of a file store that takes uploads. Two appends to one upload are kept apart within this process; processes
 * that share a folder must send all parts of one upload to the same of them.
 */
export function fileUploads(folders: StoreFolders): Uploads {
  const busy = new Set<string>();
  return {
    beginUpload: () => beginUpload(folders),
    uploadState: (upload) => stateOf(folders, upload),
    appendUpload: (upload, part, options = {}) =>
      alone(busy, upload, () => append(folders, { upload, ...part }, options)),
    finishUpload: (upload, options = {}) => alone(busy, upload, () => finish(folders, upload, options)),
    removeUpload: (upload) =>
      alone(busy, upload, async () => {
        await stateOf(folders, upload);
        await rm(folders.upload(upload), { force: true });
        await rm(folders.finishedUpload(upload), { force: true });
      }),
  };
}

/** Runs `work` unless something else is being done to the same upload. */
async function alone<T>(busy: Set<string>, upload: string, work: () => Promise<T>): Promise<T> {
  checkUpload(upload);
  if (busy.has(upload)) {
    throw new RondelError(
      'CONFLICT',
      `The upload ${upload} is being written by another request. Wait and ask for its offset.`,
    );
  }
  busy.add(upload);
  try {
    return await work();
  } finally {
    busy.delete(upload);
  }
}

async function beginUpload(folders: StoreFolders): Promise<UploadState> {
  await mkdir(folders.incoming, { recursive: true });
  const upload = randomUUID();
  const handle = await open(folders.upload(upload), 'wx');
  await handle.close();
  return { upload, offset: 0 };
}

async function stateOf(folders: StoreFolders, upload: string): Promise<UploadState> {
  checkUpload(upload);
  const status = await unlessMissing(stat(folders.upload(upload)));
  if (status !== undefined) return { upload, offset: status.size };
  const text = await unlessMissing(readFile(folders.finishedUpload(upload), 'utf8'));
  if (text !== undefined) {
    // Written by `finish`.
    const finished = JSON.parse(text) as ArtifactFacts;
    return { upload, offset: finished.bytes, finished };
  }
  throw new RondelError('NOT_FOUND', `There is no upload ${upload}: it is finished or was given up. Begin a new one.`);
}

type NamedPart = UploadPart & { readonly upload: string };

async function append(folders: StoreFolders, part: NamedPart, options: TransferOptions): Promise<UploadState> {
  const { upload, offset, source } = part;
  const state = await stateOf(folders, upload);
  if (state.finished || offset !== state.offset) {
    throw new RondelError(
      'CONFLICT',
      `The upload ${upload} stands at byte ${state.offset}, not ${offset}. Go on from there.`,
      {
        details: { offset: state.offset },
      },
    );
  }
  const handle = await open(folders.upload(upload), 'r+');
  try {
    return { upload, offset: await appendTo(handle, { offset, source }, options) };
  } finally {
    await handle.close();
  }
}

/** What has arrived before a failure is kept, and shall be on the disk when somebody asks how much that is. */
async function appendTo(handle: FileHandle, { offset, source }: UploadPart, options: TransferOptions): Promise<number> {
  try {
    const end = await transfer(source, { handle, offset }, options).catch(async (error: unknown) => {
      await handle.sync();
      throw error;
    });
    await handle.sync();
    return end;
  } catch (error) {
    throw diskFailure(error);
  }
}

async function finish(
  folders: StoreFolders,
  upload: string,
  options: Pick<ArtifactPutOptions, 'expectedSha256' | 'project' | 'signal'>,
): Promise<StoredArtifact> {
  const { expectedSha256, project, signal } = options;
  if (expectedSha256 !== undefined) checkSha256(expectedSha256);
  const { offset: bytes, finished } = await stateOf(folders, upload);
  if (finished) return { ...finished, existed: true };
  const sha256 = await hashFile(folders.upload(upload), { signal });
  // From here on nobody can append: the bytes are those that were hashed.
  const sealed = `${folders.upload(upload)}.part`;
  await rename(folders.upload(upload), sealed);
  // Whoever may not read it by the umask may not read it now either.
  await chmod(sealed, (await stat(sealed)).mode & readOnly);
  const stored = await adoptFile(folders, sealed, { sha256, bytes, expectedSha256, project });
  const { path } = await writeIncoming(folders, (handle) => handle.writeFile(JSON.stringify({ sha256, bytes })));
  await publish(folders, path, folders.finishedUpload(upload));
  return stored;
}
