// What a sweep's parameter block and tables hold.

/** Words of the parameter block. */
export const ORDER: usize = 0 * 4;
export const FIRST: usize = 1 * 4;
export const LAST: usize = 2 * 4;
export const ROWS: usize = 3 * 4;
export const ENTRIES: usize = 4 * 4;
export const ENTRIES_PER_TASK: usize = 5 * 4;
export const ROW_TABLE: usize = 6 * 4;
export const NORMS: usize = 7 * 4;
export const WEIGHTS: usize = 8 * 4;
export const ENTRY_TABLE: usize = 9 * 4;
export const X: usize = 10 * 4;
export const X_BYTES: usize = 11 * 4;
export const DATA: usize = 12 * 4;
export const MULTIPLIERS: usize = 13 * 4;
export const COMPLEX: usize = 14 * 4;
export const LOCAL: usize = 15 * 4;
export const LOCAL_BYTES: usize = 16 * 4;
/** Whether rows come from memory rather than from a cache. */
export const FAR: usize = 17 * 4;

/** A row: address of its values, address of its list of columns or 0, and bytes or (of an indexed row) number of values. */
export const ROW_RECORD: usize = 12;
export const ROW_LIST: usize = 4;
export const ROW_EXTENT: usize = 8;

/** A right-hand side: lambda, its root, squared misfits of the sweep, coefficient of the last row, product with the next. */
export const ENTRY_RECORD: usize = 64;
export const ENTRY_ROOT: usize = 8;
export const ENTRY_MISFIT: usize = 16;
export const ENTRY_COEFFICIENT: usize = 24;
export const ENTRY_PRODUCT: usize = 32;

/**
 * What the row adds to x: c = w d (w (u - t) - sqrt(lambda) v) with d = 1 / (w^2 |a|^2 + lambda), v += c sqrt(lambda) / w.
 * The product t of the row with x lies in the entry's record; the coefficient replaces the one before.
 */
export function setCoefficient(params: usize, entry: i32, row: i32): void {
  const record = <usize>load<u32>(params, ENTRY_TABLE) + <usize>entry * ENTRY_RECORD;
  const weight = load<f64>(<usize>load<u32>(params, WEIGHTS) + <usize>row * 8);
  const norm = load<f64>(<usize>load<u32>(params, NORMS) + <usize>row * 8);
  const root = load<f64>(record, ENTRY_ROOT);
  const inverse = 1 / (weight * weight * norm + load<f64>(record));
  const parts = load<u32>(params, COMPLEX) + 1;
  const at = (<usize>entry * <usize>load<u32>(params, ROWS) + <usize>row) * <usize>(4 * parts);
  const data = <usize>load<u32>(params, DATA) + at;
  const multiplier = <usize>load<u32>(params, MULTIPLIERS) + at;
  let misfits = load<f64>(record, ENTRY_MISFIT);
  for (let part: usize = 0; part < <usize>parts; part++) {
    const misfit = weight * (<f64>load<f32>(data + part * 4) - load<f64>(record + part * 8, ENTRY_PRODUCT));
    const held = <f64>load<f32>(multiplier + part * 4);
    const step = (misfit - root * held) * inverse;
    store<f32>(multiplier + part * 4, <f32>(held + root * step));
    store<f32>(record + part * 4, <f32>(weight * step), ENTRY_COEFFICIENT);
    misfits += misfit * misfit;
  }
  store<f64>(record, misfits, ENTRY_MISFIT);
}
