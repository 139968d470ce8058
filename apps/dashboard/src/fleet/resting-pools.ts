import type { WorkerRecord } from '@rondel/contracts';

/** A pool all of whose workers take nothing for a while. */
export interface RestingPool {
  readonly name: string;
  /** How many there are. */
  readonly workers: number;
  /** Of the one that takes work again first. */
  readonly reason: string;
}

/** Pools that have workers none of which takes work now, though none was asked to leave: somebody has to do something. */
export function restingPools(workers: readonly WorkerRecord[]): RestingPool[] {
  const running = workers.filter(({ state }) => state === 'running');
  const names = [...new Set(running.flatMap(({ pools }) => pools))].sort();
  return names.flatMap((name) => {
    const here = running.filter(({ pools }) => pools.includes(name));
    const aside = here.flatMap(({ aside }) => aside ?? []).sort((a, b) => a.until.localeCompare(b.until));
    const [first] = aside;
    return first === undefined || aside.length < here.length
      ? []
      : [{ name, workers: here.length, reason: first.reason }];
  });
}
