import { numberIn } from '../system-matrix/calibration.js';
import type { DatasetFacts } from '@rondel/contracts';

/**
 * A channel and a frequency as messages name them, both counted from 1, and the latter in kHz where the bandwidth is known.
 *
 * @param frequency From 0.
 * @param channel From 0.
 * @param grouping Periods that were joined in time, which makes frequencies as much denser.
 */
export function namedRow(
  frequency: number,
  channel: number,
  { attributes, grouping = 1 }: Pick<DatasetFacts, 'attributes'> & { readonly grouping?: number },
): string {
  const [bandwidth, samples] = [numberIn(attributes, 'bandwidth'), numberIn(attributes, 'samples')];
  const hertz =
    bandwidth === undefined || samples === undefined ? NaN : (2 * bandwidth * frequency) / (samples * grouping);
  const words = Number.isFinite(hertz) ? ` (${Number((hertz / 1000).toPrecision(6))} kHz)` : '';
  return `channel ${channel + 1}, frequency ${frequency + 1}${words}`;
}

/** Index of the first value that is NaN or infinite; -1 where all are finite. */
export function firstNotFinite(values: ArrayLike<number>): number {
  for (let at = 0; at < values.length; at++) if (!Number.isFinite(values[at])) return at;
  return -1;
}
