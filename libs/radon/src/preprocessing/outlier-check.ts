import type { SinogramShape } from '../sinogram/sinogram-shape.js';

/** Values that stand out in line integrals, and what they make of the image. */
export interface OutlierFindings {
  /** Sinograms whose images they spoil. */
  readonly spoiled: number;
  /** Where they are in the array of all sinograms. */
  readonly places: readonly number[];
}

/** What a value must stand out by at least: a part of the largest line integrals, and times what is usual between bins. */
const leastDifference = { part: 0.1, usual: 5 };

/** By how many times what the values around it differ among themselves. */
const timesSpread = 3;

/** Quantiles that tell large line integrals, and large differences of neighbouring bins. */
const quantiles = { large: 0.98, usual: 0.95 };

/** Values of a sinogram that tell these, at most. */
const mostSampled = 512;

/** Dense grains are seen by every projection, faulty readings by few. */
const mostRows = 0.2;

/** With fewer projections for each bin, a grain moves on so far from one to the next that it stands alone. */
const leastDensity = 0.6;

/** Root mean square of the streaks, relative to the image, that is worth a word. */
const harmlessStreaks = 0.03;

/** Places that are kept, for whoever looks at them. */
const mostPlaces = 10_000;

/**
 * Looks for single values that differ from all around them in angle and detector, as cosmic rays, hits of the camera and faulty
 * readings leave them. Every sinogram is judged by itself. A value counts that lies beyond all but one of its eight neighbours by
 * more than noise and edges explain: whatever is part of the object is seen by neighbouring projections as well.
 *
 * One such value a, filtered with the ramp h (h(0) = 1/4, sum of h^2 = 1/12) and backprojected from n angles, is a streak of
 * mean square a^2 (pi / n)^2 / 12 over the image's width of N bins; an object whose largest line integral is P has an
 * attenuation of about P / N.
 *
 * @param lineIntegrals [frame, slice, angle, detector]
 * @param least In line integrals, where these are in natural units.
 */
export function findOutliers(lineIntegrals: Float32Array, shape: SinogramShape, least: number): OutlierFindings {
  const { frames, slices, angles, detectors } = shape;
  const size = angles * detectors;
  const places: number[] = [];
  let spoiled = 0;
  if (angles < 3 || detectors < 3) return { spoiled, places };
  for (let entry = 0; entry < frames * slices; entry++) {
    const sinogram = lineIntegrals.subarray(entry * size, (entry + 1) * size);
    const { large, usual } = scalesOf(sinogram, detectors);
    const threshold = Math.max(leastDifference.part * large, leastDifference.usual * usual, least);
    const found = standingOut(sinogram, detectors, threshold);
    const energy = found.reduce((sum, { difference }) => sum + difference ** 2, 0);
    const streaks = (Math.PI / angles) * Math.sqrt((energy * detectors) / 12);
    if (!(streaks > harmlessStreaks * large)) continue;
    spoiled++;
    for (const { place } of found) if (places.length < mostPlaces) places.push(entry * size + place);
  }
  return { spoiled, places };
}

function scalesOf(sinogram: Float32Array, detectors: number) {
  const stride = Math.max(1, Math.floor(sinogram.length / mostSampled));
  const count = Math.floor(sinogram.length / stride);
  const values = new Float32Array(count);
  const differences = new Float32Array(count);
  for (let sample = 0; sample < count; sample++) {
    const at = sample * stride;
    const bin = Math.min(detectors - 2, Math.max(1, at % detectors));
    const middle = at - (at % detectors) + bin;
    const value = sinogram[middle] ?? 0;
    values[sample] = Math.abs(value);
    differences[sample] = Math.abs(value - ((sinogram[middle - 1] ?? 0) + (sinogram[middle + 1] ?? 0)) / 2);
  }
  return { large: quantileOf(values, quantiles.large), usual: quantileOf(differences, quantiles.usual) };
}

/** Sorts the values. */
function quantileOf(values: Float32Array, quantile: number): number {
  return values.sort()[Math.floor(quantile * (values.length - 1))] ?? 0;
}

interface StandingOut {
  readonly place: number;
  readonly difference: number;
}

function standingOut(sinogram: Float32Array, detectors: number, threshold: number): StandingOut[] {
  const low: StandingOut[] = [];
  const high: StandingOut[] = [];
  const around = new Float32Array(8);
  for (let start = 0; start < sinogram.length; start += detectors) {
    let left = sinogram[start] ?? 0;
    let value = sinogram[start + 1] ?? 0;
    for (let place = start + 1; place < start + detectors - 1; place++) {
      const right = sinogram[place + 1] ?? 0;
      // Most are told by the two beside them.
      if (value < Math.max(left, right) - threshold || value > Math.min(left, right) + threshold) {
        const sorted = neighbours(sinogram, { place, first: 0, size: sinogram.length, detectors }, around);
        const difference = beyond(value, sorted, threshold);
        if (difference < 0) low.push({ place, difference });
        else if (difference > 0) high.push({ place, difference });
      }
      left = value;
      value = right;
    }
  }
  const rows = new Set(high.map(({ place }) => Math.floor(place / detectors)));
  const projections = sinogram.length / detectors;
  return projections < leastDensity * detectors || rows.size > mostRows * projections ? low : [...low, ...high];
}

/** A value of a sinogram that begins at `first` of an array. */
interface Place {
  readonly place: number;
  readonly first: number;
  readonly size: number;
  readonly detectors: number;
}

/** The eight values around, sorted; the first and the last projection have others on one side only. */
function neighbours(
  values: ArrayLike<number>,
  { place, first, size, detectors }: Place,
  around: Float32Array,
): Float32Array {
  const above = place - detectors >= first ? place - detectors : place + detectors;
  const below = place + detectors < first + size ? place + detectors : place - detectors;
  let filled = 0;
  for (const row of [above, place, below]) {
    for (let step = -1; step <= 1; step++) if (row !== place || step !== 0) around[filled++] = values[row + step] ?? 0;
  }
  return around.sort();
}

/** How far a value is from the middle of those around it where it stands out of them, else 0. */
function beyond(value: number, sorted: Float32Array, threshold: number): number {
  const at = (index: number) => sorted[index] ?? 0;
  const middle = (at(3) + at(4)) / 2;
  // A hit of two bins has one other beside it. Thin dense parts of an object move on from one projection to the next.
  if (at(1) - value > Math.max(threshold, timesSpread * (at(7) - at(1)))) return value - middle;
  return value - at(7) > Math.max(threshold, timesSpread * (at(7) - at(0))) ? value - middle : 0;
}

/** By how much the values at these places are above and below the middle of those around them, at least. */
export function leastDifferences(
  values: ArrayLike<number>,
  { angles, detectors }: SinogramShape,
  places: readonly number[],
): { readonly low?: number; readonly high?: number } {
  const size = angles * detectors;
  const around = new Float32Array(8);
  const differences = places.map((place) => {
    const sorted = neighbours(values, { place, first: place - (place % size), size, detectors }, around);
    return (values[place] ?? 0) - ((sorted[3] ?? 0) + (sorted[4] ?? 0)) / 2;
  });
  const least = (some: readonly number[]) => some.reduce((less, value) => Math.min(less, Math.abs(value)), Infinity);
  const [low, high] = [differences.filter((each) => each < 0), differences.filter((each) => each > 0)].map(least);
  return {
    ...(low !== undefined && low < Infinity && { low }),
    ...(high !== undefined && high < Infinity && { high }),
  };
}
