import { LRUCache } from 'lru-cache';
import type { FileStatus } from './file-access.js';

/** About 200 bytes each. */
const mostArtifacts = 4096;

/** Copies of artifacts that this process has found whole a moment ago, by comparing their bytes with their names. */
export interface ComparedArtifacts {
  /** Whether a copy with these bytes lies there, has just been compared, and counts as used just now; it is not read. */
  isRecent(
    artifact: { readonly sha256: string; readonly bytes: number },
    look: () => Promise<FileStatus | undefined>,
  ): Promise<boolean>;
  /** The copy that has this status was compared just now. */
  add(sha256: string, compared: FileStatus): void;
}

/**
 * A copy that was replaced or cut short is noticed at once; one that is overwritten in place, which nobody does with a
 * read-only file, when the time is over. Uses are for the collection of old artifacts, which thinks in days.
 *
 * @param forMs So long a copy is neither compared nor touched again.
 */
export function comparedArtifacts(forMs: number, now = () => Date.now()): ComparedArtifacts {
  const found = new LRUCache<string, { readonly ino: number; readonly at: number }>({ max: mostArtifacts });
  return {
    async isRecent({ sha256, bytes }, look) {
      const known = found.get(sha256);
      const since = now() - forMs;
      if (known === undefined || known.at <= since) return false;
      const present = await look();
      return present?.ino === known.ino && present.size === bytes && present.mtimeMs > since;
    },
    add(sha256, { ino }) {
      if (forMs > 0) found.set(sha256, { ino, at: now() });
    },
  };
}
