import type { NdArray } from '@rondel/contracts';
import { sinogramShape } from './sinogram-shape.js';
import { turnCoverage } from './turn-coverage.js';

/** Projections of fewer angles are too far apart to be alike. */
const leastProjections = 8;

/** Bins of a projection that are compared, at most. */
const mostBins = 128;

/** How unlike projections are that follow each other: sums of squared differences over all sinograms. */
export interface NeighbourDifferences {
  readonly byAngle: number;
  /** In the order in which they were taken. */
  readonly inOrder: number;
}

/**
 * How far the angles contradict the data: projections that are neighbours by their angles, whole turns apart or not, are
 * alike, whatever the order in which they were taken. Where angles are in another unit, or belong to another scan, those
 * that were taken one after the other are far more alike. Sums over all sinograms, so that those of blocks add up to those of
 * the whole. Undefined where both orders are one, as in a scan over one turn at most, and for a few projections.
 *
 * @param angles rad, one per projection.
 */
export function neighbourDifferences(data: NdArray, angles: Float64Array): NeighbourDifferences | undefined {
  const { frames, slices, angles: projections, detectors } = sinogramShape(data);
  if (projections < leastProjections) return undefined;
  const taken = Array.from({ length: projections }, (_, row) => row);
  const byAngle = turnCoverage(angles).rows.map(({ row }) => row);
  if (followAlike(byAngle)) return undefined;
  const sum = { byAngle: 0, inOrder: 0 };
  for (let entry = 0; entry < frames * slices; entry++) {
    const start = entry * projections * detectors;
    const sinogram = data.data.subarray(start, start + projections * detectors);
    sum.byAngle += unlikeness(sinogram, byAngle, detectors);
    sum.inOrder += unlikeness(sinogram, taken, detectors);
  }
  return sum;
}

/** Whether the order is that of the scan but for its direction and where it begins. */
function followAlike(order: readonly number[]): boolean {
  const { length } = order;
  const apart = order.map((row, rank) => ((order[(rank + 1) % length] ?? 0) - row + length) % length);
  return apart.every((step) => step === 1) || apart.every((step) => step === length - 1);
}

/** Sum of the squared differences between projections that follow each other in this order. */
function unlikeness(sinogram: ArrayLike<number>, order: readonly number[], detectors: number): number {
  const stride = Math.ceil(detectors / mostBins);
  let sum = 0;
  for (let rank = 1; rank < order.length; rank++) {
    const row = (order[rank] ?? 0) * detectors;
    const before = (order[rank - 1] ?? 0) * detectors;
    for (let bin = 0; bin < detectors; bin += stride) {
      sum += ((sinogram[row + bin] ?? 0) - (sinogram[before + bin] ?? 0)) ** 2;
    }
  }
  return sum;
}
