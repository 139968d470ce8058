import { relu } from '@tensorflow/tfjs-core';
import type { Constraint } from './constraint.js';

/** The set x >= 0, elementwise. */
export function positivity(): Constraint {
  return { name: 'PositiveRegularization', project: (x) => relu(x) };
}
