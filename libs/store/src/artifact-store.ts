import type { Readable } from 'node:stream';
import type { JsonValue } from '@rondel/contracts';
import type { CollectableFiles } from './collection/collectable-files.js';
import type { ByteSource, TransferOptions } from './files/byte-transfer.js';
import type { ArtifactFacts, StoredArtifact } from './artifacts/artifact-facts.js';

export interface ArtifactPutOptions extends TransferOptions {
  /** SHA-256 that the bytes must have, 64 lower-case hex digits. @default not compared */
  readonly expectedSha256?: string | undefined;
  /** The project that has it from now on. @default the default project */
  readonly project?: string | undefined;
}

/** First and last byte of a part, both counted from 0 and both included, as in HTTP. */
export interface ByteRange {
  readonly start?: number | undefined;
  readonly end?: number | undefined;
}

export interface RecordEntry {
  readonly id: string;
  readonly record: JsonValue;
}

export interface ListOptions {
  /** Entries returned at most, 1 to 1000. @default 50 */
  readonly limit?: number | undefined;
  /** Only records older than this one: the last id of the page before. @default the newest ones */
  readonly before?: string | undefined;
}

export interface UploadState {
  readonly upload: string;
  /** Bytes that have arrived, where the next append must start. */
  readonly offset: number;
  /** Of an upload that was finished within the last day: what it has become. */
  readonly finished?: ArtifactFacts;
}

/**
 * Immutable artifacts named by the SHA-256 of their bytes, small JSON records by ULID, uploads on their way to become
 * artifacts, and one passing preview for each job. Everything becomes visible whole or not at all.
 *
 * Not in here: who belongs to which project, which artifacts may be removed (whoever uses `files` knows), knowledge of formats. A hash that is not 64 lower-case hex
 * digits, an id that is no ULID and an upload id that was not given out are `INVALID_REQUEST`; a full disk is
 * `QUOTA_EXCEEDED`.
 */
export interface ArtifactStore {
  /**
   * Stores bytes in constant memory. After any failure nothing is visible.
   *
   * Throws `CONFLICT` when the bytes do not have `expectedSha256`, `QUOTA_EXCEEDED` above `maxBytes`, `CANCELLED` when
   * `signal` is aborted, and what the source throws.
   */
  put(source: ByteSource, options?: ArtifactPutOptions): Promise<StoredArtifact>;
  /** Whether a project has stored or made an artifact, which may be here because of others. */
  isHeldBy(sha256: string, project: string): Promise<boolean>;
  /** Undefined when there is no such artifact. */
  stat(sha256: string): Promise<ArtifactFacts | undefined>;
  /** As `stat`, and counts as a use: the age of an artifact is the time since it was put or touched last. */
  touch(sha256: string): Promise<ArtifactFacts | undefined>;
  /** When an artifact that was here was removed for its age or for want of space. */
  removedAt(sha256: string): Promise<Date | undefined>;
  /**
   * Reads an artifact or a part of it; `end` beyond the last byte means the last byte.
   *
   * Throws `DATA_NOT_FOUND`, and `INVALID_REQUEST` for a range that holds no byte of the artifact.
   */
  open(sha256: string, range?: ByteRange): Promise<Readable>;
  /** Path of a local file with the artifact's bytes, to read and not to change. Throws `DATA_NOT_FOUND`. */
  localPath(sha256: string): Promise<string>;

  /** Writes a record of at most 4 MiB as JSON, over an older one of the same id; none of an erased job. Throws `QUOTA_EXCEEDED`. */
  putRecord(id: string, record: object | JsonValue): Promise<void>;
  /** Undefined when there is no such record. */
  getRecord(id: string): Promise<JsonValue | undefined>;
  /** When a job was erased, as an ISO time; no record of it is kept any more. Undefined when it was not. */
  erasedAt(id: string): Promise<string | undefined>;
  /** The project of a job that was erased; undefined when it was not. */
  erasedFrom(id: string): Promise<string | undefined>;
  /** Newest first by the time in the ULID. */
  listRecords(options?: ListOptions): Promise<readonly RecordEntry[]>;

  /**
   * Keeps a picture of at most 1 MiB that shows where a job stands, instead of the one before. It is no result: it may be
   * gone after a power failure. Throws `QUOTA_EXCEEDED`.
   */
  putPreview(job: string, picture: Uint8Array): Promise<void>;
  /** Undefined when the job has none. */
  getPreview(job: string): Promise<Uint8Array | undefined>;
  /** Harmless when the job has none. */
  removePreview(job: string): Promise<void>;
  /** Jobs that have a preview. */
  listPreviews(): Promise<readonly string[]>;

  /** Starts an upload that may arrive in several connections. */
  beginUpload(): Promise<UploadState>;
  /** Throws `NOT_FOUND` for an upload that was given up, swept, or finished more than a day ago. */
  uploadState(upload: string): Promise<UploadState>;
  /**
   * Adds bytes to an upload; what arrived before a failure stays. `maxBytes` bounds the upload as a whole.
   *
   * Throws `CONFLICT` when `offset` is not where the upload stands or another append to it is running, else as `put`.
   */
  appendUpload(upload: string, part: UploadPart, options?: TransferOptions): Promise<UploadState>;
  /**
   * Makes an artifact of an upload; a second time it tells what became of it. Throws as `put`; after `CONFLICT` on the
   * hash the upload is gone.
   */
  finishUpload(
    upload: string,
    options?: Pick<ArtifactPutOptions, 'expectedSha256' | 'project' | 'signal'>,
  ): Promise<StoredArtifact>;
  /** Drops an upload. Throws `NOT_FOUND`, and `CONFLICT` while an append runs. */
  removeUpload(upload: string): Promise<void>;

  /** Removes what crashes, abandoned uploads and lost jobs left behind more than a day ago; returns how many files that were. */
  collectUnfinished(): Promise<number>;
  /** For the collector of what nobody needs any more. */
  readonly files: CollectableFiles;
}

/** Bytes of an upload and the position of the first of them. */
export interface UploadPart {
  readonly offset: number;
  readonly source: ByteSource;
}
