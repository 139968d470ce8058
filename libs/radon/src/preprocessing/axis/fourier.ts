/** Complex values, real and imaginary parts apart. */
export interface ComplexVector {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/**
 * Discrete Fourier transform sum x[n] exp(-2 pi i k n / N), in place: decimation in time with radix 2 (Cooley and Tukey
 * 1965).
 *
 * @param vector length N, a power of two.
 */
export function fourierTransform({ real, imaginary }: ComplexVector): void {
  reorderByReversedBits(real);
  reorderByReversedBits(imaginary);
  for (let half = 1; half < real.length; half *= 2) combineBlocks({ real, imaginary }, half);
}

function reorderByReversedBits(values: Float64Array): void {
  const bits = Math.log2(values.length);
  for (let index = 0; index < values.length; index++) {
    let reversed = 0;
    for (let bit = 0; bit < bits; bit++) reversed |= ((index >> bit) & 1) << (bits - 1 - bit);
    if (reversed <= index) continue;
    const value = values[index] ?? 0;
    values[index] = values[reversed] ?? 0;
    values[reversed] = value;
  }
}

function combineBlocks({ real, imaginary }: ComplexVector, half: number): void {
  for (let offset = 0; offset < half; offset++) {
    const cosine = Math.cos((Math.PI * offset) / half);
    const sine = -Math.sin((Math.PI * offset) / half);
    for (let even = offset; even < real.length; even += 2 * half) {
      const odd = even + half;
      const oddReal = (real[odd] ?? 0) * cosine - (imaginary[odd] ?? 0) * sine;
      const oddImaginary = (real[odd] ?? 0) * sine + (imaginary[odd] ?? 0) * cosine;
      real[odd] = (real[even] ?? 0) - oddReal;
      imaginary[odd] = (imaginary[even] ?? 0) - oddImaginary;
      real[even] = (real[even] ?? 0) + oddReal;
      imaginary[even] = (imaginary[even] ?? 0) + oddImaginary;
    }
  }
}
