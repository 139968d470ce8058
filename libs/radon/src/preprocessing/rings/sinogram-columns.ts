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

/** Rows up to this many fit beside 32 bits of value into a float64. */
const mostRows = 2 ** 21;

const signBit = 0x80000000;

/** Sorts every column along the angles; equal values keep their order. */
export function sortColumns({ values, angles, detectors }: Sinogram): SortedColumns {
  const sorted = { values: new Float32Array(values.length), rows: new Uint32Array(values.length) };
  const column = new Float32Array(angles);
  const bits = new Uint32Array(column.buffer);
  // Value and row as one number, since arrays of numbers are sorted natively.
  const keys = new Float64Array(angles);
  for (let bin = 0; bin < detectors; bin++) {
    for (let row = 0; row < angles; row++) column[row] = values[row * detectors + bin] ?? 0;
    for (let row = 0; row < angles; row++) {
      const pattern = bits[row] ?? 0;
      const rising = pattern >= signBit ? 2 * signBit - 1 - pattern : pattern + signBit;
      keys[row] = rising * mostRows + row;
    }
    keys.sort();
    for (let rank = 0; rank < angles; rank++) {
      const row = (keys[rank] ?? 0) % mostRows;
      sorted.rows[rank * detectors + bin] = row;
      sorted.values[rank * detectors + bin] = column[row] ?? 0;
    }
  }
  return sorted;
}

/** Puts values of ranks, [rank, detector], back to the rows that these came from, in columns that `included` admits. */
export function unsortColumns(
  ranked: Float32Array,
  rows: Uint32Array,
  { values, detectors }: Sinogram,
  included: (bin: number) => boolean = () => true,
): void {
  for (let bin = 0; bin < detectors; bin++) {
    if (!included(bin)) continue;
    for (let at = bin; at < ranked.length; at += detectors) values[(rows[at] ?? 0) * detectors + bin] = ranked[at] ?? 0;
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
