import { setTimeout as sleep } from 'node:timers/promises';
import { RondelError } from '@rondel/contracts';
import type { SharedStore } from '@rondel/jobs';
import { storeIdentity, storeProblem } from '@rondel/store';

/**
 * Whether the folder of the artifact store is still the store of the API. A worker on another one, as on the empty folder
 * that a lost mount leaves, would fail job after job for want of data that is there for everybody else.
 */
export interface StoreWatch {
  /** Asks which store it should be, and looks; for regular use. */
  look(): Promise<string | undefined>;
  /** Of the store that it should be and is, as far as anybody has said. */
  identity(): string | undefined;
  /**
   * Why the folder cannot be used, as far as is known since a second ago at most; undefined when it can.
   *
   * @param fresh Looks now, for whoever can wait as long as a small job takes.
   */
  problem(options: { readonly fresh: boolean }): Promise<string | undefined>;
}

/** API and workers may be started at once, and mounts may come late. */
const agreeWithinMs = 10_000;
const askAgainMs = 500;
const lookedForMs = 1000;

/** Throws `SERVICE_UNAVAILABLE` when the folder is not the store of the API, nor becomes it within 10 s. */
export async function openStoreWatch(directory: string, store: Pick<SharedStore, 'identity'>): Promise<StoreWatch> {
  let wanted = await store.identity();
  // The API that comes later finds it there.
  if (wanted === undefined) await storeIdentity(directory);
  let looked: { readonly at: number; readonly problem: Promise<string | undefined> } | undefined;
  const lookNow = () => {
    looked = { at: performance.now(), problem: storeProblem(directory, wanted) };
    return looked.problem;
  };
  const watch: StoreWatch = {
    identity: () => wanted,
    async look() {
      wanted = await store.identity();
      return lookNow();
    },
    problem: ({ fresh }) =>
      fresh || looked === undefined || performance.now() - looked.at > lookedForMs ? lookNow() : looked.problem,
  };
  const deadline = performance.now() + agreeWithinMs;
  for (;;) {
    const problem = await watch.look();
    if (problem === undefined) return watch;
    if (performance.now() > deadline) throw new RondelError('SERVICE_UNAVAILABLE', problem);
    await sleep(askAgainMs);
  }
}
