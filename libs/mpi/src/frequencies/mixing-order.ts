/** The drive field: frequencies base / divider of the channels that have a strength. */
export interface DriveField {
  readonly baseFrequency: number;
  /** Length of a period in s. */
  readonly cycle: number;
  /** Of each drive channel. */
  readonly dividers: readonly number[];
  /** Of each drive channel, in T. */
  readonly strengths: readonly number[];
}

/** A weaker drive field counts as none, in T. */
const leastStrength = 1e-7;

/**
 * Smallest mixing order |mx| + |my| + |mz| with which each frequency k = mx kx + my ky + mz kz arises, where kx, ky and kz are
 * the drive frequencies as multiples of 1 / cycle; -1 for frequencies that no combination gives in which each term lies below
 * the largest frequency. For k = 0 it is 0.
 *
 * @param count Frequencies k = 0 ... count - 1.
 */
export function mixingOrders({ baseFrequency, cycle, dividers, strengths }: DriveField, count: number): Int32Array {
  const multiples = dividers
    .filter((_, channel) => (strengths[channel] ?? 0) >= leastStrength)
    .map((divider) => Math.round((baseFrequency * cycle) / divider))
    .filter((multiple) => multiple > 0);
  const orders = new Int32Array(count).fill(-1);
  mix(multiples, { frequency: 0, order: 0 });
  return orders;

  function mix([multiple, ...others]: readonly number[], reached: { frequency: number; order: number }): void {
    const { frequency, order } = reached;
    if (multiple === undefined) {
      if (frequency < 0 || frequency >= count) return;
      const known = orders[frequency] ?? -1;
      if (known < 0 || order < known) orders[frequency] = order;
      return;
    }
    const most = Math.round(count / multiple);
    for (let factor = -most; factor <= most; factor++) {
      mix(others, { frequency: frequency + factor * multiple, order: order + Math.abs(factor) });
    }
  }
}
