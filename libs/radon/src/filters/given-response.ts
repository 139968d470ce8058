import { RondelError } from '@rondel/contracts';

interface GivenFor {
  readonly detectors: number;
  readonly fftSize: number;
  /** Bins that the data itself has, where its rows were made longer. */
  readonly measured?: number;
}

/**
 * A response that the plan gives for the transform of rows as long as the detector, as `backproject_filtered` of RadonKA.jl
 * takes it, at the frequencies of a longer transform of zero-padded rows that gives the same numbers.
 *
 * Rows are real and so is what becomes of them, so the response is taken at k and -k alike, as the mean of both. Its kernel
 * repeats with the length of a row; written out over both directions it has 2 N - 1 values, and their transform is the
 * result. Filtering with it wraps around the ends of a row, as the transform of that length does.
 *
 * @param given frequency 0 in the middle, at index floor(N / 2), as after `fftshift`.
 * @param fftSize even, at least twice the number of detectors.
 * @returns response at k / fftSize cycles per bin for k = 0 ... fftSize / 2.
 * Throws `DATA_SHAPE_MISMATCH` when the response is for another number of detectors.
 */
export function givenResponse(
  given: readonly number[],
  { detectors, fftSize, measured = detectors }: GivenFor,
): Float32Array {
  if (given.length !== detectors) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `filter has ${given.length} values, but rows of the data have ${measured} bins, and a filter that is given as numbers has one for each. Write a name such as "ramp" for any length.`,
      { at: 'filter' },
    );
  }
  const kernel = kernelOf(given);
  const cosines = cosineTable(fftSize);
  return Float32Array.from({ length: fftSize / 2 + 1 }, (_, k) => {
    let sum = kernel[0] ?? 0;
    for (let n = 1; n < detectors; n += 1) sum += 2 * (kernel[n] ?? 0) * (cosines[(k * n) % fftSize] ?? 0);
    return sum;
  });
}

/**
 * A response that is given for rows as long as the detector, for rows that were made longer: linear between its frequencies.
 *
 * @param given frequency 0 in the middle, as `givenResponse` takes it.
 * @param length of the longer rows.
 */
export function stretchedResponse(given: readonly number[], length: number): number[] {
  const { length: size } = given;
  const middle = Math.floor(size / 2);
  const at = (index: number) => given[((index % size) + size) % size] ?? 0;
  return Array.from({ length }, (_, k) => {
    const place = ((k - Math.floor(length / 2)) * size) / length + middle;
    const before = Math.floor(place);
    return at(before) * (before + 1 - place) + at(before + 1) * (place - before);
  });
}

/** h(n) = (1/N) sum over k of R(k) cos(2 pi k n / N), the real part of the inverse transform. */
function kernelOf(given: readonly number[]): Float64Array {
  const size = given.length;
  const middle = Math.floor(size / 2);
  const cosines = cosineTable(size);
  return Float64Array.from({ length: size }, (_, n) => {
    let sum = 0;
    for (let k = 0; k < size; k += 1) sum += (given[(k + middle) % size] ?? 0) * (cosines[(k * n) % size] ?? 0);
    return sum / size;
  });
}

function cosineTable(size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, n) => Math.cos((2 * Math.PI * n) / size));
}
