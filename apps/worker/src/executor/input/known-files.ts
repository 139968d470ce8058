import { describeData, type DescribedData } from '@rondel/formats';
import { hashFile, type ResolvedReference } from '@rondel/store';
import { LRUCache } from 'lru-cache';
import { blocking } from '../files/small-files.js';
import { fileIdentity } from './input-identity.js';

const mostFiles = 1000;

/** What was found out about files, once for each state of a file: large calibrations serve many jobs. */
export interface KnownFiles {
  /** SHA-256 of its bytes. */
  hashOf(file: Pick<ResolvedReference, 'path' | 'sha256'>): Promise<string>;
  /**
   * What it holds, without values.
   *
   * @param identity What tells this state of the file, and how its reference is read, from any other.
   */
  describe(file: ResolvedReference, identity: string): Promise<DescribedData>;
}

export function openKnownFiles(): KnownFiles {
  const hashes = new LRUCache<string, string>({ max: mostFiles });
  const descriptions = new LRUCache<string, DescribedData>({ max: mostFiles });
  return {
    async hashOf({ path, sha256 }) {
      if (sha256 !== undefined) return sha256;
      const key = JSON.stringify([path, ...(await fileIdentity(path))]);
      const hash = hashes.get(key) ?? (await hashFile(path, blocking));
      hashes.set(key, hash);
      return hash;
    },
    async describe({ path, label, dataset, axes, unit }, identity) {
      const found =
        descriptions.get(identity) ?? (await describeData(path, { label, ...blocking, dataset, axes, unit }));
      descriptions.set(identity, found);
      return found;
    },
  };
}
