import { expandDims, squeeze } from '@tensorflow/tfjs-core';
import { difference, differenceAdjoint, imageAxes } from '../prox/differences.js';
import type { ImageKind } from '../prox/pairs.js';
import { defineLinearOperator, type LinearOperator } from './linear-operator.js';
import { stackOperators } from './stack.js';

export interface GradientOptions extends ImageKind {
  /** Size of the image, slowest axis first. */
  readonly shape: readonly number[];
  /** Axes of `shape` along which differences are taken. */
  readonly axes: readonly number[];
}

/**
 * Differences to the next pixel along each axis, 0 at its end: images [...shape, batch] to [axes, ...shape, batch], of pairs
 * [2, ...shape, batch] to [2, axes, ...shape, batch].
 */
export function gradientOperator({ shape, axes, complex = false }: GradientOptions): LinearOperator {
  const at = complex ? 1 : 0;
  const pairs = complex ? [2] : [];
  const along = imageAxes(shape).filter((_, axis) => axes.includes(axis));
  const differences = along.map((axis) =>
    defineLinearOperator({
      name: 'Difference',
      inputShape: [...pairs, ...shape, null],
      outputShape: [...pairs, 1, ...shape, null],
      apply: (x) => expandDims(difference(x, axis), at),
      adjoint: (p) => differenceAdjoint(squeeze(p, [at]), axis),
    }),
  );
  return stackOperators(differences, { axis: at });
}
