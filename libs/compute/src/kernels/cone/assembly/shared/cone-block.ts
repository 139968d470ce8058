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

/** Entries whose place is computed from one origin: float32 then is exact to 2^-17 of an entry. */
const STRETCH: i32 = 64;

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

/** Where a stretch of places begins: a whole number that is below all of them. */
function originOf(place: f64, step: f64, count: i32): f64 {
  return floor(step < 0 ? place + step * <f64>(count - 1) : place);
}

/** `gatherAlong` of one place. */
function gatherOne(a: usize, wa: f32, b: usize, wb: f32, extent: i32, target: usize, place: f64): void {
  if (!(place > -1 && place < <f64>extent)) return;
  const whole = floor(place);
  const index = <i32>whole;
  const upper = <f32>(place - whole);
  const at = (<usize>index) << 2;
  let sum: f32 = 0;
  if (index >= 0) sum += (1 - upper) * (wa * load<f32>(a + at) + wb * load<f32>(b + at));
  if (index + 1 < extent) sum += upper * (wa * load<f32>(a + at, 4) + wb * load<f32>(b + at, 4));
  store<f32>(target, load<f32>(target) + sum);
}

/** `spreadAlong` of one place. */
function spreadOne(value: f32, place: f64, a: usize, wa: f32, b: usize, wb: f32, extent: i32): void {
  if (!(place > -1 && place < <f64>extent)) return;
  const whole = floor(place);
  const index = <i32>whole;
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

/**
 * target[i] += wa a[p] + wb b[p] at the places p = start + i step, linear between entries and 0 beyond them, for i < count.
 * `line` is room for extent + 8 values.
 */
export function gatherAlong(
  a: usize,
  wa: f32,
  b: usize,
  wb: f32,
  extent: i32,
  target: usize,
  count: i32,
  start: f64,
  step: f64,
  line: usize,
): void {
  if (count == 1) {
    gatherOne(a, wa, b, wb, extent, target, start);
    return;
  }
  const range = entriesWithin(start, step, count, extent);
  const first = <i32>range;
  const last = <i32>(range >> 32);
  if (first >= last) return;
  const one = start + step * <f64>first;
  const other = start + step * <f64>(last - 1);
  const low = max(<i32>floor(min(one, other)), -1);
  const high = min(<i32>floor(max(one, other)) + 1, extent);
  mixColumns(a, wa, b, wb, extent, low, high, line);
  const steps = f32x4.splat(<f32>step);
  const four = f32x4.splat(4);
  for (let from = first; from < last; from += STRETCH) {
    const length = min(STRETCH, last - from);
    const begin = start + step * <f64>from;
    const origin = originOf(begin, step, length);
    const base = <f32>(begin - origin);
    const bases = f32x4.splat(base);
    const values = line + ((<usize>(<i32>origin - low)) << 2);
    let to = target + ((<usize>from) << 2);
    let number = f32x4(0, 1, 2, 3);
    let i = 0;
    for (; i + 4 <= length; i += 4) {
      const place = f32x4.add(bases, f32x4.mul(number, steps));
      const index = i32x4.trunc_sat_f32x4_s(place);
      const fraction = f32x4.sub(place, f32x4.convert_i32x4_s(index));
      const at = i32x4.shl(index, 2);
      let p = v128.load_zero<u64>(values + <usize>(<u32>i32x4.extract_lane(at, 0)));
      p = v128.load_lane<u64>(values + <usize>(<u32>i32x4.extract_lane(at, 1)), p, 1);
      let q = v128.load_zero<u64>(values + <usize>(<u32>i32x4.extract_lane(at, 2)));
      q = v128.load_lane<u64>(values + <usize>(<u32>i32x4.extract_lane(at, 3)), q, 1);
      const lower = i32x4.shuffle(p, q, 0, 2, 4, 6);
      const upper = i32x4.shuffle(p, q, 1, 3, 5, 7);
      const mixed = f32x4.add(lower, f32x4.mul(fraction, f32x4.sub(upper, lower)));
      v128.store(to, f32x4.add(v128.load(to), mixed));
      number = f32x4.add(number, four);
      to += 16;
    }
    for (; i < length; i++) {
      const place = base + <f32>i * <f32>step;
      const index = <i32>place;
      const fraction = place - <f32>index;
      const at = values + ((<usize>index) << 2);
      const lower = load<f32>(at);
      store<f32>(to, load<f32>(to) + (lower + fraction * (load<f32>(at, 4) - lower)));
      to += 4;
    }
  }
}

/** The transpose of `gatherAlong`: a[p] += wa source[i] and b[p] += wb source[i]. */
export function spreadAlong(
  source: usize,
  count: i32,
  start: f64,
  step: f64,
  a: usize,
  wa: f32,
  b: usize,
  wb: f32,
  extent: i32,
  line: usize,
): void {
  if (count == 1) {
    spreadOne(load<f32>(source), start, a, wa, b, wb, extent);
    return;
  }
  const range = entriesWithin(start, step, count, extent);
  const first = <i32>range;
  const last = <i32>(range >> 32);
  if (first >= last) return;
  const one = start + step * <f64>first;
  const other = start + step * <f64>(last - 1);
  const low = max(<i32>floor(min(one, other)), -1);
  const high = min(<i32>floor(max(one, other)) + 1, extent);
  memory.fill(line, 0, (<usize>(high - low + 1)) << 2);
  for (let from = first; from < last; from += STRETCH) {
    const length = min(STRETCH, last - from);
    const begin = start + step * <f64>from;
    const origin = originOf(begin, step, length);
    const base = <f32>(begin - origin);
    const values = line + ((<usize>(<i32>origin - low)) << 2);
    for (let i = 0; i < length; i++) {
      const place = base + <f32>i * <f32>step;
      const index = <i32>place;
      const fraction = place - <f32>index;
      const at = values + ((<usize>index) << 2);
      const value = load<f32>(source + ((<usize>(from + i)) << 2));
      const part = value * fraction;
      store<f32>(at, load<f32>(at) + (value - part));
      store<f32>(at, load<f32>(at, 4) + part, 4);
    }
  }
  const begin = max(low, 0);
  const entries = min(high + 1, extent) - begin;
  const from = line + ((<usize>(begin - low)) << 2);
  addScaled(a + ((<usize>begin) << 2), from, wa, entries);
  addScaled(b + ((<usize>begin) << 2), from, wb, entries);
}
