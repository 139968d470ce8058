import { createHash, hash } from 'node:crypto';
import { open, rm, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { defaultProject, RondelError } from '@rondel/contracts';
import type { ArtifactStore, ByteRange, ArtifactPutOptions } from '../artifact-store.js';
import type { ArtifactFacts, StoredArtifact } from './artifact-facts.js';
import type { ByteSource } from '../files/byte-transfer.js';
import { isUndamaged } from './artifact-check.js';
import { addHolder, isHeldBy } from './holders.js';
import { removalTime, takeBack, touchArtifact } from '../trash/artifact-trash.js';
import { transfer } from '../files/byte-transfer.js';
import { smallFileBytes, type FileStatus } from '../files/file-access.js';
import { checkSha256 } from '../files/identifiers.js';
import { unlessMissing } from '../files/store-errors.js';
import { publish, writeIncoming, writeIncomingBytes, type StoreFolders } from '../files/store-folders.js';

/** The part of a file store that keeps artifacts. */
export function fileArtifacts(
  folders: StoreFolders,
): Pick<ArtifactStore, 'put' | 'isHeldBy' | 'stat' | 'touch' | 'removedAt' | 'open' | 'localPath'> {
  return {
    put: (source, options = {}) => putArtifact(folders, source, options),
    isHeldBy: (sha256, project) => isHeldBy(folders, sha256, project),
    stat: (sha256) => statArtifact(folders, sha256),
    async touch(sha256) {
      checkSha256(sha256);
      await touchArtifact(folders, sha256);
      return statArtifact(folders, sha256);
    },
    async removedAt(sha256) {
      checkSha256(sha256);
      // Looking takes nothing back out of the trash.
      if ((await unlessMissing(stat(folders.artifact(sha256)))) !== undefined) return undefined;
      return removalTime(folders, sha256);
    },
    open: (sha256, range = {}) => openArtifact(folders, sha256, range),
    async localPath(sha256) {
      await factsOf(folders, sha256);
      return folders.artifact(sha256);
    },
  };
}

async function putArtifact(
  folders: StoreFolders,
  source: ByteSource,
  options: ArtifactPutOptions,
): Promise<StoredArtifact> {
  if (options.expectedSha256 !== undefined) checkSha256(options.expectedSha256);
  const small = piecesToTake(source, options);
  if (small !== undefined) return putSmall(folders, small, options.project);
  const hashing = createHash('sha256');
  const { path, result: bytes } = await writeIncoming(folders, (handle) =>
    transfer(source, { handle, offset: 0, onPiece: (piece) => hashing.update(piece) }, options),
  );
  const { expectedSha256, project } = options;
  return adoptFile(folders, path, { sha256: hashing.digest('hex'), bytes, expectedSha256, project });
}

interface SmallArtifact {
  readonly sha256: string;
  readonly content: Uint8Array;
}

/** A small artifact that is in memory; undefined for any other, and for one that is refused, by whoever transfers it. */
function piecesToTake(
  source: ByteSource,
  { maxBytes = Infinity, signal, expectedSha256 }: ArtifactPutOptions,
): SmallArtifact | undefined {
  if (!Array.isArray(source) || signal?.aborted === true) return undefined;
  const pieces = source as readonly Uint8Array[];
  const bytes = pieces.reduce((sum, piece) => sum + piece.byteLength, 0);
  if (bytes > smallFileBytes || bytes > maxBytes) return undefined;
  const content = Buffer.concat(pieces);
  const sha256 = hash('sha256', content);
  return (expectedSha256 ?? sha256) === sha256 ? { sha256, content } : undefined;
}

/** What is there already is not written again. */
async function putSmall(
  folders: StoreFolders,
  { sha256, content }: SmallArtifact,
  project: string = defaultProject,
): Promise<StoredArtifact> {
  const bytes = content.byteLength;
  const wasHeld = await addHolder(folders, sha256, project);
  const existed = await isPresent(folders, { sha256, bytes });
  if (!existed) await publishArtifact(folders, await writeIncomingBytes(folders, content), sha256);
  return { sha256, bytes, existed: existed && wasHeld };
}

/**
 * Whether the whole artifact is there; it counts as used then. What cannot be touched might just be on its way out. What is
 * stored again is the one chance to notice that the copy here has suffered: it is read, and replaced if so.
 */
async function isPresent(folders: StoreFolders, artifact: ArtifactFacts): Promise<boolean> {
  const { sha256, bytes } = artifact;
  const { compared, access } = folders;
  if (await compared.isRecent(artifact, () => unlessMissing(access.stat(folders.artifact(sha256))))) return true;
  const present = (await touchArtifact(folders, sha256)) ? await statusOf(folders, sha256) : undefined;
  if (present?.size !== bytes || !(await isUndamaged(folders, artifact))) return false;
  compared.add(sha256, present);
  return true;
}

async function publishArtifact(folders: StoreFolders, path: string, sha256: string): Promise<void> {
  await publish(folders, path, folders.artifact(sha256));
  await unlessMissing(folders.access.unlink(folders.removed(sha256)));
}

/** What is known about a complete file that is to become an artifact. */
interface Candidate extends ArtifactFacts {
  readonly expectedSha256?: string | undefined;
  readonly project?: string | undefined;
}

/** Makes a complete file on the store's file system an artifact; removes it when it is not the expected one. */
export async function adoptFile(folders: StoreFolders, path: string, candidate: Candidate): Promise<StoredArtifact> {
  const { sha256, bytes, expectedSha256 = sha256, project = defaultProject } = candidate;
  if (sha256 !== expectedSha256) {
    await rm(path, { force: true });
    throw new RondelError(
      'CONFLICT',
      `The data has SHA-256 ${sha256}, not the expected ${expectedSha256}: it was changed on its way. Send it again.`,
      { details: { sha256, expectedSha256 } },
    );
  }
  const wasHeld = await addHolder(folders, sha256, project);
  const existed = await isPresent(folders, { sha256, bytes });
  if (existed) await rm(path, { force: true });
  else await publishArtifact(folders, path, sha256);
  // That others have stored the same bytes is nobody else's business.
  return { sha256, bytes, existed: existed && wasHeld };
}

async function statArtifact(folders: StoreFolders, sha256: string): Promise<ArtifactFacts | undefined> {
  const status = await statusOf(folders, sha256);
  return status === undefined ? undefined : { sha256, bytes: status.size };
}

/** Takes it back out of the trash, if need be. */
async function statusOf(folders: StoreFolders, sha256: string): Promise<FileStatus | undefined> {
  checkSha256(sha256);
  const look = () => unlessMissing(folders.access.stat(folders.artifact(sha256)));
  return (await look()) ?? ((await takeBack(folders, sha256)) ? await look() : undefined);
}

async function factsOf(folders: StoreFolders, sha256: string): Promise<ArtifactFacts> {
  const facts = await statArtifact(folders, sha256);
  if (facts !== undefined) return facts;
  const removed = await removalTime(folders, sha256);
  throw new RondelError(
    'DATA_NOT_FOUND',
    removed === undefined
      ? `There is no artifact artifact:sha256-${sha256} in this store. Upload the data or check the reference.`
      : `The artifact artifact:sha256-${sha256} was removed from this store on ${removed.toISOString()}, as old data is. Upload the data again.`,
  );
}

async function openArtifact(folders: StoreFolders, sha256: string, range: ByteRange): Promise<Readable> {
  const { bytes } = await factsOf(folders, sha256);
  const { start = 0, end = bytes - 1 } = range;
  const whole = range.start === undefined && range.end === undefined;
  const valid = Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end && start < bytes;
  if (!whole && !valid) {
    throw new RondelError(
      'INVALID_REQUEST',
      `Bytes ${start} to ${end} are not part of an artifact of ${bytes} bytes.`,
      {
        details: { bytes },
      },
    );
  }
  // Opened at once: a file that is open can be read to its end whatever becomes of its name.
  const handle = await open(folders.artifact(sha256), 'r');
  return handle.createReadStream(whole ? {} : { start, end });
}
