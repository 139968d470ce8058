import {
  quantity,
  RondelError,
  settledWarnings,
  type CarriedWarning,
  type Dataset,
  type NdArray,
} from '@rondel/contracts';
import type { StepContext } from '@rondel/reco';
import { neighbourDifferences } from './angle-order.js';
import { rowJumps } from './row-disorder.js';
import { requireFinite } from './finite-values.js';

/** All angles within this (rad, 6.9 degrees) are most likely radians that were taken for degrees. */
const leastSpan = 0.12;

/** Fewer projections than this may be meant to be close together. */
const leastProjections = 8;

/** Of all differences of neighbours, those by angle: twice what those in the order of the scan are. */
const contradictingShare = 2 / 3;

/** Of the steps from one projection to the next, those that jump; a few may, where a frame is missing. */
const disorderedShare = 0.03;

/**
 * The projection angles in radians: those of the plan, else those that the data carries.
 *
 * Throws `PLAN_MISSING_PROPERTY` when there are neither, `DATA_SHAPE_MISMATCH` when there is not one angle for each
 * projection, `PLAN_INVALID_VALUE` for an angle of the plan that is not finite, `DATA_FORMAT` for one of the data; the same
 * codes where all angles are one, or so close together that no image can be made.
 */
export function projectionAngles(
  fromPlan: readonly number[] | undefined,
  { projections, dataset }: { projections: number; dataset: Dataset },
  warn: StepContext['warn'],
): Float64Array {
  const fromData = dataset.companions['angles'];
  const angles = fromPlan ? checkedPlanAngles(fromPlan) : fromData && Float64Array.from(fromData.data);
  if (!angles) throw missingAngles(projections);
  if (!fromPlan) requireFinite(angles, [angles.length], 'The array of angles that the data carries');
  if (angles.length !== projections) throw wrongCount(angles.length, projections, fromPlan ? 'plan' : 'data');
  requireSpread(angles, fromPlan ? 'plan' : 'data');
  if (fromPlan && fromData && !sameAngles(angles, fromData.data)) {
    warn('ANGLES_REPLACED', 'The angles of the plan are used; the data carries other ones.', { property: 'angles' });
  }
  warnOfOrder(dataset.data, angles, warn);
  return angles;
}

/** Warns of angles that contradict which projections are alike. */
function warnOfOrder(data: NdArray, angles: Float64Array, warn: StepContext['warn']): void {
  const differences = neighbourDifferences(data, angles);
  if (differences !== undefined) {
    const { byAngle: count, inOrder } = differences;
    const amount = { count, of: count + inOrder, above: contradictingShare };
    warn(
      'ANGLES_SUSPECT',
      `Projections whose angles are close are not alike, those that follow each other are: the angles, from ${inDegrees(smallest(angles))} to ${inDegrees(largest(angles))} degrees, must be in radians and in the order of the projections.`,
      { property: 'angles', amount },
    );
  }
  const found = differences === undefined ? rowJumps(data, angles) : undefined;
  if (found !== undefined) {
    warn(
      'ANGLES_SUSPECT',
      '{count} of {of} projections, counted over all sinograms, are as unlike the one at the next angle as any others: they are not in the order of the angles, as files are that were sorted by name (1, 10, 100, 2).',
      { property: 'angles', amount: { count: found.jumps, of: found.steps, above: disorderedShare } },
    );
  }
}

/** Whether `projectionAngles` would warn of the order of this one sinogram, [angle, detector]. */
export function isOrderSuspect(sinogram: NdArray, angles: Float64Array): boolean {
  const said: CarriedWarning[] = [];
  warnOfOrder(sinogram, angles, (code, message, { amount } = {}) =>
    said.push({ code, message, ...(amount && { amount }) }),
  );
  return settledWarnings(said).length > 0;
}

/** No image can be made of projections from one direction. */
function requireSpread(angles: Float64Array, source: 'plan' | 'data'): void {
  const span = largest(angles) - smallest(angles);
  const isOne = angles.length > 1 && span === 0;
  if (!isOne && (angles.length < leastProjections || span >= leastSpan)) return;
  const owner = source === 'plan' ? 'of the plan' : 'that the data carries';
  const what = isOne
    ? `are all ${inDegrees(smallest(angles))} degrees`
    : `only cover ${inDegrees(span)} degrees, as radians would that were taken for degrees`;
  throw new RondelError(
    source === 'plan' ? 'PLAN_INVALID_VALUE' : 'DATA_FORMAT',
    `The ${angles.length} angles ${owner} ${what}: no image can be made of them. Set angles to those of the scan, in radians${source === 'data' ? '; if the file has radians and does not say so, put ?unit=rad behind it' : ''}.`,
    { at: 'angles' },
  );
}

function smallest(values: Float64Array): number {
  return values.reduce((least, value) => Math.min(least, value), Infinity);
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity);
}

function inDegrees(radians: number): string {
  return ((radians * 180) / Math.PI).toFixed(2);
}

function checkedPlanAngles(angles: readonly number[]): Float64Array {
  const bad = angles.findIndex((angle) => !Number.isFinite(angle));
  if (bad < 0) return Float64Array.from(angles);
  throw new RondelError('PLAN_INVALID_VALUE', `angles[${bad + 1}] must be finite, got ${String(angles[bad])}.`, {
    at: 'angles',
  });
}

function missingAngles(projections: number): RondelError {
  return new RondelError(
    'PLAN_MISSING_PROPERTY',
    `The data carries no projection angles, and the plan gives none. Set angles to ${projections} numbers in radians, in the plan or with --set 'angles=[0.0, ...]', name a file, as in angles=theta.npy?unit=deg, or put the first and the last angle in degrees behind the data: scan.h5?theta=0:180.`,
    { at: 'angles' },
  );
}

function wrongCount(angles: number, projections: number, source: 'plan' | 'data'): RondelError {
  const owner = source === 'plan' ? 'The plan gives' : 'The data carries';
  return new RondelError(
    'DATA_SHAPE_MISMATCH',
    `${owner} ${quantity(angles, 'angle')}, but the data has ${quantity(projections, 'projection')}: there must be one angle for each.`,
    { at: 'angles', details: { angles, projections } },
  );
}

function sameAngles(angles: Float64Array, others: ArrayLike<number>): boolean {
  return (
    angles.length === others.length && angles.every((angle, index) => Math.abs(angle - (others[index] ?? 0)) < 1e-9)
  );
}
