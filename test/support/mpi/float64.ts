import type { Dataset } from '@rondel/contracts';

/** Magnetic particle imaging as its formulas are written, in float64 and without code of the product. */

/** Real and imaginary parts, interleaved. */
export type Complex = Float64Array;

/** Frequency and channel, from 0. */
export type Row = readonly [frequency: number, channel: number];

/** Rows of a calibration from a least frequency in Hz with a least signal-to-noise ratio, channel after channel. */
export function rowsAbove({ companions, attributes }: Dataset, ratio: number, minFreq: number): Row[] {
  const { data = [], shape = [1, 1, 0] } = companions.snr ?? {};
  const [, channels = 1, frequencies = 1] = shape;
  const step = (2 * Number(attributes.bandwidth)) / Number(attributes.samples);
  const all = Array.from({ length: channels * frequencies }, (_, at): Row => [
    at % frequencies,
    Math.floor(at / frequencies),
  ]);
  return all.filter(([k, channel]) => k * step >= minFreq && (data[channel * frequencies + k] ?? 0) >= ratio);
}

/** Each row over the voxels of a calibration without background frames. */
export function matrixOf({ data }: Dataset, rows: readonly Row[], voxels: number): Complex[] {
  const [, , channels = 1, frequencies = 1] = data.shape;
  const part = ([k, channel]: Row, at: number) =>
    data.data[2 * ((Math.floor(at / 2) * channels + channel) * frequencies + k) + (at % 2)] ?? NaN;
  return rows.map((row) => Float64Array.from({ length: 2 * voxels }, (_, at) => part(row, at)));
}

/** sum x[n] exp(-2 pi i k n / V) of one period of a frame, at rows. */
export function spectrumOf({ data: { data, shape } }: Dataset, frame: number, period: number, rows: readonly Row[]) {
  const [, periods = 1, channels = 1, samples = 1] = shape;
  const angles = Float64Array.from({ length: samples }, (_, n) => (-2 * Math.PI * n) / samples);
  const [cosines, sines] = [angles.map(Math.cos), angles.map(Math.sin)];
  return rows.flatMap(([k, channel]) => {
    const from = ((frame * periods + period) * channels + channel) * samples;
    let [re, im] = [0, 0];
    for (let n = 0; n < samples; n++) {
      const turn = (k * n) % samples;
      re += (data[from + n] ?? NaN) * (cosines[turn] ?? NaN);
      im += (data[from + n] ?? NaN) * (sines[turn] ?? NaN);
    }
    return [re, im];
  });
}

export function squaredNorm(matrix: readonly Complex[]): number {
  return matrix.reduce((total, row) => total + row.reduce((sum, value) => sum + value * value, 0), 0);
}

/** Rows of a small plane, at a place in a plane that is wider. */
export function placed(
  matrix: readonly Complex[],
  [left, top]: readonly [number, number],
  size: number,
  [wide, high]: readonly [number, number],
): Complex[] {
  return matrix.map((row) => {
    const line = new Float64Array(2 * wide * high);
    for (let voxel = 0; voxel < size * size; voxel++) {
      const column = left + (voxel % size) + wide * (top + Math.floor(voxel / size));
      line.set(row.subarray(2 * voxel, 2 * voxel + 2), 2 * column);
    }
    return line;
  });
}

/** Real x >= 0 by regularized Kaczmarz, one sweep for each weight: x, v = 0; alpha = (b - a x - sqrt(w) v) / (||a||^2 + w). */
export function kaczmarz(matrix: readonly Complex[], b: ArrayLike<number>, weights: readonly number[]): number[] {
  const x = new Float64Array(matrix[0]?.length ?? 0);
  const v = new Float64Array(2 * matrix.length);
  for (const weight of weights) {
    const root = Math.sqrt(weight);
    for (const [i, a] of matrix.entries()) {
      let [norm, re, im] = [0, 0, 0];
      for (let j = 0; j < a.length; j += 2) {
        const [ar, ai, xr, xi] = [a[j] ?? 0, a[j + 1] ?? 0, x[j] ?? 0, x[j + 1] ?? 0];
        norm += ar * ar + ai * ai;
        re += ar * xr - ai * xi;
        im += ar * xi + ai * xr;
      }
      if (norm === 0) continue;
      const stepRe = ((b[2 * i] ?? NaN) - re - root * (v[2 * i] ?? 0)) / (norm + weight);
      const stepIm = ((b[2 * i + 1] ?? NaN) - im - root * (v[2 * i + 1] ?? 0)) / (norm + weight);
      for (let j = 0; j < a.length; j += 2) {
        x[j] = (x[j] ?? 0) + stepRe * (a[j] ?? 0) + stepIm * (a[j + 1] ?? 0);
        x[j + 1] = (x[j + 1] ?? 0) + stepIm * (a[j] ?? 0) - stepRe * (a[j + 1] ?? 0);
      }
      v[2 * i] = (v[2 * i] ?? 0) + stepRe * root;
      v[2 * i + 1] = (v[2 * i + 1] ?? 0) + stepIm * root;
    }
    for (let j = 0; j < x.length; j += 2) [x[j], x[j + 1]] = [Math.max(0, x[j] ?? 0), 0];
  }
  return [...x].filter((_, at) => at % 2 === 0);
}

/** Largest difference over the largest value. */
export function relativeDifference(values: ArrayLike<number>, expected: ArrayLike<number>): number {
  const largest = Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const apart = Array.from(expected, (value, index) => Math.abs(value - (values[index] ?? NaN)));
  return values.length === expected.length && largest > 0 ? Math.max(...apart) / largest : NaN;
}
