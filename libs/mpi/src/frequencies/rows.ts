/**
 * Rows of a system matrix: pairs of a frequency and a receive channel, both counted from 0, frequency fastest unless a plan
 * names them in another order.
 */
export interface FrequencyRows {
  readonly frequencies: Int32Array;
  readonly channels: Int32Array;
}

export function rowCount({ frequencies }: FrequencyRows): number {
  return frequencies.length;
}

/** Rows from pairs [frequency, channel], counted from 0. */
export function rowsOf(pairs: readonly (readonly [frequency: number, channel: number])[]): FrequencyRows {
  return {
    frequencies: Int32Array.from(pairs, ([frequency]) => frequency),
    channels: Int32Array.from(pairs, ([, channel]) => channel),
  };
}
