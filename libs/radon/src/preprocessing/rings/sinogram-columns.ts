import { openTieOrder } from './tie-order.js';
import { openRadixSort } from './radix-sort.js';

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
 * Sorts columns along the angles, -0 before 0; of equal values as `openTieOrder` has it. Where `included` admits no column of
 * a block, ranks and rows stay 0.
 */
export function sortColumns(
  { values, angles, detectors }: Sinogram,
  included: (bin: number) => boolean = () => true,
): SortedColumns {
  const sorted = { values: new Float32Array(values.length), rows: new Uint32Array(values.length) };
  const patterns = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const ranked = new Uint32Array(sorted.values.buffer);
  const block = new Uint32Array(together * angles);
  const order = new Uint32Array(together * angles);
  const sort = openRadixSort(angles);
  const orderTies = openTieOrder(angles);
  for (let first = 0; first < detectors; first += together) {
    const count = Math.min(together, detectors - first);
    if (!Array.from({ length: count }, (_, at) => first + at).some(included)) continue;
    for (let row = 0; row < angles; row++) {
      const from = row * detectors + first;
      for (let at = 0; at < count; at++) block[at * angles + row] = rising(patterns[from + at] ?? 0);
    }
    for (let at = 0; at < count; at++) {
      const [start, end] = [at * angles, (at + 1) * angles];
      const [keys, rows] = [block.subarray(start, end), order.subarray(start, end)];
      sort(keys, rows);
      orderTies(keys, rows);
    }
    for (let rank = 0; rank < angles; rank++) {
      const to = rank * detectors + first;
      for (let at = 0; at < count; at++) {
        ranked[to + at] = pattern(block[at * angles + rank] ?? 0);
        sorted.rows[to + at] = order[at * angles + rank] ?? 0;
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
