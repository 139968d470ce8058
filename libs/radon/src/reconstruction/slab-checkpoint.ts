import { float32Array } from '@rondel/contracts';
import type { SolverSnapshot } from '@rondel/compute';
import type { Checkpoint } from '@rondel/reco';
import type { Slab } from './slabs.js';

/** Where a reconstruction in slabs goes on: with these slabs finished and one under way. */
export interface SlabsBegun {
  /** [entry, y, x] of the slabs before. */
  readonly finished: Float32Array;
  /** Index of the slab under way. */
  readonly slab: number;
  readonly snapshot: SolverSnapshot;
}

/** The images of finished slabs are part of it: they are what is dear, and reading them back is cheap. */
export function slabCheckpoint(
  slab: Slab,
  { iteration, iterations, snapshot }: { iteration: number; iterations: number; snapshot: SolverSnapshot },
): Checkpoint {
  const { index, finished } = slab;
  const { numbers, arrays } = snapshot;
  return {
    iteration: index * iterations + iteration,
    iterations: slab.count * iterations,
    numbers: { slab: index, ...prefixed(numbers) },
    arrays: { finished: float32Array(finished, [finished.length]), ...prefixed(arrays) },
  };
}

/** Undefined when the reconstruction begins at its beginning. */
export function slabsBegun(checkpoint: Checkpoint | undefined): SlabsBegun | undefined {
  if (checkpoint === undefined) return undefined;
  const { numbers, arrays } = checkpoint;
  return {
    finished: arrays.finished?.data ?? new Float32Array(),
    slab: numbers.slab ?? 0,
    snapshot: { numbers: unprefixed(numbers), arrays: unprefixed(arrays) },
  };
}

/** Keeps the solver's names apart from the slabs' own. */
const prefix = 'solver.';

function prefixed<T>(values: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]));
}

function unprefixed<T>(values: Readonly<Record<string, T>>): Record<string, T> {
  const own = Object.entries(values).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), value]));
}
