import { RondelError } from '@rondel/contracts';
import type { ParameterNode } from '@rondel/reco';

/** The terms of a problem that methods without proximal maps take. */
export interface SquaredNormTerms {
  /** Weight of ||x||^2, not normalized. */
  readonly lambda: number;
  /** What x is projected onto. */
  readonly projections: readonly ('real' | 'positive')[];
}

function lambdaOf({ type, parameters }: ParameterNode): number {
  const { lambda } = parameters;
  if (typeof lambda === 'number' && lambda >= 0 && Number.isFinite(lambda)) return lambda;
  throw new RondelError('PLAN_INVALID_VALUE', `λ of ${type} must be a finite number >= 0, got ${String(lambda)}.`, {
    at: 'reg',
  });
}

/** Throws PLAN_INVALID_VALUE for a term that the method cannot take, and for two that exclude each other. */
export function squaredNormTerms(solver: string, terms: readonly ParameterNode[]): SquaredNormTerms {
  const squared = terms.filter(({ type }) => type === 'L2Regularization');
  const projections = terms.flatMap(({ type }) => {
    if (type === 'PositiveRegularization') return ['positive' as const];
    return type === 'RealRegularization' ? ['real' as const] : [];
  });
  if (squared.length + projections.length < terms.length) {
    const other = terms.find(({ type }) => !/^(L2|Positive|Real)Regularization$/.test(type));
    throw new RondelError('PLAN_INVALID_VALUE', `${solver} does not take ${other?.type ?? 'this term'}.`, {
      at: 'reg',
    });
  }
  if (squared.length > 1) {
    throw new RondelError('PLAN_INVALID_VALUE', `${solver} takes one L2Regularization, reg has several.`, {
      at: 'reg',
    });
  }
  return { lambda: squared[0] === undefined ? 0 : lambdaOf(squared[0]), projections };
}
