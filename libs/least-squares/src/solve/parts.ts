import { float32Array, type Float32NdArray } from '@rondel/contracts';
import type { Checkpoint } from '@rondel/reco';
import type { SolveOptions } from './solve-options.js';

/** Some of the measurements, which are solved beside each other. */
export interface Part {
  /** Of all measurements the first one. */
  readonly first: number;
  readonly entries: number;
  readonly index: number;
  readonly count: number;
  /** x of the parts before. */
  readonly finished: Float32Array;
}

/** What a method needs to go on in the middle of a part. */
export interface PartState {
  readonly numbers: Readonly<Record<string, number>>;
  readonly arrays: Readonly<Record<string, Float32NdArray>>;
}

interface PartSizes {
  readonly entries: number;
  /** Measurements in a part, at most. */
  readonly most: number;
  /** Numbers of x for each measurement. */
  readonly unknowns: number;
}

/** Keeps the method's names apart from those of the parts. */
const prefix = 'solver.';

/** Solves one part after the other, beginning where a checkpoint says. Returns x of all. */
export async function solveInParts(
  { entries, most, unknowns }: PartSizes,
  { checkpoint }: Pick<SolveOptions, 'checkpoint'>,
  solve: (part: Part, begun: PartState | undefined) => Promise<Float32Array>,
): Promise<Float32Array> {
  const all = new Float32Array(entries * unknowns);
  const begun = await checkpoint?.restore();
  all.set(begun?.arrays['finished']?.data ?? []);
  const firstPart = begun?.numbers['part'] ?? 0;
  const count = Math.ceil(entries / most);
  for (let index = firstPart; index < count; index++) {
    const first = index * most;
    const finished = all.subarray(0, first * unknowns);
    const part = { first, entries: Math.min(most, entries - first), index, count, finished };
    all.set(await solve(part, index === firstPart ? begun && stateOf(begun) : undefined), first * unknowns);
  }
  return all;
}

/** Iterations of all parts, as those who watch count them. */
export function countedIterations(part: Part, iteration: number, iterations: number) {
  return { iteration: part.index * iterations + iteration, iterations: part.count * iterations };
}

export function partCheckpoint(
  part: Part,
  { numbers, arrays }: PartState,
  counted: { readonly iteration: number; readonly iterations: number },
): Checkpoint {
  return {
    ...counted,
    numbers: { part: part.index, ...renamed(numbers, (name) => prefix + name) },
    arrays: { finished: flat(part.finished), ...renamed(arrays, (name) => prefix + name) },
  };
}

function stateOf({ numbers, arrays }: Checkpoint): PartState {
  return { numbers: ownOf(numbers), arrays: ownOf(arrays) };
}

function ownOf<T>(values: Readonly<Record<string, T>>): Record<string, T> {
  const own = Object.entries(values).filter(([name]) => name.startsWith(prefix));
  return renamed(Object.fromEntries(own), (name) => name.slice(prefix.length));
}

function renamed<T>(values: Readonly<Record<string, T>>, rename: (name: string) => string): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [rename(name), value]));
}

export function flat(values: Float32Array): Float32NdArray {
  return float32Array(values, [values.length]);
}
