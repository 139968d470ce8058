import { orderColumns } from '@rondel/compute/column-order';

/** One sinogram, [angle, detector]. */
export interface Sinogram {
  readonly values: Float32Array;
  readonly angles: number;
  readonly detectors: number;
}

/** Columns of a sinogram by ascending value, [rank, detector], and the row that each value came from. */
export interface SortedColumns {
  readonly values: Float32Array;
  readonly rows: Uint32Array;
}

/** Bins whose values lie side by side in one line of a processor's cache, and are sorted one after the other. */
const together = 16;

/**
 * Sorts columns along the angles, -0 before 0; of equal values as `orderColumns` has it. Where `included` admits no column of
 * a block, ranks and rows stay 0.
 */
export function sortColumns(
  { values, angles, detectors }: Sinogram,
  included: (bin: number) => boolean = () => true,
): SortedColumns {
  const sorted = { values: new Float32Array(values.length), rows: new Uint32Array(values.length) };
  const patterns = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const ranked = new Uint32Array(sorted.values.buffer);
  const keys = new Uint32Array(together * angles);
  const rows = new Uint32Array(together * angles);
  for (let first = 0; first < detectors; first += together) {
    const count = Math.min(together, detectors - first);
    if (!Array.from({ length: count }, (_, at) => first + at).some(included)) continue;
    for (let row = 0; row < angles; row++) {
      const from = row * detectors + first;
      for (let at = 0; at < count; at++) keys[at * angles + row] = rising(patterns[from + at] ?? 0);
    }
    orderColumns(keys.subarray(0, count * angles), rows.subarray(0, count * angles), angles);
    for (let rank = 0; rank < angles; rank++) {
      const to = rank * detectors + first;
      for (let at = 0; at < count; at++) {
        ranked[to + at] = pattern(keys[at * angles + rank] ?? 0);
        sorted.rows[to + at] = rows[at * angles + rank] ?? 0;
      }
    }
  }
  return sorted;
}

/** The bits of a float32 as an integer that is larger for a larger value. */
function rising(bits: number): number {
  return bits ^ ((-(bits >>> 31) | 0x80000000) >>> 0);
}

function pattern(key: number): number {
  return key ^ (((key >>> 31) - 1) | 0x80000000);
}

/** Puts values of ranks, [rank, detector], back to the rows that these came from, in columns that `included` admits. */
export function unsortColumns(
  ranked: Float32Array,
  rows: Uint32Array,
  { values, detectors }: Sinogram,
  included: (bin: number) => boolean = () => true,
): void {
  for (let first = 0; first < detectors; first += together) {
    const count = Math.min(together, detectors - first);
    const bins = Uint32Array.from({ length: count }, (_, at) => first + at).filter(included);
    if (bins.length === 0) continue;
    for (let start = 0; start < ranked.length; start += detectors) {
      for (const bin of bins) values[(rows[start + bin] ?? 0) * detectors + bin] = ranked[start + bin] ?? 0;
    }
  }
}

/** Means of columns over rows `from` to `to`, the latter not among them. */
export function columnMeans(values: Float32Array, detectors: number, from: number, to: number): Float64Array {
  const means = new Float64Array(detectors);
  for (let row = from; row < to; row++) {
    for (let bin = 0; bin < detectors; bin++) means[bin] = (means[bin] ?? 0) + (values[row * detectors + bin] ?? 0);
  }
  return means.map((sum) => sum / (to - from));
}
