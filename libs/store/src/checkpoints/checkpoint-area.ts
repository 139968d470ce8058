import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { RondelError } from '@rondel/contracts';
import { transfer } from '../files/byte-transfer.js';
import { checkUlid } from '../files/identifiers.js';
import { hashRange } from '../files/hash-file.js';
import { diskFailure, unlessMissing } from '../files/store-errors.js';

/** Whose checkpoint it is: each place has one, the newest. */
export interface CheckpointPlace {
  readonly job: string;
  /** `<stage>.<block>` */
  readonly subjob: string;
  /** Path of the step in the plan. */
  readonly step: string;
}

/** A checkpoint that is read from its first byte to its last. */
export interface CheckpointReader {
  /** Without the checksum. */
  readonly bytes: number;
  /** Fills an array with the next bytes. Throws `CONFLICT` when there are fewer. */
  fill(target: Uint8Array): Promise<void>;
  /** Throws `CONFLICT` unless all bytes were read and are those that were written. Use nothing before that. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/**
 * What running steps leave for the next attempt at their job, beside the artifacts. It is no result: it may be gone or
 * damaged after a power failure, which a checksum tells.
 */
export interface CheckpointArea {
  /** Replaces the checkpoint of a place, by renaming. Throws `QUOTA_EXCEEDED` when the disk is full. */
  write(place: CheckpointPlace, parts: Iterable<Uint8Array>): Promise<void>;
  /** Undefined when the place has none. */
  open(place: CheckpointPlace): Promise<CheckpointReader | undefined>;
  /** Removes what a sub-job of the job, or the whole job, has left. Harmless when there is nothing. */
  remove(job: string, subjob?: string): Promise<void>;
}

/** @param directory Folder of the artifact store; checkpoints lie in `checkpoints/<ULID>/<subjob>-<step>`. */
export function openCheckpointArea(directory: string): CheckpointArea {
  const folderOf = (job: string) => {
    checkUlid(job);
    return join(directory, 'checkpoints', job);
  };
  return {
    async write(place, parts) {
      const folder = folderOf(place.job);
      const name = fileName(place);
      // Beside the checkpoint, so that it goes with the job when this process is killed.
      const path = join(folder, `${randomUUID()}.part`);
      try {
        await mkdir(folder, { recursive: true });
        await writeChecked(path, parts);
        await rename(path, join(folder, name));
      } catch (error) {
        await rm(path, { force: true });
        throw diskFailure(error);
      }
    },
    async open(place) {
      const handle = await unlessMissing(open(join(folderOf(place.job), fileName(place)), 'r'));
      return handle && readerOf(handle);
    },
    async remove(job, subjob) {
      const folder = folderOf(job);
      if (subjob === undefined) {
        await rm(folder, { recursive: true, force: true });
        return;
      }
      checkSubjob(subjob);
      const names = (await unlessMissing(readdir(folder))) ?? [];
      for (const name of names.filter((each) => each.startsWith(`${subjob}-`)))
        await rm(join(folder, name), { force: true });
    },
  };
}

/** Removes the checkpoints of jobs that have saved none for so long; returns how many jobs those were. */
export async function collectCheckpoints(directory: string, olderThanMs: number): Promise<number> {
  const root = join(directory, 'checkpoints');
  let removed = 0;
  for (const job of (await unlessMissing(readdir(root))) ?? []) {
    // Renaming a checkpoint into its folder touches the folder.
    const status = await unlessMissing(stat(join(root, job)));
    if (status === undefined || Date.now() - status.mtimeMs < olderThanMs) continue;
    await rm(join(root, job), { recursive: true, force: true });
    removed += 1;
  }
  return removed;
}

/** Whether a checkpoint's file ends with the checksum of what comes before. Throws `CANCELLED`. */
export async function hasCheckpointSum(file: FileHandle, signal: AbortSignal | undefined): Promise<boolean> {
  const end = (await file.stat()).size - checksumBytes;
  if (end < 0) return false;
  const written = Buffer.alloc(checksumBytes);
  await file.read(written, 0, checksumBytes, end);
  return (await hashRange(file, { start: 0, end, signal })) === written.toString('hex');
}

const checksum = 'sha256';
const checksumBytes = 32;

function fileName({ subjob, step }: CheckpointPlace): string {
  checkSubjob(subjob);
  return `${subjob}-${createHash('sha256').update(step).digest('hex').slice(0, 16)}`;
}

/** Names become file names, so nothing else may pass. */
function checkSubjob(subjob: string): void {
  if (/^\d{1,9}\.\d{1,9}$/.test(subjob)) return;
  throw new RondelError('INVALID_REQUEST', `A sub-job is named <stage>.<block>, got "${subjob.slice(0, 100)}".`);
}

async function writeChecked(path: string, parts: Iterable<Uint8Array>): Promise<void> {
  const handle = await open(path, 'wx');
  const hash = createHash(checksum);
  try {
    const onPiece = (piece: Uint8Array) => hash.update(piece);
    const end = await transfer(parts, { handle, offset: 0, onPiece }, {});
    await handle.write(hash.digest(), 0, checksumBytes, end);
  } finally {
    await handle.close();
  }
}

async function readerOf(handle: FileHandle): Promise<CheckpointReader> {
  const hash = createHash(checksum);
  const bytes = Math.max(0, (await handle.stat()).size - checksumBytes);
  let position = 0;
  return {
    bytes,
    async fill(target) {
      if (position + target.byteLength > bytes) throw damaged();
      await readFully(handle, target, { position, onPiece: (piece) => hash.update(piece) });
      position += target.byteLength;
    },
    async check() {
      const written = new Uint8Array(checksumBytes);
      if (position !== bytes) throw damaged();
      await readFully(handle, written, { position: bytes });
      if (!hash.digest().equals(written)) throw damaged();
    },
    close: () => handle.close(),
  };
}

/** Read at once; neither a call of the system nor a hash takes more than 2 GiB. */
const pieceBytes = 64 * 1024 ** 2;

async function readFully(
  handle: FileHandle,
  target: Uint8Array,
  { position, onPiece }: { readonly position: number; readonly onPiece?: (piece: Uint8Array) => void },
): Promise<void> {
  for (let done = 0; done < target.byteLength;) {
    const length = Math.min(pieceBytes, target.byteLength - done);
    const { bytesRead } = await handle.read(target, done, length, position + done);
    if (bytesRead === 0) throw damaged();
    onPiece?.(target.subarray(done, done + bytesRead));
    done += bytesRead;
  }
}

function damaged(): RondelError {
  return new RondelError('CONFLICT', 'The checkpoint is damaged: its bytes are not those that were written.');
}
