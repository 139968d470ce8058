import { placeInFile, type BinnedAxis, type TypedArray, type WarningAmount } from '@rondel/contracts';
import { fitCentres, type CentreFit } from './centre-curve.js';
import { largestValue } from './largest-value.js';
import { findOutliers } from './outlier-check.js';
import type { SinogramShape } from './sinogram-shape.js';
import { countTruncated } from './truncation.js';

/** An axis that is as far off as this, bins, spoils the image. */
const leastDistance = 1;

/** How sure the axis must be, in its standard errors. */
const beyondChance = 8;

/** Fewer projections than this fit any curve. */
const leastProjections = 8;

/** The part of the sinograms that must say so; those of air say nothing. */
const leastPart = 0.1;

/** What the centres of mass may be off the curve, bins and part of the detector, and times what they are off by chance. */
const largestMisfit = { bins: 0.3, part: 0.0015, times: 4 };

/** Where the centres of mass were looked at. */
interface Geometry {
  /** rad, one per projection. */
  readonly angles: ArrayLike<number>;
  /** Where the axis was taken to be, bins from 0, and why. */
  readonly center: number;
  readonly because: string;
  /** How the bins of the file became these, as places are told as the plan counts them. */
  readonly bins: BinnedAxis;
}

/**
 * Warns where sinograms whose axis nobody has looked for say that it is not where it was taken to be: the centre of mass of the
 * projections goes round another one. Sinograms are judged each, so that blocks say together what the whole does.
 *
 * @param lineIntegrals [frame, slice, angle, detector]
 */
export function warnOfOtherAxis(
  lineIntegrals: TypedArray,
  shape: SinogramShape,
  { angles, center, because, bins }: Geometry,
  warn: (message: string, amount: WarningAmount) => void,
): void {
  if (shape.angles < leastProjections || angles.length !== shape.angles) return;
  const axes = fittedSinograms(lineIntegrals, shape, angles, (fit) => {
    const isSure = beyondChance * fit.error < leastDistance && !isMisfit(fit, shape.detectors);
    return isSure && Math.abs(fit.axis - center) > leastDistance;
  }).map(({ axis }) => placeInFile(axis, bins));
  warn(
    `The rotation axis was taken to be at detector ${placeInFile(center, bins)}, ${because}, but the centre of mass of the projections goes round another one in {count} of {of} sinograms, at {mean} on average. Compare images for both as centerOfRotation, in bins from 0, or leave centerOfRotation out and set findCenter to true, in TransmissionPreprocessingParameters.`,
    {
      count: axes.length,
      of: shape.frames * shape.slices,
      above: leastPart,
      sum: axes.reduce((sum, axis) => sum + axis, 0),
    },
  );
}

interface SaidAngles {
  /** rad, one per projection. */
  readonly angles: Float64Array;
  /** Whether something else about the angles has been said of a sinogram, [angle, detector]. */
  readonly isWarned: (sinogram: Float32Array) => boolean;
}

/**
 * Warns where the centres of mass do not move as the angles have it: these are of another scan or in another measure, the object
 * has moved, or rays are not parallel.
 *
 * @param lineIntegrals [frame, slice, angle, detector]
 */
export function warnOfOtherAngles(
  lineIntegrals: TypedArray,
  shape: SinogramShape,
  { angles, isWarned }: SaidAngles,
  warn: (message: string, amount: WarningAmount) => void,
): void {
  if (shape.angles < leastProjections) return;
  const { length: count } = fittedSinograms(
    lineIntegrals,
    shape,
    angles,
    (fit) => isMisfit(fit, shape.detectors),
    isWarned,
  );
  warn(
    'In {count} of {of} sinograms the centre of mass of the projections does not move as their angles have it: these are not the angles of the scan, as where those of a full turn were written modulo 180 degrees, the object has moved, or the beam is not parallel.',
    { count, of: shape.frames * shape.slices, above: leastPart },
  );
}

function isMisfit({ deviation, chance }: CentreFit, detectors: number): boolean {
  const allowed = Math.max(largestMisfit.bins, largestMisfit.part * detectors);
  return deviation > Math.max(allowed, largestMisfit.times * chance);
}

/** The fits, of whole objects in sinograms without faults, for which `counts` holds, however steady the beam was. */
function fittedSinograms(
  lineIntegrals: TypedArray,
  shape: SinogramShape,
  angles: ArrayLike<number>,
  counts: (fit: CentreFit) => boolean,
  isWarned: (sinogram: Float32Array) => boolean = () => false,
): CentreFit[] {
  const size = shape.angles * shape.detectors;
  const one = { ...shape, frames: 1, slices: 1 };
  const found: CentreFit[] = [];
  for (let entry = 0; entry < shape.frames * shape.slices; entry++) {
    const sinogram = lineIntegrals.subarray(entry * size, (entry + 1) * size);
    const fit = fitCentres(sinogram, angles, false);
    if (fit === undefined || !counts(fit)) continue;
    const levelled = fitCentres(sinogram, angles, true);
    if (levelled === undefined || !counts(levelled)) continue;
    const values = Float32Array.from(sinogram);
    const isWhole =
      !isStarved(values) &&
      countTruncated(values, one) === 0 &&
      findOutliers(values, one, { angles, least: 0 }).spoiled === 0;
    if (isWhole && !isWarned(values)) found.push(fit);
  }
  return found;
}

/** The part of the values, and how many at least, that are one largest number where hardly any light came through. */
const starved = { part: 1e-3, least: 3 };

/** Whether many values are the largest that there can be, as what was clipped is: their mass is not known. */
function isStarved(values: Float32Array): boolean {
  const { most, count } = largestValue(values);
  return most > 0 && count >= Math.max(starved.least, starved.part * values.length);
}
