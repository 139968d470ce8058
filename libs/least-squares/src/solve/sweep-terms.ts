import { constraintsOf, penaltiesOf, planesOf, type PenaltyTerm, type RowSweeps, type Term } from '@rondel/compute';
import { RondelError } from '@rondel/contracts';
import type { ParameterNode } from '@rondel/reco';
import { tensor, tidy } from '@tensorflow/tfjs-core';
import type { LinearSystem } from '../system/linear-system.js';
import { normalizedWeight } from './normalization.js';
import type { SolveOptions, UnknownsTransform } from './solve-options.js';
import { imageShape, termsOfUnknowns, vectorShape } from './tensor-unknowns.js';
import { termsOf } from './terms-of.js';

/** The terms of a problem as Kaczmarz' method takes them. */
export interface SweepTerms {
  /** Weight of ||x||^2, which is part of every step; not normalized. */
  readonly lambda: number;
  /** What is done to x after every iteration, in this order. */
  readonly steps: readonly SweepStep[];
  readonly dispose: () => void;
}

interface SweepState {
  /** What lambda is multiplied by, of each measurement at work. */
  readonly factors: Float64Array;
  /** From 0. */
  readonly iteration: number;
}

type SweepStep = (sweeps: RowSweeps, state: SweepState) => void;

const projections: Readonly<Record<string, 'real' | 'positive'>> = {
  PositiveRegularization: 'positive',
  RealRegularization: 'real',
};

/**
 * Splits terms into what is part of the steps and what comes after every iteration: constraints, and then the proximal map of
 * at most one penalty. Throws PLAN_INVALID_VALUE.
 */
export function sweepTerms(system: LinearSystem, options: SolveOptions): SweepTerms {
  const squared = options.terms.filter(({ type }) => type === 'L2Regularization');
  const others = options.terms.filter(({ type }) => type !== 'L2Regularization');
  if (squared.length > 1) refuse('takes one L2Regularization, reg has several');
  const lambda = squared[0] === undefined ? 0 : lambdaOf(squared[0]);
  const simple = others.map(({ type }) => projections[type]).filter((projection) => projection !== undefined);
  if (simple.length === others.length) {
    const { transform } = options;
    const steps = simple.map((onto) =>
      transform === undefined ? projecting(onto) : projectingBetween(onto, transform),
    );
    return { lambda, steps, dispose: () => undefined };
  }
  const shape = imageShape(system, options);
  const held = termsOf(others, { shape, complex: system.complex, flat: true });
  try {
    requireOne(penaltiesOf(held.terms));
  } catch (error) {
    held.dispose();
    throw error;
  }
  const terms = termsOfUnknowns(held.terms, options.transform);
  return { lambda, steps: [changing(terms, system)], dispose: held.dispose };
}

function requireOne(penalties: readonly PenaltyTerm[]): void {
  const names = penalties.map(({ penalty }) => penalty.name).join(', ');
  if (penalties.length > 1) {
    refuse(`takes one penalty beside L2Regularization, got ${names}: ADMM and SplitBregman take several`);
  }
  if (penalties.some(({ transform }) => transform !== undefined)) {
    refuse(`takes no Gradient for ${names}: ADMM, SplitBregman and PrimalDualSolver do`);
  }
}

function refuse(rule: string): never {
  throw new RondelError('PLAN_INVALID_VALUE', `Kaczmarz ${rule}.`, { at: 'reg' });
}

function lambdaOf({ parameters: { lambda } }: ParameterNode): number {
  if (typeof lambda === 'number' && lambda >= 0 && Number.isFinite(lambda)) return lambda;
  return refuse(`needs a finite λ >= 0 in L2Regularization, got ${String(lambda)}`);
}

function projecting(onto: 'real' | 'positive'): SweepStep {
  return (sweeps) => sweeps.project(onto);
}

/** Projects what the unknowns, which are complex, are the coefficients of. */
function projectingBetween(onto: 'real' | 'positive', { forward, adjoint }: UnknownsTransform): SweepStep {
  return (sweeps) => {
    const values = sweeps.unknowns();
    forward(values);
    for (let at = 0; at < values.length; at += 2) {
      if (onto === 'positive') values[at] = Math.max(0, values[at] ?? NaN);
      values[at + 1] = 0;
    }
    adjoint(values);
    sweeps.setUnknowns(values);
  };
}

/** Constraints and then the proximal map, as tensors have them. */
function changing(terms: readonly Term[], system: LinearSystem): SweepStep {
  return (sweeps, { factors, iteration }) => {
    const order = planesOf(system.columns, sweeps.entries);
    const size = [...vectorShape(system, system.columns), sweeps.entries];
    const changed = tidy(() => {
      const start = tensor(sweeps.unknowns(order), size);
      const inside = constraintsOf(terms).reduce((x, { project }) => project(x), start);
      return penaltiesOf(terms).reduce((x, { penalty, lambda }) => {
        return penalty.prox(x, normalizedWeight(lambda, factors), iteration);
      }, inside);
    });
    sweeps.setUnknowns(changed.dataSync<'float32'>(), order);
    changed.dispose();
  };
}
