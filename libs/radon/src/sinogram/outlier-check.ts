import { angularNeighbours, type AngularNeighbours } from './angular-neighbours.js';
import { medianOf } from './median.js';
import type { SinogramShape } from './sinogram-shape.js';

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

/** Line integrals of attenuation of which noise makes anything, as hardly any light comes through. */
const starved = 5;

/** Dense grains are seen by every projection, faulty readings by few. */
const mostRows = 0.2;

/** Where parts of more projections than this stand out, it is their angles that are wrong. */
const mostParts = 0.1;

/** Bins by which a grain at the edge moves on from one projection to the next, at most: farther on, it stands alone. */
const farthestMoved = 2.7;

/** Root mean square of the streaks, relative to the image, that is worth a word. */
const harmlessStreaks = 0.03;

/** Places that are kept, for whoever looks at them. */
const mostPlaces = 10_000;

/**
 * Looks for values that differ from all around them in angle and detector, as cosmic rays, hits of the camera and faulty
 * readings leave them, and for parts of single projections that differ from those at the angles on either side. Every sinogram
 * is judged by itself. A value counts that lies beyond all but one of its eight neighbours, or beyond all of the projections
 * beside it as far as anything moves there, by more than noise and edges explain: whatever is part of the object is seen by
 * neighbouring projections as well.
 *
 * A value a, or a row of them beside each other, filtered with the ramp h (h(0) = 1/4, sum of h^2 = 1/12) and backprojected
 * from n angles, is a streak of mean square a^2 (pi / n)^2 / 12 over the image's width of N bins (of the row, its ends are what
 * the ramp leaves); an object whose largest line integral is P has an attenuation of about P / N.
 *
 * @param lineIntegrals [frame, slice, angle, detector]
 * @param angles rad, one per projection; without them projections are taken to be in order.
 * @param least In line integrals, where these are in natural units.
 */
export function findOutliers(
  lineIntegrals: Float32Array,
  shape: SinogramShape,
  { angles: given, least }: { readonly angles: ArrayLike<number> | undefined; readonly least: number },
): OutlierFindings {
  const { frames, slices, angles, detectors } = shape;
  const size = angles * detectors;
  const places: number[] = [];
  let spoiled = 0;
  if (angles < 3 || detectors < 3) return { spoiled, places };
  const beside = angularNeighbours(shape, given?.length === angles ? given : undefined);
  for (let entry = 0; entry < frames * slices; entry++) {
    const sinogram = lineIntegrals.subarray(entry * size, (entry + 1) * size);
    const { large, usual } = scalesOf(sinogram, detectors);
    const threshold = Math.max(leastDifference.part * large, leastDifference.usual * usual, least);
    const darkest = least > 0 ? starved : Infinity;
    const found = standingOut(sinogram, { detectors, beside, darkest }, threshold);
    const streaks = (Math.PI / angles) * Math.sqrt((energyOf(found) * detectors) / 12);
    if (!(streaks > harmlessStreaks * large)) continue;
    spoiled++;
    for (const { place } of found) if (places.length < mostPlaces) places.push(entry * size + place);
  }
  return { spoiled, places };
}

/** Sum of the squares; of places beside each other the largest. */
function energyOf(found: readonly StandingOut[]): number {
  let [sum, last, largest] = [0, -2, 0];
  for (const { place, difference } of found) {
    const isNext = place === last + 1;
    const added = isNext ? Math.max(largest, difference ** 2) - largest : difference ** 2;
    sum += added;
    largest = isNext ? largest + added : added;
    last = place;
  }
  return sum;
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
  /** Whether others beside it in its projection are as far out. */
  readonly isPart: boolean;
}

interface Rows {
  readonly detectors: number;
  readonly beside: readonly AngularNeighbours[];
  /** Nothing stands out that is more than this where all around is as well. */
  readonly darkest: number;
}

/** By rising place. */
function standingOut(sinogram: Float32Array, rows: Rows, threshold: number): StandingOut[] {
  const { detectors, beside, darkest } = rows;
  const found: StandingOut[] = [];
  const projections = sinogram.length / detectors;
  for (let row = 0; row < projections; row++) {
    const start = row * detectors;
    const { before, after } = beside[row] ?? { before: row, after: row };
    let left = sinogram[start] ?? 0;
    let value = sinogram[start + 1] ?? 0;
    for (let bin = 1; bin < detectors - 1; bin++) {
      const right = sinogram[start + bin + 1] ?? 0;
      const [toLeft, toRight] = [left - value, right - value];
      const up = (sinogram[before * detectors + bin] ?? 0) - value;
      const down = (sinogram[after * detectors + bin] ?? 0) - value;
      // Most are told by the two beside them, and by the two next to these in angle.
      const isCandidate =
        toLeft > threshold ||
        toRight > threshold ||
        (up > threshold && down > threshold) ||
        toLeft < -threshold ||
        toRight < -threshold ||
        (up < -threshold && down < -threshold);
      if (isCandidate) {
        const out = differenceAt(sinogram, { row, bin }, rows, threshold);
        const isStarved = Math.min(value, value - out.difference) > darkest;
        if (out.difference !== 0 && !isStarved) found.push(out);
      }
      left = value;
      value = right;
    }
  }
  const struck = (some: readonly StandingOut[]) => new Set(some.map(({ place }) => Math.floor(place / detectors))).size;
  const high = found.filter(({ difference }) => difference > 0);
  const isObject = medianOf(beside.map(({ moved }) => moved)) > farthestMoved || struck(high) > mostRows * projections;
  const areParts = struck(found.filter(({ isPart }) => isPart)) > mostParts * projections;
  return found.filter(({ difference, isPart }) => !(isObject && difference > 0) && !(areParts && isPart));
}

/**
 * How far a value stands out both of the projections at the angles beside its own, and of those taken before and after it: where
 * the angles are wrong, the first are others. The smaller of the two, else 0.
 */
function differenceAt(
  sinogram: Float32Array,
  { row, bin }: { readonly row: number; readonly bin: number },
  { detectors, beside }: Rows,
  threshold: number,
): StandingOut {
  const projections = sinogram.length / detectors;
  const { before, after, moved } = beside[row] ?? { before: row, after: row, moved: Infinity };
  const inTime = { before: row > 0 ? row - 1 : 1, after: row < projections - 1 ? row + 1 : projections - 2 };
  const place = row * detectors + bin;
  const value = sinogram[place] ?? 0;
  const candidates = [{ before, after }, inTime].map((others) => {
    const [above, below] = [others.before * detectors, others.after * detectors];
    const sorted = neighbours(sinogram, { place, above: above + bin, below: below + bin }, new Float32Array(8));
    const single = beyond(value, sorted, threshold);
    const rows = [above, below].map((first) => sinogram.subarray(first, first + detectors));
    const { least, most } = extremesOf(rows, { bin, reach: Math.ceil(moved) + 1 });
    // A dense grain is in the projections beside it as well, as far off as it has moved.
    if (single < 0 || (single > 0 && value > most + threshold)) return { place, difference: single, isPart: false };
    const far = Math.max(threshold, timesSpread * (most - least));
    const difference = value < least - far ? value - least : value > most + far ? value - most : 0;
    return { place, difference, isPart: true };
  });
  const nothing = { place, difference: 0, isPart: false };
  const [byAngle = nothing, byTime = nothing] = candidates;
  if (byAngle.difference * byTime.difference <= 0) return nothing;
  return Math.abs(byAngle.difference) < Math.abs(byTime.difference) ? byAngle : byTime;
}

/** Of some rows, within `reach` of a bin. */
function extremesOf(
  rows: readonly Float32Array[],
  { bin, reach }: { readonly bin: number; readonly reach: number },
): { readonly least: number; readonly most: number } {
  let [least, most] = [Infinity, -Infinity];
  for (const row of rows) {
    const end = Math.min(row.length, bin + reach + 1);
    for (let at = Math.max(0, bin - reach); at < end; at++) {
      const value = row[at] ?? 0;
      if (value < least) least = value;
      if (value > most) most = value;
    }
  }
  return { least, most };
}

/** Of a value, and of those in the same bin of the projections beside it. */
interface Place {
  readonly place: number;
  readonly above: number;
  readonly below: number;
}

/** The eight values around, sorted. */
function neighbours(values: ArrayLike<number>, { place, above, below }: Place, around: Float32Array): Float32Array {
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

/** By how much the values at these places are above and below the middle of those around them, as they were taken, at least. */
export function leastDifferences(
  values: ArrayLike<number>,
  { angles, detectors }: SinogramShape,
  places: readonly number[],
): { readonly low?: number; readonly high?: number } {
  const around = new Float32Array(8);
  const differences = places.map((place) => {
    const row = Math.floor(place / detectors) % angles;
    const above = place + (row > 0 ? -detectors : detectors);
    const below = place + (row < angles - 1 ? detectors : -detectors);
    const sorted = neighbours(values, { place, above, below }, around);
    return (values[place] ?? 0) - ((sorted[3] ?? 0) + (sorted[4] ?? 0)) / 2;
  });
  const least = (some: readonly number[]) => some.reduce((less, value) => Math.min(less, Math.abs(value)), Infinity);
  const [low, high] = [differences.filter((each) => each < 0), differences.filter((each) => each > 0)].map(least);
  return {
    ...(low !== undefined && low < Infinity && { low }),
    ...(high !== undefined && high < Infinity && { high }),
  };
}
