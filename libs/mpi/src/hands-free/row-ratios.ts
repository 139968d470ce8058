import type { FrequencyFacts } from '../frequencies/choose.js';
import { rowCount } from '../frequencies/rows.js';
import type { SelectedRows } from '../reconstruction/selected-data.js';

/**
 * Signal-to-noise ratio of each equation of a system, as the calibration tells it for the frequency and channel of its row;
 * undefined where it tells none.
 */
export function ratiosOfRows(
  { rows, periods, isReal }: SelectedRows,
  { snr, available, samples }: FrequencyFacts,
): Float64Array | undefined {
  if (snr === undefined) return undefined;
  const frequencies = available?.length ?? Math.floor(samples / 2) + 1;
  const entryOf =
    available && new Map(Array.from(available, (frequency, entry): [number, number] => [frequency, entry]));
  const parts = isReal ? 2 : 1;
  return Float64Array.from({ length: parts * periods * rowCount(rows) }, (_, equation) => {
    const row = Math.floor(equation / parts) % rowCount(rows);
    const frequency = rows.frequencies[row] ?? 0;
    const entry = entryOf === undefined ? frequency : (entryOf.get(frequency) ?? NaN);
    return snr[(rows.channels[row] ?? 0) * frequencies + entry] ?? 0;
  });
}
