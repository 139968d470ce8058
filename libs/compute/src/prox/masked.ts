import { RondelError } from '@rondel/contracts';
import { add, mul, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { Constraint } from './constraint.js';
import type { Penalty } from './penalty.js';

/**
 * A penalty on some pixels.
 *
 * @param mask 1 where the penalty is of, 0 elsewhere, [..., 1]; the caller's, and needed as long as the penalty.
 * @throws `PLAN_INVALID_VALUE` for a penalty that is not separable.
 */
export function maskedPenalty(penalty: Penalty, mask: Tensor): Penalty {
  if (!penalty.separable) {
    throw new RondelError('PLAN_INVALID_VALUE', `${penalty.name} cannot be masked: it ties pixels together.`, {
      at: 'reg',
    });
  }
  return {
    name: penalty.name,
    prox: (x, weight, iteration) => where(mask, x, () => penalty.prox(x, weight, iteration)),
    separable: true,
  };
}

/** A constraint on some pixels, which must be one that holds pixel by pixel. */
export function maskedConstraint({ name, project }: Constraint, mask: Tensor): Constraint {
  return { name, project: (x) => where(mask, x, () => project(x)) };
}

function where(mask: Tensor, x: Tensor, change: () => Tensor): Tensor {
  return tidy(() => add(mul(change(), mask), mul(x, sub(1, mask))));
}
