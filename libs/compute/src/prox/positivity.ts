import { add, div, mul, neg, relu, step, sub, type Tensor } from '@tensorflow/tfjs-core';
import type { Constraint } from './constraint.js';

/** Keeps 0 / 0 away where a component sits on the bound; the smallest normal float32. */
const smallestNormal = 2 ** -126;

/** The set x >= 0, elementwise. Written without `where`, `minimum` and `maximum`, which the wasm backend does not vectorize. */
export function positivity(): Constraint {
  return {
    project: (x) => relu(x),
    tangent: (x, direction) => sub(relu(direction), mul(relu(neg(direction)), step(x))),
    inverseStepLimit: (x: Tensor, direction: Tensor) => div(relu(neg(direction)), add(x, smallestNormal)),
  };
}
