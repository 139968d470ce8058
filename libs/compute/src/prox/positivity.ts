import { relu } from '@tensorflow/tfjs-core';
import type { Constraint } from './constraint.js';
import { onRealPart, type ImageKind } from './pairs.js';

/** The set x >= 0, pixel by pixel; of complex images, those that are real and >= 0. */
export function positivity(kind: ImageKind = {}): Constraint {
  return { name: 'PositiveRegularization', project: (x) => onRealPart(x, kind, (real) => relu(real)) };
}
