import type { ArrayFacts, NdArray } from '@rondel/contracts';

const radiansPerDegree = Math.PI / 180;

/** Angles as they are used everywhere: float64, radians. */
export function inRadians(array: NdArray, unit: 'rad' | 'deg' | undefined): NdArray {
  if (unit !== 'deg') return array;
  return { ...array, dtype: 'float64', data: Float64Array.from(array.data, (value) => value * radiansPerDegree) };
}

/** What `inRadians` makes of an array, without its values. */
export function describeInRadians<T extends ArrayFacts>(facts: T, unit: 'rad' | 'deg' | undefined): T {
  return unit === 'deg' ? { ...facts, dtype: 'float64' } : facts;
}
