import type { Dataset, NdArray } from '@rondel/contracts';

/** With arrays of its own, which may be changed. */
export function copyOfDataset<T extends Dataset>(dataset: T): T {
  const { data, companions, attributes } = dataset;
  const entries = Object.entries(companions).map(([name, array]): [string, NdArray] => [name, copyOfArray(array)]);
  return {
    ...dataset,
    data: copyOfArray(data),
    companions: Object.fromEntries(entries),
    attributes: { ...attributes },
  };
}

function copyOfArray(array: NdArray): NdArray {
  return { ...array, data: array.data.slice() };
}

/** Of all arrays. */
export function bytesOfDataset({ data, companions }: Dataset): number {
  return [data, ...Object.values(companions)].reduce((sum, array) => sum + array.data.byteLength, 0);
}
