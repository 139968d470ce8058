import { RondelError, type Dataset } from '@rondel/contracts';
import type { StepContext } from '@rondel/reco';
import { requireFinite } from './finite-values.js';

/** Beyond two turns in either direction the numbers are most likely degrees. */
const plausibleRadians = 4 * Math.PI;

/**
 * The projection angles in radians: those of the plan, else those that the data carries.
 *
 * Throws `PLAN_MISSING_PROPERTY` when there are neither, `DATA_SHAPE_MISMATCH` when there is not one angle for each
 * projection, `PLAN_INVALID_VALUE` for an angle of the plan that is not finite, `DATA_FORMAT` for one of the data.
 */
export function projectionAngles(
  fromPlan: readonly number[] | undefined,
  { projections, dataset }: { projections: number; dataset: Dataset },
  log: StepContext['log'],
): Float64Array {
  const fromData = dataset.companions['angles'];
  const angles = fromPlan ? checkedPlanAngles(fromPlan) : fromData && Float64Array.from(fromData.data);
  if (!angles) throw missingAngles(projections);
  if (!fromPlan) requireFinite(angles, [angles.length], 'The array of angles that the data carries');
  if (angles.length !== projections) throw wrongCount(angles.length, projections, fromPlan ? 'plan' : 'data');
  if (fromPlan && fromData && !sameAngles(angles, fromData.data)) {
    log('warn', 'The angles of the plan are used; the data carries other ones.');
  }
  if (angles.some((angle) => Math.abs(angle) > plausibleRadians)) {
    log('warn', `An angle is beyond two turns (${plausibleRadians.toFixed(2)} rad): angles must be in radians.`);
  }
  return angles;
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
    `The data carries no projection angles, and the plan gives none. Set angles to ${projections} numbers in radians, in the plan or with --set 'angles=[0.0, ...]'.`,
    { at: 'angles' },
  );
}

function wrongCount(angles: number, projections: number, source: 'plan' | 'data'): RondelError {
  const owner = source === 'plan' ? 'The plan gives' : 'The data carries';
  return new RondelError(
    'DATA_SHAPE_MISMATCH',
    `${owner} ${angles} angle${angles === 1 ? '' : 's'}, but the data has ${projections} projection${projections === 1 ? '' : 's'}: there must be one angle for each.`,
    { at: 'angles', details: { angles, projections } },
  );
}

function sameAngles(angles: Float64Array, others: ArrayLike<number>): boolean {
  return (
    angles.length === others.length && angles.every((angle, index) => Math.abs(angle - (others[index] ?? 0)) < 1e-9)
  );
}
