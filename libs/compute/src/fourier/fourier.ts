import { emptyVector, type ComplexVector } from './complex-vector.js';
import { unitRoots } from './passes.js';
import { transformOf } from './transform.js';

export { emptyVector, type ComplexVector } from './complex-vector.js';

/**
 * Discrete Fourier transform sum x[n] exp(-2 pi i k n / N), unnormalized, in float64, for any length N: with radices 4, 2, 3, 5 and
 * odd primes (Cooley and Tukey 1965), or, where a prime factor is large, by Bluestein's convolution; N log N for all.
 *
 * @param length N >= 1.
 * @returns A function from vectors of that length to `output`, which is other memory, or to a new vector.
 */
export function fourierTransform(length: number): (vector: ComplexVector, output?: ComplexVector) => ComplexVector {
  const transform = transformOf(length);
  return (vector, output = emptyVector(length)) => {
    transform(vector, output);
    return output;
  };
}

/** The inverse of `fourierTransform`: sum X[k] exp(2 pi i k n / N) / N. */
export function inverseFourierTransform(
  length: number,
): (vector: ComplexVector, output?: ComplexVector) => ComplexVector {
  const transform = transformOf(length);
  return ({ real, imaginary }, output = emptyVector(length)) => {
    // Exchanging the parts before and after conjugates the roots.
    transform({ real: imaginary, imaginary: real }, { real: output.imaginary, imaginary: output.real });
    for (let index = 0; index < length; index++) {
      output.real[index] = (output.real[index] ?? 0) / length;
      output.imaginary[index] = (output.imaginary[index] ?? 0) / length;
    }
    return output;
  };
}

/**
 * Frequencies k = 0 ... floor(N / 2) of a real signal of length N, unnormalized, as `rfft` of FFTW and NumPy. Pairs of samples
 * are taken as complex numbers where N is even, which halves the work.
 *
 * @returns A function from signals of that length to `output` of floor(N / 2) + 1 entries, or to a new vector.
 */
export function realFourierTransform(
  length: number,
): (samples: ArrayLike<number>, output?: ComplexVector) => ComplexVector {
  return length % 2 === 0 ? evenTransform(length) : oddTransform(length);
}

function evenTransform(length: number) {
  const half = length / 2;
  const transform = transformOf(half);
  const roots = unitRoots(length, half + 1);
  const [packed, pairs] = [emptyVector(half), emptyVector(half)];
  return (samples: ArrayLike<number>, output = emptyVector(half + 1)) => {
    for (let index = 0; index < half; index++) {
      packed.real[index] = samples[2 * index] ?? 0;
      packed.imaginary[index] = samples[2 * index + 1] ?? 0;
    }
    transform(packed, pairs);
    unpack(pairs, roots, output);
    return output;
  };
}

function oddTransform(length: number) {
  const transform = transformOf(length);
  const frequencies = (length + 1) / 2;
  const [signal, spectrum] = [emptyVector(length), emptyVector(length)];
  return (samples: ArrayLike<number>, output = emptyVector(frequencies)) => {
    signal.real.set(samples);
    transform(signal, spectrum);
    output.real.set(spectrum.real.subarray(0, frequencies));
    output.imaginary.set(spectrum.imaginary.subarray(0, frequencies));
    return output;
  };
}

/**
 * The real signal of length N that has these frequencies k = 0 ... floor(N / 2); the inverse of `realFourierTransform`. A real
 * signal has no imaginary parts at 0 and at half the sampling rate; what stands there is left out, as FFTW does.
 *
 * @returns A function from spectra to `output` of N samples, or to a new signal.
 */
export function inverseRealFourierTransform(
  length: number,
): (spectrum: ComplexVector, output?: Float64Array) => Float64Array {
  return length % 2 === 0 ? evenInverse(length) : oddInverse(length);
}

function evenInverse(length: number) {
  const half = length / 2;
  const inverse = inverseFourierTransform(half);
  const roots = unitRoots(length, half + 1);
  const [packed, pairs] = [emptyVector(half), emptyVector(half)];
  return (spectrum: ComplexVector, output: Float64Array = new Float64Array(length)) => {
    pack(spectrum, roots, packed);
    inverse(packed, pairs);
    for (let index = 0; index < half; index++) {
      output[2 * index] = pairs.real[index] ?? 0;
      output[2 * index + 1] = pairs.imaginary[index] ?? 0;
    }
    return output;
  };
}

function oddInverse(length: number) {
  const inverse = inverseFourierTransform(length);
  const [full, signal] = [emptyVector(length), emptyVector(length)];
  return ({ real, imaginary }: ComplexVector, output: Float64Array = new Float64Array(length)) => {
    full.real[0] = real[0] ?? 0;
    for (let index = 1; 2 * index < length; index++) {
      full.real[index] = full.real[length - index] = real[index] ?? 0;
      full.imaginary[index] = imaginary[index] ?? 0;
      full.imaginary[length - index] = -(imaginary[index] ?? 0);
    }
    output.set(inverse(full, signal).real);
    return output;
  };
}

/** From the transform of x[2 n] + i x[2 n + 1] to that of x: that of a real signal's even and odd samples are its parts. */
function unpack({ real, imaginary }: ComplexVector, roots: ComplexVector, output: ComplexVector): void {
  const half = real.length;
  for (let index = 0; index <= half; index++) {
    const at = index === half ? 0 : index;
    const mirrored = at === 0 ? 0 : half - at;
    const a = real[at] ?? 0;
    const b = imaginary[at] ?? 0;
    const c = real[mirrored] ?? 0;
    const d = imaginary[mirrored] ?? 0;
    const cosine = roots.real[index] ?? 0;
    const sine = roots.imaginary[index] ?? 0;
    output.real[index] = (a + c + (b + d) * cosine - (c - a) * sine) / 2;
    output.imaginary[index] = (b - d + (b + d) * sine + (c - a) * cosine) / 2;
  }
}

/** The inverse of `unpack`. */
function pack({ real, imaginary }: ComplexVector, roots: ComplexVector, output: ComplexVector): void {
  const half = output.real.length;
  for (let index = 0; index < half; index++) {
    const mirrored = half - index;
    const a = real[index] ?? 0;
    const b = index === 0 ? 0 : (imaginary[index] ?? 0);
    const c = real[mirrored] ?? 0;
    const d = index === 0 ? 0 : -(imaginary[mirrored] ?? 0);
    const cosine = roots.real[index] ?? 0;
    const sine = -(roots.imaginary[index] ?? 0);
    const oddReal = (a - c) * cosine - (b - d) * sine;
    const oddImaginary = (a - c) * sine + (b - d) * cosine;
    output.real[index] = (a + c - oddImaginary) / 2;
    output.imaginary[index] = (b + d + oddReal) / 2;
  }
}
