import { float32Array, RondelError, type Float32NdArray } from '@rondel/contracts';
import { tensor, tensor1d, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';

/**
 * A solver's state in host memory, without what can be computed again exactly. Float32 and JSON numbers carry every value
 * as it is, so a solver goes on from it bit for bit as from the state itself, on the same engine.
 */
export interface SolverSnapshot {
  readonly numbers: Readonly<Record<string, number>>;
  readonly arrays: Readonly<Record<string, Float32NdArray>>;
}

/** Copies tensors from the device; they stay the caller's. */
export function takeSnapshot(
  numbers: Readonly<Record<string, number>>,
  tensors: Readonly<Record<string, Tensor>>,
): SolverSnapshot {
  const arrays: Record<string, Float32NdArray> = {};
  for (const [name, held] of Object.entries(tensors)) {
    arrays[name] = float32Array(held.dataSync<'float32'>(), held.shape);
  }
  return { numbers, arrays };
}

/** Puts an array of a snapshot onto the device. Throws `STEP_FAILED` when the snapshot has none of that shape. */
export function tensorFrom(snapshot: SolverSnapshot, name: string, shape: readonly number[]): Tensor {
  return tensor(valuesFrom(snapshot, name, shape), [...shape], 'float32');
}

/** As `tensorFrom`, for one value per batch entry. */
export function vectorFrom(snapshot: SolverSnapshot, name: string, batch: number): Tensor1D {
  return tensor1d(valuesFrom(snapshot, name, [batch]), 'float32');
}

function valuesFrom({ arrays }: SolverSnapshot, name: string, shape: readonly number[]): Float32Array {
  const array = arrays[name];
  if (array?.shape.join() === shape.join()) return array.data;
  throw new RondelError(
    'STEP_FAILED',
    `A snapshot must have ${name} of shape [${shape.join(', ')}], it has ${array ? `[${array.shape.join(', ')}]` : 'none'}.`,
  );
}

/** Throws `STEP_FAILED` when the snapshot does not have the number. */
export function numberFrom({ numbers }: SolverSnapshot, name: string): number {
  const value = numbers[name];
  if (value !== undefined) return value;
  throw new RondelError(
    'STEP_FAILED',
    `A snapshot must have the number ${name}; it has ${Object.keys(numbers).join(', ') || 'none'}.`,
  );
}
