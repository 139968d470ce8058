import { divNoNan, mul, neg, relu, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { magnitude, type ImageKind } from './pairs.js';
import type { Penalty, Weight } from './penalty.js';

/** Sum of the magnitudes of all pixels. Its proximal map takes the weight off every magnitude, down to 0. */
export function l1(kind: ImageKind = {}): Penalty {
  return {
    name: 'L1Regularization',
    prox: (x, weight) =>
      kind.complex === true ? tidy(() => shrunk(x, magnitude(x, kind), weight)) : softThreshold(x, weight),
    separable: true,
  };
}

function softThreshold(x: Tensor, weight: Weight): Tensor {
  return tidy(() => sub(relu(sub(x, weight)), relu(sub(neg(x), weight))));
}

/** x with its norms, which broadcast to it, less the weight; 0 where that is below 0. */
export function shrunk(x: Tensor, norms: Tensor, weight: Weight): Tensor {
  return tidy(() => mul(x, relu(divNoNan(sub(norms, weight), norms))));
}
