import { describeData, type DescribedData } from '@rondel/formats';
import { hashFile } from '@rondel/store';
import { LRUCache } from 'lru-cache';
import { blocking } from '../files/small-files.js';
import { filesIdentity } from './file-identity.js';
import { readOptions, type InputFile } from './input-file.js';

const mostFiles = 1000;

/** What was found out about files, once for each state of a file: large calibrations serve many jobs. */
export interface KnownFiles {
  /** SHA-256 of its bytes. */
  hashOf(file: Pick<InputFile, 'path' | 'sha256'>): Promise<string>;
  /**
   * What it holds, without values.
   *
   * @param identity What tells this state of the file, and how its reference is read, from any other.
   */
  describe(file: InputFile, identity: string): Promise<DescribedData>;
}

export function openKnownFiles(): KnownFiles {
  const hashes = new LRUCache<string, string>({ max: mostFiles });
  const descriptions = new LRUCache<string, DescribedData>({ max: mostFiles });
  return {
    async hashOf({ path, sha256 }) {
      if (sha256 !== undefined) return sha256;
      const key = JSON.stringify([path, ...(await filesIdentity([path]))]);
      const hash = hashes.get(key) ?? (await hashFile(path, blocking));
      hashes.set(key, hash);
      return hash;
    },
    async describe(file, identity) {
      const found = descriptions.get(identity) ?? (await describeData(file.path, readOptions(file)));
      descriptions.set(identity, found);
      return found;
    },
  };
}
