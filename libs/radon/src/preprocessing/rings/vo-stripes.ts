import { medianFilter, mirrored } from './running-median.js';
import { detectStripes } from './stripe-detection.js';
import { columnMeans, sortColumns, unsortColumns, type Sinogram } from './sinogram-columns.js';

/** Of the algorithms of Vo, Atwood and Drakopoulos, Optics Express 26 (2018) 28396, as TomoPy names them. */
export interface StripeOptions {
  /** How far a stripe stands out from what bins vary by, to be one. */
  readonly snr: number;
  /** Width of the median, bins. */
  readonly size: number;
  /** Part of the values of every bin, the largest and the smallest, that its factor does not see. */
  readonly dropRatio: number;
  /** Whether stripes that are left are divided out. */
  readonly norm: boolean;
}

/** Window of the median over sorted columns: along the detector, or along the ranks as well. */
export interface SortedWindow {
  readonly size: number;
  readonly dim: 1 | 2;
}

/**
 * Algorithm 3: columns are sorted along the angles, ranks smoothed by a median across the detector, and put back in their order.
 * In place.
 */
export function removeBySorting(sinogram: Sinogram, { size, dim }: SortedWindow): void {
  const { values, rows } = sortColumns(sinogram);
  const smooth = medianFilter(values, sinogram.detectors, { rows: dim === 1 ? 1 : size, columns: size });
  unsortColumns(smooth, rows, sinogram);
}

/**
 * Algorithm 5: large stripes. Each bin has a factor, the mean of its sorted values over that of the median across the detector;
 * where that is a stripe's, the column becomes that median. In place.
 */
export function removeLarge(sinogram: Sinogram, options: StripeOptions): void {
  const { values, angles, detectors } = sinogram;
  const sorted = sortColumns(sinogram);
  const smooth = medianFilter(sorted.values, detectors, { rows: 1, columns: options.size });
  const dropped = Math.floor(0.5 * Math.min(0.8, options.dropRatio) * angles);
  const own = columnMeans(sorted.values, detectors, dropped, angles - dropped);
  const usual = columnMeans(smooth, detectors, dropped, angles - dropped);
  const factors = own.map((mean, bin) => (usual[bin] === 0 ? 1 : mean / (usual[bin] ?? 1)));
  const stripes = detectStripes(factors, options);
  const isStripe = (bin: number) => stripes[bin] === 1;
  let { rows } = sorted;
  if (options.norm) {
    for (let at = 0; at < values.length; at++) {
      const factor = factors[at % detectors] ?? 1;
      // A bin that is dark on average has no factor.
      if (factor !== 0) values[at] = (values[at] ?? 0) / factor;
    }
    ({ rows } = sortColumns(sinogram, isStripe));
  }
  unsortColumns(smooth, rows, sinogram, isStripe);
}

/** Projections that a bin is compared with its own mean over. */
const meanWidth = 10;

/** Bins at either end that are never interpolated. */
const edge = 2;

/**
 * Algorithm 6: bins that do not respond, or fluctuate, by how much they differ from their running mean, are interpolated linearly
 * across the detector; then large stripes. In place.
 */
export function removeDead(sinogram: Sinogram, options: StripeOptions): void {
  const { values, angles, detectors } = sinogram;
  const differences = fluctuations(sinogram);
  const usual = medianFilter(differences, detectors, { rows: 1, columns: options.size });
  const factors = Float64Array.from(differences, (own, bin) => (usual[bin] === 0 ? 1 : own / (usual[bin] ?? 1)));
  const dead = detectStripes(factors, options)
    .fill(0, 0, edge)
    .fill(0, Math.max(0, detectors - edge));
  for (let bin = edge; bin < detectors - edge; bin++) {
    if (dead[bin] === 0) continue;
    const [left, right] = [dead.lastIndexOf(0, bin), dead.indexOf(0, bin)];
    const weight = (bin - left) / (right - left);
    for (let start = 0; start < angles * detectors; start += detectors) {
      values[start + bin] = (values[start + left] ?? 0) * (1 - weight) + (values[start + right] ?? 0) * weight;
    }
  }
  if (options.norm) removeLarge(sinogram, { ...options, dropRatio: 0.1, norm: true });
}

/** Of every bin, how much its values differ from their running mean, in all. */
function fluctuations({ values, angles, detectors }: Sinogram): Float32Array {
  const before = meanWidth >> 1;
  const sums = new Float64Array(detectors);
  const differences = new Float64Array(detectors);
  const change = (row: number, sign: number) => {
    const start = mirrored(row, angles) * detectors;
    for (let bin = 0; bin < detectors; bin++) sums[bin] = (sums[bin] ?? 0) + sign * (values[start + bin] ?? 0);
  };
  for (let row = -before; row < meanWidth - before; row++) change(row, 1);
  for (let row = 0; row < angles; row++) {
    for (let bin = 0; bin < detectors; bin++) {
      const difference = (values[row * detectors + bin] ?? 0) - (sums[bin] ?? 0) / meanWidth;
      differences[bin] = (differences[bin] ?? 0) + Math.abs(difference);
    }
    change(row - before, -1);
    change(row + meanWidth - before, 1);
  }
  return Float32Array.from(differences);
}

/** Windows of `removeAll`. */
export interface AllStripeOptions {
  readonly snr: number;
  /** Width of the median for large stripes, bins. */
  readonly laSize: number;
  /** For those that are left, bins. */
  readonly smSize: number;
  readonly dim: 1 | 2;
}

/** Dead and large stripes, then the small ones by sorting. In place. */
export function removeAll(sinogram: Sinogram, { snr, laSize, smSize, dim }: AllStripeOptions): void {
  removeDead(sinogram, { snr, size: laSize, dropRatio: 0.1, norm: true });
  removeBySorting(sinogram, { size: smSize, dim });
}
