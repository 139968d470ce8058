import { RondelError } from '@rondel/contracts';
import type { DataLook } from '@rondel/formats';
import { LRUCache } from 'lru-cache';
import type { RouteServices } from '../services.js';

/** Looks that are remembered: whoever asked for one asks for its picture next. */
const mostKept = 32;

export interface DataLooks {
  /** Throws `NOT_FOUND` without such an artifact, and what `lookAtData` throws. */
  readonly look: (sha256: string, dataset: string | undefined, signal: AbortSignal) => Promise<DataLook>;
}

/** What raw data in the store holds, read in threads. */
export function openDataLooks({ store, pictures }: Pick<RouteServices, 'store' | 'pictures'>): DataLooks {
  const kept = new LRUCache<string, DataLook>({ max: mostKept });
  return {
    async look(sha256, dataset, signal) {
      const key = `${sha256} ${dataset ?? ''}`;
      const known = kept.get(key);
      // It may have been removed meanwhile.
      if ((await store.stat(sha256)) === undefined) {
        throw new RondelError('NOT_FOUND', `There is no artifact sha256-${sha256}. Upload it first.`);
      }
      if (known !== undefined) return known;
      const path = await store.localPath(sha256);
      const look = await pictures.look({ path, label: 'The file', ...(dataset !== undefined && { dataset }) }, signal);
      kept.set(key, look);
      return look;
    },
  };
}
