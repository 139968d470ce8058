import type { NdArray, TypedArray } from '@rondel/contracts';
import { largestValue } from '../../sinogram/largest-value.js';
import type { SinogramShape } from '../../sinogram/sinogram-shape.js';

/** The largest numbers that detectors with 8 to 16 bits, and signed ones of 16, hand out. */
const limits = [255, 1023, 4095, 16_383, 32_767, 65_535];

/** Up to this part of the values at the limit are hot bins and cosmic rays. */
const saturatedPart = 0.05;

/** Below this many counts single numbers are common without any limit. */
const leastLimit = 64;

/**
 * Second differences, in counts, that rounding alone does not make; how many of them that follow each other must be looked at,
 * and the part of those that have opposite signs: 0.73 in noise, next to none in what goes smoothly.
 */
const noise = { least: 3, pairs: 50, opposed: 0.62 };

/** Attenuation that is missing in every bin of the object, as a line integral, and how sure that must be, in standard errors. */
const missing = { least: 0.03, errors: 8 };

/** Fewer projections than this tell no attenuation that is missing, nor objects of fewer bins. */
const leastProjections = 8;
const leastWidth = 8;

/** Counts that a slice was measured with. */
interface Counts {
  /** [frame, slice, angle, detector], as they came. */
  readonly counts: TypedArray;
  /** [slice, sample, detector] */
  readonly white: NdArray;
  /** [slice, detector], of all samples. */
  readonly dark: Float64Array;
}

/**
 * How many sinograms have counts at the limit of the detector, in projections or in the white field of the slice, so that nobody
 * knows how many there were. The limit is the largest number of the detector's bits, or any other at which counts end: many are
 * this number, while those below it scatter, or while projections lack attenuation in proportion to how wide the object is in
 * them (which whole ones have alike, the moment of order 0 in the conditions of Helgason and Ludwig).
 */
export function countSaturated({ counts, white, dark }: Counts, shape: SinogramShape): number {
  const { frames, slices, angles, detectors } = shape;
  const size = angles * detectors;
  const ofSlice = (values: TypedArray, slice: number) =>
    values.subarray((slice * values.length) / slices, ((slice + 1) * values.length) / slices);
  let saturated = 0;
  for (let entry = 0; entry < frames * slices; entry++) {
    const slice = entry % slices;
    const sinogram = counts.subarray(entry * size, (entry + 1) * size);
    const field = highest(ofSlice(white.data, slice));
    const high = highest(sinogram);
    const isSaturated =
      [field, high].some(({ most, isPlateau }) => isPlateau && limits.includes(most)) ||
      (high.isPlateau &&
        high.most >= leastLimit &&
        (isNoisyBelow(sinogram, high.most) ||
          (field.most === high.most &&
            lacksAttenuation(sinogram, detectors, {
              limit: high.most,
              dark: meanOf(ofSlice(dark, slice)),
            }))));
    if (isSaturated) saturated++;
  }
  return saturated;
}

/** The largest value, and whether so many are it that it may be a limit. */
function highest(values: TypedArray): { readonly most: number; readonly isPlateau: boolean } {
  const { most, count } = largestValue(values);
  return { most, isPlateau: count > saturatedPart * values.length };
}

function meanOf(values: TypedArray): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Whether counts below the limit are noisy: second differences along the detector that follow each other are opposed then. */
function isNoisyBelow(sinogram: TypedArray, limit: number): boolean {
  let [opposed, pairs] = [0, 0];
  for (let at = 0; at + 3 < sinogram.length; at++) {
    const [a = 0, b = 0, c = 0, d = 0] = [sinogram[at], sinogram[at + 1], sinogram[at + 2], sinogram[at + 3]];
    if (Math.max(a, b, c, d) >= limit) continue;
    const [first, second] = [a - 2 * b + c, b - 2 * c + d];
    if (Math.min(Math.abs(first), Math.abs(second)) < noise.least) continue;
    pairs++;
    if (first * second < 0) opposed++;
  }
  return pairs >= noise.pairs && opposed > noise.opposed * pairs;
}

/** Whether the sums of projections fall with the number of bins that are below the limit: each of these lacks as much. */
function lacksAttenuation(
  sinogram: TypedArray,
  detectors: number,
  { limit, dark }: { readonly limit: number; readonly dark: number },
): boolean {
  const projections = sinogram.length / detectors;
  if (projections < leastProjections) return false;
  const widths = new Float64Array(projections);
  const sums = new Float64Array(projections);
  for (let at = 0; at < sinogram.length; at++) {
    const value = sinogram[at] ?? 0;
    if (value >= limit) continue;
    const row = Math.floor(at / detectors);
    widths[row] = (widths[row] ?? 0) + 1;
    sums[row] = (sums[row] ?? 0) + Math.log((limit - dark) / Math.max(1, value - dark));
  }
  const mean = (of: (row: number) => number) => widths.reduce((sum, _, row) => sum + of(row), 0) / projections;
  const [width, sum] = [mean((row) => widths[row] ?? 0), mean((row) => sums[row] ?? 0)];
  const off = (row: number) => (widths[row] ?? 0) - width;
  const variance = mean((row) => off(row) ** 2);
  const slope = mean((row) => off(row) * ((sums[row] ?? 0) - sum)) / variance;
  const residual = mean((row) => ((sums[row] ?? 0) - sum - slope * off(row)) ** 2);
  const error = Math.sqrt(residual / variance / (projections - 2));
  return width >= leastWidth && variance > 0 && -slope > Math.max(missing.least, missing.errors * error);
}
