/** Index inside an axis whose edges are mirrored, the edge value repeated: -1 is 0, `extent` is extent - 1. */
export function mirrored(index: number, extent: number): number {
  if (index >= 0 && index < extent) return index;
  const period = 2 * extent;
  const folded = ((index % period) + period) % period;
  return folded < extent ? folded : period - 1 - folded;
}

/** So many are looked at one by one as fast as in any other way. */
const few = 64;

/** Values in ascending order, of which single ones come and go. */
class SortedWindow {
  readonly #values: Float64Array;
  #count = 0;

  constructor(capacity: number) {
    this.#values = new Float64Array(capacity);
  }

  get count(): number {
    return this.#count;
  }

  clear(): void {
    this.#count = 0;
  }

  /** The one with so many below it. */
  at(rank: number): number {
    return this.#values[rank] ?? 0;
  }

  add(value: number): void {
    const place = this.#placeOf(value);
    this.#values.copyWithin(place + 1, place, this.#count);
    this.#values[place] = value;
    this.#count++;
  }

  /** Of a value that is among them. */
  remove(value: number): void {
    const place = this.#placeOf(value);
    this.#values.copyWithin(place, place + 1, this.#count);
    this.#count--;
  }

  /** As `remove` of one and `add` of another. Of a few values only those between them are moved, one by one. */
  replace(old: number, value: number): void {
    if (this.#count > few) {
      this.remove(old);
      this.add(value);
      return;
    }
    const values = this.#values;
    let place = this.#placeOf(old);
    if (value > old) {
      for (const last = this.#count - 1; place < last; place++) {
        const next = values[place + 1] ?? 0;
        if (next >= value) break;
        values[place] = next;
      }
    } else {
      for (; place > 0; place--) {
        const next = values[place - 1] ?? 0;
        if (next < value) break;
        values[place] = next;
      }
    }
    values[place] = value;
  }

  /** Where the first value stands that is no less. */
  #placeOf(value: number): number {
    const values = this.#values;
    let low = 0;
    let high = this.#count;
    while (high - low > few / 4) {
      const middle = (low + high) >> 1;
      if ((values[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    while (low < high && (values[low] ?? 0) < value) low++;
    return low;
  }
}

/** How large the window of a median is, in rows and columns; values before an even window's middle are one more. */
export interface MedianWindow {
  readonly rows: number;
  readonly columns: number;
}

/**
 * Running median of a matrix, row by row, whose edges are mirrored; of an even number of values the upper one of the two in the
 * middle, as `median_filter` of SciPy.
 *
 * @param matrix [row, column], in C order.
 */
export function medianFilter(matrix: Float32Array, columns: number, size: MedianWindow): Float32Array {
  const rows = matrix.length / columns;
  const result = new Float32Array(matrix.length);
  const window = new SortedWindow(size.rows * size.columns + 1);
  const before = { row: size.rows >> 1, column: size.columns >> 1 };
  const rank = (size.rows * size.columns) >> 1;
  const starts = new Int32Array(size.rows);
  for (let row = 0; row < rows; row++) {
    for (let at = 0; at < size.rows; at++) starts[at] = mirrored(row - before.row + at, rows) * columns;
    window.clear();
    const reach = size.columns - before.column;
    for (let column = -before.column; column < reach; column++) {
      const inside = mirrored(column, columns);
      for (const start of starts) window.add(matrix[start + inside] ?? 0);
    }
    for (let column = 0; column < columns; column++) {
      result[row * columns + column] = window.at(rank);
      if (column + 1 === columns) break;
      const leaves = mirrored(column - before.column, columns);
      const comes = mirrored(column + reach, columns);
      for (const start of starts) window.replace(matrix[start + leaves] ?? 0, matrix[start + comes] ?? 0);
    }
  }
  return result;
}

/**
 * Running median of a row; at its ends the window is cut to what is there. Of an even number of values the upper one of the two in the
 * middle.
 *
 * @param width odd
 */
export function cutMedian(row: Float32Array, width: number): Float32Array {
  const half = width >> 1;
  const window = new SortedWindow(width + 1);
  row.subarray(0, half).forEach((value) => window.add(value));
  return row.map((_, at) => {
    const [comes, leaves] = [at + half, at - half - 1];
    if (comes < row.length && leaves >= 0) window.replace(row[leaves] ?? 0, row[comes] ?? 0);
    else if (comes < row.length) window.add(row[comes] ?? 0);
    else if (leaves >= 0) window.remove(row[leaves] ?? 0);
    return window.at(window.count >> 1);
  });
}
