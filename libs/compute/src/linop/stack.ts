import { RondelError } from '@rondel/contracts';
import { add, concat, split, type Tensor } from '@tensorflow/tfjs-core';
import { defineLinearOperator, type LinearOperator, type OperatorShape } from './linear-operator.js';

/**
 * Operators on the same image one below the other, [A; B; ...], as rows of several measurements of it: results are joined along
 * an axis, which the adjoint takes apart and adds up. Disposing it disposes all.
 *
 * @param axis of the results, from 0; they are alike along all others.
 * Throws `DATA_SHAPE_MISMATCH` for operators that are not of one image or whose results cannot be joined.
 */
export function stackOperators(operators: readonly LinearOperator[], { axis = 0 } = {}): LinearOperator {
  const [first, ...others] = operators;
  if (first === undefined) throw new RondelError('INTERNAL', 'a stack of operators has at least one');
  for (const other of others) requireLike(first, other, axis);
  const extents = operators.map(({ outputShape }) => outputShape[axis] ?? 0);
  const total = extents.reduce((sum, extent) => sum + extent, 0);
  const sumOf = (parts: readonly Tensor[]) => parts.reduce((sum, part) => add(sum, part));
  return defineLinearOperator({
    name: `Stack of ${operators.length}`,
    inputShape: first.inputShape,
    outputShape: first.outputShape.map((extent, at) => (at === axis ? total : extent)),
    apply: (x) =>
      concat(
        operators.map((operator) => operator.apply(x)),
        axis,
      ),
    adjoint: (y) => {
      const parts = split(y, extents, axis);
      return sumOf(operators.map((operator, at) => operator.adjoint(parts[at] ?? y)));
    },
    normal: (x) => sumOf(operators.map((operator) => operator.normal(x))),
    dispose: () => operators.forEach((operator) => operator.dispose()),
  });
}

function requireLike(first: LinearOperator, other: LinearOperator, axis: number): void {
  const alike = (a: OperatorShape, b: OperatorShape, but?: number) =>
    a.length === b.length && a.every((extent, at) => at === but || extent === b[at]);
  const joins = alike(first.outputShape, other.outputShape, axis);
  if (joins && alike(first.inputShape, other.inputShape)) return;
  throw new RondelError(
    'DATA_SHAPE_MISMATCH',
    `${other.label} cannot be stacked below ${first.label}: ${joins ? 'they are of different images' : `results differ along another axis than ${axis}`}.`,
  );
}
