import { l2, positivity, type Term } from '@rondel/compute';
import { RondelError } from '@rondel/contracts';
import { l2Regularization, positiveRegularization } from '@rondel/least-squares/manifest';
import type { ParameterNode } from '@rondel/reco';

/** Regularization terms in the form that solvers take. Throws `PLAN_INVALID_VALUE` at `reg` when lambda is not a finite number >= 0. */
export function readRegularization(terms: readonly ParameterNode[]): Term[] {
  return terms.flatMap(({ type, parameters }): Term[] => {
    switch (type) {
      case l2Regularization.type:
        return [{ penalty: l2(), lambda: lambdaOf(parameters['lambda']) }];
      case positiveRegularization.type:
        return [{ constraint: positivity() }];
      default:
        throw new RondelError('PLAN_INVALID_VALUE', `reg holds ${type}, which is not known here.`, { at: 'reg' });
    }
  });
}

function lambdaOf(lambda: unknown): number {
  if (typeof lambda === 'number' && Number.isFinite(lambda) && lambda >= 0) return lambda;
  throw new RondelError('PLAN_INVALID_VALUE', `lambda must be a finite number >= 0, got ${String(lambda)}.`, {
    at: 'reg',
  });
}
