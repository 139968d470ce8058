import type { Requirements, WorkerRecord } from '@rondel/contracts';
import { meets } from '../places/requirements.js';

/** `live`: takes work. `leaving`: finishes what it runs. `gone`: left, or silent for too long. */
export function standing(workers: readonly WorkerRecord[], id: string): 'live' | 'leaving' | 'gone' {
  const state = workers.find((worker) => worker.id === id)?.state;
  if (state === 'running' || state === 'starting') return 'live';
  return state === 'draining' ? 'leaving' : 'gone';
}

/** Where an algorithm may be bound. */
export interface AlgorithmPlace {
  /** A pool, the id of a worker or a label. */
  readonly place: string;
  readonly requires?: Requirements;
}

/**
 * The running worker of a place that has what is required, with the fewest algorithms bound to each of its slots, then with the least to do. `bound`
 * holds the worker of every algorithm.
 */
export function chooseWorker(
  workers: readonly WorkerRecord[],
  { place, requires }: AlgorithmPlace,
  bound: readonly string[],
): string | undefined {
  const load = ({ id, concurrency, running }: WorkerRecord) => [
    bound.filter((worker) => worker === id).length / concurrency,
    running.length / concurrency,
  ];
  const [best] = workers
    .filter((worker) => worker.state === 'running' && serves(worker, place) && meets(worker, requires))
    .map((worker) => ({ id: worker.id, load: load(worker) }))
    .sort((a, b) => (a.load[0] ?? 0) - (b.load[0] ?? 0) || (a.load[1] ?? 0) - (b.load[1] ?? 0));
  return best?.id;
}

/** @param place A pool, the id of a worker or a label. */
export function serves({ id, pools, labels }: Pick<WorkerRecord, 'id' | 'pools' | 'labels'>, place: string): boolean {
  const [key = '', value] = place.split(/=(.*)/s);
  return value === undefined
    ? id === place || pools.includes(place)
    : Object.hasOwn(labels, key) && labels[key] === value;
}
