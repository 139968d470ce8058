import type { TypedArray } from '@rondel/contracts';

/** The largest of some values, 0 where none is above that, and how many of them are it. */
export function largestValue(values: TypedArray): { readonly most: number; readonly count: number } {
  let [most, count] = [0, 0];
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? 0;
    if (value > most) [most, count] = [value, 1];
    else if (value === most) count++;
  }
  return { most, count };
}
