// Rows and unknowns as they come in and go out.

// Words of the parameter blocks.
const FROM: usize = 0 * 4;
const TO: usize = 1 * 4;
const COLUMNS: usize = 2 * 4;
const ROW_BYTES: usize = 3 * 4;
const COMPLEX: usize = 4 * 4;
const ROWS: usize = 5 * 4;
const ROWS_PER_TASK: usize = 6 * 4;
const ROW_TABLE: usize = 7 * 4;
const INDEXED: usize = 8 * 4;
const NORMS: usize = 9 * 4;

/** From rows of values, complex ones as pairs, to padded rows. */
export function padRows(params: usize, task: i32, scratch: usize): void {
  const columns = <usize>load<u32>(params, COLUMNS);
  const complex = load<u32>(params, COMPLEX) != 0;
  const rowBytes = <usize>load<u32>(params, ROW_BYTES);
  const used = columns * (complex ? 8 : 4);
  const perTask = load<i32>(params, ROWS_PER_TASK);
  const end = min((task + 1) * perTask, load<i32>(params, ROWS));
  for (let row = task * perTask; row < end; row++) {
    let from = <usize>load<u32>(params, FROM) + <usize>row * used;
    let to = <usize>load<u32>(params, TO) + <usize>row * rowBytes;
    const stop = from + used;
    while (from + 32 <= stop) {
      const first = v128.load(from);
      const second = v128.load(from, 16);
      v128.store(to, complex ? i32x4.shuffle(first, second, 0, 2, 4, 6) : first);
      v128.store(to, complex ? i32x4.shuffle(first, second, 1, 3, 5, 7) : second, 16);
      from += 32;
      to += 32;
    }
    if (from == stop) continue;
    v128.store(to, i32x4.splat(0));
    v128.store(to, i32x4.splat(0), 16);
    while (from < stop) {
      store<f32>(to, load<f32>(from));
      if (complex) store<f32>(to, load<f32>(from, 4), 16);
      from += complex ? 8 : 4;
      to += 4;
    }
  }
}

/** Squared norms of rows, in float64. */
export function measureRows(params: usize, task: i32, scratch: usize): void {
  const perTask = load<i32>(params, ROWS_PER_TASK);
  const end = min((task + 1) * perTask, load<i32>(params, ROWS));
  const perValue: usize = load<u32>(params, INDEXED) ? (load<u32>(params, COMPLEX) ? 8 : 4) : 1;
  for (let row = task * perTask; row < end; row++) {
    const record = <usize>load<u32>(params, ROW_TABLE) + <usize>row * 12;
    let from = <usize>load<u32>(record);
    const stop = from + <usize>load<u32>(record, 8) * perValue;
    let s0 = f64x2.splat(0);
    let s1 = f64x2.splat(0);
    while (from + 16 <= stop) {
      const four = v128.load(from);
      const low = f64x2.promote_low_f32x4(four);
      const high = f64x2.promote_low_f32x4(i32x4.shuffle(four, four, 2, 3, 2, 3));
      s0 = f64x2.add(s0, f64x2.mul(low, low));
      s1 = f64x2.add(s1, f64x2.mul(high, high));
      from += 16;
    }
    const both = f64x2.add(s0, s1);
    let total = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
    while (from < stop) {
      const value = <f64>load<f32>(from);
      total += value * value;
      from += 4;
    }
    store<f64>(<usize>load<u32>(params, NORMS) + <usize>row * 8, total);
  }
}

// Words of the parameter block of a projection.
const X: usize = 0 * 4;
const X_BYTES: usize = 1 * 4;
const POSITIVE: usize = 2 * 4;
/** 0 of real values, 1 of complex ones in padded rows, 2 of complex ones as pairs. */
const LAYOUT: usize = 3 * 4;

/** Drops imaginary parts and, if asked to, negative real parts. Task: entry. */
export function projectUnknowns(params: usize, task: i32, scratch: usize): void {
  const bytes = <usize>load<u32>(params, X_BYTES);
  const layout = load<u32>(params, LAYOUT);
  const zero = f32x4.splat(0);
  const positive = load<u32>(params, POSITIVE) != 0;
  const kept = layout == 2 ? i32x4(-1, 0, -1, 0) : i32x4.splat(-1);
  let x = <usize>load<u32>(params, X) + <usize>task * bytes;
  const end = x + bytes;
  while (x < end) {
    let first = v128.load(x);
    let second = v128.load(x, 16);
    if (positive) {
      first = f32x4.max(first, zero);
      second = f32x4.max(second, zero);
    }
    v128.store(x, v128.and(first, kept));
    v128.store(x, layout == 1 ? zero : v128.and(second, kept), 16);
    x += 32;
  }
}
