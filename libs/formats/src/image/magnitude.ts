import type { NdArray } from '@rondel/contracts';
import { componentsOf } from '../array/typed-array.js';

/** Reads element `index` of an array as one real number: the value, or the magnitude of a complex element. */
export function magnitudeReader({ dtype, data }: Pick<NdArray, 'dtype' | 'data'>): (index: number) => number {
  if (componentsOf(dtype) === 1) return (index) => data[index] ?? Number.NaN;
  return (index) => Math.hypot(data[2 * index] ?? Number.NaN, data[2 * index + 1] ?? Number.NaN);
}
