// Products and sums with rows of which only some columns have values. x lies column by column, a complex one as pairs of
// real and imaginary part, and so do the values of a row; a list has the byte offset in x of each. No column occurs twice.

/** The sum of row * x, without conjugation, to `to`. */
export function complexIndexedProduct(values: usize, list: usize, count: usize, x: usize, to: usize): void {
  let tr: f64 = 0;
  let ti: f64 = 0;
  const end = list + (count & ~1) * 4;
  while (list < end) {
    const stop = min(list + 8192, end);
    let same = f32x4.splat(0);
    let crossed = f32x4.splat(0);
    while (list < stop) {
      const a = v128.load(values);
      const first = v128.load_zero<u64>(x + <usize>load<u32>(list));
      const both = v128.load_lane<u64>(x + <usize>load<u32>(list, 4), first, 1);
      same = f32x4.add(same, f32x4.mul(a, both));
      crossed = f32x4.add(crossed, f32x4.mul(a, i32x4.shuffle(both, both, 1, 0, 3, 2)));
      values += 16;
      list += 8;
    }
    tr +=
      <f64>f32x4.extract_lane(same, 0) -
      <f64>f32x4.extract_lane(same, 1) +
      (<f64>f32x4.extract_lane(same, 2) - <f64>f32x4.extract_lane(same, 3));
    ti +=
      <f64>f32x4.extract_lane(crossed, 0) +
      <f64>f32x4.extract_lane(crossed, 1) +
      (<f64>f32x4.extract_lane(crossed, 2) + <f64>f32x4.extract_lane(crossed, 3));
  }
  if (count & 1) {
    const at = x + <usize>load<u32>(list);
    const ar = <f64>load<f32>(values);
    const ai = <f64>load<f32>(values, 4);
    tr += ar * <f64>load<f32>(at) - ai * <f64>load<f32>(at, 4);
    ti += ar * <f64>load<f32>(at, 4) + ai * <f64>load<f32>(at);
  }
  store<f64>(to, tr);
  store<f64>(to, ti, 8);
}

/** x += c conj(row). */
export function complexIndexedSum(values: usize, list: usize, count: usize, x: usize, c: usize): void {
  const cr = load<f32>(c);
  const ci = load<f32>(c, 4);
  const direct = f32x4(cr, -cr, cr, -cr);
  const crossed = f32x4.splat(ci);
  const end = list + (count & ~1) * 4;
  while (list < end) {
    const a = v128.load(values);
    const step = f32x4.add(f32x4.mul(a, direct), f32x4.mul(i32x4.shuffle(a, a, 1, 0, 3, 2), crossed));
    const first = x + <usize>load<u32>(list);
    const second = x + <usize>load<u32>(list, 4);
    const both = v128.load_lane<u64>(second, v128.load_zero<u64>(first), 1);
    const moved = f32x4.add(both, step);
    v128.store_lane<u64>(first, moved, 0);
    v128.store_lane<u64>(second, moved, 1);
    values += 16;
    list += 8;
  }
  if (count & 1) {
    const at = x + <usize>load<u32>(list);
    const ar = load<f32>(values);
    const ai = load<f32>(values, 4);
    store<f32>(at, load<f32>(at) + (ar * cr + ai * ci));
    store<f32>(at, load<f32>(at, 4) + (ar * ci - ai * cr), 4);
  }
}

export function realIndexedProduct(values: usize, list: usize, count: usize, x: usize, to: usize): void {
  let even: f64 = 0;
  let odd: f64 = 0;
  const end = list + (count & ~1) * 4;
  while (list < end) {
    even += <f64>load<f32>(values) * <f64>load<f32>(x + <usize>load<u32>(list));
    odd += <f64>load<f32>(values, 4) * <f64>load<f32>(x + <usize>load<u32>(list, 4));
    values += 8;
    list += 8;
  }
  if (count & 1) even += <f64>load<f32>(values) * <f64>load<f32>(x + <usize>load<u32>(list));
  store<f64>(to, even + odd);
}

export function realIndexedSum(values: usize, list: usize, count: usize, x: usize, c: usize): void {
  const factor = load<f32>(c);
  const end = list + count * 4;
  while (list < end) {
    const at = x + <usize>load<u32>(list);
    store<f32>(at, load<f32>(at) + factor * load<f32>(values));
    values += 4;
    list += 4;
  }
}
