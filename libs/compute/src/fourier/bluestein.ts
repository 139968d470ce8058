import { emptyVector, type ComplexVector, type VectorTransform } from './complex-vector.js';
import { unitRoots } from './passes.js';

/**
 * The transform of any length N as a convolution with a chirp, in three of a length that has none but small factors (Bluestein,
 * "A linear filtering approach to the computation of the discrete Fourier transform", 1970): with c[n] = exp(-pi i n^2 / N),
 * X[k] = c[k] sum x[n] c[n] conj(c[k - n]), as 2 k n = k^2 + n^2 - (k - n)^2.
 *
 * @param transformOf Transforms of lengths whose prime factors are 2, 3 and 5.
 */
export function chirpTransform(length: number, transformOf: (length: number) => VectorTransform): VectorTransform {
  const padded = smoothLength(2 * length - 1);
  const transform = transformOf(padded);
  const chirp = chirpOf(length);
  const filter = filterOf(chirp, padded, transform);
  const [work, spectrum] = [emptyVector(padded), emptyVector(padded)];
  // Exchanging the parts before and after makes it the inverse transform.
  const [swappedSpectrum, swappedWork] = [swapped(spectrum), swapped(work)];
  return (input, output) => {
    work.real.fill(0, length);
    work.imaginary.fill(0, length);
    multiply(input, chirp, work);
    transform(work, spectrum);
    multiply(spectrum, filter, spectrum);
    transform(swappedSpectrum, swappedWork);
    multiply(work, chirp, output);
  };
}

/** c[n], whose angle is taken from n^2 mod 2 N, which is exact. */
function chirpOf(length: number): ComplexVector {
  const roots = unitRoots(2 * length);
  const chirp = emptyVector(length);
  for (let n = 0, square = 0; n < length; square = (square + 2 * n + 1) % (2 * length), n++) {
    chirp.real[n] = roots.real[square] ?? 0;
    chirp.imaginary[n] = roots.imaginary[square] ?? 0;
  }
  return chirp;
}

/** The transform of conj(c[n]), which is the same for n and -n, over its length. */
function filterOf({ real, imaginary }: ComplexVector, length: number, transform: VectorTransform): ComplexVector {
  const [conjugate, filter] = [emptyVector(length), emptyVector(length)];
  for (let n = 0; n < real.length; n++) {
    for (const at of [n, (length - n) % length]) {
      conjugate.real[at] = (real[n] ?? 0) / length;
      conjugate.imaginary[at] = -(imaginary[n] ?? 0) / length;
    }
  }
  transform(conjugate, filter);
  return filter;
}

function multiply(
  { real: a, imaginary: b }: ComplexVector,
  { real: c, imaginary: d }: ComplexVector,
  output: ComplexVector,
): void {
  for (let at = 0; at < c.length; at++) {
    const x = a[at] ?? 0;
    const y = b[at] ?? 0;
    const cosine = c[at] ?? 0;
    const sine = d[at] ?? 0;
    output.real[at] = x * cosine - y * sine;
    output.imaginary[at] = x * sine + y * cosine;
  }
}

function swapped({ real, imaginary }: ComplexVector): ComplexVector {
  return { real: imaginary, imaginary: real };
}

/** The smallest 2^a 3^b 5^c that is no less. */
export function smoothLength(least: number): number {
  let best = Infinity;
  for (let five = 1; five < 5 * least; five *= 5) {
    for (let three = five; three < 3 * least; three *= 3) {
      best = Math.min(best, three * 2 ** Math.max(0, Math.ceil(Math.log2(least / three))));
    }
  }
  return best;
}
