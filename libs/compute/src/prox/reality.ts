import type { Constraint } from './constraint.js';
import { onRealPart, type ImageKind } from './pairs.js';

/** The set of images without imaginary parts. */
export function reality(kind: ImageKind = {}): Constraint {
  return { name: 'RealRegularization', project: (x) => onRealPart(x, kind, (real) => real.clone()) };
}
