import { hashFile, type ResolvedReference } from '@rondel/store';
import { LRUCache } from 'lru-cache';
import { blocking } from '../files/small-files.js';
import { fileIdentity } from './input-identity.js';

const mostFiles = 1000;

/** SHA-256 of files, computed once for each state of a file. */
export interface FileHashes {
  of(file: Pick<ResolvedReference, 'path' | 'sha256'>): Promise<string>;
}

export function openFileHashes(): FileHashes {
  const known = new LRUCache<string, string>({ max: mostFiles });
  return {
    async of({ path, sha256 }) {
      if (sha256 !== undefined) return sha256;
      const key = JSON.stringify([path, ...(await fileIdentity(path))]);
      const hash = known.get(key) ?? (await hashFile(path, blocking));
      known.set(key, hash);
      return hash;
    },
  };
}
