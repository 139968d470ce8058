import { emptyVector, fourierTransform, inverseFourierTransform } from '@rondel/compute/fourier';
import type { WaveletName } from '../../manifest/rings.js';
import { analyse, synthesise, type Bands, type Plane } from './wavelet-plane.js';
import { decomposition } from './wavelets.js';
import type { Sinogram } from './sinogram-columns.js';

export interface FourierWaveletOptions {
  readonly level: number;
  readonly wname: WaveletName;
  /** Width of what is damped, in samples of the transform along the angles. */
  readonly sigma: number;
  /** Whether the sinogram is continued by zeros, an eighth more projections. */
  readonly pad: boolean;
}

/**
 * Stripes are what the details across the detector have at the low frequencies along the angles: on every level of a wavelet
 * transform these are damped by 1 - exp(-k^2 / (2 sigma^2)). In place.
 *
 * Munch, Trtik, Marone, Stampanoni, "Stripe and ring artifact removal with combined wavelet-Fourier filtering", Optics Express 17
 * (2009) 8567, as in TomoPy.
 */
export function removeByFourierWavelet(
  { values, angles, detectors }: Sinogram,
  { level, wname, sigma, pad }: FourierWaveletOptions,
): void {
  const rows = pad ? angles + (angles >> 3) : angles;
  const first = (rows - angles) >> 1;
  const filters = decomposition(wname);
  let rest: Plane = { rows, columns: detectors, values: new Float64Array(rows * detectors) };
  rest.values.set(values, first * detectors);
  const levels: Bands[] = [];
  for (let at = 0; at < level; at++) {
    const { smooth, ...bands } = analyse(rest, filters);
    damp(bands.across, sigma);
    levels.push(bands);
    rest = smooth;
  }
  for (const bands of levels.toReversed())
    rest = synthesise({ smooth: cropped(rest, bands.across), ...bands }, filters);
  for (let row = 0; row < angles; row++) {
    const start = (row + first) * rest.columns;
    values.set(rest.values.subarray(start, start + detectors), row * detectors);
  }
}

/** A level may give back one row or column more than the one below it had. */
function cropped({ columns, values }: Plane, like: Plane): Plane {
  const result = { rows: like.rows, columns: like.columns, values: new Float64Array(like.rows * like.columns) };
  for (let row = 0; row < like.rows; row++) {
    result.values.set(values.subarray(row * columns, row * columns + like.columns), row * like.columns);
  }
  return result;
}

/** In place, along the rows. */
function damp({ rows, columns, values }: Plane, sigma: number): void {
  const [forward, inverse] = [fourierTransform(rows), inverseFourierTransform(rows)];
  const [column, spectrum] = [emptyVector(rows), emptyVector(rows)];
  const half = rows >> 1;
  const response = Float64Array.from({ length: rows }, (_, frequency) => {
    // Of an even number of rows frequency 0 lies half a sample off the middle, as in TomoPy.
    const k = ((frequency + half) % rows) - (rows - 1) / 2;
    return -Math.expm1(-(k ** 2) / (2 * sigma ** 2));
  });
  for (let at = 0; at < columns; at++) {
    column.imaginary.fill(0);
    for (let row = 0; row < rows; row++) column.real[row] = values[row * columns + at] ?? 0;
    forward(column, spectrum);
    for (let row = 0; row < rows; row++) {
      spectrum.real[row] = (spectrum.real[row] ?? 0) * (response[row] ?? 0);
      spectrum.imaginary[row] = (spectrum.imaginary[row] ?? 0) * (response[row] ?? 0);
    }
    inverse(spectrum, column);
    for (let row = 0; row < rows; row++) values[row * columns + at] = column.real[row] ?? 0;
  }
}
