import { realFourierTransform, type ComplexVector } from '@rondel/compute/fourier';

/** One projection of the half turn. */
export interface WeightedRow {
  readonly row: number;
  /** rad */
  readonly angle: number;
  /** rad */
  readonly weight: number;
}

/**
 * Energy outside the double wedge as a function of the axis c: energy + 2 Re sum_j (real + i imaginary)_j
 * exp(2 i omega_j c).
 */
export interface MirrorCorrelation {
  /** omega_j, rad per bin. */
  readonly frequencies: Float64Array;
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
  readonly energy: number;
}

/** Detector frequencies above this (rad per bin) carry more noise than shape. */
const highestFrequency = 0.6;

/** Bounds of the sampling, which keep the cost of a slice below 10^8 operations for 2000 projections. */
const maximumFrequencies = 256;
const maximumOrders = 64;

/** Distance of the evaluated orders from the edge of the wedge, whose border is soft for a finite detector. */
const wedgeMargin = 3;

/**
 * With P(theta, omega) the transform of the projections along the detector and a_n(omega) its angular transform over
 * half a turn, the full turn mirrored at c has the coefficients
 * a_n exp(i omega c) + (-1)^n conj(a_-n) exp(-i omega c), so the squared moduli depend on c only through
 * (-1)^n a_n a_-n exp(2 i omega c).
 *
 * @param sinogram [angle, detector], line integrals.
 */
export function mirrorCorrelation(
  sinogram: Float32Array,
  detectors: number,
  rows: readonly WeightedRow[],
): MirrorCorrelation {
  const length = 2 ** Math.ceil(Math.log2(2 * detectors));
  const transform = realFourierTransform(length);
  const padded = new Float64Array(length);
  const spectra = rows.map(({ row }) => {
    padded.set(sinogram.subarray(row * detectors, (row + 1) * detectors));
    return transform(padded);
  });
  const radius = detectors / 2;
  const resolved = Math.min(highestFrequency, Math.max(0, rows.length - 1 - wedgeMargin) / radius);
  const count = Math.floor((resolved * length) / (2 * Math.PI));
  const stride = Math.max(1, Math.ceil(count / maximumFrequencies));
  const bins = Array.from({ length: Math.floor(count / stride) }, (_, index) => (index + 1) * stride);
  const waves = angularWaves(rows);
  const terms = bins.map((bin) => {
    const omega = (2 * Math.PI * bin) / length;
    return { omega, ...correlate(columnOf(spectra, bin, rows), waves, ordersOutside(radius * omega, rows.length)) };
  });
  return {
    frequencies: Float64Array.from(terms, ({ omega }) => omega),
    real: Float64Array.from(terms, ({ real }) => real),
    imaginary: Float64Array.from(terms, ({ imaginary }) => imaginary),
    energy: terms.reduce((total, { energy }) => total + energy, 0),
  };
}

function columnOf(spectra: readonly ComplexVector[], bin: number, rows: readonly WeightedRow[]): ComplexVector {
  return {
    real: Float64Array.from(spectra, ({ real }, index) => (real[bin] ?? 0) * (rows[index]?.weight ?? 0)),
    imaginary: Float64Array.from(spectra, ({ imaginary }, index) => (imaginary[bin] ?? 0) * (rows[index]?.weight ?? 0)),
  };
}

/** Angular orders just outside the wedge, below what this many projections of half a turn resolve. */
function ordersOutside(edge: number, projections: number): number[] {
  const first = Math.ceil(edge) + wedgeMargin;
  const last = Math.min(projections - 1, first + maximumOrders - 1);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}

/** cos(n theta) and sin(n theta) for every projection, computed once per order n. */
type Waves = (order: number) => ComplexVector;

function angularWaves(rows: readonly WeightedRow[]): Waves {
  const computed = new Map<number, ComplexVector>();
  return (order) => {
    const known = computed.get(order);
    if (known) return known;
    const waves = {
      real: Float64Array.from(rows, ({ angle }) => Math.cos(order * angle)),
      imaginary: Float64Array.from(rows, ({ angle }) => Math.sin(order * angle)),
    };
    computed.set(order, waves);
    return waves;
  };
}

function correlate(column: ComplexVector, waves: Waves, orders: readonly number[]) {
  const sum = { real: 0, imaginary: 0, energy: 0 };
  for (const order of orders) {
    const { plus, minus } = angularCoefficients(column, waves(order));
    const sign = order % 2 === 0 ? 1 : -1;
    sum.real += sign * (plus.real * minus.real - plus.imaginary * minus.imaginary);
    sum.imaginary += sign * (plus.real * minus.imaginary + plus.imaginary * minus.real);
    sum.energy += plus.real ** 2 + plus.imaginary ** 2 + minus.real ** 2 + minus.imaginary ** 2;
  }
  return sum;
}

/** a_n and a_-n: sums over the projections of P exp(-i n theta) and P exp(i n theta). */
function angularCoefficients(column: ComplexVector, waves: ComplexVector) {
  let realCosine = 0;
  let realSine = 0;
  let imaginaryCosine = 0;
  let imaginarySine = 0;
  for (let index = 0; index < column.real.length; index++) {
    const cosine = waves.real[index] ?? 0;
    const sine = waves.imaginary[index] ?? 0;
    const real = column.real[index] ?? 0;
    const imaginary = column.imaginary[index] ?? 0;
    realCosine += real * cosine;
    realSine += real * sine;
    imaginaryCosine += imaginary * cosine;
    imaginarySine += imaginary * sine;
  }
  return {
    plus: { real: realCosine + imaginarySine, imaginary: imaginaryCosine - realSine },
    minus: { real: realCosine - imaginarySine, imaginary: imaginaryCosine + realSine },
  };
}
