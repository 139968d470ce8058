import { reshape, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { Constraint } from './constraint.js';
import type { LinearTransform, Penalty } from './penalty.js';

/** penalty(transform x) for a unitary transform: its proximal map is that of the penalty between transform and adjoint. */
export function transformedPenalty(penalty: Penalty, transform: LinearTransform): Penalty {
  return {
    name: penalty.name,
    prox: (x, weight, iteration) => between(x, transform, (y) => penalty.prox(y, weight, iteration)),
    separable: false,
    ...(penalty.squaredNorm && { squaredNorm: true }),
  };
}

/** The x whose transform, a unitary one, is in a set. */
export function transformedConstraint({ name, project }: Constraint, transform: LinearTransform): Constraint {
  return { name, project: (x) => between(x, transform, project) };
}

function between(x: Tensor, { apply, adjoint }: LinearTransform, change: (y: Tensor) => Tensor): Tensor {
  return tidy(() => reshape(adjoint(change(apply(x))), x.shape));
}
