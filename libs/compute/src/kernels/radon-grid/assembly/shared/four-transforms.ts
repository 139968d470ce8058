// Four complex Fourier transforms of one length at once, one in each lane: sum over n of x(n) exp(+2 pi i k n / N), unscaled, by
// Stockham's algorithm in passes of 2, 3, 4 and 5, which needs no reordering (Swarztrauber, "FFT algorithms for vector
// computers", Parallel Computing 1, 1984). An element is four real parts, then four imaginary parts.

export const ELEMENT_BYTES: usize = 32;

function storeTimes(to: usize, re: v128, im: v128, cosine: v128, sine: v128): void {
  v128.store(to, f32x4.sub(f32x4.mul(re, cosine), f32x4.mul(im, sine)));
  v128.store(to, f32x4.add(f32x4.mul(re, sine), f32x4.mul(im, cosine)), 16);
}

function passOfTwo(m: i32, stride: i32, roots: usize, from: usize, to: usize): void {
  const step = (<usize>stride) << 5;
  const apart = step * <usize>m;
  for (let p = 0; p < m; p++) {
    const root = roots + ((<usize>(p * stride)) << 3);
    const c1 = v128.load_splat<f32>(root);
    const s1 = v128.load_splat<f32>(root, 4);
    const end = from + step;
    while (from < end) {
      const ar = v128.load(from);
      const ai = v128.load(from, 16);
      const br = v128.load(from + apart);
      const bi = v128.load(from + apart, 16);
      v128.store(to, f32x4.add(ar, br));
      v128.store(to, f32x4.add(ai, bi), 16);
      storeTimes(to + step, f32x4.sub(ar, br), f32x4.sub(ai, bi), c1, s1);
      from += ELEMENT_BYTES;
      to += ELEMENT_BYTES;
    }
    to += step;
  }
}

function passOfThree(m: i32, stride: i32, roots: usize, from: usize, to: usize): void {
  const half = f32x4.splat(0.5);
  const sine60 = f32x4.splat(0.8660254037844386);
  const step = (<usize>stride) << 5;
  const apart = step * <usize>m;
  for (let p = 0; p < m; p++) {
    const root1 = roots + ((<usize>(p * stride)) << 3);
    const root2 = roots + ((<usize>(2 * p * stride)) << 3);
    const c1 = v128.load_splat<f32>(root1);
    const s1 = v128.load_splat<f32>(root1, 4);
    const c2 = v128.load_splat<f32>(root2);
    const s2 = v128.load_splat<f32>(root2, 4);
    const end = from + step;
    while (from < end) {
      const ar = v128.load(from);
      const ai = v128.load(from, 16);
      const br = v128.load(from + apart);
      const bi = v128.load(from + apart, 16);
      const cr = v128.load(from + apart * 2);
      const ci = v128.load(from + apart * 2, 16);
      const tr = f32x4.add(br, cr);
      const ti = f32x4.add(bi, ci);
      const ur = f32x4.sub(ar, f32x4.mul(tr, half));
      const ui = f32x4.sub(ai, f32x4.mul(ti, half));
      const vr = f32x4.mul(f32x4.sub(ci, bi), sine60);
      const vi = f32x4.mul(f32x4.sub(br, cr), sine60);
      v128.store(to, f32x4.add(ar, tr));
      v128.store(to, f32x4.add(ai, ti), 16);
      storeTimes(to + step, f32x4.add(ur, vr), f32x4.add(ui, vi), c1, s1);
      storeTimes(to + step * 2, f32x4.sub(ur, vr), f32x4.sub(ui, vi), c2, s2);
      from += ELEMENT_BYTES;
      to += ELEMENT_BYTES;
    }
    to += step * 2;
  }
}

function passOfFour(m: i32, stride: i32, roots: usize, from: usize, to: usize): void {
  const step = (<usize>stride) << 5;
  const apart = step * <usize>m;
  for (let p = 0; p < m; p++) {
    const root1 = roots + ((<usize>(p * stride)) << 3);
    const root2 = roots + ((<usize>(2 * p * stride)) << 3);
    const root3 = roots + ((<usize>(3 * p * stride)) << 3);
    const c1 = v128.load_splat<f32>(root1);
    const s1 = v128.load_splat<f32>(root1, 4);
    const c2 = v128.load_splat<f32>(root2);
    const s2 = v128.load_splat<f32>(root2, 4);
    const c3 = v128.load_splat<f32>(root3);
    const s3 = v128.load_splat<f32>(root3, 4);
    const end = from + step;
    while (from < end) {
      const ar = v128.load(from);
      const ai = v128.load(from, 16);
      const br = v128.load(from + apart);
      const bi = v128.load(from + apart, 16);
      const cr = v128.load(from + apart * 2);
      const ci = v128.load(from + apart * 2, 16);
      const dr = v128.load(from + apart * 3);
      const di = v128.load(from + apart * 3, 16);
      const sr = f32x4.add(ar, cr);
      const si = f32x4.add(ai, ci);
      const tr = f32x4.sub(ar, cr);
      const ti = f32x4.sub(ai, ci);
      const ur = f32x4.add(br, dr);
      const ui = f32x4.add(bi, di);
      const vr = f32x4.sub(di, bi);
      const vi = f32x4.sub(br, dr);
      v128.store(to, f32x4.add(sr, ur));
      v128.store(to, f32x4.add(si, ui), 16);
      storeTimes(to + step, f32x4.add(tr, vr), f32x4.add(ti, vi), c1, s1);
      storeTimes(to + step * 2, f32x4.sub(sr, ur), f32x4.sub(si, ui), c2, s2);
      storeTimes(to + step * 3, f32x4.sub(tr, vr), f32x4.sub(ti, vi), c3, s3);
      from += ELEMENT_BYTES;
      to += ELEMENT_BYTES;
    }
    to += step * 3;
  }
}

function passOfFive(m: i32, stride: i32, roots: usize, from: usize, to: usize): void {
  const cosine72 = f32x4.splat(0.30901699437494745);
  const cosine144 = f32x4.splat(-0.8090169943749475);
  const sine72 = f32x4.splat(0.9510565162951535);
  const sine144 = f32x4.splat(0.5877852522924731);
  const step = (<usize>stride) << 5;
  const apart = step * <usize>m;
  for (let p = 0; p < m; p++) {
    const root = (<usize>(p * stride)) << 3;
    const c1 = v128.load_splat<f32>(roots + root);
    const s1 = v128.load_splat<f32>(roots + root, 4);
    const c2 = v128.load_splat<f32>(roots + root * 2);
    const s2 = v128.load_splat<f32>(roots + root * 2, 4);
    const c3 = v128.load_splat<f32>(roots + root * 3);
    const s3 = v128.load_splat<f32>(roots + root * 3, 4);
    const c4 = v128.load_splat<f32>(roots + root * 4);
    const s4 = v128.load_splat<f32>(roots + root * 4, 4);
    const end = from + step;
    while (from < end) {
      const ar = v128.load(from);
      const ai = v128.load(from, 16);
      const br = v128.load(from + apart);
      const bi = v128.load(from + apart, 16);
      const cr = v128.load(from + apart * 2);
      const ci = v128.load(from + apart * 2, 16);
      const dr = v128.load(from + apart * 3);
      const di = v128.load(from + apart * 3, 16);
      const er = v128.load(from + apart * 4);
      const ei = v128.load(from + apart * 4, 16);
      const t1r = f32x4.add(br, er);
      const t1i = f32x4.add(bi, ei);
      const t2r = f32x4.add(cr, dr);
      const t2i = f32x4.add(ci, di);
      const t3r = f32x4.sub(br, er);
      const t3i = f32x4.sub(bi, ei);
      const t4r = f32x4.sub(cr, dr);
      const t4i = f32x4.sub(ci, di);
      const m1r = f32x4.add(ar, f32x4.add(f32x4.mul(cosine72, t1r), f32x4.mul(cosine144, t2r)));
      const m1i = f32x4.add(ai, f32x4.add(f32x4.mul(cosine72, t1i), f32x4.mul(cosine144, t2i)));
      const m2r = f32x4.add(ar, f32x4.add(f32x4.mul(cosine144, t1r), f32x4.mul(cosine72, t2r)));
      const m2i = f32x4.add(ai, f32x4.add(f32x4.mul(cosine144, t1i), f32x4.mul(cosine72, t2i)));
      // i times the sums of sines
      const n1i = f32x4.add(f32x4.mul(sine72, t3r), f32x4.mul(sine144, t4r));
      const n1r = f32x4.neg(f32x4.add(f32x4.mul(sine72, t3i), f32x4.mul(sine144, t4i)));
      const n2i = f32x4.sub(f32x4.mul(sine144, t3r), f32x4.mul(sine72, t4r));
      const n2r = f32x4.sub(f32x4.mul(sine72, t4i), f32x4.mul(sine144, t3i));
      v128.store(to, f32x4.add(ar, f32x4.add(t1r, t2r)));
      v128.store(to, f32x4.add(ai, f32x4.add(t1i, t2i)), 16);
      storeTimes(to + step, f32x4.add(m1r, n1r), f32x4.add(m1i, n1i), c1, s1);
      storeTimes(to + step * 2, f32x4.add(m2r, n2r), f32x4.add(m2i, n2i), c2, s2);
      storeTimes(to + step * 3, f32x4.sub(m2r, n2r), f32x4.sub(m2i, n2i), c3, s3);
      storeTimes(to + step * 4, f32x4.sub(m1r, n1r), f32x4.sub(m1i, n1i), c4, s4);
      from += ELEMENT_BYTES;
      to += ELEMENT_BYTES;
    }
    to += step * 4;
  }
}

/**
 * Transforms the elements at `from`; `other` is as much room. Returns which of the two holds the result.
 *
 * @param passes their radices as words, 0 behind the last; their product is the length.
 * @param roots exp(2 pi i k / length), complex, for k from 0.
 */
export function transformFour(length: i32, passes: usize, roots: usize, from: usize, other: usize): usize {
  let rest = length;
  let stride = 1;
  for (let radix = load<i32>(passes); radix != 0; radix = load<i32>(passes)) {
    rest /= radix;
    if (radix == 4) passOfFour(rest, stride, roots, from, other);
    else if (radix == 2) passOfTwo(rest, stride, roots, from, other);
    else if (radix == 3) passOfThree(rest, stride, roots, from, other);
    else passOfFive(rest, stride, roots, from, other);
    stride *= radix;
    passes += 4;
    const result = other;
    other = from;
    from = result;
  }
  return from;
}
