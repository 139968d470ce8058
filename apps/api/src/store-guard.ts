import type { Jobs } from '@rondel/jobs';
import { storeIdentity, storeProblem } from '@rondel/store';
import type { Logger } from '@rondel/telemetry';

/** Whether the folder of the artifact store is still the one that this API was started with, and that workers compare theirs with. */
export interface StoreGuard {
  /** Why it is not, as far as is known since a second ago at most; undefined when it is. Asks the disk alone. */
  problem(): Promise<string | undefined>;
  /** Asks Redis whether an API was started meanwhile that has another one; for regular use. */
  look(): Promise<void>;
}

const lookedForMs = 1000;

/** Announces the store, of which it makes one if the folder holds none. */
export async function openStoreGuard(directory: string, { store }: Jobs, logger: Logger): Promise<StoreGuard> {
  const identity = await storeIdentity(directory);
  const before = await store.announce(identity);
  if (before !== undefined && before !== identity) {
    logger.warn({ directory, identity, before }, 'not the artifact store of before: workers that use that one leave');
  }
  let announced = identity;
  let lookedAt = -Infinity;
  let found: Promise<string | undefined> = Promise.resolve(undefined);
  return {
    problem() {
      const now = performance.now();
      if (now - lookedAt > lookedForMs) {
        lookedAt = now;
        found = storeProblem(directory, announced);
      }
      return found;
    },
    async look() {
      const known = await store.identity();
      // A Redis that has lost what it had does not know it any more.
      if (known === undefined) await store.announce(identity);
      announced = known ?? identity;
    },
  };
}
