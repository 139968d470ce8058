import { RondelError } from '@rondel/contracts';
import { angularWeights } from '../sinogram/angular-weights.js';
import type { SinogramShape } from '../sinogram/sinogram-shape.js';
import { mirrorCorrelation, type MirrorCorrelation } from './mirror-correlation.js';

/** At most this many slices of the first frame take part, evenly spaced over the stack. */
const maximumSlices = 8;

/** Above this share of the energy outside the wedge, no axis makes the scan consistent. */
const maximumInconsistency = 0.5;

const coarseStep = 0.25;
const goldenRatio = (Math.sqrt(5) - 1) / 2;
const refinements = 24;

/**
 * Finds the detector coordinate of the rotation axis, in bins from 0, within the middle half of the detector.
 *
 * A sinogram over half a turn, continued by its mirror image, is a sinogram over a full turn only if it is mirrored at
 * the axis; its Fourier transform then vanishes outside the double wedge |n| <= R |omega| (angular order n, detector
 * frequency omega, object radius R). The axis that leaves the least energy there is taken: Vo, Drakopoulos, Atwood,
 * Reinhard, "Reliable method for calculating the center of rotation in parallel-beam tomography", Optics Express 22
 * (2014) 19078. The energy is evaluated in closed form, see `mirrorCorrelation`.
 *
 * @param lineIntegrals [frame, slice, angle, detector]
 * @param angles rad, one per projection; of more than half a turn the first half is used.
 * Throws `PLAN_MISSING_PROPERTY` at `centerOfRotation` when the data does not determine an axis.
 */
export function findRotationCenter(lineIntegrals: Float32Array, shape: SinogramShape, angles: Float64Array): number {
  const rows = halfTurn(angles);
  const size = shape.angles * shape.detectors;
  const correlations = sampledSlices(shape.slices).map((slice) =>
    mirrorCorrelation(lineIntegrals.subarray(slice * size, (slice + 1) * size), shape.detectors, rows),
  );
  const energy = correlations.reduce((total, correlation) => total + correlation.energy, 0);
  const inconsistency = (center: number) =>
    correlations.reduce((total, correlation) => total + mirrorTerm(correlation, center), energy) / energy;
  const center = minimize(inconsistency, shape.detectors / 4, (3 * shape.detectors) / 4);
  if (inconsistency(center) <= maximumInconsistency) return center;
  throw notFound('no axis makes the projections of half a turn consistent with their mirror image');
}

/** The projections of the first half turn with their angles and trapezoid weights. */
function halfTurn(angles: Float64Array) {
  const first = angles.reduce((least, angle) => Math.min(least, angle), Infinity);
  const tolerance = Math.PI / (4 * angles.length);
  const rows = Array.from(angles.keys()).filter((row) => (angles[row] ?? 0) - first < Math.PI - tolerance);
  const used = Float64Array.from(rows, (row) => angles[row] ?? 0);
  const { weights, missing } = angularWeights(used);
  const extent = used.reduce((most, angle) => Math.max(most, angle - first), 0);
  if (rows.length < 8 || missing > 0 || extent < 0.9 * Math.PI) {
    throw notFound(`the ${angles.length} projections do not cover half a turn`);
  }
  return rows.map((row, rank) => ({ row, angle: used[rank] ?? 0, weight: weights[rank] ?? 0 }));
}

function sampledSlices(slices: number): number[] {
  const count = Math.min(slices, maximumSlices);
  return Array.from({ length: count }, (_, sample) => Math.floor(((sample + 0.5) * slices) / count));
}

/** The part of the energy outside the wedge that depends on the axis. */
function mirrorTerm({ frequencies, real, imaginary }: MirrorCorrelation, center: number): number {
  return frequencies.reduce((total, omega, index) => {
    const phase = 2 * omega * center;
    return total + 2 * ((real[index] ?? 0) * Math.cos(phase) - (imaginary[index] ?? 0) * Math.sin(phase));
  }, 0);
}

/** Coarse scan, then golden-section search around its minimum. */
function minimize(cost: (center: number) => number, from: number, to: number): number {
  const steps = Math.floor((to - from) / coarseStep);
  const scanned = Array.from({ length: steps + 1 }, (_, step) => from + step * coarseStep);
  const costs = scanned.map(cost);
  const least = costs.indexOf(Math.min(...costs));
  let low = (scanned[least] ?? from) - coarseStep;
  let high = low + 2 * coarseStep;
  for (let refinement = 0; refinement < refinements; refinement++) {
    const width = goldenRatio * (high - low);
    if (cost(high - width) < cost(low + width)) high = low + width;
    else low = high - width;
  }
  return (low + high) / 2;
}

function notFound(reason: string): RondelError {
  return new RondelError(
    'PLAN_MISSING_PROPERTY',
    `The rotation axis cannot be found from the data: ${reason}. Set centerOfRotation to the axis in bins from 0, or findCenter = false to take the middle of the detector.`,
    { at: 'centerOfRotation' },
  );
}
