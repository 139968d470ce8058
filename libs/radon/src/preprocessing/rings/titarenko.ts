import { columnMeans, type Sinogram } from './sinogram-columns.js';

export interface TitarenkoOptions {
  /** Groups of projections that have rings of their own; 0: all have the same. */
  readonly nblock: number;
  /** How much of the least product is added before the root; >= 1, so that there is one. */
  readonly alpha: number;
}

/** Differences of neighbours, of first and of second order. */
const kernels = [
  [1, -1],
  [-1, 2, -1],
] as const;

/** Where the conjugate gradients end; in TomoPy 1e-7 and a million. */
const smallResidual = 1e-7;
const mostIterations = 10_000;

/**
 * Rings are what, taken from the mean of all projections, makes this smooth: they minimise |h * (mean + ring)|^2 + alpha
 * |ring|^2 with h differences of neighbours. The result is the root of the product of the sinograms corrected with both h, to
 * which `alpha` times its least value is added. In place.
 *
 * Miqueles, Rinkel, O'Dowd, Bermudez, "Generalized Titarenko's algorithm for ring artefacts reduction", Journal of Synchrotron
 * Radiation 21 (2014) 1333, as in TomoPy.
 */
export function removeByTitarenko(sinogram: Sinogram, { nblock, alpha }: TitarenkoOptions): void {
  const { values, angles, detectors } = sinogram;
  const blocks = Math.min(angles, Math.max(1, nblock));
  const extent = Math.floor(angles / blocks);
  const rings = kernels.map(() => new Float64Array(blocks * detectors));
  for (let block = 0; block < blocks; block++) {
    const [from, to] = [block * extent, block + 1 === blocks ? angles : (block + 1) * extent];
    const weight = ringWeight(sinogram, from, to);
    const mean = columnMeans(values, detectors, from, to);
    kernels.forEach((kernel, at) => rings[at]?.set(ringOf(mean, kernel, weight), block * detectors));
  }
  const product = new Float64Array(values.length);
  let least = Infinity;
  for (let at = 0; at < values.length; at++) {
    const row = Math.floor(at / detectors);
    const ring = Math.min(blocks - 1, Math.floor(row / extent)) * detectors + (at % detectors);
    product[at] = ((values[at] ?? 0) + (rings[0]?.[ring] ?? 0)) * ((values[at] ?? 0) + (rings[1]?.[ring] ?? 0));
    least = Math.min(least, product[at] ?? 0);
  }
  for (let at = 0; at < values.length; at++) values[at] = Math.sqrt((product[at] ?? 0) + alpha * Math.abs(least));
}

/** 1 / (2 (most - least)) of what projections add up to; infinite where all add up to the same, so that there are no rings. */
function ringWeight({ values, detectors }: Sinogram, from: number, to: number): number {
  let [least, most] = [Infinity, -Infinity];
  for (let row = from; row < to; row++) {
    let sum = 0;
    for (let at = row * detectors; at < (row + 1) * detectors; at++) sum += values[at] ?? 0;
    least = Math.min(least, sum);
    most = Math.max(most, sum);
  }
  return 1 / (2 * (most - least));
}

/** Solves (h' h + weight) ring = -h' h mean by conjugate gradients, with h the differences inside the detector. */
function ringOf(mean: Float64Array, kernel: readonly number[], weight: number): Float64Array {
  const ring = new Float64Array(mean.length);
  if (!Number.isFinite(weight)) return ring;
  const residual = normal(mean, kernel).map((value) => -value);
  const direction = residual.slice();
  let energy = dot(residual, residual);
  for (let iteration = 0; iteration < mostIterations && Math.sqrt(energy) >= smallResidual; iteration++) {
    const applied = normal(direction, kernel).map((value, bin) => value + weight * (direction[bin] ?? 0));
    const step = energy / dot(direction, applied);
    for (let bin = 0; bin < ring.length; bin++) {
      ring[bin] = (ring[bin] ?? 0) + step * (direction[bin] ?? 0);
      residual[bin] = (residual[bin] ?? 0) - step * (applied[bin] ?? 0);
    }
    const next = dot(residual, residual);
    for (let bin = 0; bin < ring.length; bin++) {
      direction[bin] = (residual[bin] ?? 0) + (next / energy) * (direction[bin] ?? 0);
    }
    energy = next;
  }
  return ring;
}

/** h' h x. */
function normal(x: Float64Array, kernel: readonly number[]): Float64Array {
  const result = new Float64Array(x.length);
  for (let at = 0; at + kernel.length <= x.length; at++) {
    const difference = kernel.reduce((sum, tap, j) => sum + tap * (x[at + j] ?? 0), 0);
    kernel.forEach((tap, j) => (result[at + j] = (result[at + j] ?? 0) + tap * difference));
  }
  return result;
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}
