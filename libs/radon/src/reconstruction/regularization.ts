import type { LeastSquaresTerms, Term } from '@rondel/compute';
import type { SolverName } from '@rondel/compute/solvers';
import { termsOf, type HeldTerms } from '@rondel/least-squares';
import { givenParameters } from '@rondel/least-squares/manifest';
import type { ParameterNode } from '@rondel/reco';
import { mul, tensor3d } from '@tensorflow/tfjs-core';

/** What a plan says of the solver. */
export interface SolverChoice {
  readonly solver: SolverName;
  readonly reg: readonly ParameterNode[];
  readonly iterations: number;
  readonly relTol: number;
}

/** Penalties whose weight may differ from pixel to pixel. */
const separable = ['L1Regularization', 'L2Regularization'];
const constraints = ['PositiveRegularization', 'ProjectionRegularization', 'MaskedRegularization'];

/**
 * The terms of an image [y, x]. With a field of view, [y, x] of ones and zeros, pixels outside stay 0 also where a term would
 * change them.
 */
export function heldTerms(
  { reg }: Pick<SolverChoice, 'reg'>,
  { shape, fieldOfView }: { readonly shape: readonly [number, number]; readonly fieldOfView: Float32Array | undefined },
): HeldTerms {
  const held = termsOf(reg, { shape });
  const spreads = reg.some(({ type }) => type === 'TVRegularization' || type === 'ProjectionRegularization');
  if (fieldOfView === undefined || !spreads) return held;
  const mask = tensor3d(fieldOfView, [...shape, 1]);
  const inside: Term = { constraint: { name: 'circle', project: (x) => mul(x, mask) } };
  return {
    terms: [...held.terms, inside],
    dispose() {
      held.dispose();
      mask.dispose();
    },
  };
}

/** Solvers whose rho is in the unit of the operator, where the 0.1 of Julia suits none of a tomogram. */
const splits: readonly SolverName[] = ['ADMM', 'SplitBregman'];

/** POGM takes a step for each pixel where penalties allow it, unless the plan says otherwise; it needs no power iterations. */
export function solverTerms(choice: SolverChoice, terms: readonly Term[]): LeastSquaresTerms {
  const { solver, reg, iterations, relTol } = choice;
  const byPixel = reg.every(({ type }) => separable.includes(type) || constraints.includes(type));
  return {
    terms,
    iterations,
    relTol,
    stepSize: byPixel ? 'majorizer' : 'eigenvalue',
    ...(splits.includes(solver) && { rho: undefined }),
    ...givenParameters(solver, { ...choice }),
  };
}
