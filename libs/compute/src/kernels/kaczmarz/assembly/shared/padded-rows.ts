// Products and sums with rows that are padded with zeros to groups of 32 bytes. A group of a complex row is four real parts
// and then their four imaginary parts, a group of a real one eight values; x has the same layout, so nothing is shuffled.

/** Bytes of a row whose products are summed in float32; these sums are added up in float64. */
const SEGMENT: usize = 32768;

function sum(four: v128): f64 {
  const first = <f64>f32x4.extract_lane(four, 0) + <f64>f32x4.extract_lane(four, 1);
  return first + (<f64>f32x4.extract_lane(four, 2) + <f64>f32x4.extract_lane(four, 3));
}

/** Reads every cache line once: loads that wait for nothing keep more of them on their way than the arithmetic can. */
export function touch(from: usize, bytes: usize): i32 {
  const end = from + bytes;
  let seen = 0;
  while (from < end) {
    seen ^= load<i32>(from);
    from += 64;
  }
  return seen;
}

/** x += c conj(before), and then the sum of row * x, without conjugation, to `to`. */
export function complexStep(before: usize, row: usize, bytes: usize, x: usize, c: usize, to: usize): void {
  const cr = v128.load_splat<f32>(c);
  const ci = v128.load_splat<f32>(c, 4);
  const end = x + bytes;
  let tr: f64 = 0;
  let ti: f64 = 0;
  while (x < end) {
    const stop = min(x + SEGMENT, end);
    let sr = f32x4.splat(0);
    let si = f32x4.splat(0);
    while (x < stop) {
      const br = v128.load(before);
      const bi = v128.load(before, 16);
      const xr = f32x4.add(v128.load(x), f32x4.add(f32x4.mul(cr, br), f32x4.mul(ci, bi)));
      const xi = f32x4.add(v128.load(x, 16), f32x4.sub(f32x4.mul(ci, br), f32x4.mul(cr, bi)));
      v128.store(x, xr);
      v128.store(x, xi, 16);
      const ar = v128.load(row);
      const ai = v128.load(row, 16);
      sr = f32x4.add(sr, f32x4.sub(f32x4.mul(ar, xr), f32x4.mul(ai, xi)));
      si = f32x4.add(si, f32x4.add(f32x4.mul(ar, xi), f32x4.mul(ai, xr)));
      before += 32;
      row += 32;
      x += 32;
    }
    tr += sum(sr);
    ti += sum(si);
  }
  store<f64>(to, tr);
  store<f64>(to, ti, 8);
}

/** As `complexStep`, for real rows. */
export function realStep(before: usize, row: usize, bytes: usize, x: usize, c: usize, to: usize): void {
  const factor = v128.load_splat<f32>(c);
  const end = x + bytes;
  let total: f64 = 0;
  while (x < end) {
    const stop = min(x + SEGMENT, end);
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    while (x < stop) {
      const x0 = f32x4.add(v128.load(x), f32x4.mul(factor, v128.load(before)));
      const x1 = f32x4.add(v128.load(x, 16), f32x4.mul(factor, v128.load(before, 16)));
      v128.store(x, x0);
      v128.store(x, x1, 16);
      s0 = f32x4.add(s0, f32x4.mul(v128.load(row), x0));
      s1 = f32x4.add(s1, f32x4.mul(v128.load(row, 16), x1));
      before += 32;
      row += 32;
      x += 32;
    }
    total += sum(s0) + sum(s1);
  }
  store<f64>(to, total);
}

/** The sum of row * x, as the steps have it. */
export function complexProduct(row: usize, bytes: usize, x: usize, to: usize): void {
  const end = x + bytes;
  let tr: f64 = 0;
  let ti: f64 = 0;
  while (x < end) {
    const stop = min(x + SEGMENT, end);
    let sr = f32x4.splat(0);
    let si = f32x4.splat(0);
    while (x < stop) {
      const xr = v128.load(x);
      const xi = v128.load(x, 16);
      const ar = v128.load(row);
      const ai = v128.load(row, 16);
      sr = f32x4.add(sr, f32x4.sub(f32x4.mul(ar, xr), f32x4.mul(ai, xi)));
      si = f32x4.add(si, f32x4.add(f32x4.mul(ar, xi), f32x4.mul(ai, xr)));
      row += 32;
      x += 32;
    }
    tr += sum(sr);
    ti += sum(si);
  }
  store<f64>(to, tr);
  store<f64>(to, ti, 8);
}

export function realProduct(row: usize, bytes: usize, x: usize, to: usize): void {
  const end = x + bytes;
  let total: f64 = 0;
  while (x < end) {
    const stop = min(x + SEGMENT, end);
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    while (x < stop) {
      s0 = f32x4.add(s0, f32x4.mul(v128.load(row), v128.load(x)));
      s1 = f32x4.add(s1, f32x4.mul(v128.load(row, 16), v128.load(x, 16)));
      row += 32;
      x += 32;
    }
    total += sum(s0) + sum(s1);
  }
  store<f64>(to, total);
}

/** x += c conj(row). */
export function complexSum(row: usize, bytes: usize, x: usize, c: usize): void {
  const cr = v128.load_splat<f32>(c);
  const ci = v128.load_splat<f32>(c, 4);
  const end = x + bytes;
  while (x < end) {
    const ar = v128.load(row);
    const ai = v128.load(row, 16);
    v128.store(x, f32x4.add(v128.load(x), f32x4.add(f32x4.mul(cr, ar), f32x4.mul(ci, ai))));
    v128.store(x, f32x4.add(v128.load(x, 16), f32x4.sub(f32x4.mul(ci, ar), f32x4.mul(cr, ai))), 16);
    row += 32;
    x += 32;
  }
}

export function realSum(row: usize, bytes: usize, x: usize, c: usize): void {
  const factor = v128.load_splat<f32>(c);
  const end = x + bytes;
  while (x < end) {
    v128.store(x, f32x4.add(v128.load(x), f32x4.mul(factor, v128.load(row))));
    v128.store(x, f32x4.add(v128.load(x, 16), f32x4.mul(factor, v128.load(row, 16))), 16);
    row += 32;
    x += 32;
  }
}

/**
 * Copies the values of x at the listed offsets to a padded row, or back. A list is its length and then, for each column, the
 * byte offset of its (real) value in x.
 */
export function gather(list: usize, x: usize, local: usize, complex: bool): void {
  const count = load<u32>(list);
  const perGroup: u32 = complex ? 4 : 8;
  if (count % perGroup != 0) {
    const last = local + <usize>(count / perGroup) * 32;
    v128.store(last, f32x4.splat(0));
    v128.store(last, f32x4.splat(0), 16);
  }
  for (let i: u32 = 0; i < count; i++) {
    const from = x + <usize>load<u32>(list + <usize>i * 4, 4);
    const to = local + <usize>(i / perGroup) * 32 + <usize>(i % perGroup) * 4;
    store<f32>(to, load<f32>(from));
    if (complex) store<f32>(to, load<f32>(from, 16), 16);
  }
}

export function scatter(list: usize, local: usize, x: usize, complex: bool): void {
  const count = load<u32>(list);
  const perGroup: u32 = complex ? 4 : 8;
  for (let i: u32 = 0; i < count; i++) {
    const to = x + <usize>load<u32>(list + <usize>i * 4, 4);
    const from = local + <usize>(i / perGroup) * 32 + <usize>(i % perGroup) * 4;
    store<f32>(to, load<f32>(from));
    if (complex) store<f32>(to, load<f32>(from, 16), 16);
  }
}
