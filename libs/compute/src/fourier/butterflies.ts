import type { ComplexVector } from './complex-vector.js';
import type { Pass } from './passes.js';

type PassKernel = (pass: Pass, input: ComplexVector, output: ComplexVector) => void;

/** Written out, as nearly all lengths have these. Constants one by one: what arrays would hold is made anew in every loop. */
const kernels: Readonly<Record<number, PassKernel>> = { 2: radix2, 3: radix3, 4: radix4, 5: radix5 };

/** Does a pass. */
export function runPass(pass: Pass, input: ComplexVector, output: ComplexVector): void {
  const kernel = kernels[pass.radix] ?? oddRadix;
  kernel(pass, input, output);
}

function radix2({ count, stride, roots }: Pass, { real: x, imaginary: y }: ComplexVector, output: ComplexVector): void {
  const { real: u, imaginary: v } = output;
  const half = count * stride;
  for (let position = 0; position < count; position++) {
    const c = roots.real[position] ?? 0;
    const s = roots.imaginary[position] ?? 0;
    const shift = position * stride;
    for (let from = shift; from < shift + stride; from++) {
      const a = x[from] ?? 0;
      const b = y[from] ?? 0;
      const d = x[from + half] ?? 0;
      const e = y[from + half] ?? 0;
      const to = from + shift;
      u[to] = a + d;
      v[to] = b + e;
      u[to + stride] = (a - d) * c - (b - e) * s;
      v[to + stride] = (a - d) * s + (b - e) * c;
    }
  }
}

const sine60 = Math.sqrt(3) / 2;

function radix3({ count, stride, roots }: Pass, { real: x, imaginary: y }: ComplexVector, output: ComplexVector): void {
  const { real: u, imaginary: v } = output;
  const part = count * stride;
  for (let position = 0; position < count; position++) {
    const c1 = roots.real[2 * position] ?? 0;
    const s1 = roots.imaginary[2 * position] ?? 0;
    const c2 = roots.real[2 * position + 1] ?? 0;
    const s2 = roots.imaginary[2 * position + 1] ?? 0;
    for (let from = position * stride, to = 3 * from, index = 0; index < stride; index++, from++, to++) {
      const x0 = x[from] ?? 0;
      const y0 = y[from] ?? 0;
      const x1 = x[from + part] ?? 0;
      const y1 = y[from + part] ?? 0;
      const x2 = x[from + 2 * part] ?? 0;
      const y2 = y[from + 2 * part] ?? 0;
      const sumX = x1 + x2;
      const sumY = y1 + y2;
      const turnedX = sine60 * (y1 - y2);
      const turnedY = -sine60 * (x1 - x2);
      const middleX = x0 - sumX / 2;
      const middleY = y0 - sumY / 2;
      const p = middleX + turnedX;
      const q = middleY + turnedY;
      const r = middleX - turnedX;
      const t = middleY - turnedY;
      u[to] = x0 + sumX;
      v[to] = y0 + sumY;
      u[to + stride] = p * c1 - q * s1;
      v[to + stride] = p * s1 + q * c1;
      u[to + 2 * stride] = r * c2 - t * s2;
      v[to + 2 * stride] = r * s2 + t * c2;
    }
  }
}

function radix4({ count, stride, roots }: Pass, { real: x, imaginary: y }: ComplexVector, output: ComplexVector): void {
  const { real: u, imaginary: v } = output;
  const part = count * stride;
  for (let position = 0; position < count; position++) {
    const root = 3 * position;
    const c1 = roots.real[root] ?? 0;
    const s1 = roots.imaginary[root] ?? 0;
    const c2 = roots.real[root + 1] ?? 0;
    const s2 = roots.imaginary[root + 1] ?? 0;
    const c3 = roots.real[root + 2] ?? 0;
    const s3 = roots.imaginary[root + 2] ?? 0;
    for (let from = position * stride, to = 4 * from, index = 0; index < stride; index++, from++, to++) {
      const x0 = x[from] ?? 0;
      const y0 = y[from] ?? 0;
      const x1 = x[from + part] ?? 0;
      const y1 = y[from + part] ?? 0;
      const x2 = x[from + 2 * part] ?? 0;
      const y2 = y[from + 2 * part] ?? 0;
      const x3 = x[from + 3 * part] ?? 0;
      const y3 = y[from + 3 * part] ?? 0;
      const evenX = x0 + x2;
      const evenY = y0 + y2;
      const differenceX = x0 - x2;
      const differenceY = y0 - y2;
      // The second difference is turned by -i.
      const oddX = x1 + x3;
      const oddY = y1 + y3;
      const turnedX = y1 - y3;
      const turnedY = x3 - x1;
      const p = differenceX + turnedX;
      const q = differenceY + turnedY;
      const r = evenX - oddX;
      const t = evenY - oddY;
      const g = differenceX - turnedX;
      const h = differenceY - turnedY;
      u[to] = evenX + oddX;
      v[to] = evenY + oddY;
      u[to + stride] = p * c1 - q * s1;
      v[to + stride] = p * s1 + q * c1;
      u[to + 2 * stride] = r * c2 - t * s2;
      v[to + 2 * stride] = r * s2 + t * c2;
      u[to + 3 * stride] = g * c3 - h * s3;
      v[to + 3 * stride] = g * s3 + h * c3;
    }
  }
}

const cosine72 = Math.cos((2 * Math.PI) / 5);
const sine72 = Math.sin((2 * Math.PI) / 5);
const cosine144 = Math.cos((4 * Math.PI) / 5);
const sine144 = Math.sin((4 * Math.PI) / 5);

function radix5({ count, stride, roots }: Pass, { real: x, imaginary: y }: ComplexVector, output: ComplexVector): void {
  const { real: u, imaginary: v } = output;
  const { real: c, imaginary: s } = roots;
  const part = count * stride;
  for (let position = 0; position < count; position++) {
    const root = 4 * position;
    const c1 = c[root] ?? 0;
    const s1 = s[root] ?? 0;
    const c2 = c[root + 1] ?? 0;
    const s2 = s[root + 1] ?? 0;
    const c3 = c[root + 2] ?? 0;
    const s3 = s[root + 2] ?? 0;
    const c4 = c[root + 3] ?? 0;
    const s4 = s[root + 3] ?? 0;
    for (let from = position * stride, to = 5 * from, index = 0; index < stride; index++, from++, to++) {
      const x0 = x[from] ?? 0;
      const y0 = y[from] ?? 0;
      const x1 = x[from + part] ?? 0;
      const y1 = y[from + part] ?? 0;
      const x2 = x[from + 2 * part] ?? 0;
      const y2 = y[from + 2 * part] ?? 0;
      const x3 = x[from + 3 * part] ?? 0;
      const y3 = y[from + 3 * part] ?? 0;
      const x4 = x[from + 4 * part] ?? 0;
      const y4 = y[from + 4 * part] ?? 0;
      const outerX = x1 + x4;
      const outerY = y1 + y4;
      const innerX = x2 + x3;
      const innerY = y2 + y3;
      const acrossX = x1 - x4;
      const acrossY = y1 - y4;
      const betweenX = x2 - x3;
      const betweenY = y2 - y3;
      const nearX = x0 + cosine72 * outerX + cosine144 * innerX;
      const nearY = y0 + cosine72 * outerY + cosine144 * innerY;
      const farX = x0 + cosine144 * outerX + cosine72 * innerX;
      const farY = y0 + cosine144 * outerY + cosine72 * innerY;
      const nearTurnX = sine72 * acrossY + sine144 * betweenY;
      const nearTurnY = -sine72 * acrossX - sine144 * betweenX;
      const farTurnX = sine144 * acrossY - sine72 * betweenY;
      const farTurnY = -sine144 * acrossX + sine72 * betweenX;
      const a1 = nearX + nearTurnX;
      const b1 = nearY + nearTurnY;
      const a4 = nearX - nearTurnX;
      const b4 = nearY - nearTurnY;
      const a2 = farX + farTurnX;
      const b2 = farY + farTurnY;
      const a3 = farX - farTurnX;
      const b3 = farY - farTurnY;
      u[to] = x0 + outerX + innerX;
      v[to] = y0 + outerY + innerY;
      u[to + stride] = a1 * c1 - b1 * s1;
      v[to + stride] = a1 * s1 + b1 * c1;
      u[to + 2 * stride] = a2 * c2 - b2 * s2;
      v[to + 2 * stride] = a2 * s2 + b2 * c2;
      u[to + 3 * stride] = a3 * c3 - b3 * s3;
      v[to + 3 * stride] = a3 * s3 + b3 * c3;
      u[to + 4 * stride] = a4 * c4 - b4 * s4;
      v[to + 4 * stride] = a4 * s4 + b4 * c4;
    }
  }
}

/** Entries j and radix - j have the same cosines and opposite sines, so half as many products do. */
function oddRadix(pass: Pass, input: ComplexVector, output: ComplexVector): void {
  const { radix, count, stride } = pass;
  for (let position = 0; position < count; position++) {
    for (let index = 0; index < stride; index++) {
      foldEntries(pass, input, position * stride + index);
      const to = radix * position * stride + index;
      for (let k = 0; 2 * k < radix; k++) putFolded(pass, k, { output, to, root: position * (radix - 1) - 1 });
    }
  }
}

/** First entry, sums of entry j and radix - j at j, their differences at radix - j. */
function foldEntries({ radix, count, stride, entries }: Pass, { real: x, imaginary: y }: ComplexVector, from: number) {
  const part = count * stride;
  entries.real[0] = x[from] ?? 0;
  entries.imaginary[0] = y[from] ?? 0;
  for (let j = 1; 2 * j < radix; j++) {
    const x1 = x[from + j * part] ?? 0;
    const y1 = y[from + j * part] ?? 0;
    const x2 = x[from + (radix - j) * part] ?? 0;
    const y2 = y[from + (radix - j) * part] ?? 0;
    entries.real[j] = x1 + x2;
    entries.imaginary[j] = y1 + y2;
    entries.real[radix - j] = x1 - x2;
    entries.imaginary[radix - j] = y1 - y2;
  }
}

/** Result k and radix - k. */
function putFolded(
  { radix, stride, entries, ownRoots, roots }: Pass,
  k: number,
  { output, to, root }: { readonly output: ComplexVector; readonly to: number; readonly root: number },
): void {
  let evenX = entries.real[0] ?? 0;
  let evenY = entries.imaginary[0] ?? 0;
  let oddX = 0;
  let oddY = 0;
  for (let j = 1, turn = k; 2 * j < radix; j++, turn = (turn + k) % radix) {
    const cosine = ownRoots.real[turn] ?? 0;
    const sine = ownRoots.imaginary[turn] ?? 0;
    evenX += cosine * (entries.real[j] ?? 0);
    evenY += cosine * (entries.imaginary[j] ?? 0);
    oddX -= sine * (entries.imaginary[radix - j] ?? 0);
    oddY += sine * (entries.real[radix - j] ?? 0);
  }
  const { real: u, imaginary: v } = output;
  if (k === 0) {
    u[to] = evenX;
    v[to] = evenY;
    return;
  }
  const first = root + k;
  const firstReal = roots.real[first] ?? 0;
  const firstImaginary = roots.imaginary[first] ?? 0;
  u[to + k * stride] = (evenX + oddX) * firstReal - (evenY + oddY) * firstImaginary;
  v[to + k * stride] = (evenX + oddX) * firstImaginary + (evenY + oddY) * firstReal;
  const last = root + radix - k;
  const lastReal = roots.real[last] ?? 0;
  const lastImaginary = roots.imaginary[last] ?? 0;
  u[to + (radix - k) * stride] = (evenX - oddX) * lastReal - (evenY - oddY) * lastImaginary;
  v[to + (radix - k) * stride] = (evenX - oddX) * lastImaginary + (evenY - oddY) * lastReal;
}
