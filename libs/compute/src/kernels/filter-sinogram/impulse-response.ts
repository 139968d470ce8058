/** A filter of detector rows, given by its frequency response. */
export interface SinogramFilter {
  /** Real response at the frequencies k / fftSize cycles per bin, k = 0 to fftSize / 2. */
  readonly response: Float32Array;
  /** Length of the transform, as `filterLength` chooses it. */
  readonly fftSize: number;
}

/** The filter's impulse response at 0 to `length - 1` bins: h(n) = (1/N) sum over k of R(k) cos(2 pi k n / N). */
export function impulseResponse({ response, fftSize }: SinogramFilter, length: number): Float64Array {
  const cosines = Float64Array.from({ length: fftSize }, (_, k) => Math.cos((2 * Math.PI * k) / fftSize));
  return Float64Array.from({ length }, (_, n) => {
    let sum = 0;
    response.forEach((value, k) => {
      const both = k === 0 || k === fftSize / 2 ? 1 : 2;
      sum += both * value * (cosines[(k * n) % fftSize] ?? 0);
    });
    return sum / fftSize;
  });
}
