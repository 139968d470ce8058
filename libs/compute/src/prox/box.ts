import { maximum, minimum, tidy } from '@tensorflow/tfjs-core';
import type { Constraint } from './constraint.js';
import { onRealPart, type ImageKind } from './pairs.js';

/** The set lower <= x <= upper, pixel by pixel; a bound that is left out is none. Complex images are real in it. */
export function box({
  lower = -Infinity,
  upper = Infinity,
  ...kind
}: ImageKind & { readonly lower?: number; readonly upper?: number }): Constraint {
  return {
    name: 'ProjectionRegularization',
    project: (x) => onRealPart(x, kind, (real) => tidy(() => minimum(maximum(real, lower), upper))),
  };
}
