import type { LeastSquaresTerms, Term } from '@rondel/compute';
import { RondelError } from '@rondel/contracts';
import { termsOf, type HeldTerms } from '@rondel/least-squares';
import { givenParameters } from '@rondel/least-squares/manifest';
import type { ParameterNode } from '@rondel/reco';
import { mul, tensor3d } from '@tensorflow/tfjs-core';
import { iterationsOf, type TensorSolverName } from '../manifest/solvers.js';

/** What a plan says of the solver. */
export interface SolverChoice {
  readonly solver: TensorSolverName;
  readonly reg: readonly ParameterNode[];
  readonly iterations: number | undefined;
  readonly relTol: number;
}

/** Penalties whose weight may differ from pixel to pixel. */
const separable = ['L1Regularization', 'L2Regularization'];
const constraints = [
  'PositiveRegularization',
  'RealRegularization',
  'ProjectionRegularization',
  'MaskedRegularization',
];
/** Terms that leave a pixel that is 0 as it is, whatever the others are. */
const keepingZeros = [
  'L1Regularization',
  'L2Regularization',
  'L21Regularization',
  'PositiveRegularization',
  'RealRegularization',
];

/**
 * The terms of an image [y, x], or of a volume [slice, y, x] where they tie slices together. With a field of view, [y, x] of ones and zeros, pixels outside stay 0 also where a term would
 * change them.
 */
export function heldTerms({ reg }: Pick<SolverChoice, 'reg'>, facts: ImageFacts): HeldTerms {
  const { shape, slices, fieldOfView, isSolid = false } = facts;
  const held =
    slices === undefined
      ? termsOf(reg, { shape })
      : termsOf(
          reg.map((term) => termOfVolume(term, { shape, slices, isSolid })),
          { shape: [slices, ...shape] },
        );
  const spreads = !reg.every(keepsZeros);
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

function keepsZeros({ type, parameters: { reg } }: ParameterNode): boolean {
  if (type !== 'MaskedRegularization') return keepingZeros.includes(type);
  return typeof reg === 'object' && reg !== null && 'type' in reg && keepingZeros.some((name) => name === reg.type);
}

/** What the unknowns are. */
interface ImageFacts {
  /** [y, x] */
  readonly shape: readonly [rows: number, columns: number];
  /** Of a volume that is one problem; undefined where each slice is one. */
  readonly slices: number | undefined;
  /** Whether its slices are no images of their own, so that variation is that along all axes. */
  readonly isSolid?: boolean;
  readonly fieldOfView: Float32Array | undefined;
}

/** A term of slices among those of a volume: along their axes, with their mask. */
function termOfVolume(
  node: ParameterNode,
  {
    shape: [rows, columns],
    slices,
    isSolid,
  }: { readonly shape: readonly [number, number]; readonly slices: number; readonly isSolid: boolean },
): ParameterNode {
  const { type, parameters } = node;
  const { shape, dims, mask } = parameters;
  const changed = (values: ParameterNode['parameters']) => ({ type, parameters: { ...parameters, ...values } });
  if (type === 'MaskedRegularization' && Array.isArray(mask) && mask.length === rows * columns) {
    return changed({ mask: Array.from({ length: slices * mask.length }, (_, at): unknown => mask[at % mask.length]) });
  }
  if (type === 'LLRRegularization') return changed({ shape: shape ?? [columns, rows] });
  if (type !== 'TVRegularization' && type !== 'TransformedRegularization') return node;
  if (Array.isArray(shape) && shape.length > 2) return node;
  if (Array.isArray(shape) && (shape[0] !== columns || shape[1] !== rows)) {
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `${type}: shape is ${shape.join(' x ')}, the slices are ${columns} x ${rows}.`,
      { at: 'reg' },
    );
  }
  const isAlongAll = isSolid && shape === undefined && type === 'TVRegularization' && slices > 1;
  return changed({ shape: undefined, dims: dims ?? (isAlongAll ? [1, 2, 3] : [1, 2]) });
}

/** Solvers whose rho is in the unit of the operator, where the 0.1 of Julia suits none of a tomogram. */
const splits: readonly TensorSolverName[] = ['ADMM', 'SplitBregman'];

/** POGM takes a step for each pixel where penalties allow it, unless the plan says otherwise; it needs no power iterations. */
export function solverTerms(choice: SolverChoice, terms: readonly Term[]): LeastSquaresTerms {
  const { solver, reg, relTol } = choice;
  const byPixel = reg.every(({ type }) => separable.includes(type) || constraints.includes(type));
  return {
    terms,
    relTol,
    stepSize: byPixel ? 'majorizer' : 'eigenvalue',
    ...(splits.includes(solver) && { rho: undefined }),
    ...givenParameters(solver, { ...choice }),
    iterations: iterationsOf(choice),
  };
}
