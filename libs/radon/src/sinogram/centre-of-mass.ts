import type { TypedArray, WarningAmount } from '@rondel/contracts';
import type { SinogramShape } from './sinogram-shape.js';
import { countTruncated } from './truncation.js';
import { turnCoverage } from './turn-coverage.js';

/** An axis that is as far off as this, bins, spoils the image. */
const leastDistance = 1;

/** What single projections may differ from the curve, bins, and how sure the axis must be, in its standard errors. */
const largestResidual = 2;
const beyondChance = 8;

/** Fewer projections than this fit any curve. */
const leastProjections = 8;

/** The part of the sinograms that must say so; those of air say nothing. */
const leastPart = 0.1;

/**
 * Warns where sinograms whose axis nobody has looked for say that it is not where it was taken to be. The centre of mass of the
 * projections of an object that is seen whole follows c + x cos theta + y sin theta about the axis c (the moment of order
 * 1 in the conditions of Helgason and Ludwig). Sinograms are judged each, so that blocks say together what the whole does.
 *
 * @param lineIntegrals [frame, slice, angle, detector]
 * @param geometry Angles, rad, one per projection, and where the axis was taken to be, bins from 0.
 */
export function warnOfOtherAxis(
  lineIntegrals: TypedArray,
  shape: SinogramShape,
  geometry: { readonly angles: ArrayLike<number>; readonly center: number },
  warn: (message: string, amount: WarningAmount) => void,
): void {
  const { frames, slices, angles, detectors } = shape;
  if (angles < leastProjections || geometry.angles.length !== angles) return;
  const size = angles * detectors;
  const one = { ...shape, frames: 1, slices: 1 };
  const curve = curveThrough(geometry.angles);
  let count = 0;
  for (let entry = 0; entry < frames * slices; entry++) {
    const sinogram = lineIntegrals.subarray(entry * size, (entry + 1) * size);
    const found = axisOf(sinogram, detectors, curve);
    const isElsewhere = found !== undefined && Math.abs(found - geometry.center) > leastDistance;
    if (isElsewhere && countTruncated(sinogram, one) === 0) count++;
  }
  warn(
    `The rotation axis was taken to be at detector ${geometry.center}, the middle, but the centre of mass of the projections goes round another one in {count} of {of} sinograms. Set findCenter to true, or centerOfRotation to the axis in bins from 0, in TransmissionPreprocessingParameters.`,
    { count, of: frames * slices, above: leastPart },
  );
}

/** What the centres of mass may be off the curve, bins and part of the detector, and times what they vary by at random. */
const largestMisfit = { bins: 0.3, part: 0.0015, times: 4 };

/**
 * Warns where the centres of mass go smoothly, but not as the angles have it: these are of another scan or in another measure,
 * the object has moved, or rays are not parallel.
 *
 * @param angles rad, one per projection.
 */
export function warnOfOtherAngles(
  lineIntegrals: TypedArray,
  shape: SinogramShape,
  angles: Float64Array,
  warn: (message: string, amount: WarningAmount) => void,
): void {
  const { frames, slices, detectors } = shape;
  if (shape.angles < leastProjections) return;
  const size = shape.angles * detectors;
  const one = { ...shape, frames: 1, slices: 1 };
  const curve = curveThrough(angles);
  const allowed = Math.max(largestMisfit.bins, largestMisfit.part * detectors);
  let count = 0;
  for (let entry = 0; entry < frames * slices; entry++) {
    const sinogram = lineIntegrals.subarray(entry * size, (entry + 1) * size);
    const fit = fitOf(sinogram, detectors, curve);
    if (fit === undefined || !(fit.deviation > Math.max(allowed, largestMisfit.times * fit.roughness))) continue;
    if (countTruncated(sinogram, one) === 0) count++;
  }
  warn(
    'In {count} of {of} sinograms the centre of mass of the projections does not move as their angles have it: these are not the angles of the scan, the object has moved, or the beam is not parallel.',
    { count, of: frames * slices, above: leastPart },
  );
}

/** Least squares of 1, cos and sin of some angles. */
interface Curve {
  /** The three functions at every angle. */
  readonly terms: readonly (readonly [number, number, number])[];
  /** Inverse of their normal matrix, row by row. */
  readonly inverse: readonly (readonly number[])[];
  /** Projections by rising angle of one turn. */
  readonly order: readonly number[];
}

function curveThrough(angles: ArrayLike<number>): Curve | undefined {
  const terms = Array.from(angles, (angle) => [1, Math.cos(angle), Math.sin(angle)] as const);
  const sum = (a: number, b: number) => terms.reduce((total, term) => total + (term[a] ?? 0) * (term[b] ?? 0), 0);
  const inverse = inverted([0, 1, 2].map((a) => [0, 1, 2].map((b) => sum(a, b) / terms.length)));
  const order = turnCoverage(Float64Array.from(angles)).rows.map(({ row }) => row);
  return inverse && { terms, inverse, order };
}

/** Of a symmetric 3 x 3 matrix; undefined where it is next to singular, as for angles over a small arc. */
function inverted(m: readonly (readonly number[])[]): readonly (readonly number[])[] | undefined {
  const at = (row: number, column: number) => m[row % 3]?.[column % 3] ?? 0;
  const minor = (row: number, column: number) =>
    at(row + 1, column + 1) * at(row + 2, column + 2) - at(row + 1, column + 2) * at(row + 2, column + 1);
  const determinant = [0, 1, 2].reduce((total, column) => total + at(0, column) * minor(0, column), 0);
  if (Math.abs(determinant) < 1e-3) return undefined;
  return [0, 1, 2].map((row) => [0, 1, 2].map((column) => minor(column, row) / determinant));
}

/** The axis that the centres of mass go round; undefined where they follow no such curve, or nothing is there. */
function axisOf(sinogram: TypedArray, detectors: number, curve: Curve | undefined): number | undefined {
  const fit = fitOf(sinogram, detectors, curve);
  if (fit === undefined) return undefined;
  const isSure = fit.deviation < largestResidual && beyondChance * fit.error < leastDistance;
  return isSure ? fit.axis : undefined;
}

interface Fit {
  readonly axis: number;
  /** Standard error of the axis, bins. */
  readonly error: number;
  /** Standard deviation of the centres from the curve, and from their neighbours, bins. */
  readonly deviation: number;
  readonly roughness: number;
}

function fitOf(sinogram: TypedArray, detectors: number, curve: Curve | undefined): Fit | undefined {
  const centres = curve && centresOf(sinogram, detectors);
  if (curve === undefined || centres === undefined) return undefined;
  const { terms, inverse, order } = curve;
  const right = [0, 1, 2].map(
    (row) => terms.reduce((total, term, index) => total + (term[row] ?? 0) * (centres[index] ?? 0), 0) / terms.length,
  );
  const fitted = inverse.map((row) => row.reduce((total, value, column) => total + value * (right[column] ?? 0), 0));
  const residual = terms.reduce((total, term, index) => {
    const expected = term.reduce((value, each, column) => value + each * (fitted[column] ?? 0), 0);
    return total + ((centres[index] ?? 0) - expected) ** 2;
  }, 0);
  const deviation = Math.sqrt(residual / (terms.length - 3));
  const error = deviation * Math.sqrt((inverse[0]?.[0] ?? 0) / terms.length);
  const at = (rank: number) => centres[order[rank] ?? 0] ?? 0;
  let bends = 0;
  for (let rank = 2; rank < order.length; rank++) bends += (at(rank) - 2 * at(rank - 1) + at(rank - 2)) ** 2;
  // A second difference of noise has 6 times its variance.
  return { axis: fitted[0] ?? 0, error, deviation, roughness: Math.sqrt(bends / 6 / (order.length - 2)) };
}

/** Centre of mass of every projection, bins from 0; undefined where one has none. */
function centresOf(sinogram: TypedArray, detectors: number): number[] | undefined {
  const centres: number[] = [];
  for (let start = 0; start < sinogram.length; start += detectors) {
    let [mass, moment] = [0, 0];
    for (let bin = 0; bin < detectors; bin++) {
      const value = sinogram[start + bin] ?? 0;
      mass += value;
      moment += value * bin;
    }
    const centre = moment / mass;
    if (!(mass > 0) || !(centre >= 0 && centre < detectors)) return undefined;
    centres.push(centre);
  }
  return centres;
}
