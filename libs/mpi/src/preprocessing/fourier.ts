/** Complex values, real and imaginary parts apart. */
export interface ComplexVector {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/**
 * Discrete Fourier transform sum x[n] exp(-2 pi i k n / N), unnormalized, for any length N: decimation in time with the prime
 * factors of N as radices (Cooley and Tukey 1965), in N times the sum of the prime factors.
 *
 * @param length N >= 1.
 * @returns A function from vectors of that length to new ones.
 */
export function fourierTransform(length: number): (vector: ComplexVector) => ComplexVector {
  const radices = primeFactors(length);
  const roots = unitRoots(length);
  return (vector) => {
    const output = emptyVector(length);
    transformPart({ vector, output, roots, radices }, { depth: 0, from: 0, stride: 1, to: 0, length });
    return output;
  };
}

/** The inverse of `fourierTransform`: sum X[k] exp(2 pi i k n / N) / N. */
export function inverseFourierTransform(length: number): (vector: ComplexVector) => ComplexVector {
  const transform = fourierTransform(length);
  return ({ real, imaginary }) => {
    // Exchanging the parts before and after conjugates the roots.
    const swapped = transform({ real: imaginary, imaginary: real });
    return { real: swapped.imaginary.map(divide), imaginary: swapped.real.map(divide) };
  };
  function divide(value: number): number {
    return value / length;
  }
}

/**
 * Frequencies k = 0 ... floor(N / 2) of a real signal of length N, unnormalized, as `rfft` of FFTW and NumPy. Pairs of samples
 * are taken as complex numbers where N is even, which halves the work.
 */
export function realFourierTransform(length: number): (samples: ArrayLike<number>) => ComplexVector {
  const frequencies = Math.floor(length / 2) + 1;
  if (length % 2 !== 0) {
    const transform = fourierTransform(length);
    return (samples) => {
      const { real, imaginary } = transform({ real: Float64Array.from(samples), imaginary: new Float64Array(length) });
      return { real: real.subarray(0, frequencies), imaginary: imaginary.subarray(0, frequencies) };
    };
  }
  const half = length / 2;
  const transform = fourierTransform(half);
  const roots = unitRoots(length);
  return (samples) => {
    const packed = emptyVector(half);
    for (let index = 0; index < half; index++) {
      packed.real[index] = samples[2 * index] ?? 0;
      packed.imaginary[index] = samples[2 * index + 1] ?? 0;
    }
    return unpacked(transform(packed), roots, half);
  };
}

/** The real signal of length N that has these frequencies k = 0 ... floor(N / 2); the inverse of `realFourierTransform`. */
export function inverseRealFourierTransform(length: number): (spectrum: ComplexVector) => Float64Array {
  const inverse = inverseFourierTransform(length);
  return ({ real, imaginary }) => {
    const full = emptyVector(length);
    for (let index = 0; index < length; index++) {
      const mirrored = index > length / 2;
      const at = mirrored ? length - index : index;
      full.real[index] = real[at] ?? 0;
      full.imaginary[index] = (mirrored ? -1 : 1) * (imaginary[at] ?? 0);
    }
    // A real signal has no imaginary parts at 0 and at half the sampling rate; what stands there is left out, as FFTW does.
    full.imaginary[0] = 0;
    if (length % 2 === 0) full.imaginary[length / 2] = 0;
    return inverse(full).real;
  };
}

/** From the transform of x[2 n] + i x[2 n + 1] to that of x. */
function unpacked({ real, imaginary }: ComplexVector, roots: ComplexVector, half: number): ComplexVector {
  const output = emptyVector(half + 1);
  for (let index = 0; index <= half; index++) {
    const at = index % half;
    const mirrored = (half - index) % half;
    const [a, b] = [real[at] ?? 0, imaginary[at] ?? 0];
    const [c, d] = [real[mirrored] ?? 0, imaginary[mirrored] ?? 0];
    const odd = { real: (b + d) / 2, imaginary: (c - a) / 2 };
    const [cosine, sine] = index === half ? [-1, 0] : [roots.real[index] ?? 0, roots.imaginary[index] ?? 0];
    output.real[index] = (a + c) / 2 + odd.real * cosine - odd.imaginary * sine;
    output.imaginary[index] = (b - d) / 2 + odd.real * sine + odd.imaginary * cosine;
  }
  return output;
}

interface Transform {
  readonly vector: ComplexVector;
  readonly output: ComplexVector;
  readonly roots: ComplexVector;
  readonly radices: readonly number[];
}

/** Every `stride`-th element of the input from `from` on, which goes to `length` elements of the output from `to` on. */
interface Part {
  readonly depth: number;
  readonly from: number;
  readonly stride: number;
  readonly to: number;
  readonly length: number;
}

function transformPart(transform: Transform, { depth, from, stride, to, length }: Part): void {
  const { vector, output, radices } = transform;
  if (length === 1) {
    output.real[to] = vector.real[from] ?? 0;
    output.imaginary[to] = vector.imaginary[from] ?? 0;
    return;
  }
  const radix = radices[depth] ?? length;
  const count = length / radix;
  for (let part = 0; part < radix; part++) {
    transformPart(transform, {
      depth: depth + 1,
      from: from + part * stride,
      stride: stride * radix,
      to: to + part * count,
      length: count,
    });
  }
  combine(transform, { radix, count, to, stride });
}

/** Joins the transforms of `radix` interleaved parts, in place. */
function combine(
  { output: { real, imaginary }, roots }: Transform,
  { radix, count, to, stride }: { radix: number; count: number; to: number; stride: number },
): void {
  const total = roots.real.length;
  const partReal = new Float64Array(radix);
  const partImaginary = new Float64Array(radix);
  for (let index = 0; index < count; index++) {
    for (let part = 0; part < radix; part++) {
      const at = to + part * count + index;
      const root = part * index * stride;
      const [a, b] = [real[at] ?? 0, imaginary[at] ?? 0];
      const [cosine, sine] = [roots.real[root] ?? 0, roots.imaginary[root] ?? 0];
      partReal[part] = a * cosine - b * sine;
      partImaginary[part] = a * sine + b * cosine;
    }
    for (let row = 0; row < radix; row++) {
      let sumReal = 0;
      let sumImaginary = 0;
      for (let part = 0; part < radix; part++) {
        const root = (part * row * count * stride) % total;
        const [a, b] = [partReal[part] ?? 0, partImaginary[part] ?? 0];
        const [cosine, sine] = [roots.real[root] ?? 0, roots.imaginary[root] ?? 0];
        sumReal += a * cosine - b * sine;
        sumImaginary += a * sine + b * cosine;
      }
      real[to + row * count + index] = sumReal;
      imaginary[to + row * count + index] = sumImaginary;
    }
  }
}

/** exp(-2 pi i k / N) for k = 0 ... N - 1. */
function unitRoots(length: number): ComplexVector {
  const roots = emptyVector(length);
  for (let index = 0; index < length; index++) {
    roots.real[index] = Math.cos((2 * Math.PI * index) / length);
    roots.imaginary[index] = -Math.sin((2 * Math.PI * index) / length);
  }
  return roots;
}

function primeFactors(length: number): number[] {
  const factors: number[] = [];
  let rest = length;
  for (let factor = 2; factor * factor <= rest; factor++) {
    while (rest % factor === 0) {
      factors.push(factor);
      rest /= factor;
    }
  }
  return rest > 1 ? [...factors, rest] : factors;
}

export function emptyVector(length: number): ComplexVector {
  return { real: new Float64Array(length), imaginary: new Float64Array(length) };
}
