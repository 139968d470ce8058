import type { TypedArray } from '@rondel/contracts';
import { medianOf } from './median.js';

/** How the centres of mass of projections go round an axis. */
export interface CentreFit {
  /** Bins from 0. */
  readonly axis: number;
  /** Standard error of the axis, bins, by the projections that are not spoiled. */
  readonly error: number;
  /** Standard deviation of the centres of all projections from the curve, bins. */
  readonly deviation: number;
  /** What single centres are off by chance, bins: noise, and the width of bins. */
  readonly chance: number;
}

/** Centres farther than this many usual deviations from the curve are those of spoiled projections, where these are few. */
const spoiled = { beyond: 4, most: 0.15 };
const rounds = 3;

/** Bins at either edge that tell what lies under a projection: part of the detector, at least two. */
const edgePart = 1 / 32;

/** The ratio of a normal distribution's standard deviation to the median of what its values are off. */
const normalDeviation = 1.4826;

/**
 * Least squares of c + x cos theta + y sin theta through the centres of mass of projections of one object that is seen whole
 * (the moment of order 1 in the conditions of Helgason and Ludwig). The few projections that something else has spoiled do not
 * draw it. Undefined where there is no mass, and for angles that tell no curve.
 *
 * @param sinogram [angle, detector]
 * @param angles rad, one per projection.
 * @param isLevelled Whether what lies under every projection, a straight line through its edges, is subtracted: a beam that
 * is not steady leaves it there.
 */
export function fitCentres(
  sinogram: TypedArray,
  angles: ArrayLike<number>,
  isLevelled: boolean,
): CentreFit | undefined {
  const { all, halves } = centresOf(sinogram, angles.length, isLevelled);
  const terms = Array.from(angles, (angle): Term => [1, Math.cos(angle), Math.sin(angle)]);
  const seen = Array.from(all.keys()).filter((row) => Number.isFinite(all[row]));
  const least = (1 - spoiled.most) * all.length;
  let used = seen;
  for (let round = 0; ; round++) {
    const curve = used.length < least ? undefined : curveThrough(terms, all, used);
    if (curve === undefined) return undefined;
    const off = (row: number) => Math.abs((all[row] ?? 0) - valueOf(curve, terms[row]));
    const usual = normalDeviation * medianOf(used.map(off));
    const kept = used.filter((row) => off(row) <= spoiled.beyond * usual);
    if (round + 1 < rounds && kept.length < used.length && kept.length >= least) {
      used = kept;
      continue;
    }
    return {
      axis: curve.fitted[0] ?? 0,
      error: deviationOf(used, off) * Math.sqrt((curve.inverse[0]?.[0] ?? 0) / used.length),
      deviation: deviationOf(seen, off),
      chance: deviationOf(used, (row) => (halves[row] ?? 0) / 2),
    };
  }
}

/** Root mean square, less the three values that the curve takes for itself. */
function deviationOf(rows: readonly number[], off: (row: number) => number): number {
  return Math.sqrt(rows.reduce((sum, row) => sum + off(row) ** 2, 0) / Math.max(1, rows.length - 3));
}

/** Of every projection; NaN where it has none. */
interface Centres {
  /** Bins from 0. */
  readonly all: Float64Array;
  /** What that of its even bins differs by from that of its odd ones: about twice what chance makes of the whole. */
  readonly halves: Float64Array;
}

function centresOf(sinogram: TypedArray, projections: number, isLevelled: boolean): Centres {
  const detectors = sinogram.length / projections;
  const centres = { all: new Float64Array(projections), halves: new Float64Array(projections) };
  for (let row = 0; row < projections; row++) {
    const projection = sinogram.subarray(row * detectors, (row + 1) * detectors);
    const { first, slope } = isLevelled ? levelOf(projection) : { first: 0, slope: 0 };
    const even = momentOf(projection, 0, { first, slope });
    const odd = momentOf(projection, 1, { first, slope });
    const mass = even.mass + odd.mass;
    const centre = (even.moment + odd.moment) / mass;
    const isSeen = Math.min(even.mass, odd.mass, mass) > 0 && centre >= 0 && centre < detectors;
    centres.all[row] = isSeen ? centre : NaN;
    centres.halves[row] = isSeen ? even.moment / even.mass - odd.moment / odd.mass : NaN;
  }
  return centres;
}

interface Level {
  readonly first: number;
  /** Per bin. */
  readonly slope: number;
}

function momentOf(projection: TypedArray, begin: number, { first, slope }: Level) {
  let [mass, moment] = [0, 0];
  for (let bin = begin; bin < projection.length; bin += 2) {
    const value = (projection[bin] ?? 0) - first - slope * bin;
    mass += value;
    moment += value * bin;
  }
  return { mass, moment };
}

/** The straight line through what a projection is at its edges. */
function levelOf(projection: TypedArray): Level {
  const { length } = projection;
  const width = Math.max(2, Math.floor(edgePart * length));
  let [left, right] = [0, 0];
  for (let bin = 0; bin < width; bin++) {
    left += (projection[bin] ?? 0) / width;
    right += (projection[length - 1 - bin] ?? 0) / width;
  }
  const slope = (right - left) / Math.max(1, length - width);
  return { first: left - (slope * (width - 1)) / 2, slope };
}

/** 1, cos and sin of an angle. */
type Term = readonly [number, number, number];

interface Curve {
  readonly fitted: readonly number[];
  /** Of the normal matrix, row by row. */
  readonly inverse: readonly (readonly number[])[];
}

function curveThrough(terms: readonly Term[], centres: Float64Array, used: readonly number[]): Curve | undefined {
  const mean = (of: (row: number) => number) => used.reduce((total, row) => total + of(row), 0) / used.length;
  const at = (row: number, column: number) => terms[row]?.[column] ?? 0;
  const columns = [0, 1, 2];
  const inverse = inverted(columns.map((a) => columns.map((b) => mean((row) => at(row, a) * at(row, b)))));
  if (inverse === undefined) return undefined;
  const right = columns.map((column) => mean((row) => at(row, column) * (centres[row] ?? 0)));
  const fitted = inverse.map((row) => row.reduce((total, value, column) => total + value * (right[column] ?? 0), 0));
  return { fitted, inverse };
}

function valueOf({ fitted }: Curve, term: Term | undefined): number {
  return (term ?? []).reduce<number>((value, each, column) => value + each * (fitted[column] ?? 0), 0);
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
