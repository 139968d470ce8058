/** Where the parts of an entry's values lie in an array, in numbers. */
export interface ValueOrder {
  readonly entry: number;
  readonly value: number;
  /** From the real to the imaginary part. */
  readonly part: number;
}

/** [entry, value], complex ones as pairs. */
export function pairsOf(extent: number, complex: boolean): ValueOrder {
  const parts = complex ? 2 : 1;
  return { entry: extent * parts, value: parts, part: 1 };
}

/** [value, entry], complex ones as [part, value, entry]: how tensors have them. */
export function planesOf(extent: number, entries: number): ValueOrder {
  return { entry: 1, value: entries, part: extent * entries };
}
