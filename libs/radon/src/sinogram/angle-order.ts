import type { NdArray } from '@rondel/contracts';
import { sinogramShape } from './sinogram-shape.js';
import { turnCoverage } from './turn-coverage.js';

/** Projections of fewer angles are too far apart to be alike. */
const leastProjections = 8;

/** How much less alike the neighbours by angle are than those in the order of the scan, where the angles are wrong. */
const suspiciousRatio = 2;

/**
 * Whether the angles contradict the data: projections that are neighbours by their angles, whole turns apart or not, are
 * alike, whatever the order in which they were taken. Where angles are in another unit, or belong to another scan, those
 * that were taken one after the other are far more alike. Looks at the middle slice of the first frame; silent where both
 * orders are one, as in a scan over one turn at most.
 *
 * @param angles rad, one per projection.
 */
export function anglesContradict(data: NdArray, angles: Float64Array): boolean {
  const { slices, angles: projections, detectors } = sinogramShape(data);
  if (projections < leastProjections) return false;
  const taken = Array.from({ length: projections }, (_, row) => row);
  const byAngle = turnCoverage(angles).rows.map(({ row }) => row);
  const first = Math.floor(slices / 2) * projections * detectors;
  const sinogram = data.data.subarray(first, first + projections * detectors);
  const inOrder = unlikeness(sinogram, taken, detectors);
  return inOrder > 0 && unlikeness(sinogram, byAngle, detectors) > suspiciousRatio * inOrder;
}

/** Sum of the squared differences between projections that follow each other in this order. */
function unlikeness(sinogram: ArrayLike<number>, order: readonly number[], detectors: number): number {
  let sum = 0;
  for (let rank = 1; rank < order.length; rank++) {
    const row = (order[rank] ?? 0) * detectors;
    const before = (order[rank - 1] ?? 0) * detectors;
    for (let bin = 0; bin < detectors; bin++) sum += ((sinogram[row + bin] ?? 0) - (sinogram[before + bin] ?? 0)) ** 2;
  }
  return sum;
}
