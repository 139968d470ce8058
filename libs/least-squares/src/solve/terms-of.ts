import {
  box,
  imageTransform,
  l1,
  l2,
  l21,
  locallyLowRank,
  maskedConstraint,
  maskedPenalty,
  nuclear,
  positivity,
  reality,
  totalVariation,
  totalVariationAlong,
  transformedConstraint,
  transformedPenalty,
  type LinearTransform,
  type Penalty,
  type Term,
} from '@rondel/compute';
import { imageTransformNames } from '@rondel/compute/transforms';
import { RondelError } from '@rondel/contracts';
import { Check, Type, type Static, type TSchema } from '@rondel/contracts/schema';
import type { ParameterNode } from '@rondel/reco';
import { reshape, tensor, type Tensor } from '@tensorflow/tfjs-core';

/** What the unknowns of a problem are an image of. */
export interface UnknownImage {
  /** Size of the image, slowest axis first. */
  readonly shape: readonly number[];
  /** Whether unknowns are in one axis, [pixel, batch], and not [...shape, batch]. */
  readonly flat?: boolean;
  /** Whether unknowns are pairs, [2, ..., batch]. */
  readonly complex?: boolean;
}

interface Disposable {
  readonly dispose: () => void;
}

/** Terms as solvers take them, and what frees the tensors that they hold. */
export interface HeldTerms {
  readonly terms: readonly Term[];
  readonly dispose: () => void;
}

/**
 * The terms of a plan, with the weights that it gives them. Shapes that a term leaves out are those of the image; those it has
 * are in Julia's order, x first.
 *
 * @throws PLAN_INVALID_VALUE at `reg` for a term that does not fit the image.
 */
export function termsOf(nodes: readonly ParameterNode[], image: UnknownImage): HeldTerms {
  const held: Disposable[] = [];
  const dispose = () => held.forEach((one) => one.dispose());
  try {
    return { terms: nodes.map((node) => termOf(node, image, held)), dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

/** @param held takes what the term needs on the device. */
function termOf(node: ParameterNode, image: UnknownImage, held: Disposable[]): Term {
  const kind = { complex: image.complex === true };
  switch (node.type) {
    case 'MaskedRegularization': {
      const mask = maskOf(node, image);
      held.push(mask);
      const term = termOf(nodeIn(node, 'reg'), image, held);
      if ('constraint' in term) return { constraint: maskedConstraint(term.constraint, mask) };
      return { ...term, penalty: maskedPenalty(term.penalty, mask) };
    }
    case 'TransformedRegularization':
      return transformedTerm(node, image, held);
    case 'PositiveRegularization':
      return { constraint: positivity(kind) };
    case 'RealRegularization':
      return { constraint: reality(kind) };
    case 'ProjectionRegularization': {
      const [lower, upper] = [read(node, 'lower', bound), read(node, 'upper', bound)];
      return {
        constraint: box({ ...kind, ...(lower !== undefined && { lower }), ...(upper !== undefined && { upper }) }),
      };
    }
    default:
      return { penalty: penaltyOf(node, image), lambda: need(node, 'lambda', weight) };
  }
}

/** A unitary transform leaves proximal maps as they are, in its domain; any other must be split off by the solver. */
function transformedTerm(node: ParameterNode, image: UnknownImage, held: Disposable[]): Term {
  const [name, shape] = [need(node, 'trafo', transformName), shapeIn(node, image)];
  const complex = image.complex === true;
  const axes = read(node, 'dims', counts)?.map((dim) => shape.length - dim) ?? shape.map((_, axis) => axis);
  requirePixels(node, shape, image);
  const wrong = axes.find((axis) => axis < 0);
  if (wrong !== undefined) {
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `dims of ${node.type} names axis ${shape.length - wrong} of an image with ${shape.length}.`,
      { at: 'reg' },
    );
  }
  const operator = imageTransform(name, { shape, axes, complex });
  held.push(operator);
  const { outputShape, inputShape } = operator;
  const pairs = complex || outputShape.length > inputShape.length;
  const isGradient = name === 'Gradient';
  const domain = {
    shape: isGradient ? [axes.length, ...shape] : shape,
    complex: isGradient ? complex : pairs,
    flat: true,
  };
  const term = termOf(nodeIn(node, 'reg'), domain, held);
  const transform: LinearTransform = {
    apply: (x) => {
      const [batch, image] = [x.shape.at(-1) ?? 1, complex ? [2] : []];
      return reshape(operator.apply(reshape(x, [...image, ...shape, batch])), [
        ...(domain.complex ? [2] : []),
        -1,
        batch,
      ]);
    },
    adjoint: (y) =>
      operator.adjoint(
        reshape(
          y,
          outputShape.map((extent) => extent ?? y.shape.at(-1) ?? 1),
        ),
      ),
  };
  if ('constraint' in term) return { constraint: transformedConstraint(term.constraint, transform) };
  if (isGradient) return { ...term, transform };
  return { ...term, penalty: transformedPenalty(term.penalty, transform) };
}

function penaltyOf(node: ParameterNode, image: UnknownImage): Penalty {
  const kind = { complex: image.complex === true };
  switch (node.type) {
    case 'L1Regularization':
      return l1(kind);
    case 'L2Regularization':
      return l2();
    case 'L21Regularization':
      return l21({ ...kind, slices: read(node, 'slices', count) ?? 1 });
    case 'NuclearRegularization': {
      const [rows = 1, columns = 1] = need(node, 'svtShape', counts);
      return nuclear({ ...kind, rows, columns });
    }
    case 'LLRRegularization': {
      const shape = shapeIn(node, image);
      const blockSize = read(node, 'blockSize', counts)?.toReversed() ?? shape.map(() => 2);
      return locallyLowRank({ ...kind, shape, blockSize, shifted: read(node, 'randshift', Type.Boolean()) ?? true });
    }
    case 'TVRegularization':
      return totalVariationOf(node, image);
    default:
      throw new RondelError('PLAN_INVALID_VALUE', `reg holds ${node.type}, which is no term that solvers take.`, {
        at: 'reg',
      });
  }
}

/** One axis by its number is computed exactly, as Julia does; several by the fast gradient projection. */
function totalVariationOf(node: ParameterNode, image: UnknownImage): Penalty {
  const shape = shapeIn(node, image);
  const dims = read(node, 'dims', Type.Union([count, counts]));
  const axisOf = (dim: number) => shape.length - dim;
  const kind = { complex: image.complex === true, shape };
  if (typeof dims === 'number') return totalVariationAlong({ ...kind, axis: axisOf(dims) });
  return totalVariation({
    ...kind,
    iterations: read(node, 'iterationsTV', count) ?? 10,
    ...(dims !== undefined && { axes: dims.map(axisOf) }),
  });
}

function shapeIn(node: ParameterNode, { shape }: UnknownImage): readonly number[] {
  return read(node, 'shape', counts)?.toReversed() ?? shape;
}

function requirePixels({ type }: ParameterNode, own: readonly number[], { shape }: UnknownImage): void {
  const pixels = (extents: readonly number[]) => extents.reduce((product, extent) => product * extent, 1);
  if (pixels(own) === pixels(shape)) return;
  throw new RondelError(
    'PLAN_INVALID_VALUE',
    `${type}: shape ${own.toReversed().join(' x ')} has ${pixels(own)} pixels, the image has ${pixels(shape)}.`,
    { at: 'reg' },
  );
}

/** [...shape, 1] or [pixel, 1], which also broadcasts to pairs. */
function maskOf(node: ParameterNode, { shape, flat = false }: UnknownImage): Tensor {
  const mask = need(node, 'mask', Type.Array(Type.Boolean()));
  const pixels = shape.reduce((product, extent) => product * extent, 1);
  if (mask.length !== pixels) {
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `The mask of MaskedRegularization has ${mask.length} values, the image has ${pixels} pixels.`,
      { at: 'reg' },
    );
  }
  return tensor(Float32Array.from(mask, Number), [...(flat ? [pixels] : shape), 1]);
}

const count = Type.Integer({ minimum: 1 });
const counts = Type.Array(count);
const transformName = Type.Enum([...imageTransformNames]);
const bound = Type.Number();
const weight = Type.Number({ minimum: 0, maximum: Number.MAX_VALUE });

/** A value of the node; the plan's check has seen it, and code that builds nodes by itself is told here. */
function read<T extends TSchema>({ type, parameters }: ParameterNode, name: string, schema: T): Static<T> | undefined {
  const value = parameters[name];
  if (value === undefined || value === null) return undefined;
  if (Check(schema, value)) return value;
  const shown = name === 'lambda' ? 'λ' : name;
  throw new RondelError('PLAN_INVALID_VALUE', `${shown} of ${type} cannot be ${JSON.stringify(value)}.`, { at: 'reg' });
}

function need<T extends TSchema>(node: ParameterNode, name: string, schema: T): Static<T> {
  const value = read(node, name, schema);
  if (value !== undefined) return value;
  throw new RondelError('PLAN_INVALID_VALUE', `${node.type} needs ${name === 'lambda' ? 'λ' : name}.`, { at: 'reg' });
}

function nodeIn({ type, parameters }: ParameterNode, name: string): ParameterNode {
  const value = parameters[name];
  if (isNode(value)) return value;
  throw new RondelError('PLAN_INVALID_VALUE', `${type} needs a term as ${name}.`, { at: 'reg' });
}

function isNode(value: unknown): value is ParameterNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'parameters' in value;
}
