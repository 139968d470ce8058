import { RondelError } from '@rondel/contracts';
import { add, mul, type Tensor } from '@tensorflow/tfjs-core';
import type { Constraint } from '../prox/constraint.js';
import type { LinearTransform, Penalty, Weight } from '../prox/penalty.js';

/** lambda g(x), or lambda g(transform x) for methods that split the two; each solver says what it adds that to. */
export interface PenaltyTerm {
  readonly penalty: Penalty;
  /** >= 0, finite. Tensors stay the caller's and live as long as the solver. */
  readonly lambda: Weight;
  readonly transform?: LinearTransform;
}

/** A set that x has to be in. */
export interface ConstraintTerm {
  readonly constraint: Constraint;
}

/** What a least-squares problem has beside its data: penalties and constraints, in any order. */
export type Term = PenaltyTerm | ConstraintTerm;

export function penaltiesOf(terms: readonly Term[]): PenaltyTerm[] {
  return terms.filter((term): term is PenaltyTerm => 'penalty' in term);
}

export function constraintsOf(terms: readonly Term[]): Constraint[] {
  return terms.flatMap((term) => ('constraint' in term ? [term.constraint] : []));
}

/** Projects onto one set after the other, which is the projection onto all where they concern different parts of x. */
export function projectAll(constraints: readonly Constraint[], x: Tensor): Tensor {
  return constraints.reduce((point, { project }) => project(point), x.clone());
}

/** Sum of the weights of ||x||^2, 0 without such a term. */
export function squaredNormWeight(penalties: readonly PenaltyTerm[]): Weight {
  const weights = penalties.filter(({ penalty }) => penalty.squaredNorm === true).map(({ lambda }) => lambda);
  return weights.reduce<Weight>((sum, weight) => plus(sum, weight), 0);
}

function plus(a: Weight, b: Weight): Weight {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  return a === 0 ? b : add(a, b);
}

/** weight times factor, a number where both are. */
export function scaled(weight: Weight, factor: Weight): Weight {
  return typeof weight === 'number' && typeof factor === 'number' ? weight * factor : mul(weight, factor);
}

/** Throws `PLAN_INVALID_VALUE` when a solver cannot have these terms. */
export function checkTerms(
  solver: string,
  terms: readonly Term[],
  { most, takes, transforms = false }: { most: number; takes?: (penalty: Penalty) => boolean; transforms?: boolean },
): void {
  const refuse = (message: string): never => {
    throw new RondelError('PLAN_INVALID_VALUE', `${solver}: ${message}`, { at: 'reg' });
  };
  const penalties = penaltiesOf(terms);
  for (const { penalty, lambda, transform } of penalties) {
    if (typeof lambda === 'number' && !(lambda >= 0 && Number.isFinite(lambda))) {
      refuse(`lambda of ${penalty.name} must be a finite number >= 0, got ${lambda}.`);
    }
    if (takes?.(penalty) === false) refuse(`does not take ${penalty.name}.`);
    if (transform !== undefined && !transforms) refuse(`takes no transform for ${penalty.name}; ADMM does.`);
  }
  if (penalties.length > most) {
    const names = penalties.map(({ penalty }) => penalty.name).join(', ');
    refuse(`takes at most ${most} penalty, got ${names}. ADMM, SplitBregman and PrimalDualSolver take several.`);
  }
}
