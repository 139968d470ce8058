import { mirrored } from './running-median.js';
import type { WaveletFilters } from './wavelets.js';

/** [row, column], in C order. */
export interface Plane {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** Details of one level: along the rows' axis, across it from column to column, and both. */
export interface Bands {
  readonly along: Plane;
  readonly across: Plane;
  readonly both: Plane;
}

/**
 * One level of a wavelet transform in two dimensions, whose edges are mirrored with their value repeated (`symmetric` of
 * PyWavelets): n values become floor((n + taps - 1) / 2) averages and as many details.
 */
export function analyse(plane: Plane, filters: WaveletFilters): Bands & { readonly smooth: Plane } {
  const [low, high] = [halved(plane, filters.low), halved(plane, filters.high)];
  return {
    smooth: halvedRows(low, filters.low),
    along: halvedRows(low, filters.high),
    across: halvedRows(high, filters.low),
    both: halvedRows(high, filters.high),
  };
}

/** The inverse of `analyse`; may have one row or column more than there were. */
export function synthesise(
  { smooth, along, across, both }: Bands & { readonly smooth: Plane },
  filters: WaveletFilters,
): Plane {
  const low = doubledRows(smooth, along, filters);
  const high = doubledRows(across, both, filters);
  return transposed(doubledRows(transposed(low), transposed(high), filters));
}

/** c[k] = sum over j of filter[j] x[2 k + 1 - j], of every row. */
function halved(plane: Plane, filter: Float64Array): Plane {
  return transposed(halvedRows(transposed(plane), filter));
}

/** The same down every column, row by row. */
function halvedRows({ rows, columns, values }: Plane, filter: Float64Array): Plane {
  const count = (rows + filter.length - 1) >> 1;
  const result = new Float64Array(count * columns);
  for (let k = 0; k < count; k++) {
    for (let j = 0; j < filter.length; j++) {
      const tap = filter[j] ?? 0;
      const from = mirrored(2 * k + 1 - j, rows) * columns;
      for (let at = 0; at < columns; at++) {
        result[k * columns + at] = (result[k * columns + at] ?? 0) + tap * (values[from + at] ?? 0);
      }
    }
  }
  return { rows: count, columns, values: result };
}

/** x[n] = sum over k of low[m] a[k] + high[m] d[k] with m = 2 k + 1 - n: the filters of the synthesis are those backwards. */
function doubledRows(averages: Plane, details: Plane, { low, high }: WaveletFilters): Plane {
  const { rows, columns } = averages;
  const count = 2 * rows - low.length + 2;
  const result = new Float64Array(count * columns);
  for (let n = 0; n < count; n++) {
    for (let k = n >> 1; k < rows; k++) {
      const m = 2 * k + 1 - n;
      if (m < 0) continue;
      if (m >= low.length) break;
      const [a, d] = [low[m] ?? 0, high[m] ?? 0];
      for (let at = 0; at < columns; at++) {
        const sum = a * (averages.values[k * columns + at] ?? 0) + d * (details.values[k * columns + at] ?? 0);
        result[n * columns + at] = (result[n * columns + at] ?? 0) + sum;
      }
    }
  }
  return { rows: count, columns, values: result };
}

function transposed({ rows, columns, values }: Plane): Plane {
  const result = new Float64Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) result[column * rows + row] = values[row * columns + column] ?? 0;
  }
  return { rows: columns, columns: rows, values: result };
}
