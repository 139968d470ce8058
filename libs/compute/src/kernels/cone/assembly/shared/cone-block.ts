// Columns of slices or of detector rows, along which interpolation is linear and evenly spaced: what all kernels of cone beams
// spend their time in. All arrays have the axis of slices, or of detector rows, last.

// Words of the parameter block.
export const ROWS: usize = 0;
export const COLUMNS: usize = 4;
export const SLICES: usize = 8;
export const VIEWS: usize = 12;
export const BINS: usize = 16;
export const BIN_ROWS: usize = 20;
export const TABLE: usize = 24;
export const VOLUME: usize = 28;
export const PROJECTIONS: usize = 32;
export const UPRIGHT: usize = 36;
export const FIRST_VIEW: usize = 40;
export const LINES_PER_COLUMN: usize = 44;
export const RAYS_PER_LINE: usize = 48;
export const FIRST_SLICE: usize = 52;
export const FIRST_ROW: usize = 56;

// Places are integers: with 40 bits of fraction from stretch to stretch of entries, with 23 within one, counted from the first
// entry of all. So a place is the same, bit for bit, whichever part of a volume is computed, to 2^-18 of an entry.
const STRETCH: i32 = 32;
const FINE: f64 = 1099511627776; // 2^40
const COARSER: i64 = 17;
const BITS: i32 = 23;
const MASK: i32 = 0x7fffff;
const UNIT: f32 = 1.1920928955078125e-7; // 2^-23
/** Steps above this, and places beyond it, are more than these integers hold. */
const LONGEST: f64 = 7.9;
const FARTHEST: f64 = 4194304; // 2^22

/** First and last of `count` places start + i step that are between -1 and `extent`, neither included. */
function entriesWithin(start: f64, step: f64, count: i32, extent: i32): i64 {
  let first = 0.0;
  let last = <f64>count;
  if (step == 0) {
    if (!(start > -1 && start < <f64>extent)) return 0;
  } else {
    const one = (-1 - start) / step;
    const other = (<f64>extent - start) / step;
    first = max(first, floor(min(one, other)) + 1);
    last = min(last, ceil(max(one, other)));
  }
  if (!(first < last)) return 0;
  return ((<i64>last) << 32) | (<i64>first);
}

/** line[i - low] = wa a[i] + wb b[i] for low <= i <= high, 0 where there is no such entry. */
function mixColumns(a: usize, wa: f32, b: usize, wb: f32, extent: i32, low: i32, high: i32, line: usize): void {
  const to = line - ((<usize>low) << 2);
  const begin = max(low, 0);
  const end = min(high + 1, extent);
  const va = f32x4.splat(wa);
  const vb = f32x4.splat(wb);
  for (let i = begin; i < end; i += 4) {
    const at = (<usize>i) << 2;
    v128.store(to + at, f32x4.add(f32x4.mul(v128.load(a + at), va), f32x4.mul(v128.load(b + at), vb)));
  }
  for (let i = low; i < begin; i++) store<f32>(to + ((<usize>i) << 2), 0);
  // One more, as rounding may make a place just below the last entry that entry itself.
  for (let i = end; i <= high + 1; i++) store<f32>(to + ((<usize>i) << 2), 0);
}

function addScaled(to: usize, from: usize, weight: f32, count: i32): void {
  if (weight == 0) return;
  const v = f32x4.splat(weight);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const at = (<usize>i) << 2;
    v128.store(to + at, f32x4.add(v128.load(to + at), f32x4.mul(v128.load(from + at), v)));
  }
  for (; i < count; i++) {
    const at = (<usize>i) << 2;
    store<f32>(to + at, load<f32>(to + at) + load<f32>(from + at) * weight);
  }
}

/** `gatherAlong` of one place, wherever it is. */
export function gatherOne(
  a: usize,
  wa: f32,
  b: usize,
  wb: f32,
  extent: i32,
  offset: i32,
  target: usize,
  place: f64,
): void {
  const whole = floor(place);
  if (!(whole - <f64>offset >= -1 && whole - <f64>offset < <f64>extent)) return;
  const index = <i32>whole - offset;
  const upper = <f32>(place - whole);
  const at = (<usize>index) << 2;
  let sum: f32 = 0;
  if (index >= 0) sum += (1 - upper) * (wa * load<f32>(a + at) + wb * load<f32>(b + at));
  if (index + 1 < extent) sum += upper * (wa * load<f32>(a + at, 4) + wb * load<f32>(b + at, 4));
  store<f32>(target, load<f32>(target) + sum);
}

/** The transpose of `gatherOne`. */
export function spreadOne(
  value: f32,
  place: f64,
  a: usize,
  wa: f32,
  b: usize,
  wb: f32,
  extent: i32,
  offset: i32,
): void {
  const whole = floor(place);
  if (!(whole - <f64>offset >= -1 && whole - <f64>offset < <f64>extent)) return;
  const index = <i32>whole - offset;
  const upper = <f32>(place - whole) * value;
  const lower = value - upper;
  const at = (<usize>index) << 2;
  if (index >= 0) {
    if (wa != 0) store<f32>(a + at, load<f32>(a + at) + wa * lower);
    if (wb != 0) store<f32>(b + at, load<f32>(b + at) + wb * lower);
  }
  if (index + 1 < extent) {
    if (wa != 0) store<f32>(a + at, load<f32>(a + at, 4) + wa * upper, 4);
    if (wb != 0) store<f32>(b + at, load<f32>(b + at, 4) + wb * upper, 4);
  }
}

/** A place with 23 bits of fraction. */
function placeOf(start: i64, step: i64, entry: i32): i64 {
  return (start + <i64>entry * step) >> COARSER;
}

/**
 * target[i] += wa a[p] + wb b[p] at the places p = start + (begin + i) step, linear between entries and 0 beyond them, for
 * i < count. The columns have `extent` entries from entry `offset` of all. `line` is room for extent + 8 values.
 */
export function gatherAlong(
  a: usize,
  wa: f32,
  b: usize,
  wb: f32,
  extent: i32,
  offset: i32,
  target: usize,
  count: i32,
  begin: i32,
  start: f64,
  step: f64,
  line: usize,
): void {
  if (!(abs(start) < FARTHEST && abs(step) < FARTHEST)) return;
  const local = start + step * <f64>begin - <f64>offset;
  const range = entriesWithin(local, step, count, extent);
  const first = <i32>range;
  const last = <i32>(range >> 32);
  if (first >= last) return;
  const one = local + step * <f64>first;
  const other = local + step * <f64>(last - 1);
  const low = max(<i32>floor(min(one, other)) - 1, -2);
  const high = min(<i32>floor(max(one, other)) + 2, extent + 1);
  mixColumns(a, wa, b, wb, extent, low, high, line);
  const start40 = <i64>floor(start * FINE);
  const step40 = <i64>floor(step * FINE);
  const values = line - ((<usize>(offset + low)) << 2);
  if (abs(step) > LONGEST) {
    for (let i = first; i < last; i++) {
      const place = placeOf(start40, step40, begin + i);
      const at = values + ((<usize>(<i32>(place >> BITS))) << 2);
      const fraction = <f32>((<i32>place) & MASK) * UNIT;
      const to = target + ((<usize>i) << 2);
      const lower = load<f32>(at);
      store<f32>(to, load<f32>(to) + (lower + fraction * (load<f32>(at, 4) - lower)));
    }
    return;
  }
  const step23 = <i32>(step40 >> COARSER);
  const four = i32x4.splat(4 * step23);
  const lanes = i32x4.mul(i32x4.splat(step23), i32x4(0, 1, 2, 3));
  const mask = i32x4.splat(MASK);
  const unit = f32x4.splat(UNIT);
  for (let i = first; i < last;) {
    const stretch = (begin + i) & ~(STRETCH - 1);
    const stop = min(last, stretch + STRETCH - begin);
    const base = placeOf(start40, step40, stretch);
    const from = values + ((<usize>(<i32>(base >> BITS))) << 2);
    let place = <i32>(base & (<i64>MASK)) + (begin + i - stretch) * step23;
    let places = i32x4.add(i32x4.splat(place), lanes);
    let to = target + ((<usize>i) << 2);
    for (; i + 4 <= stop; i += 4) {
      const fraction = f32x4.mul(f32x4.convert_i32x4_s(v128.and(places, mask)), unit);
      const at = i32x4.shl(i32x4.shr_s(places, BITS), 2);
      let p = v128.load_zero<u64>(from + <usize>i32x4.extract_lane(at, 0));
      p = v128.load_lane<u64>(from + <usize>i32x4.extract_lane(at, 1), p, 1);
      let q = v128.load_zero<u64>(from + <usize>i32x4.extract_lane(at, 2));
      q = v128.load_lane<u64>(from + <usize>i32x4.extract_lane(at, 3), q, 1);
      const lower = i32x4.shuffle(p, q, 0, 2, 4, 6);
      const upper = i32x4.shuffle(p, q, 1, 3, 5, 7);
      const mixed = f32x4.add(lower, f32x4.mul(fraction, f32x4.sub(upper, lower)));
      v128.store(to, f32x4.add(v128.load(to), mixed));
      places = i32x4.add(places, four);
      place += 4 * step23;
      to += 16;
    }
    for (; i < stop; i++) {
      const at = from + ((<usize>(place >> BITS)) << 2);
      const fraction = <f32>(place & MASK) * UNIT;
      const lower = load<f32>(at);
      store<f32>(to, load<f32>(to) + (lower + fraction * (load<f32>(at, 4) - lower)));
      place += step23;
      to += 4;
    }
  }
}

/** The transpose of `gatherAlong`: a[p] += wa source[i] and b[p] += wb source[i]. */
export function spreadAlong(
  source: usize,
  count: i32,
  begin: i32,
  start: f64,
  step: f64,
  a: usize,
  wa: f32,
  b: usize,
  wb: f32,
  extent: i32,
  offset: i32,
  line: usize,
): void {
  if (!(abs(start) < FARTHEST && abs(step) < FARTHEST)) return;
  const local = start + step * <f64>begin - <f64>offset;
  const range = entriesWithin(local, step, count, extent);
  const first = <i32>range;
  const last = <i32>(range >> 32);
  if (first >= last) return;
  const one = local + step * <f64>first;
  const other = local + step * <f64>(last - 1);
  const low = max(<i32>floor(min(one, other)) - 1, -2);
  const high = min(<i32>floor(max(one, other)) + 2, extent + 1);
  memory.fill(line, 0, (<usize>(high - low + 2)) << 2);
  const start40 = <i64>floor(start * FINE);
  const step40 = <i64>floor(step * FINE);
  const step23 = <i32>(step40 >> COARSER);
  const isLong = abs(step) > LONGEST;
  const values = line - ((<usize>(offset + low)) << 2);
  for (let i = first; i < last;) {
    const stretch = isLong ? begin + i : (begin + i) & ~(STRETCH - 1);
    const stop = isLong ? i + 1 : min(last, stretch + STRETCH - begin);
    const base = placeOf(start40, step40, stretch);
    const to = values + ((<usize>(<i32>(base >> BITS))) << 2);
    let place = <i32>(base & (<i64>MASK)) + (begin + i - stretch) * step23;
    for (; i < stop; i++) {
      const at = to + ((<usize>(place >> BITS)) << 2);
      const value = load<f32>(source + ((<usize>i) << 2));
      const part = value * (<f32>(place & MASK) * UNIT);
      store<f32>(at, load<f32>(at) + (value - part));
      store<f32>(at, load<f32>(at, 4) + part, 4);
      place += step23;
    }
  }
  const from = max(low, 0);
  const entries = min(high + 1, extent) - from;
  const mixed = line + ((<usize>(from - low)) << 2);
  addScaled(a + ((<usize>from) << 2), mixed, wa, entries);
  addScaled(b + ((<usize>from) << 2), mixed, wb, entries);
}
