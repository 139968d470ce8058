import { reshape, transpose, type Tensor } from '@tensorflow/tfjs-core';
import { defineLinearOperator, type LinearOperator } from './linear-operator.js';

/**
 * An operator on each of several images that are one: [count, ...image, batch] to [count, ...result, batch]. The operator takes
 * them as one batch; disposing disposes it.
 *
 * @param operator with one batch axis, the last.
 */
export function eachOperator(operator: LinearOperator, count: number): LinearOperator {
  const { inputShape, outputShape, views } = operator;
  const [image, result] = [inputShape.slice(0, -1), outputShape.slice(0, -1)];
  return defineLinearOperator({
    name: `${count} times ${operator.label.slice(operator.label.indexOf('> ') + 2)}`,
    inputShape: [count, ...image, null],
    outputShape: [count, ...result, null],
    apply: (x) => apart(operator.apply(asBatch(x)), count),
    adjoint: (y) => apart(operator.adjoint(asBatch(y)), count),
    views: views && { ...views, axis: views.axis + 1, of: (some) => eachOperator(views.of(some), count) },
    dispose: () => operator.dispose(),
  });
}

/** [count, ...image, batch] as [...image, count * batch]. */
function asBatch(x: Tensor): Tensor {
  const [count = 1, ...others] = x.shape;
  const image = others.slice(0, -1);
  const moved = transpose(x, [...image.map((_, axis) => axis + 1), 0, x.rank - 1]);
  return reshape(moved, [...image, count * (x.shape.at(-1) ?? 1)]);
}

function apart(x: Tensor, count: number): Tensor {
  const image = x.shape.slice(0, -1);
  const split = reshape(x, [...image, count, (x.shape.at(-1) ?? count) / count]);
  return transpose(split, [image.length, ...image.map((_, axis) => axis), image.length + 1]);
}
