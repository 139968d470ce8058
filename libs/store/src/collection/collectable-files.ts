import type { StoreKind } from '@rondel/contracts';
import type { CheckOptions, DamagedArtifact } from '../artifacts/artifact-check.js';
import type { RemovedFiles } from '../trash/artifact-trash.js';
import type { Tombstones } from '../records/file-tombstones.js';
import type { PartFolders } from '../parts/part-folders.js';
import type { CheckedKind, PassingFile } from './passing-check.js';

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
  /** One record as it was written, or what has become of it; undefined where there is none. */
  recordText(id: string): Promise<string | undefined>;
  removeRecord(id: string): Promise<void>;
  readonly tombstones: Tombstones;
  /** Removes what a job has left beside artifacts and its record; returns which of it there was. */
  removeTraces(job: string): Promise<('preview' | 'checkpoints' | 'parts')[]>;
  /** Removes the files of a shared result. */
  removeShared(key: string): Promise<void>;
  /** Bytes of the artifacts that each project holds, all looked at. */
  heldBytes(): Promise<Map<string, number>>;
  /** Deletes an artifact of a project at once and leaves no note of it, unless it was used since `unusedSince`. */
  erase(
    sha256: string,
    options: { readonly unusedSince: number; readonly project: string },
  ): Promise<'erased' | 'used' | 'missing'>;
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
