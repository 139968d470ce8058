import { emptyVector, fourierTransform, inverseFourierTransform, type ComplexVector } from '@rondel/compute/fourier';
import { paddedExtents, wavelength, type PaddedExtent, type PhaseGeometry } from './padding.js';

export interface PaganinOptions extends PhaseGeometry {
  /** As it stands in H. */
  readonly deltaBeta: number;
}

/** A projection, [slice, detector]. */
export type Projection = Float32Array;

/**
 * Filters projections of one size by H = 1 / (1 + lambda d deltaBeta f^2 / (4 pi)): Paganin, Mayo, Gureyev, Miller, Wilkins,
 * "Simultaneous phase and amplitude extraction from a single defocused image of a homogeneous object", Journal of Microscopy 206
 * (2002) 33.
 *
 * @returns A function from two projections, which are the parts of complex numbers on the way, to the same, in place.
 */
export function paganinFilter(
  extents: readonly [rows: number, columns: number],
  options: PaganinOptions,
): (first: Projection, second: Projection) => void {
  const { rows, columns } = paddedExtents(extents, options);
  const values = emptyVector(rows.total * columns.total);
  const transforms = { rows: transformsOf(columns.total), columns: transformsOf(rows.total) };
  const response = responseOf(rows.total, columns.total, options);
  return (first, second) => {
    fill(values.real, first, rows, columns);
    fill(values.imaginary, second, rows, columns);
    const size = columns.total;
    for (let row = 0; row < rows.total; row++) {
      const { forward, from, to } = transforms.rows;
      read(values, from, row * size, 1);
      forward(from, to);
      write(values, to, row * size, 1);
    }
    for (let column = 0; column < size; column++) {
      const { forward, inverse, from, to } = transforms.columns;
      read(values, from, column, size);
      forward(from, to);
      for (let row = 0; row < rows.total; row++) {
        const factor = response(row, column);
        to.real[row] = (to.real[row] ?? 0) * factor;
        to.imaginary[row] = (to.imaginary[row] ?? 0) * factor;
      }
      inverse(to, from);
      write(values, from, column, size);
    }
    for (let row = rows.before; row < rows.before + rows.extent; row++) {
      const { inverse, from, to } = transforms.rows;
      read(values, from, row * size, 1);
      inverse(from, to);
      write(values, to, row * size, 1);
    }
    take(values.real, first, rows, columns);
    take(values.imaginary, second, rows, columns);
  };
}

/** By how much of its amplitude the filter lowers the frequency that it lowers most, 0 to 1. */
export function strongestChange({ pixelSize, distance, energy, deltaBeta }: PaganinOptions): number {
  const most = (wavelength(energy) * distance * deltaBeta) / (4 * Math.PI) / (2 * pixelSize ** 2);
  return most / (1 + most);
}

/**
 * How many pixels on either side the filter takes in: its kernel falls like exp(-r / L) with L = sqrt(lambda d deltaBeta / (4 pi)) / (2 pi),
 * to the fiftieth part over 4 L.
 */
export function filterReach({ pixelSize, distance, energy, deltaBeta }: PaganinOptions): number {
  return (4 * Math.sqrt((wavelength(energy) * distance * deltaBeta) / (4 * Math.PI))) / (2 * Math.PI * pixelSize);
}

function transformsOf(length: number) {
  return {
    forward: fourierTransform(length),
    inverse: inverseFourierTransform(length),
    from: emptyVector(length),
    to: emptyVector(length),
  };
}

/**
 * H at a row and a column of the transform, relative to its maximum. On TomoPy's grid frequencies of either sign differ; what a real
 * projection sees of them is their mean.
 */
function responseOf(rows: number, columns: number, options: PaganinOptions): (row: number, column: number) => number {
  const { pixelSize, distance, energy, deltaBeta, compatibleGrid } = options;
  const factor = (wavelength(energy) * distance * deltaBeta) / (4 * Math.PI);
  const of = compatibleGrid ? compatibleSquares : trueSquares;
  const [vertical, horizontal] = [of(rows, pixelSize), of(columns, pixelSize)];
  const least = vertical.reduce((a, b) => Math.min(a, b)) + horizontal.reduce((a, b) => Math.min(a, b));
  const most = 1 + factor * least;
  const value = (row: number, column: number) =>
    most / (1 + factor * ((vertical[row] ?? 0) + (horizontal[column] ?? 0)));
  if (!compatibleGrid) return value;
  return (row, column) => (value(row, column) + value((rows - row) % rows, (columns - column) % columns)) / 2;
}

/** f^2 in the order of the transform, cycles per mm. */
function trueSquares(count: number, pixelSize: number): Float64Array {
  return Float64Array.from({ length: count }, (_, k) => ((k < count / 2 ? k : k - count) / (count * pixelSize)) ** 2);
}

function compatibleSquares(count: number, pixelSize: number): Float64Array {
  const half = Math.floor(count / 2);
  // A single row has no frequencies.
  if (count === 1) return new Float64Array(1);
  return Float64Array.from({ length: count }, (_, k) => {
    const place = 2 * ((k + (count - half)) % count) - (count - 1);
    return (place / (2 * (count - 1) * pixelSize)) ** 2;
  });
}

/** With its edge values beyond its edges. */
function fill(target: Float64Array, projection: Projection, rows: PaddedExtent, columns: PaddedExtent): void {
  for (let row = 0; row < rows.total; row++) {
    const source = Math.min(rows.extent - 1, Math.max(0, row - rows.before)) * columns.extent;
    const line = target.subarray(row * columns.total, (row + 1) * columns.total);
    line.fill(projection[source] ?? 0, 0, columns.before);
    line.set(projection.subarray(source, source + columns.extent), columns.before);
    line.fill(projection[source + columns.extent - 1] ?? 0, columns.before + columns.extent);
  }
}

function take(values: Float64Array, projection: Projection, rows: PaddedExtent, columns: PaddedExtent): void {
  for (let row = 0; row < rows.extent; row++) {
    const start = (row + rows.before) * columns.total + columns.before;
    projection.set(values.subarray(start, start + columns.extent), row * columns.extent);
  }
}

function read({ real, imaginary }: ComplexVector, vector: ComplexVector, start: number, stride: number): void {
  for (let at = 0, from = start; at < vector.real.length; at++, from += stride) {
    vector.real[at] = real[from] ?? 0;
    vector.imaginary[at] = imaginary[from] ?? 0;
  }
}

function write({ real, imaginary }: ComplexVector, vector: ComplexVector, start: number, stride: number): void {
  for (let at = 0, to = start; at < vector.real.length; at++, to += stride) {
    real[to] = vector.real[at] ?? 0;
    imaginary[to] = vector.imaginary[at] ?? 0;
  }
}
