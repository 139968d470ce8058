import type { Redis } from 'ioredis';
import { guarded } from '../redis/connection.js';
import { keys } from '../redis/keys.js';
import { liveReferences } from '../references/live-references.js';

/** What processes that share an artifact store tell each other about it. */
export interface SharedStore {
  /** SHA-256 of every artifact that must stay but for the sake of some jobs, see `liveReferences`. */
  references(except?: ReadonlySet<string>): AsyncGenerator<string>;
  /** Leaves what was measured last for every other process. The text means nothing here. */
  writeReport(text: string): Promise<void>;
  readReport(): Promise<string | undefined>;
  /** Which store it is, as the last API that was started has said; undefined while none has. */
  identity(): Promise<string | undefined>;
  /** An API says which store it is. Returns what was said before. */
  announce(identity: string): Promise<string | undefined>;
}

export function openSharedStore(redis: Redis): SharedStore {
  return {
    references: (except) => liveReferences(redis, except),
    async writeReport(text) {
      await guarded(redis.set(keys.storeReport, text));
    },
    readReport: async () => (await guarded(redis.get(keys.storeReport))) ?? undefined,
    identity: async () => (await guarded(redis.get(keys.storeIdentity))) ?? undefined,
    announce: async (identity) => (await guarded(redis.set(keys.storeIdentity, identity, 'GET'))) ?? undefined,
  };
}
