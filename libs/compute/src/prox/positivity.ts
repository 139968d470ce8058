import { mul, neg, relu, step, sub } from '@tensorflow/tfjs-core';
import type { Constraint } from './constraint.js';

/** The set x >= 0, elementwise. Written without `where`, `minimum` and `maximum`, which the wasm backend does not vectorize. */
export function positivity(): Constraint {
  return {
    project: (x) => relu(x),
    tangent: (x, direction) => sub(relu(direction), mul(relu(neg(direction)), step(x))),
  };
}
