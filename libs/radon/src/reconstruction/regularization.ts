import { positivity, type Constraint } from '@rondel/compute';
import { RondelError } from '@rondel/contracts';
import { l2Regularization, positiveRegularization } from '@rondel/least-squares/manifest';
import type { ParameterNode } from '@rondel/reco';

/** Regularization terms in the form that the solver takes. */
export interface Regularization {
  readonly lambda: number;
  readonly constraint?: Constraint;
}

/** Throws `PLAN_INVALID_VALUE` at `reg` when lambda is not a finite number >= 0. */
export function readRegularization(terms: readonly ParameterNode[]): Regularization {
  const l2 = terms.find(({ type }) => type === l2Regularization.type);
  const lambda = l2 ? l2.parameters['lambda'] : 0;
  if (typeof lambda !== 'number' || !Number.isFinite(lambda) || lambda < 0) {
    throw new RondelError('PLAN_INVALID_VALUE', `lambda must be a finite number >= 0, got ${String(lambda)}.`, {
      at: 'reg',
    });
  }
  const positive = terms.some(({ type }) => type === positiveRegularization.type);
  return { lambda, ...(positive && { constraint: positivity() }) };
}
