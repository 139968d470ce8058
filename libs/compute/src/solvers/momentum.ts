import { tensor1d, type Tensor1D } from '@tensorflow/tfjs-core';
import type { SolverSnapshot } from './solver-snapshot.js';
import { numberFrom } from './solver-snapshot.js';

/** A factor of a momentum method for every entry of the batch; all alike until one of them restarts. */
export type Momentum = number[];

export function momentumOf(value: number, batch: number): Momentum {
  return new Array<number>(batch).fill(value);
}

/** One number where all entries have the same, else a tensor that broadcasts along the batch. */
export function factorOf(momentum: Momentum): number | Tensor1D {
  const [first = 1] = momentum;
  return momentum.every((value) => value === first) ? first : tensor1d([...momentum], 'float32');
}

/** For a snapshot: one number, or one for each entry. */
export function momentumNumbers(name: string, momentum: Momentum): Record<string, number> {
  const [first = 1] = momentum;
  if (momentum.every((value) => value === first)) return { [name]: first };
  return Object.fromEntries(momentum.map((value, entry) => [`${name}.${entry}`, value]));
}

export function momentumFrom(snapshot: SolverSnapshot, name: string, batch: number): Momentum {
  if (snapshot.numbers[`${name}.0`] === undefined) return momentumOf(numberFrom(snapshot, name), batch);
  return Array.from({ length: batch }, (_, entry) => numberFrom(snapshot, `${name}.${entry}`));
}

/** theta of the next iteration, by Beck and Teboulle 2009; `last` as in the last iteration of optimized methods. */
export function nextTheta(theta: number, last = false): number {
  return (1 + Math.sqrt((last ? 8 : 4) * theta * theta + 1)) / 2;
}
