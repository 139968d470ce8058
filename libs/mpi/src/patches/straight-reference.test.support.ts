import type { Dataset, NdArray } from '@rondel/contracts';

/** Pairs of real and imaginary part. */
export type Complex = Float64Array;

/** A row of the calibration: a frequency and a channel, from 0. */
export type Row = readonly [frequency: number, channel: number];

/** Rows of a calibration with a signal-to-noise ratio, channel after channel, from a least frequency in Hz. */
export function rowsAbove({ companions, attributes }: Dataset, ratio: number, minFreq: number): Row[] {
  const snr = companions.snr ?? { data: [], shape: [1, 1, 0] };
  const [, channels = 1, frequencies = 1] = snr.shape;
  const step = (2 * Number(attributes.bandwidth)) / Number(attributes.samples);
  const rows: Row[] = [];
  for (let channel = 0; channel < channels; channel++) {
    for (let k = 0; k < frequencies; k++) {
      if (k * step >= minFreq && (snr.data[channel * frequencies + k] ?? 0) >= ratio) rows.push([k, channel]);
    }
  }
  return rows;
}

/** Rows of the matrix over the voxels: one array of pairs for each row. */
export function matrixOf({ data }: Dataset, rows: readonly Row[], voxels: number): Complex[] {
  const [, , channels = 1, frequencies = 1] = data.shape;
  return rows.map(([k, channel]) =>
    Float64Array.from({ length: 2 * voxels }, (_, at) => {
      const voxel = Math.floor(at / 2);
      return data.data[2 * ((voxel * channels + channel) * frequencies + k) + (at % 2)] ?? NaN;
    }),
  );
}

/** sum x[n] exp(-2 pi i k n / V) of the samples of one period and channel, as it is written. */
export function spectrumReader({ data, shape }: NdArray) {
  const [, periods = 1, channels = 1, samples = 1] = shape;
  const angles = Array.from({ length: samples }, (_, n) => (2 * Math.PI * n) / samples);
  const [cosines, sines] = [Float64Array.from(angles, Math.cos), Float64Array.from(angles, Math.sin)];
  return (frame: number, period: number, [k, channel]: Row): readonly [number, number] => {
    const from = ((frame * periods + period) * channels + channel) * samples;
    let [re, im] = [0, 0];
    for (let n = 0, turn = 0; n < samples; n++, turn = (turn + k) % samples) {
      re += (data[from + n] ?? NaN) * (cosines[turn] ?? NaN);
      im -= (data[from + n] ?? NaN) * (sines[turn] ?? NaN);
    }
    return [re, im];
  };
}

export interface KaczmarzState {
  readonly x: Complex;
  readonly v: Complex;
}

export function kaczmarzStart(rows: number, columns: number): KaczmarzState {
  return { x: new Float64Array(2 * columns), v: new Float64Array(2 * rows) };
}

/** One sweep over rows of pairs, as the method is written down; in place. */
export function kaczmarzSweep(
  { x, v }: KaczmarzState,
  matrix: readonly Complex[],
  b: Complex,
  { lambda, rows = [...matrix.keys()] }: { readonly lambda: number; readonly rows?: readonly number[] },
): void {
  const epsilon = Math.sqrt(lambda);
  for (const i of rows) {
    const a = matrix[i] ?? new Float64Array();
    const norm = a.reduce((sum, value) => sum + value * value, 0);
    if (norm === 0) continue;
    let [re, im] = [0, 0];
    for (let j = 0; j < a.length; j += 2) {
      re += (a[j] ?? 0) * (x[j] ?? 0) - (a[j + 1] ?? 0) * (x[j + 1] ?? 0);
      im += (a[j] ?? 0) * (x[j + 1] ?? 0) + (a[j + 1] ?? 0) * (x[j] ?? 0);
    }
    const stepRe = ((b[2 * i] ?? 0) - re - epsilon * (v[2 * i] ?? 0)) / (norm + lambda);
    const stepIm = ((b[2 * i + 1] ?? 0) - im - epsilon * (v[2 * i + 1] ?? 0)) / (norm + lambda);
    for (let j = 0; j < a.length; j += 2) {
      x[j] = (x[j] ?? 0) + stepRe * (a[j] ?? 0) + stepIm * (a[j + 1] ?? 0);
      x[j + 1] = (x[j + 1] ?? 0) + stepIm * (a[j] ?? 0) - stepRe * (a[j + 1] ?? 0);
    }
    v[2 * i] = (v[2 * i] ?? 0) + stepRe * epsilon;
    v[2 * i + 1] = (v[2 * i + 1] ?? 0) + stepIm * epsilon;
  }
}

/** Drops imaginary parts and negative values, in place. */
export function keepPositive(x: Complex): void {
  for (let j = 0; j < x.length; j += 2) {
    x[j] = Math.max(0, x[j] ?? 0);
    x[j + 1] = 0;
  }
}

/** Real parts of positive Kaczmarz. */
export function positiveKaczmarz(matrix: readonly Complex[], b: Complex, lambda: number, iterations: number): number[] {
  const state = kaczmarzStart(matrix.length, (matrix[0]?.length ?? 0) / 2);
  for (let iteration = 0; iteration < iterations; iteration++) {
    kaczmarzSweep(state, matrix, b, { lambda });
    keepPositive(state.x);
  }
  return [...state.x].filter((_, at) => at % 2 === 0);
}

export function squaredNorm(matrix: readonly Complex[]): number {
  return matrix.reduce((total, row) => total + row.reduce((sum, value) => sum + value * value, 0), 0);
}

/** Largest difference over the largest value. */
export function relativeDifference(values: ArrayLike<number>, expected: ArrayLike<number>): number {
  const largest = Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const apart = Array.from(expected, (value, index) => Math.abs(value - (values[index] ?? NaN)));
  return values.length === expected.length && largest > 0 ? Math.max(...apart) / largest : NaN;
}
