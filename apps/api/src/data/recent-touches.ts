import type { ArtifactStore } from '@rondel/store';
import { LRUCache } from 'lru-cache';

/** Hashes that are remembered. */
const mostHashes = 10_000;

/** `touch` of an artifact store for callers that name the same few artifacts hundreds of times a second. */
export interface RecentTouches {
  /** Its size where the artifact is there. It counts as used now, or since it was looked at a moment ago. */
  touch(sha256: string): Promise<number | undefined>;
}

/**
 * Nothing that was used within a day is removed for its age, so what was there a moment ago still is.
 *
 * @param ageMs How long a look at the store is good for; 0: for this once.
 */
export function openRecentTouches(store: Pick<ArtifactStore, 'touch'>, ageMs: number): RecentTouches {
  const seen = new LRUCache<string, { readonly bytes: number; readonly at: number }>({ max: mostHashes });
  return {
    async touch(sha256) {
      const now = performance.now();
      const known = seen.get(sha256);
      if (known !== undefined && now - known.at < ageMs) return known.bytes;
      seen.delete(sha256);
      const facts = await store.touch(sha256);
      if (facts !== undefined) seen.set(sha256, { bytes: facts.bytes, at: now });
      return facts?.bytes;
    },
  };
}
