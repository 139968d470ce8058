import type { Dataset } from '@rondel/contracts';

/**
 * Magnetic particle imaging as its formulas are written, in float64 and without any code of the package: what it computes is
 * compared with this.
 */

export type Complex = readonly [real: number, imaginary: number];

/** Frequency and channel, counted from 0. */
export type Row = readonly [frequency: number, channel: number];

export function times([a, b]: Complex, [c, d]: Complex): Complex {
  return [a * c - b * d, a * d + b * c];
}

export function over(a: Complex, [c, d]: Complex): Complex {
  const size = c * c + d * d;
  return times(a, [c / size, -d / size]);
}

/** sum x[n] exp(-2 pi i k n / N) */
export function frequencyOf(samples: ArrayLike<number>, k: number): Complex {
  const roots = rootsOf(samples.length);
  let [real, imaginary] = [0, 0];
  for (let n = 0; n < samples.length; n++) {
    const at = (k * n) % samples.length;
    real += (samples[n] ?? 0) * (roots.cosines[at] ?? 0);
    imaginary -= (samples[n] ?? 0) * (roots.sines[at] ?? 0);
  }
  return [real, imaginary];
}

const known = new Map<number, { cosines: Float64Array; sines: Float64Array }>();

/** cos and sin of 2 pi n / N */
function rootsOf(length: number) {
  const angles = () => Float64Array.from({ length }, (_, n) => (2 * Math.PI * n) / length);
  const roots = known.get(length) ?? { cosines: angles().map(Math.cos), sines: angles().map(Math.sin) };
  known.set(length, roots);
  return roots;
}

/** One period of one channel of one frame. */
export function samplesOf({ data }: Dataset, frame: number, period: number, channel: number): Float64Array {
  const [, periods = 1, channels = 1, samples = 1] = data.shape;
  const start = ((frame * periods + period) * channels + channel) * samples;
  return Float64Array.from(data.data.subarray(start, start + samples));
}

/** Frames of a measurement or calibration with or without a sample. */
export function framesOf({ data, companions }: Dataset, background: boolean): number[] {
  const flags = companions.isBackgroundFrame?.data;
  return Array.from({ length: data.shape[0] ?? 0 }, (_, frame) => frame).filter(
    (frame) => (flags?.[frame] === 1) === background,
  );
}

/** Rows of a calibration of complex spectra: [row][voxel]. */
export function matrixOf(sf: Dataset, rows: readonly Row[]): Complex[][] {
  const [, , channels = 1, frequencies = 1] = sf.data.shape;
  return rows.map(([frequency, channel]) =>
    framesOf(sf, false).map((frame): Complex => {
      const at = 2 * ((frame * channels + channel) * frequencies + frequency);
      return [sf.data.data[at] ?? 0, sf.data.data[at + 1] ?? 0];
    }),
  );
}

/** Spectra of a period of samples at rows. */
export function spectrumAt(rows: readonly Row[], samples: (channel: number) => ArrayLike<number>): Complex[] {
  const channels = [...new Set(rows.map(([, channel]) => channel))];
  const cached = new Map(channels.map((channel) => [channel, samples(channel)]));
  return rows.map(([frequency, channel]) => frequencyOf(cached.get(channel) ?? [], frequency));
}

export interface KaczmarzOptions {
  /** Not normalized. */
  readonly lambda: number;
  readonly iterations: number;
  readonly isReal?: boolean;
  readonly isPositive?: boolean;
}

/** Regularized Kaczmarz: x, v = 0; for each row alpha = (b - a x - sqrt(lambda) v) / (||a||^2 + lambda), and so on. */
export function kaczmarz(
  matrix: readonly (readonly Complex[])[],
  b: readonly Complex[],
  { lambda, iterations, isReal = true, isPositive = true }: KaczmarzOptions,
): number[] {
  const columns = matrix[0]?.length ?? 0;
  const rows = matrix.map((row) => Float64Array.from(row.flat()));
  const x = new Float64Array(2 * columns);
  const v = new Float64Array(2 * rows.length);
  const eps = Math.sqrt(lambda);
  for (let iteration = 0; iteration < iterations; iteration++) {
    for (const [i, a] of rows.entries()) {
      let [norm, re, im] = [0, 0, 0];
      for (let j = 0; j < 2 * columns; j += 2) {
        const [ar, ai, xr, xi] = [a[j] ?? 0, a[j + 1] ?? 0, x[j] ?? 0, x[j + 1] ?? 0];
        norm += ar * ar + ai * ai;
        re += ar * xr - ai * xi;
        im += ar * xi + ai * xr;
      }
      if (norm === 0) continue;
      const alphaRe = ((b[i]?.[0] ?? 0) - re - eps * (v[2 * i] ?? 0)) / (norm + lambda);
      const alphaIm = ((b[i]?.[1] ?? 0) - im - eps * (v[2 * i + 1] ?? 0)) / (norm + lambda);
      for (let j = 0; j < 2 * columns; j += 2) {
        const [ar, ai] = [a[j] ?? 0, a[j + 1] ?? 0];
        x[j] = (x[j] ?? 0) + alphaRe * ar + alphaIm * ai;
        x[j + 1] = (x[j + 1] ?? 0) + alphaIm * ar - alphaRe * ai;
      }
      v[2 * i] = (v[2 * i] ?? 0) + alphaRe * eps;
      v[2 * i + 1] = (v[2 * i + 1] ?? 0) + alphaIm * eps;
    }
    for (let j = 0; isReal && j < 2 * columns; j += 2) {
      x[j] = isPositive ? Math.max(0, x[j] ?? 0) : (x[j] ?? 0);
      x[j + 1] = 0;
    }
  }
  return Array.from({ length: columns }, (_, j) => x[2 * j] ?? 0);
}

/** Sum of squares of a matrix over its columns: what weights of terms are multiplied by. */
export function matrixFactor(matrix: readonly (readonly Complex[])[]): number {
  const sum = matrix.reduce((total, row) => total + row.reduce((own, [re, im]) => own + re * re + im * im, 0), 0);
  return sum / (matrix[0]?.length ?? 1);
}

export function weighted(matrix: readonly (readonly Complex[])[], weights: readonly number[]): Complex[][] {
  return matrix.map((row, i) => row.map(([re, im]): Complex => [re * (weights[i] ?? 1), im * (weights[i] ?? 1)]));
}

/** Re(A^H A) and Re(A^H b), or their complex values, rows of [real, imaginary] interleaved. */
function normalEquations(matrix: readonly (readonly Complex[])[], b: readonly Complex[]) {
  const columns = matrix[0]?.length ?? 0;
  const gram = Array.from({ length: columns }, () => new Float64Array(2 * columns));
  const rhs = new Float64Array(2 * columns);
  for (const [i, row] of matrix.entries()) {
    for (const [j, [re, im]] of row.entries()) {
      const seen = times([re, -im], b[i] ?? [0, 0]);
      rhs[2 * j] = (rhs[2 * j] ?? 0) + seen[0];
      rhs[2 * j + 1] = (rhs[2 * j + 1] ?? 0) + seen[1];
      const own = gram[j] ?? new Float64Array();
      for (const [k, value] of row.entries()) {
        const product = times([re, -im], value);
        own[2 * k] = (own[2 * k] ?? 0) + product[0];
        own[2 * k + 1] = (own[2 * k + 1] ?? 0) + product[1];
      }
    }
  }
  return { columns, gram, rhs };
}

/** The real x >= 0 that minimizes ||A x - b||^2 + lambda ||x||^2, by coordinate descent until nothing changes. */
export function leastSquaresPositive(
  matrix: readonly (readonly Complex[])[],
  b: readonly Complex[],
  lambda: number,
): number[] {
  const { columns, gram, rhs } = normalEquations(matrix, b);
  const x = new Float64Array(columns);
  for (let sweep = 0; sweep < 20_000; sweep++) {
    let change = 0;
    for (const [j, row] of gram.entries()) {
      let gradient = lambda * (x[j] ?? 0) - (rhs[2 * j] ?? 0);
      for (let k = 0; k < columns; k++) gradient += (row[2 * k] ?? 0) * (x[k] ?? 0);
      const moved = Math.max(0, (x[j] ?? 0) - gradient / ((row[2 * j] ?? 0) + lambda));
      change = Math.max(change, Math.abs(moved - (x[j] ?? 0)));
      x[j] = moved;
    }
    if (change < 1e-13) break;
  }
  return Array.from(x);
}

/** The real part of the complex x that minimizes ||A x - b||^2 + lambda ||x||^2, by elimination. */
export function leastSquaresComplex(
  matrix: readonly (readonly Complex[])[],
  b: readonly Complex[],
  lambda: number,
): number[] {
  const { columns, gram, rhs } = normalEquations(matrix, b);
  const rows = gram.map((row, j) => Float64Array.of(...row, rhs[2 * j] ?? 0, rhs[2 * j + 1] ?? 0));
  const at = (row: number, column: number): Complex => [rows[row]?.[2 * column] ?? 0, rows[row]?.[2 * column + 1] ?? 0];
  for (let j = 0; j < columns; j++) rows[j]?.set([at(j, j)[0] + lambda, at(j, j)[1]], 2 * j);
  for (let pivot = 0; pivot < columns; pivot++) {
    for (let row = 0; row < columns; row++) {
      if (row === pivot) continue;
      const factor = over(at(row, pivot), at(pivot, pivot));
      for (let column = pivot; column <= columns; column++) {
        const [re, im] = times(factor, at(pivot, column));
        rows[row]?.set([at(row, column)[0] - re, at(row, column)[1] - im], 2 * column);
      }
    }
  }
  return Array.from({ length: columns }, (_, j) => over(at(j, columns), at(j, j))[0]);
}
