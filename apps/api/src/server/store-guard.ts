import type { Jobs } from '@rondel/jobs';
import { readStoreIdentity, storeIdentity, storeProblem } from '@rondel/store';
import type { Logger } from '@rondel/telemetry';

/** Whether the folder of the artifact store is the one that this API may use, which workers compare theirs with. */
export interface StoreGuard {
  /** Why it is not, as far as is known since a second ago at most; undefined when it is. */
  problem(): Promise<string | undefined>;
  /** Of the store that all share, while this API uses it. */
  identity(): string | undefined;
  /** Asks Redis and the disk anew; for regular use. */
  look(): Promise<void>;
}

const lookedForMs = 1000;

/**
 * Announces the store, of which it makes one if the folder holds none. While workers or other APIs use another one, this
 * API is the one that is wrong, as for a typing error or a mount that comes late: it announces nothing, refuses all that
 * would change something, and looks again.
 */
export async function openStoreGuard(
  directory: string,
  jobs: Pick<Jobs, 'store' | 'fleet' | 'apis'>,
  logger: Logger,
): Promise<StoreGuard> {
  let announced: string | undefined;
  let refusal: string | undefined;
  let lookedAt = -Infinity;
  let found: Promise<string | undefined> = Promise.resolve(undefined);

  const users = async (identity: string) => {
    const [workers, apis] = await Promise.all([jobs.fleet.workers(), jobs.apis.list()]);
    const alive = workers.filter(({ state }) => state !== 'lost');
    // Workers of older versions don't say it, but have compared theirs.
    return [
      ...alive.filter(({ store }) => (store ?? identity) === identity).map(({ id }) => `worker ${id}`),
      ...apis.filter(({ store }) => store === identity).map(({ id }) => `API ${id}`),
    ];
  };
  const refuse = (wanted: string, own: string | undefined, by: readonly string[]) => {
    const what = own === undefined ? 'no artifact store, not' : `another artifact store (${own}) than`;
    const others = by.length > 1 ? ` and ${by.length - 1} more` : '';
    const text = `${directory} holds ${what} the one (${wanted}) that ${by[0] ?? ''}${others} ${by.length > 1 ? 'use' : 'uses'} on this Redis. Mount that store there, name its folder with --store, or give this API a Redis of its own; it is tried again by itself.`;
    if (refusal !== text) logger.error(text);
    refusal = text;
  };
  const look = async () => {
    const known = await jobs.store.identity();
    const own = await readStoreIdentity(directory);
    if (known !== undefined && known !== own && announced !== known) {
      const by = await users(known);
      if (by.length > 0) {
        refuse(known, own, by);
        return;
      }
      logger.warn(
        { directory, identity: own, before: known },
        'not the artifact store of before, which nobody uses now',
      );
    }
    // A folder that has lost its store stays wrong: what was announced is compared with it.
    if (announced === undefined || known !== announced) {
      announced ??= await storeIdentity(directory);
      await jobs.store.announce(announced);
      lookedAt = -Infinity;
    }
    if (refusal !== undefined) logger.info({ directory }, 'the artifact store is the right one now');
    refusal = undefined;
  };
  await look();
  return {
    problem() {
      if (refusal !== undefined) return Promise.resolve(refusal);
      const now = performance.now();
      if (now - lookedAt > lookedForMs) {
        lookedAt = now;
        found = storeProblem(directory, announced);
      }
      return found;
    },
    identity: () => (refusal === undefined ? announced : undefined),
    look,
  };
}
