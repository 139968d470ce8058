import { emptyVector, fourierTransform, inverseFourierTransform } from '@rondel/compute/fourier';
import { removeBySorting, type SortedWindow } from './vo-stripes.js';
import type { Sinogram } from './sinogram-columns.js';

/** Projections that columns are continued by at either end, mirrored without repeating the edge: part of all, and at most. */
const padding = { part: 0.1, most: 150 };

/**
 * Algorithm 2 of Vo, Atwood and Drakopoulos, Optics Express 26 (2018) 28396: stripes are taken from the smooth part of every
 * column alone, a Gaussian low pass along the angles, by sorting. In place.
 *
 * @param sigma Of the Gaussian over the frequencies of a column, in samples of its transform.
 */
export function removeFromSmoothPart(
  sinogram: Sinogram,
  { sigma, ...window }: SortedWindow & { readonly sigma: number },
): void {
  const smooth = { ...sinogram, values: lowPass(sinogram, sigma) };
  const before = smooth.values.slice();
  removeBySorting(smooth, window);
  const { values } = sinogram;
  for (let at = 0; at < values.length; at++) {
    values[at] = (values[at] ?? 0) - (before[at] ?? 0) + (smooth.values[at] ?? 0);
  }
}

/**
 * Of columns whose signs alternate, which moves frequency 0 into the middle of the transform, as in TomoPy: between two samples
 * where their number is odd, so that the result is not quite that of a symmetric filter.
 */
function lowPass({ values, angles, detectors }: Sinogram, sigma: number): Float32Array {
  const pad = Math.min(padding.most, Math.floor(padding.part * angles));
  const length = angles + 2 * pad;
  const [forward, inverse] = [fourierTransform(length), inverseFourierTransform(length)];
  const [column, spectrum] = [emptyVector(length), emptyVector(length)];
  const response = Float64Array.from({ length }, (_, at) =>
    Math.exp(-((at - (length - 1) / 2) ** 2) / (2 * sigma ** 2)),
  );
  const sign = (at: number) => (at % 2 === 0 ? 1 : -1);
  const smooth = new Float32Array(values.length);
  for (let bin = 0; bin < detectors; bin++) {
    column.imaginary.fill(0);
    for (let at = 0; at < length; at++) {
      column.real[at] = sign(at) * (values[reflected(at - pad, angles) * detectors + bin] ?? 0);
    }
    forward(column, spectrum);
    for (let at = 0; at < length; at++) {
      spectrum.real[at] = (spectrum.real[at] ?? 0) * (response[at] ?? 0);
      spectrum.imaginary[at] = (spectrum.imaginary[at] ?? 0) * (response[at] ?? 0);
    }
    inverse(spectrum, column);
    for (let row = 0; row < angles; row++) {
      smooth[row * detectors + bin] = sign(row + pad) * (column.real[row + pad] ?? 0);
    }
  }
  return smooth;
}

function reflected(index: number, extent: number): number {
  if (extent === 1) return 0;
  const period = 2 * (extent - 1);
  const folded = ((index % period) + period) % period;
  return folded < extent ? folded : period - folded;
}
